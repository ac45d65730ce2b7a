"""Forms about places in teams that more than one person or day has a part in, and files of people."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.people.forms import Day, PlainForm, TeamField
from courses.people.models import Membership, Role, Setting, Team, User


class TransferForm(PlainForm):
    """From one team to another, from a day on."""

    place = forms.ModelChoiceField(label=_("From"), queryset=Membership.objects.none())
    team = TeamField(label=_("To the team"), queryset=Team.objects.none())
    starts_on = forms.DateField(
        label=_("First day there"),
        widget=Day(),
        help_text=_(
            "The place before ends the day before. Whoever leads the team sees the person's record "
            "from this day on, and whoever led it no longer."
        ),
    )
    setting = forms.ChoiceField(
        label=_("Setting"), choices=[("", _("As the team")), *Setting.choices], required=False
    )

    def __init__(
        self, *args: Any, places: QuerySet[Membership], teams: QuerySet[Team], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (("place", places), ("team", teams)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = found
        self.fields["place"].label_from_instance = _role_in_team  # type: ignore[attr-defined]
        if len(places) == 1:
            self.initial["place"] = places[0].pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        place, team, first = data.get("place"), data.get("team"), data.get("starts_on")
        if place and team == place.team:
            self.add_error("team", _("The person is in this team already."))
        if place and first and not _lasts_until(place, first):
            self.add_error("starts_on", _("On the day before, the person is not in that team."))
        if place and team and first and not self.errors:
            same = Membership.objects.filter(person=place.person, team=team, role=place.role)
            same = same.lasting(first)
            if place.ends_on:
                same = same.filter(starts_on__lte=place.ends_on)
            if same.exists():
                self.add_error(
                    "team", _("The person has this role in this team on these days already.")
                )
        if team:
            data["setting"] = data.get("setting") or team.setting
        return data


def _role_in_team(place: Membership) -> str:
    return _("%(role)s in %(team)s") % {"role": place.get_role_display(), "team": place.team}


def _lasts_until(place: Membership, day: datetime.date) -> bool:
    """Whether a place is in force on the day before and could go on."""
    return place.starts_on < day and (place.ends_on is None or place.ends_on >= day)


class SubstituteForm(PlainForm):
    """Who leads in somebody's place, from day to day."""

    person = forms.ModelChoiceField(label=_("Substitute"), queryset=User.objects.none())
    starts_on = forms.DateField(label=_("First day"), widget=Day())
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=Day(),
        help_text=_("On this day the substitute still sees what the lead sees; then no longer."),
    )

    def __init__(
        self,
        *args: Any,
        place: Membership,
        people: QuerySet[User],
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"starts_on": today} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.place, self.today = place, today
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = people

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and first < self.today:
            self.add_error("starts_on", _("This day is over."))
        if first and first < self.place.starts_on:
            self.add_error("starts_on", _("The lead's own place begins later."))
        if last and first and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        if last and self.place.ends_on and last > self.place.ends_on:
            self.add_error("ends_on", _("The lead's own place ends before."))
        if not self.errors and first and last:
            same = Membership.objects.filter(
                person=data["person"], team=self.place.team, role=Role.LEAD, starts_on__lte=last
            )
            if same.lasting(first).exists():
                self.add_error("person", _("This person leads the team on these days already."))
        return data


class PeopleFileForm(PlainForm):
    """A file of people, and what is to be done for those who are new."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or an Excel workbook (.xlsx), up to 5 MB and 20,000 rows."),
    )
    invites = forms.BooleanField(
        label=_("Invite those who are new"),
        required=False,
        help_text=_(
            "By e-mail, in each person's language. For those without an address a sheet waits to "
            "be printed. Without this, nobody is told anything."
        ),
    )
    makes_teams = forms.BooleanField(
        label=_("Make teams that are missing"),
        required=False,
        help_text=_("A team written as “A / B” is made below team A. The preview shows it."),
    )
