"""Inviting people, and how the invited come in."""

import uuid

import segno
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from courses.people import audit, invitations
from courses.people.forms import CodeForm, InviteForm, NewPasswordForm
from courses.people.models import Invitation, Team, User
from courses.people.requests import UserRequest

LIMIT = "invitation"  # in ACCOUNT_RATE_LIMITS: wrong codes from one address


# The invited -------------------------------------------------------------------------------


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Type the code of a printed sheet."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            typed = invitations.normal(form.cleaned_data["code"])
            if typed and invitations.find(typed) is not None:
                return redirect("people:accept", token=typed)
            if not _try(request):
                return ratelimit.respond_429(request)
            form.add_error(
                "code",
                _("No invitation has this code. Please compare it with your sheet, sign by sign."),
            )
        return render(request, "people/code.html", {"form": form}, status=422)
    return render(request, "people/code.html", {"form": form})


@sensitive_post_parameters("password1", "password2")
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who is invited and where; a password; and in."""
    invitation = invitations.find(token)
    if invitation is None:
        if not _try(request):
            return ratelimit.respond_429(request)
        return _closed(request, None, 404)
    if invitation.state(timezone.now()) != Invitation.State.OPEN or not invitation.person.is_active:
        return _closed(request, invitation, 410)
    form = NewPasswordForm(request.POST or None, person=invitation.person)
    if request.method == "POST" and form.is_valid():
        if not invitations.accept(invitation, form.cleaned_data["password1"]):
            invitation.refresh_from_db()
            return _closed(request, invitation, 410)
        if request.user.is_authenticated:
            logout(request)
        return perform_login(request, invitation.person)
    context = {"invitation": invitation, "form": form, "token": token}
    response = render(request, "people/accept.html", context, status=422 if form.is_bound else 200)
    # Not "no-referrer": the form would then be sent from the origin "null", which is refused.
    response["Referrer-Policy"] = "same-origin"
    return response


def _try(request: HttpRequest) -> bool:
    """Count a wrong code of this address; False if there were too many already.

    Right codes are never held back: an address may be a whole prison, and nobody guesses 131 bits.
    """
    return (
        ratelimit.consume(request, app="allauth.account", action=LIMIT, limit_get=True) is not None
    )


def _closed(request: HttpRequest, invitation: Invitation | None, status: int) -> HttpResponse:
    """Why this invitation opens nothing, and what to do."""
    state = invitation.state(timezone.now()) if invitation else "wrong"
    context = {"state": str(state), "invitation": invitation}
    return render(request, "people/invitation_closed.html", context, status=status)


# Those who invite --------------------------------------------------------------------------


def _inviter(request: HttpRequest) -> User:
    """The signed-in person, if there is a team on this day to which she may invite."""
    assert isinstance(request.user, User)  # noqa: S101
    today = timezone.localdate()
    if not Team.objects.open_to_invite(request.user, today).exists():
        raise PermissionDenied
    return request.user


@login_required
@never_cache
def invite(request: UserRequest) -> HttpResponse:
    """Invite a person; below, those who were invited and have not come in yet."""
    inviter, today = _inviter(request), timezone.localdate()
    initial = {"team": request.GET["team"]} if request.GET.get("team", "").isdecimal() else None
    form = InviteForm(request.POST or None, inviter=inviter, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        invitation = invitations.invite(
            form.invitee,
            by=inviter,
            printed=form.printed,
            token=form.cleaned_data["token"],
        )
        return redirect("people:invited", invitation.person.pk)
    context = {"form": form, "waiting": _waiting(inviter)}
    return render(request, "people/invite.html", context, status=422 if form.is_bound else 200)


def _waiting(inviter: User) -> list[dict[str, object]]:
    """People in her teams who have not come in yet, each with her last invitation."""
    now = timezone.now()
    last = Invitation.objects.filter(person=OuterRef("pk")).order_by("-made_at", "-pk")
    people = User.objects.invitable_by(inviter, timezone.localdate()).annotate(
        last=Subquery(last.values("pk")[:1])
    )
    people = people.filter(last__isnull=False, last_login__isnull=True)
    found = Invitation.objects.filter(pk__in=people.values("last")).select_related("person", "team")
    return [{"invitation": invitation, "state": str(invitation.state(now))} for invitation in found]


def _invitable(request: UserRequest) -> QuerySet[User]:
    return User.objects.invitable_by(request.user, timezone.localdate())


@login_required
@require_GET
@never_cache
def invited(request: UserRequest, pk: int) -> HttpResponse:
    """One person's invitation: print the sheet, invite again, withdraw."""
    person = get_object_or_404(_invitable(request), pk=pk)
    last = person.invitations.select_related("team", "made_by").first()
    context = {
        "person": person,
        "invitation": last,
        "state": str(last.state(timezone.now())) if last else "",
        "came_in": person.has_usable_password(),
        "token": uuid.uuid4(),
    }
    return render(request, "people/invited.html", context)


@login_required
@require_POST
def invite_again(request: UserRequest, pk: int) -> HttpResponse:
    """A new invitation, by e-mail or on paper; those before it stop working.

    Somebody with a password and an e-mail address resets the password herself.
    """
    person = get_object_or_404(_invitable(request), pk=pk)
    printed = request.POST.get("way") == "paper" or not person.email
    if person.has_usable_password() and person.email:
        messages.error(request, _("This person can ask for a new password on the sign-in page."))
        return redirect("people:invited", pk)
    try:
        token = uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return redirect("people:invited", pk)
    last = person.invitations.select_related("team").first()
    team = last.team if last else None
    invitations.invite_again(person, team=team, by=request.user, printed=printed, token=token)
    if printed:
        messages.success(request, _("The new invitation is ready to print."))
    else:
        messages.success(request, _("The new invitation is on its way."))
    return redirect("people:invited", pk)


@login_required
@require_POST
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Close a person's open invitation."""
    person = get_object_or_404(_invitable(request), pk=pk)
    if invitations.withdraw(person, by=request.user):
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("people:invited", pk)


@login_required
@require_POST
@never_cache
def sheet(request: UserRequest, pk: int) -> HttpResponse:
    """The printed sheet with a fresh code, shown in this answer and never again.

    Sending the form again makes another code, and the sheet before it stops working.
    """
    person = get_object_or_404(_invitable(request), pk=pk)
    invitation = get_object_or_404(
        person.invitations.usable(timezone.now()).select_related("team"), printed=True
    )
    new = invitations.new_code(invitation)
    audit.log(request.user, "printed_invitation", about=person)
    link = settings.PUBLIC_URL + invitations.address(new, person.language)
    with translation.override(person.language):
        where = settings.PUBLIC_URL + reverse("people:invitation")
    picture = segno.make(link, error="m").svg_inline(
        border=0, omitsize=True, svgclass="qr", lineclass=None, title=_("QR code")
    )
    context = {
        "invitation": invitation,
        "person": person,
        "groups": new.split("-"),
        "where": where,
        "picture": mark_safe(picture),  # noqa: S308  # drawn by segno from our own link
        "by": request.user,
    }
    response = render(request, "people/sheet.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
