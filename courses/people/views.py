"""A person's own pages: account, messages, and what was kept when her session timed out."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from courses.people import audit, kept, mail
from courses.people.forms import EmailForm, LanguageForm
from courses.people.messages import KINDS, context_of, subject_of
from courses.people.middleware import idle_seconds, stamp
from courses.people.models import Membership, Message, Team, User
from courses.people.requests import UserRequest

MOST_MESSAGES = 200


@csrf_exempt  # SameSite=Lax keeps other sites out, and all it does is keep her signed in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: 204; 403 if she was signed out meanwhile."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    stamp(request)
    return HttpResponse(status=204)


@require_POST
@never_cache
def left(request: HttpRequest) -> HttpResponse:
    """A page thinks that nobody is there, and hands over what stands half-written in it.

    It may be wrong: she may be in another tab that it knows nothing of. Then it is told how long
    she has done nothing, in seconds, and keeps its draft; nothing is sent or changed. Where she is
    away indeed, the middleware keeps the draft, signs her out, and this view is never reached.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return JsonResponse({"idle": int(idle_seconds(request))})


@login_required
@never_cache
def account(request: UserRequest) -> HttpResponse:
    """Language, e-mail address, and the ways to password, second step and signing out."""
    form = LanguageForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        language = form.save().language
        with translation.override(language):
            messages.success(request, _("Your language is saved."))
        return redirect(translate_url(request.path, language))
    context = {
        "form": form,
        "idle_minutes": settings.TILTS_IDLE_MINUTES,
        "second_step": is_mfa_enabled(request.user),
        "leading": Membership.objects.to_stand_in_for(request.user, timezone.localdate())
        .filter(person=request.user)
        .select_related("team"),
        "invites": Team.objects.open_to_invite(request.user, timezone.localdate()).exists(),
    }
    return render(request, "people/account.html", context, status=422 if form.is_bound else 200)


@login_required
@never_cache
def change_email(request: UserRequest) -> HttpResponse:
    """Ask for another e-mail address; it changes when the link sent there is opened."""
    form = EmailForm(request.POST or None, person=request.user)
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "people/change_email.html", {"form": form}, status=422)
        email = form.cleaned_data["email"]
        mail.send_email_change.enqueue(request.user.pk, email)
        messages.info(
            request,
            _("We have sent a link to %(email)s. Your address changes when you open it.")
            % {"email": email},
        )
        return redirect("people:settings")
    return render(request, "people/change_email.html", {"form": form})


@login_required
@never_cache
def confirm_email(request: UserRequest, token: str) -> HttpResponse:
    """Opened from the new mailbox: shows the address, and a button that makes it hers."""
    email = mail.email_of_token(token, request.user)
    if email is None:
        return render(request, "people/confirm_email.html", {"email": ""}, status=410)
    if request.method == "POST":
        old = request.user.email
        try:
            with transaction.atomic():
                request.user.email = email
                request.user.save(update_fields=["email"])
        except IntegrityError:
            return render(request, "people/confirm_email.html", {"email": ""}, status=410)
        audit.log(request.user, "changed_email", about=request.user)
        if old:
            mail.send_email_changed.enqueue(request.user.pk, old, request.user.language)
        messages.success(request, _("Your e-mail address is changed."))
        return redirect("people:settings")
    return render(request, "people/confirm_email.html", {"email": email})


@login_required
@require_GET
@never_cache
def inbox(request: UserRequest) -> HttpResponse:
    """The person's messages, newest first."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = list(request.user.messages.select_related("recipient")[:MOST_MESSAGES])
    items = [_item(message, language) for message in found if message.kind in KINDS]
    unread = sum(1 for item in items if item["unread"])
    return render(request, "people/messages.html", {"items": items, "unread": unread})


def _item(message: Message, language: str) -> dict[str, Any]:
    said = context_of(message, language)
    return {
        "pk": message.pk,
        "day": timezone.localtime(message.made_at),
        "title": subject_of(message, language),
        "note": said.get("note", ""),
        "by": said.get("by", ""),
        "icon": KINDS[message.kind].icon,
        "leads": bool(message.context.get("path")),
        "unread": message.read_at is None,
    }


@login_required
@require_POST
def open_message(request: UserRequest, pk: int) -> HttpResponse:
    """Mark one message read and go where it leads."""
    message = get_object_or_404(request.user.messages.select_related("recipient"), pk=pk)
    _mark_read(request.user, pk=pk)
    path = context_of(message, translation.get_language()).get("path")
    if path and path.startswith("/") and not path.startswith("//"):
        return redirect(path)
    return redirect("people:messages")


@login_required
@require_POST
def read_messages(request: UserRequest) -> HttpResponse:
    """Mark everything read."""
    _mark_read(request.user)
    return redirect("people:messages")


def _mark_read(person: User, **only: int) -> None:
    Message.objects.filter(recipient=person, read_at__isnull=True, **only).update(
        read_at=timezone.now()
    )


@login_required
@never_cache
def kept_forms(request: UserRequest) -> HttpResponse:
    """What the person was sending when she was signed out: to send now, or to throw away."""
    if request.method == "POST":
        form = request.user.kept_forms.filter(pk=kept.number(request.POST.get("form"))).first()
        if form is None:
            raise Http404
        form.delete()
        messages.info(request, _("Thrown away."))
        return redirect("people:kept" if request.user.kept_forms.exists() else "/")
    forms = [
        {
            "pk": form.pk,
            "path": form.path,
            "page": form.page or form.path,
            "kept_at": form.kept_at,
            "texts": kept.texts(form),
            "fields": [(name, value) for name, values in form.fields.items() for value in values],
        }
        for form in kept.of(request.user)
    ]
    return render(request, "people/kept.html", {"forms": forms})
