"""A person's own certificates, and the public page where anybody checks one."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import actions
from certificates.cards import card_of
from certificates.models import Award
from certificates.numbers import tidy
from content.bilingual import current
from courses.people.models import User

SECONDS = 3  # until the page of a PDF that is being made looks again
SLOW_AFTER = 60  # seconds; it then says so, and looks less often
SLOW_SECONDS = 20


class UserRequest(HttpRequest):
    """A request after login."""

    user: User


@login_required
@require_safe
def own(request: UserRequest) -> HttpResponse:
    """Every certificate of the person, newest first."""
    today = timezone.localdate()
    cards = [card_of(award, today) for award in Award.objects.of(request.user)]
    return render(request, "certificates/list.html", {"cards": cards})


@login_required
@require_safe
@never_cache
def download(request: UserRequest, pk: UUID) -> HttpResponse | FileResponse:
    """The certificate as a PDF in the language of the address, for its owner alone.

    A PDF that is not made yet is asked for; the page shown meanwhile looks again by itself.
    """
    award = get_object_or_404(Award.objects.of(request.user), pk=pk)
    if award.state_on(timezone.localdate()) == Award.State.REVOKED:
        return redirect("certificates:verify", award.number)
    if not hasattr(award, "holder"):
        raise Http404
    paper = actions.ask_for_paper(award, current())
    if not paper.file:
        waited = (timezone.now() - paper.asked_at).total_seconds()
        is_slow = waited > SLOW_AFTER
        context = {"award": award, "is_slow": is_slow}
        status = HTTPStatus.ACCEPTED
        response = render(request, "certificates/preparing.html", context, status=status)
        response["Refresh"] = str(SLOW_SECONDS if is_slow else SECONDS)
        return response
    served = FileResponse(
        paper.file.open("rb"),
        as_attachment=True,
        filename=f"tilts-{award.number}-{paper.language}.pdf",
        content_type="application/pdf",
    )
    served["X-Content-Type-Options"] = "nosniff"
    return served


@require_safe
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Where a number is typed that somebody read off a certificate."""
    typed = request.GET.get("number", "").strip()
    if not typed:
        return _unlisted(render(request, "certificates/check.html"))
    if number := tidy(typed):
        return redirect("certificates:verify", number)
    return _not_found(request, is_slip=True, typed=typed)


@require_safe
@never_cache
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """What a certificate is worth today, for anybody who holds it in hand.

    Shown: what it is for, the days, and the holder's full name. Whoever comes here has the
    number, which only the holder and those she showed the certificate to can have, and has to
    compare the name with the one on paper: initials would let a paper pass from hand to hand.
    Not shown: who she is otherwise, where she works, levels and results; of a revoked
    certificate neither the name nor the reason.
    """
    tidied = tidy(number)
    if not tidied:
        return _not_found(request, is_slip=True, typed=number)
    award = Award.objects.select_related("holder").filter(number=tidied).first()
    today = timezone.localdate()
    state = award.state_on(today) if award else Award.State.NONE
    if award is None or state == Award.State.NONE:
        return _not_found(request, is_slip=False, typed=tidied)
    is_named = state != Award.State.REVOKED and hasattr(award, "holder")
    context = {
        "award": award,
        "state": state,
        "today": today,
        "name": award.holder.name if is_named else "",
    }
    return _unlisted(render(request, "certificates/verify.html", context))


def _not_found(request: HttpRequest, *, is_slip: bool, typed: str) -> HttpResponse:
    """`is_slip`: it is no number we would give out, so most likely it was mistyped."""
    # An address can say anything: only what looks like a number is put on our page.
    looks_right = len(typed) <= 30 and all(sign.isalnum() or sign in " -" for sign in typed)
    context = {"is_slip": is_slip, "typed": typed if looks_right else ""}
    status = HTTPStatus.NOT_FOUND
    return _unlisted(render(request, "certificates/not_found.html", context, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
