"""What a learner's browser sends."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from scenarios.engine import Choice

A_DAY = 24 * 60 * 60 * 1000  # milliseconds


class TokenForm(forms.Form):
    """A form that was shown once and counts once."""

    token = forms.UUIDField(widget=forms.HiddenInput)


class Telling(forms.IntegerField):
    """A number the browser adds of its own; nonsense is no reason to lose a choice."""

    def clean(self, value: Any) -> int | None:
        try:
            told: int | None = super().clean(value)
        except ValidationError:
            return None
        return told


class ChoiceForm(TokenForm):
    """A choice by its place in the list that was shown, so that its key stays on the server."""

    turn = forms.IntegerField(min_value=1, max_value=10_000, widget=forms.HiddenInput)
    choice = forms.IntegerField(
        min_value=1, error_messages={"required": _("Choose what you say or do.")}
    )
    milliseconds = Telling(required=False, min_value=0, max_value=A_DAY, widget=forms.HiddenInput)

    def arguments(self, offered: tuple[Choice, ...]) -> dict[str, Any]:
        """For `take_choice`; a place beyond the list is the key of no choice."""
        data = self.cleaned_data
        place: int = data["choice"]
        token: UUID = data["token"]
        return {
            "choice": offered[place - 1].key if place <= len(offered) else "",
            "turn": data["turn"],
            "token": token,
            "milliseconds": data["milliseconds"],
        }
