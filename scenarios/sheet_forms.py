"""What is written on a supervision sheet: comments on turns, two questions, what a lead observed."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.forms import ObservationForm
from courses.outline import Ability
from scenarios.supervision import LONGEST


def _words(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": rows}),
        **more,
    )


class CommentsForm(forms.Form):
    """A comment on each turn; one that is left empty is none."""

    def __init__(self, data: Any = None, *, turns: int, written: Mapping[int, str]) -> None:
        """`turns` is how many there are, from 1; `written` what stands beside them already."""
        super().__init__(data, label_suffix="", auto_id="on-%s")
        self.turns = range(1, turns + 1)
        for turn in self.turns:
            self.fields[f"turn-{turn}"] = _words(
                _("Your comment on turn %(number)d") % {"number": turn},
                3,
                initial=written.get(turn, ""),
            )

    @property
    def comments(self) -> dict[int, str]:
        """What was sent, by the number of the turn."""
        return {turn: self.cleaned_data[f"turn-{turn}"] for turn in self.turns}


class SheetForm(CommentsForm):
    """What its owner writes: comments on turns, and two questions."""

    first = _words(gettext_lazy("First question"), 3)
    second = _words(gettext_lazy("Second question"), 3)

    def __init__(self, data: Any = None, *, questions: tuple[str, str], **more: Any) -> None:
        super().__init__(data, **more)
        self.initial = dict(zip(("first", "second"), questions, strict=True))

    @property
    def questions(self) -> tuple[str, str]:
        return self.cleaned_data["first"], self.cleaned_data["second"]


class ObservedForm(ObservationForm):
    """An observation of the conversation on a sheet, bound only where one was begun or asked for."""

    def __init__(
        self, data: Any, *, ability: Ability, day: datetime.date, today: datetime.date
    ) -> None:
        prefix, self.ability = f"observed-{ability.name}", ability
        self.button = f"observe:{ability.name}"
        self.is_asked = data is not None and data.get("do") == self.button
        begun = self.is_asked or any(
            data and data.get(f"{prefix}-{name}") for name in ("note", "rating")
        )
        super().__init__(
            data if begun else None,
            ability=ability,
            today=today,
            prefix=prefix,
            auto_id="on-%s",
            use_required_attribute=False,
        )
        self.fields["watched_on"].initial = day
