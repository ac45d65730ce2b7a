"""What a learner sends: the start of an attempt, and an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments import grading
from assessments.results import Slot

MOST_VALUES = 50
LONGEST_VALUE = 200
REASONS = {
    "nothing": _("Choose an answer first."),
    "unknown": _("That answer is not one of those shown. Choose one of them."),
    "several": _("Only one answer can be chosen here."),
    "long": _("What was sent is longer than any answer here. Choose one of those shown."),
    "token": _("This form is out of date. Choose your answer again and send it."),
}


class StartForm(forms.Form):
    """The button that starts an attempt; its token makes two clicks one attempt."""

    token = forms.UUIDField()


class ChoiceForm(forms.Form):
    """The answer to a question with options. `response` is what is kept of a valid one."""

    token = forms.UUIDField(error_messages=dict.fromkeys(["required", "invalid"], REASONS["token"]))

    def __init__(self, *args: Any, slot: Slot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slot = slot
        self.response: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        values = self.data.getlist("choice") if hasattr(self.data, "getlist") else []
        try:
            if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
                raise grading.BadResponse("long")
            self.response = grading.response_of(self.slot.question, values)
        except grading.BadResponse as bad:
            raise forms.ValidationError(REASONS[bad.reason], code=bad.reason) from bad
        return cleaned

    @property
    def reasons(self) -> list[str]:
        """Every message, in plain words."""
        return [str(message) for messages in self.errors.values() for message in messages]


FORMS: dict[str, type[ChoiceForm]] = {
    "single": ChoiceForm,
    "multiple": ChoiceForm,
    "true-false": ChoiceForm,
}


def form_for(slot: Slot, data: Any) -> ChoiceForm:
    """The form that reads an answer to this kind of question."""
    return FORMS[slot.kind](data, slot=slot)
