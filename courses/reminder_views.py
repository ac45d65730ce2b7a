"""A lead reminds one person, or everybody of a team who is overdue: first she sees whom and of what."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses import glances, need_words, reminding
from courses.outline import outline
from courses.people.requests import UserRequest
from courses.reading import crumbs
from courses.teams import in_reach, people, with_names

NAMED = 50  # people whom the preview names; the others are counted


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: UserRequest, pk: int) -> HttpResponse:
    """What everybody who is overdue would be told, or the one person `?person=` names; then send it."""
    today = timezone.localdate()
    above = in_reach(request.user, pk, today)
    if not above:
        raise Http404
    team, known = above[-1], outline()
    glances.fresh()
    rows = people(team, request.user, today)
    wanted = request.GET.get("person", "")
    if wanted.isdecimal() and len(wanted) < 10:
        rows = rows.filter(pk=int(wanted))
        if not rows.exists():
            raise Http404
    else:
        rows = rows.filter(overdue_from__lte=today)
    found = reminding.prepared(with_names(rows.order_by("name_key", "person")), today)
    sent = [each for each in found if each.is_sent]
    if request.method == "POST":
        number = reminding.send(request.user, found, today)
        said = ngettext("%(number)d person is reminded.", "%(number)d people are reminded.", number)
        messages.success(request, said % {"number": number})
        return redirect("courses:team_detail", pk)
    context = {
        "team": team,
        "crumbs": crumbs((team.name, reverse("courses:team_detail", args=[pk])), (_("Remind"), "")),
        "sent": [
            {"person": each.person, "said": need_words.say(each.needs, known, own=True)}
            for each in sent[:NAMED]
        ],
        "number": len(sent),
        "more": max(0, len(sent) - NAMED),
        "just_reminded": [each.person for each in found if not each.needs][:NAMED],
        "never_came": [each.person for each in found if not each.has_come][:NAMED],
    }
    return render(request, "courses/team/remind.html", context)
