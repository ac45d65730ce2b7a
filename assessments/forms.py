"""What a learner sends: the start of an attempt, and answers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments import grading
from assessments.actions import Given
from assessments.results import Slot
from courses.progress import certainty

REASONS = {
    "nothing": _("Choose an answer first."),
    "unknown": _("That answer is not one of those shown. Choose one of them."),
    "several": _("Only one answer can be chosen here."),
    "long": _("What was sent is longer than any answer here."),
    "places": _("Give every item a place of its own: none twice, none left out."),
    "number": _("Write a number, for example 12 or 12,5."),
    "token": _("This form is out of date. Choose your answer again and send it."),
}
TOKENS = dict.fromkeys(["required", "invalid"], REASONS["token"])

# The same in the words of a kind: what is missing, and what is too long.
REASONS_OF_KINDS = {
    ("matching", "nothing"): _("Choose something for at least one of them first."),
    ("grouping", "nothing"): _("Choose a group for at least one of them first."),
    ("ordering", "nothing"): _("Give every item its place first."),
    ("cloze", "nothing"): _("Fill at least one gap first."),
    ("number", "nothing"): _("Write a number first."),
    ("estimate", "nothing"): _("Write your guess first."),
    ("short-text", "nothing"): _("Write an answer first."),
    ("open", "nothing"): _("Write an answer first."),
    ("open", "long"): _(
        "That is longer than an answer may be here. All you wrote is still below: shorten it a little and send it again."
    ),
}


def reason(kind: str, key: str) -> Any:
    """Why a response to a question of this kind could not be taken, in a sentence."""
    return REASONS_OF_KINDS.get((kind, key)) or REASONS[key]


class StartForm(forms.Form):
    """The button that starts an attempt; its token makes two clicks one attempt."""

    token = forms.UUIDField()


class _Fields(dict[str, forms.Field]):
    """Fields that are no form's own: none is shown or changed, and to copy them takes long."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Fields":
        return self


class AnswerForm(forms.Form):
    """The answer to a question of any kind. `response` is what is kept of a valid one.

    `token` names the save. Where a script has named it, `base` is the token the page came with.
    """

    token = forms.UUIDField(error_messages=TOKENS)
    base = forms.UUIDField(required=False, error_messages=TOKENS)
    certainty = forms.TypedChoiceField(
        choices=[(str(level), level) for level in certainty.LEVELS],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": REASONS["unknown"]},
    )

    def __init__(self, data: QueryDict, *, slot: Slot) -> None:
        super().__init__(data, prefix=slot.prefix.removesuffix("-") or None)
        self.slot = slot
        self.values: Mapping[str, Sequence[str]] = {
            name.removeprefix(slot.prefix): values
            for name, values in data.lists()
            if name.startswith(slot.prefix)
        }
        self.response: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            self.response = grading.read(self.slot.question, self.values)
        except grading.BadResponse as bad:
            raise forms.ValidationError(
                reason(self.slot.kind, bad.reason), code=bad.reason
            ) from bad
        return cleaned

    @property
    def is_empty(self) -> bool:
        """Whether the question was left alone."""
        return self.has_error("__all__", "nothing")

    @property
    def given(self) -> Given:
        """A valid form's answer."""
        base: UUID | None = self.cleaned_data["base"]
        return Given(
            self.slot.number,
            self.response,
            self.cleaned_data["token"],
            base,
            self.cleaned_data["certainty"],
        )

    @property
    def reasons(self) -> list[str]:
        """Every message, in plain words."""
        return [str(message) for messages in self.errors.values() for message in messages]


AnswerForm.base_fields = _Fields(AnswerForm.base_fields)
