"""What people fill in about courses: assigning, a pause of reviews."""

import datetime
import uuid
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.models import Aim, Target
from courses.outline import Outline
from courses.people.models import Team, User
from courses.people.names import by_name

FARTHEST = datetime.timedelta(days=3 * 366)
LONGEST_PAUSE = datetime.timedelta(days=90)


class AssignForm(forms.Form):
    """A module or path for a team or one person, by a day; choices are what this lead may."""

    target = forms.ChoiceField(label=_("What is to be learned"))
    whom = forms.ChoiceField(label=_("For whom"))
    due_on = forms.DateField(
        label=_("By when"),
        required=False,
        help_text=_("May be left empty: then there is no day to keep."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("A few words to them"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sent with the message. Up to 1,000 characters."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self,
        *args: Any,
        known: Outline,
        teams: list[Team],
        people: list[User],
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today
        self.teams = {f"team:{team.pk}": team for team in teams}
        self.people = {f"person:{person.pk}": person for person in people}
        modules = [(f"module:{m.key}", m.title) for m in known.open_modules]
        routes = [(f"path:{r.key}", r.title) for r in known.open_routes]
        targets = [(_("Paths"), routes), (_("Modules"), modules)]
        self._choose("target", [(name, some) for name, some in targets if some])
        named = sorted(people, key=by_name)
        whom = [
            (_("A whole team"), [(f"team:{team.pk}", indented(team)) for team in teams]),
            (_("One person"), [(f"person:{person.pk}", str(person)) for person in named]),
        ]
        self._choose("whom", [(name, some) for name, some in whom if some])

    def _choose(self, name: str, groups: list[Any]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [("", _("Choose…")), *groups]

    def clean_target(self) -> Aim:
        kind, key = self.cleaned_data["target"].split(":")
        return Aim(Target(kind), UUID(key))

    def clean_whom(self) -> Team | User:
        chosen = self.cleaned_data["whom"]
        return self.teams.get(chosen) or self.people[chosen]

    def clean_due_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        if day and day > self.today + FARTHEST:
            raise ValidationError(_("Choose a day within the next three years."))
        return day


class PauseForm(forms.Form):
    """The days on which a person wants no reviews."""

    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("To, that day included"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: datetime.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today or datetime.date.min

    def clean_ends_on(self) -> datetime.date:
        ends: datetime.date = self.cleaned_data["ends_on"]
        begins: datetime.date | None = self.cleaned_data.get("starts_on")
        if ends < self.today:
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        if begins and ends < begins:
            raise ValidationError(_("The last day is before the first."))
        if begins and ends - max(begins, self.today) > LONGEST_PAUSE:
            raise ValidationError(_("A pause is at most 90 days long."))
        return ends


def indented(team: Team) -> str:
    return "\u2003" * (team.get_depth() - 1) + team.name
