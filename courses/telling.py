"""The kinds of messages that courses send; see `courses.people.messages`."""

from django.utils.translation import gettext_lazy as _

from courses import reminders
from courses.people.messages import DECIDED, Kind

KINDS = {
    "due_soon": Kind(
        "clock", _("Go on"), name=_("Something is due soon"), still=reminders.still_open
    ),
    "overdue": Kind(
        "clock", _("Go on"), name=_("A due day has passed"), still=reminders.still_open
    ),
    "reminder": Kind("clock", _("Go on"), name=_("Your lead reminds you")),
    "refresher": Kind("refresh", _("Begin"), name=_("A refresher is ready")),
    "judged": Kind(
        "eye",
        _("See what it rests on"),
        name=_("Your practice is observed, or what you had learned is confirmed"),
        group="answers",
        needed=DECIDED,
    ),
    "extension_answered": Kind(
        "calendar",
        _("Open it"),
        name=_("More time, that you asked for, is answered"),
        group="answers",
        needed=DECIDED,
    ),
    "extension_asked": Kind(
        "calendar", _("Answer"), name=_("Somebody asks for more time"), group="team"
    ),
    "late_people": Kind(
        "people",
        _("See the team"),
        fill=reminders.names_of_late,
        name=_("Who is past a due day, once a week"),
        group="team",
    ),
}
