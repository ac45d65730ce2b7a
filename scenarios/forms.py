"""What a learner's browser sends."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from scenarios.engine import Choice
from scenarios.models import Mode, Question, Reflection, ScenarioRun

A_MONTH = 30 * 24 * 60 * 60 * 1000  # milliseconds; a conversation left for longer says no more
SIGNER = Signer(salt="scenarios.shown")


class TokenForm(forms.Form):
    """A form that was shown once and counts once."""

    token = forms.UUIDField(widget=forms.HiddenInput)


class StartForm(TokenForm):
    """How a run is begun; left empty, as it was assigned."""

    mode = forms.ChoiceField(choices=Mode.choices, required=False)


class Mark(forms.CharField):
    """What a browser hands back; nonsense in it is no reason to lose a choice."""

    def clean(self, value: Any) -> str:
        return value if isinstance(value, str) else ""


class MoveForm(TokenForm):
    """What is sent from a scene: which turn it is, and when the server showed it."""

    turn = forms.IntegerField(min_value=1, max_value=10_000, widget=forms.HiddenInput)
    shown = Mark(required=False, widget=forms.HiddenInput)

    def since_shown(self, run: ScenarioRun, now: datetime.datetime) -> int | None:
        """Milliseconds since the server showed this scene; None if what came back is not its own."""
        try:
            mark = SIGNER.unsign(self.cleaned_data["shown"])
        except BadSignature:
            return None
        pk, turn, at = mark.split(" ")
        if (pk, turn) != (str(run.pk), str(self.cleaned_data["turn"])):
            return None
        return max(0, min(round(now.timestamp() * 1000) - int(at), A_MONTH))


class ChoiceForm(MoveForm):
    """A choice by its place in the list that was shown, so that its key stays on the server."""

    choice = forms.IntegerField(
        min_value=1, error_messages={"required": _("Choose what you say or do.")}
    )

    def key(self, offered: tuple[Choice, ...]) -> str:
        """The key of the choice; a place beyond the list is the key of no choice."""
        place: int = self.cleaned_data["choice"]
        return offered[place - 1].key if place <= len(offered) else ""


class RewindForm(MoveForm):
    """Back to a checkpoint, by how many turns of the road are kept."""

    keeps = forms.IntegerField(min_value=0, max_value=10_000)


class AgainForm(TokenForm):
    """Back to a checkpoint of a finished practice, by how many turns of its road are kept."""

    keeps = forms.IntegerField(min_value=0, max_value=10_000)


def shown(run: ScenarioRun, now: datetime.datetime) -> str:
    """The server's own mark of when it showed the present scene of a run, signed."""
    return SIGNER.sign(f"{run.pk} {run.next_turn} {round(now.timestamp() * 1000)}")


class ReflectionForm(forms.Form):
    """What somebody writes for herself; a field left empty is not kept."""

    def __init__(self, data: Any = None, *, written: Iterable[Reflection] = ()) -> None:
        initial = {item.question: item.text for item in written}
        super().__init__(data, initial=initial, auto_id="on-%s")
        for question in Question:
            self.fields[question.value] = forms.CharField(
                label=question.label,
                required=False,
                max_length=4000,
                widget=forms.Textarea({"rows": 3}),
            )
