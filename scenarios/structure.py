"""Whether the data of a story has the right shape: fields, keys, texts in both languages, targets.

Says nothing about what can happen in it; `scenarios.lint` walks it for that.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from content.bilingual import LANGUAGES
from scenarios import language
from scenarios.conversations import CODES, KINDS, STAGES, TECHNIQUES
from scenarios.language import TURNS, Chose, LanguageError, Name, Node, Seen, Visits

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
PATH = re.compile(rf"{KEY.pattern}/{KEY.pattern}", re.ASCII)  # "burnout/three-strains"
PASSAGE = re.compile(rf"{PATH.pattern}(?:#[a-z0-9_-]+)?", re.ASCII)
MOODS = ("calm", "tense", "tired", "warm", "angry", "sad")
OUTCOMES = ("good", "mixed", "poor")
LIMITS = {
    "variables": 20,
    "scenes": 500,
    "choices": 12,
    "endings": 30,
    "effects": 10,
    "codes": 10,
    "fits": 6,
    "next_scenarios": 5,
}
MAX_KEY = 60
MAX_TEXT = 4000
MAX_VALUE = 1000
MAX_TURNS = 500

STORY = {"key", "title", "summary", "intro", "start", "max_turns", "end_of_turns", "conversation",
         "stage", "next_scenarios", "competences", "variables", "scenes", "endings"}  # fmt: skip
VARIABLE = {"key", "label", "kind", "start", "min", "max", "shown"}
SCENE = {"key", "speaker", "text", "mood", "picture", "picture_alt", "checkpoint", "stage",
         "effects", "next", "choices", "needs_review"}  # fmt: skip
CHOICE = {"key", "text", "to", "guard", "once", "fallback", "effects", "codes", "technique", "fits",
          "remark", "passage", "score", "competences", "critical", "needs_review"}  # fmt: skip
ENDING = {"key", "outcome", "title", "text", "needs_review"}
WEIGHT = {"key", "weight"}

# What a path looks like, in messages.
FIGURE, LESSON, SCENARIO = "burnout/three-strains", "burnout/three-strains", "burnout/flat-voice"

Where = tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What is wrong, where ("scenes", "kitchen", "choices", "stay", "guard") and how badly.

    `road` is a shortest way there, as "scene/choice" keys from the start, where there is one.
    """

    where: Where
    reason: str
    level: str = "error"  # or "warning"
    road: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.level == "error"

    @property
    def place(self) -> str:
        return ".".join(self.where) or "story"

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class StoryInvalid(ValueError):
    """The data is no story; `findings` says why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(str(finding) for finding in findings))


def structure(data: Mapping[str, Any], competences: Collection[str] | None = None) -> list[Finding]:
    """Everything wrong with the shape of a story; `competences` are the keys that exist."""
    return _Check(data, competences).run()


class _Check:
    def __init__(self, data: Mapping[str, Any], competences: Collection[str] | None) -> None:
        self.data = data
        self.competences = competences
        self.findings: list[Finding] = []
        self.variables: set[str] = set()
        self.scenes: dict[str, set[str]] = {}
        self.endings: set[str] = set()
        self.is_coded = False

    def run(self) -> list[Finding]:
        self.fields(self.data, STORY, ())
        self.key(self.data.get("key"), ("key",))
        self.text(self.data.get("title"), ("title",))
        for name in ("summary", "intro"):
            self.text(self.data.get(name), (name,), required=False)
        if "max_turns" in self.data:
            self.number(self.data["max_turns"], ("max_turns",), 1, MAX_TURNS)
        self.truth(self.data, "conversation", ())
        self.one_of(self.data.get("stage") or "", ("", *STAGES), ("stage",))
        self.paths(self.data.get("next_scenarios"), ("next_scenarios",))

        variables = list(self.items("variables", required=False))
        scenes = list(self.items("scenes"))
        endings = list(self.items("endings"))
        self.variables = {item["key"] for _where, item in variables if _is_key(item.get("key"))}
        self.endings = {item["key"] for _where, item in endings if _is_key(item.get("key"))}
        self.scenes = {
            item["key"]: {
                choice["key"]
                for choice in _tables(item.get("choices"))
                if _is_key(choice.get("key"))
            }
            for _where, item in scenes
            if _is_key(item.get("key"))
        }
        for key in sorted(self.scenes.keys() & self.endings):
            self.wrong(("endings", key, "key"), _("a scene has this key already"))

        self.weights(self.data.get("competences"), ("competences",), plain=True)
        start = self.data.get("start")
        if not isinstance(start, str) or start not in self.scenes:
            self.wrong(("start",), _("there is no scene “%(key)s”") % {"key": start})
        last = self.data.get("end_of_turns") or ""
        if last != "" and (not isinstance(last, str) or last not in self.endings):
            self.wrong(("end_of_turns",), _("there is no ending “%(key)s”") % {"key": last})
        for where, item in variables:
            self.variable(item, where)
        for where, item in scenes:
            self.scene(item, where)
        for where, item in endings:
            self.ending(item, where)
        if self.data.get("conversation") is True and not self.is_coded:
            self.wrong(
                ("conversation",), _("a coded conversation, but no choice has a code"), "warning"
            )
        return self.findings

    # Parts of a story ---------------------------------------------------------------------

    def variable(self, data: Mapping[str, Any], where: Where) -> None:
        self.fields(data, VARIABLE, where)
        self.text(data.get("label"), (*where, "label"))
        key = data.get("key")
        if _is_key(key) and (key in language.RESERVED or not language.NAME.fullmatch(key)):
            self.wrong(
                (*where, "key"),
                _("guards could not name it: begin with a letter, and use no word such as “and”"),
            )
        self.one_of(data.get("kind") or "other", KINDS, (*where, "kind"))
        found = {
            name: self.number(data.get(name), (*where, name), -MAX_VALUE, MAX_VALUE)
            for name in ("min", "max", "start")
        }
        low, high, start = found["min"], found["max"], found["start"]
        if low is None or high is None or start is None:
            return
        if low >= high:
            self.wrong((*where, "max"), _("the largest value must be above the smallest"))
        elif not low <= start <= high:
            self.wrong((*where, "start"), _("the start lies outside the bounds"))

    def scene(self, data: Mapping[str, Any], where: Where) -> None:
        self.fields(data, SCENE, where)
        self.text(data.get("speaker"), (*where, "speaker"), required=False)
        self.text(data.get("text"), (*where, "text"))
        self.one_of(data.get("mood") or "calm", MOODS, (*where, "mood"))
        self.picture(data, where)
        self.truth(data, "checkpoint", where)
        self.one_of(data.get("stage") or "", ("", *STAGES), (*where, "stage"))
        self.effects(data.get("effects"), (*where, "effects"))
        self.text(data.get("needs_review"), (*where, "needs_review"), required=False)
        following = data.get("next") or ""
        if following:
            self.target(following, (*where, "next"))
            if data.get("choices"):
                self.wrong(
                    (*where, "next"), _("the text goes on by itself only where nothing is chosen")
                )
        choices = list(self.items("choices", data, where, required=not following))
        for place, item in choices:
            self.choice(item, place, alone=len(choices) == 1)

    def picture(self, data: Mapping[str, Any], where: Where) -> None:
        picture = data.get("picture") or ""
        if picture != "" and not (isinstance(picture, str) and PATH.fullmatch(picture)):
            self.wrong((*where, "picture"), _("name a figure as %(example)s") % {"example": FIGURE})
        self.text(data.get("picture_alt"), (*where, "picture_alt"), required=bool(picture))
        if _says_something(data.get("picture_alt")) and not picture:
            self.wrong((*where, "picture_alt"), _("describes a picture that is not there"))

    def choice(self, data: Mapping[str, Any], where: Where, *, alone: bool) -> None:
        self.fields(data, CHOICE, where)
        self.text(data.get("text"), (*where, "text"))
        self.target(data.get("to"), (*where, "to"))
        self.guard(data.get("guard"), (*where, "guard"))
        self.effects(data.get("effects"), (*where, "effects"))
        for name in ("once", "fallback", "critical"):
            self.truth(data, name, where)
        self.coding(data, where)
        score = data.get("score")
        if score is not None and not (_is_number(score) and 0 <= score <= 1):
            self.wrong((*where, "score"), _("must be a number from 0 to 1"))
        self.weights(data.get("competences"), (*where, "competences"))
        if data.get("competences") and score is None:
            self.wrong((*where, "competences"), _("only a choice with a score counts for them"))
        self.text(data.get("remark"), (*where, "remark"), required=score is not None)
        self.text(data.get("needs_review"), (*where, "needs_review"), required=False)
        if not _says_something(data.get("remark")) and score is None and not alone:
            self.wrong((*where, "remark"), _("the coach says nothing about this choice"), "warning")

    def guard(self, guard: Any, where: Where) -> None:
        if guard is None or guard == "":
            return
        if not isinstance(guard, str):
            self.wrong(where, _("must be a text"))
            return
        try:
            node = language.parse_guard(guard)
        except LanguageError as error:
            self.wrong(where, str(error))
            return
        self.names(node, where)

    def names(self, node: Node, where: Where, told: str = "") -> None:
        """That what a guard or a sum reads is there; `told` comes before what is said."""
        for part in language.parts(node):
            if isinstance(part, Name) and part.key not in self.variables | {TURNS}:
                self.at(where, part.column, self.no_variable(part.key), told)
            elif isinstance(part, Seen | Visits) and part.scene not in self.scenes:
                reason = _("there is no scene “%(key)s”") % {"key": part.scene}
                self.at(where, part.column, reason, told)
            elif isinstance(part, Chose):
                scene, choice = part.choice.split("/")
                if choice not in self.scenes.get(scene, ()):
                    reason = _("there is no choice “%(key)s”") % {"key": part.choice}
                    self.at(where, part.column, reason, told)

    def effects(self, effects: Any, where: Where) -> None:
        if effects is None:
            return
        if not isinstance(effects, list) or len(effects) > LIMITS["effects"]:
            self.wrong(
                where,
                _("must be a list of at most %(limit)d effects") % {"limit": LIMITS["effects"]},
            )
            return
        for effect in effects:
            self.effect(effect, where)

    def effect(self, effect: Any, where: Where) -> None:
        if not isinstance(effect, str):
            self.wrong(where, _("must be a text"))
            return
        told = f"“{effect[:60]}”: "
        try:
            parsed = language.parse_effect(effect)
        except LanguageError as error:
            self.wrong(where, f"{told}{error}")
            return
        if parsed.variable not in self.variables:
            self.wrong(where, told + self.no_variable(parsed.variable))
        else:
            self.names(parsed.value, where, told)

    def coding(self, data: Mapping[str, Any], where: Where) -> None:
        """Behaviours, technique and stages of a choice, and the passage to reread."""
        codes = self.among(data.get("codes"), CODES, (*where, "codes"))
        self.is_coded = self.is_coded or bool(codes)
        if codes and self.data.get("conversation") is not True:
            self.wrong((*where, "codes"), _("only a story that is a coded conversation has codes"))
        technique = data.get("technique") or ""
        self.one_of(technique, ("", *TECHNIQUES), (*where, "technique"))
        fits = self.among(data.get("fits"), STAGES, (*where, "fits"))
        if len(set(fits)) < len(fits):
            self.wrong((*where, "fits"), _("names a stage twice"))
        if fits and not technique:
            self.wrong((*where, "technique"), _("say which technique fits these stages"))
        passage = data.get("passage") or ""
        if passage != "" and not (isinstance(passage, str) and PASSAGE.fullmatch(passage)):
            self.wrong((*where, "passage"), _("name a lesson as %(example)s") % {"example": LESSON})

    def ending(self, data: Mapping[str, Any], where: Where) -> None:
        self.fields(data, ENDING, where)
        self.one_of(data.get("outcome"), OUTCOMES, (*where, "outcome"))
        self.text(data.get("title"), (*where, "title"))
        self.text(data.get("text"), (*where, "text"))
        self.text(data.get("needs_review"), (*where, "needs_review"), required=False)

    # Kinds of value -----------------------------------------------------------------------

    def items(
        self, name: str, data: Mapping[str, Any] | None = None, where: Where = (), *,
        required: bool = True,
    ) -> Iterator[tuple[Where, Mapping[str, Any]]]:  # fmt: skip
        """The tables of a list with where each stands; their keys are there and differ."""
        found = (self.data if data is None else data).get(name)
        where = (*where, name)
        if not found:
            if required:
                self.wrong(where, _("there are none"))
            return
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            self.wrong(where, _("must be a list of tables"))
            return
        if len(found) > LIMITS[name]:
            self.wrong(where, _("more than %(limit)d") % {"limit": LIMITS[name]})
            return
        count = Counter(item.get("key") for item in found if _is_key(item.get("key")))
        told: set[str] = set()
        for number, item in enumerate(found, start=1):
            key = item.get("key")
            place = (*where, key if _is_key(key) else str(number))
            self.key(key, (*place, "key"))
            if _is_key(key) and count[key] > 1 and key not in told:
                told.add(key)
                self.wrong(
                    (*place, "key"), _("stands here %(count)d times") % {"count": count[key]}
                )
            yield place, item

    def fields(self, data: Mapping[str, Any], known: Collection[str], where: Where) -> None:
        for name in data:
            if name not in known:
                self.wrong((*where, str(name)), _("no such field"))

    def target(self, to: Any, where: Where) -> None:
        if not isinstance(to, str) or (to not in self.scenes and to not in self.endings):
            self.wrong(
                where, _("leads nowhere: there is no scene or ending “%(key)s”") % {"key": to}
            )

    def truth(self, data: Mapping[str, Any], name: str, where: Where) -> None:
        if not isinstance(data.get(name, False), bool):
            self.wrong((*where, name), _("must be true or false"))

    def among(self, value: Any, allowed: Collection[str], where: Where) -> list[str]:
        """A list of known words; those that are."""
        if not value:
            return []
        limit = LIMITS[where[-1]]
        if not isinstance(value, list) or len(value) > limit:
            self.wrong(where, _("must be a list of at most %(limit)d words") % {"limit": limit})
            return []
        for item in value:
            self.one_of(item, tuple(allowed), where)
        return [item for item in value if isinstance(item, str) and item in allowed]

    def paths(self, value: Any, where: Where) -> None:
        """A list of scenarios, each as "module/scenario"."""
        if not value:
            return
        limit = LIMITS[where[-1]]
        if not isinstance(value, list) or len(value) > limit:
            self.wrong(where, _("must be a list of at most %(limit)d words") % {"limit": limit})
        elif not all(isinstance(item, str) and PATH.fullmatch(item) for item in value):
            self.wrong(where, _("name each as %(example)s") % {"example": SCENARIO})
        elif len(set(value)) < len(value):
            self.wrong(where, _("names a scenario twice"))

    def key(self, value: Any, where: Where) -> None:
        if not _is_key(value):
            self.wrong(where, _("a key is made of small letters a to z, digits and hyphens"))

    def text(self, value: Any, where: Where, *, required: bool = True) -> None:
        """A table of texts: in both languages, or, unless required, in neither."""
        if value is None:
            value = {}
        if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
            self.wrong(where, _("must be a text in both languages, lv and en"))
            return
        for code in LANGUAGES:
            text = value.get(code, "")
            if not isinstance(text, str):
                self.wrong((*where, code), _("must be a text"))
            elif not text.strip() and (required or _says_something(value)):
                self.wrong((*where, code), _("the text is missing in this language"))
            elif len(text) > MAX_TEXT:
                self.wrong(
                    (*where, code), _("longer than %(limit)d characters") % {"limit": MAX_TEXT}
                )

    def number(self, value: Any, where: Where, low: int, high: int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(
            where,
            _("must be a whole number from %(low)d to %(high)d") % {"low": low, "high": high},
        )
        return None

    def one_of(self, value: Any, allowed: Collection[str], where: Where) -> None:
        if not isinstance(value, str) or value not in allowed:
            words = ", ".join(word for word in allowed if word)
            self.wrong(where, _("must be one of: %(allowed)s") % {"allowed": words})

    def weights(self, value: Any, where: Where, *, plain: bool = False) -> None:
        """Competences, as keys or (for a choice) with weights; each exists and stands once."""
        if not value:
            return
        if not isinstance(value, list):
            self.wrong(where, _("must be a list"))
            return
        keys = []
        for item in value:
            if not plain and isinstance(item, Mapping):
                self.fields(item, WEIGHT, where)
                weight = item.get("weight")
                if not _is_number(weight) or not 0 < weight <= 10:
                    self.wrong((*where, "weight"), _("must be a number above 0, at most 10"))
                item = item.get("key")
            if not isinstance(item, str):
                self.wrong(where, _("must name competences by their keys"))
            elif self.competences is not None and item not in self.competences:
                self.wrong(where, _("there is no competence “%(key)s”") % {"key": item})
            keys.append(item)
        if len(keys) != len({str(key) for key in keys}):
            self.wrong(where, _("names a competence twice"))

    # Telling ------------------------------------------------------------------------------

    def no_variable(self, key: str) -> str:
        reason = _("there is no variable “%(key)s”") % {"key": key}
        if "-" in key and any(key.startswith(f"{known}-") for known in self.variables):
            reason += " " + _("(for a subtraction, put spaces around the minus)")
        return reason

    def at(self, where: Where, column: int, reason: str, told: str = "") -> None:
        placed = _("column %(column)d: %(reason)s") % {"column": column, "reason": reason}
        self.wrong(where, told + placed)

    def wrong(self, where: Where, reason: str, level: str = "error") -> None:
        self.findings.append(Finding(where, reason, level))


def _is_key(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_KEY and bool(KEY.fullmatch(value))


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _says_something(value: Any) -> bool:
    return isinstance(value, Mapping) and any(
        isinstance(text, str) and text.strip() for text in value.values()
    )
