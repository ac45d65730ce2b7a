"""What people fill in about courses: assigning, a pause of reviews."""

import datetime
import uuid
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.models import Aim, Play, Target
from courses.outline import Ability, Outline
from courses.people.models import Team, User
from courses.people.names import by_name
from courses.profile import LEVEL_NAMES

FARTHEST = datetime.timedelta(days=3 * 366)
EARLIEST = 2000
OLDEST_OBSERVATION = datetime.timedelta(days=366)
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
    scenario_mode = forms.ChoiceField(
        label=_("Scenarios, where there are any"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("The learner chooses: only a conversation that counts finishes its part.")),
            (Play.PRACTICE, _("Practice is enough: a finished practice finishes its part too.")),
            (
                Play.ASSESSED,
                _("They are to count: without the coach, as evidence for the competence profile."),
            ),
        ],
        help_text=_(
            "In practice the coach speaks at once and one may go back. Where several assignments "
            "of a person differ, the conversation is to count."
        ),
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
        modules = [
            (f"module:{m.key}", m.title) for m in known.open_modules if not m.is_being_written
        ]
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


class CreditForm(forms.Form):
    """What a lead confirms that somebody had learned before."""

    note = forms.CharField(
        label=_("What it rests on"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Such as a diploma, earlier work, a test passed elsewhere. The learner reads it."
        ),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("prefix", "credit")
        super().__init__(*args, **kwargs)


class ObservationForm(forms.Form):
    """How a lead rates practice that she watched; the ratings are the levels of the competence."""

    rating = forms.TypedChoiceField(
        label=_("What you saw"), coerce=int, widget=forms.RadioSelect, empty_value=None
    )
    watched_on = forms.DateField(
        label=_("On which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("What the worker did"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A few words that both of you can come back to; the learner reads them. No names and "
            "no details of clients. They can be erased later."
        ),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, ability: Ability, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("prefix", "observation")
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["watched_on"].widget.attrs["max"] = today.isoformat()
        self.fields["watched_on"].initial = today
        rating = cast(forms.TypedChoiceField, self.fields["rating"])
        rating.choices = [
            (number, f"{number} · {LEVEL_NAMES[number]}" + (f": {text}" if text else ""))
            for number, text in (
                (number, ability.levels[number] if number < len(ability.levels) else "")
                for number in range(1, len(LEVEL_NAMES))
            )
        ]

    def clean_watched_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["watched_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        if self.today - day > OLDEST_OBSERVATION:
            raise ValidationError(_("An observation is recorded within a year."))
        return day


class DayForm(forms.Form):
    """A day in the past to ask about, or today."""

    on = forms.DateField(
        label=_("As it was known on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        if day.year < EARLIEST:
            raise ValidationError(_("Choose a day from 2000 on."))
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
