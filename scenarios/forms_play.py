"""The play panel beside the form of a story: what it sends along, and what it shows."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from content.bilingual import LANGUAGES, current, say
from scenarios import models
from scenarios.engine import Story, build
from scenarios.presenter import paragraphs, picture
from scenarios.rehearsal import UNWRITTEN, Rehearsal, before, playable, rehearse
from scenarios.structure import MAX_KEY, MAX_TURNS

OWNER = "story-play"  # the form these fields belong to, so that saving the story leaves them out
NAMES = {"lv": _("Latvian"), "en": _("English")}


class PlayForm(forms.Form):
    """Where to begin, with which values; empty fields have what the story begins with."""

    scene = forms.ChoiceField(label=_("Begin at"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[(code, NAMES[code]) for code in LANGUAGES]
    )
    road = forms.CharField(
        label=_("What came before"),
        required=False,
        max_length=4000,
        help_text=_(
            "For guards with seen(), visits() and chose(): scenes, or scene/choice, with spaces "
            "between them. Each counts as a turn."
        ),
    )

    def __init__(self, story: Story, sent: QueryDict | None) -> None:
        super().__init__(sent, prefix="play")
        self.story = story
        scene = self.fields["scene"]
        assert isinstance(scene, forms.ChoiceField)  # noqa: S101
        scene.choices = [
            (key, f"{key} – {Truncator(say(scene.text)).words(6, truncate=' …')}")
            for key, scene in story.scenes.items()
        ]
        scene.initial = story.start
        self.fields["language"].initial = current()
        for key, item in story.variables.items():
            self.fields[f"value-{key}"] = forms.IntegerField(
                label=say(item.label) or key,
                required=False,
                min_value=item.low,
                max_value=item.high,
                initial=item.start,
            )
        for field in self.fields.values():
            field.widget.attrs["form"] = OWNER

    def clean_scene(self) -> str:
        return self.cleaned_data["scene"] or self.story.start

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or current()

    def clean_road(self) -> tuple[tuple[str, str], ...]:
        road, unknown = before(self.story, self.cleaned_data["road"].replace(",", " ").split())
        if unknown:
            raise forms.ValidationError(
                _("The story has no “%(step)s”."), params={"step": unknown[0][: 2 * MAX_KEY]}
            )
        if len(road) >= self.story.max_turns:
            raise forms.ValidationError(_("That is more turns than the conversation has."))
        return road

    @property
    def values(self) -> dict[str, int]:
        """Variables at the beginning, once the form is valid."""
        found = {key: self.cleaned_data[f"value-{key}"] for key in self.story.variables}
        return {
            key: self.story.variables[key].start if value is None else value
            for key, value in found.items()
        }


def moves(sent: list[str], do: str) -> list[str]:
    """The choices of the road after what was asked for.

    `do` is "begin", "back", "choose:<key>", or "" for the same road anew.
    """
    road = [key for key in sent[:MAX_TURNS] if len(key) <= MAX_KEY]
    word, _sign, key = do.partition(":")
    if word == "begin":
        return []
    if word == "back":
        return road[:-1]
    if word == "choose":
        return [*road, key]
    return road


def played(story: models.Story, sent: QueryDict) -> dict[str, Any]:
    """What the panel shows: where to begin, and the story after the choices that were sent.

    `hindrances` are findings that keep the story from being played at all.
    """
    data, hindrances = playable(story.data())
    if hindrances:
        return {"hindrances": hindrances}
    form = PlayForm(build(data), sent if "play-scene" in sent else None)
    shown: dict[str, Any] = {"form": form, "owner": OWNER}
    do = sent.get("play-do", "")
    if not (do or "play-on" in sent) or not form.is_valid():
        return shown
    asked = form.cleaned_data
    road = moves(sent.getlist("play-move"), do)
    found = rehearse(data, asked["scene"], form.values, asked["road"], road)
    return shown | told(found, asked["language"])


def told(found: Rehearsal, language: str) -> dict[str, Any]:
    """A rehearsal in words of one language, as plain values."""
    scene, ending, state = found.scene, found.ending, found.state
    with translation.override(language):
        drawn = picture(scene) if scene else None
    labels = {key: say(item.label) or key for key, item in found.story.variables.items()}
    return {
        "language": language,
        "turns": [
            {
                "number": number,
                "key": turn.scene.key,
                "speaker": say(turn.scene.speaker, language),
                "paragraphs": paragraphs(say(turn.scene.text, language)),
                "move": turn.choice.key,
                "said": "" if turn.scene.is_gather else say(turn.choice.text, language),
                "changes": [
                    {"label": labels[item.key], "before": item.before, "after": item.after}
                    for item in turn.changes
                ],
                "remark": paragraphs(say(turn.choice.remark, language)),
                "waits": say(turn.choice.needs_review, language),
            }
            for number, turn in enumerate(found.taken, start=1)
        ],
        "turn": len(found.moves) + 1,
        "refused": found.refused,
        "is_unwritten": state.scene == UNWRITTEN,
        "ending": ending
        and {
            "key": ending.key,
            "outcome": ending.outcome,
            "title": say(ending.title, language),
            "paragraphs": paragraphs(say(ending.text, language)),
            "waits": say(ending.needs_review, language),
        },
        "scene": scene
        and {
            "key": scene.key,
            "speaker": say(scene.speaker, language),
            "paragraphs": paragraphs(say(scene.text, language)),
            "goes_on": scene.is_gather,
            "picture": drawn,
            "open": [
                {"key": item.key, "text": say(item.text, language), "to": item.to}
                for item in found.open
            ],
            "closed": [
                {"text": say(item.choice.text, language), "why": item.why, "guard": item.guard}
                for item in found.closed
            ],
        },
        "values": [
            {"label": labels[key], "value": value, "shown": found.story.variables[key].shown}
            for key, value in state.values.items()
        ],
    }
