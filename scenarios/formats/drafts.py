"""A tale as the data of a story of ours: passages become scenes and endings, names become keys."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from content.bilingual import both
from scenarios import language
from scenarios.data import whole
from scenarios.formats.bodies import Body, Link, Reader
from scenarios.formats.common import BadFile, Note, Passage, Tale
from scenarios.formats.expressions import Names, written, written_effect
from scenarios.formats.harlowe import Harlowe
from scenarios.formats.others import Chapbook, Snowman
from scenarios.formats.sugarcube import SugarCube
from scenarios.language import Arithmetic, Comparison, Effect, Name, Negative, Node, Number, parts
from scenarios.structure import MAX_KEY, MAX_VALUE

READERS: dict[str, type[Reader]] = {
    "sugarcube": SugarCube,
    "harlowe": Harlowe,
    "chapbook": Chapbook,
    "snowman": Snowman,
}
# Passages that are read before the story begins: they say where variables start.
FIRST = {"StoryInit"}
FIRST_TAGS = {"startup"}
# Passages that are none of the story: of the story formats' own use.
ASIDE = {"StoryAuthor", "StoryBanner", "StoryCaption", "StoryDisplayTitle", "StoryIncludes",
         "StoryInterface", "StoryMenu", "StorySettings", "StoryShare", "StorySubtitle",
         "PassageDone", "PassageFooter", "PassageHeader", "PassageReady", "ClickOptions"}  # fmt: skip
ASIDE_TAGS = {"script", "stylesheet", "widget", "header", "footer", "debug-header", "debug-footer",
              "debug-startup", "annotation", "Twine.private", "Twine.image", "Twine.audio",
              "Twine.video", "Twine.vtt", "init"}  # fmt: skip
MOST_VARIABLES = 200  # ten times what a story may have
MOST_NOTES = 500
BOUNDS = (10, 20, 50, 100, 200, 500, MAX_VALUE)


@dataclass
class Draft:
    """A story in our data, as drafts may be: unsound where the file leaves things open."""

    data: dict[str, Any]
    format: str = ""
    notes: list[Note] = field(default_factory=list)


def draft(tale: Tale, language_code: str) -> Draft:
    """The story of a tale, its texts in one language ("lv" or "en"), the other left empty.

    Raises `BadFile` where it has more variables than anybody could keep in mind.
    """
    return _Maker(tale, language_code).make()


class _Maker:
    def __init__(self, tale: Tale, code: str) -> None:
        self.tale = tale
        self.code = code
        self.notes = list(tale.notes)
        self.passages: dict[str, Passage] = {}
        self.first: list[Passage] = []
        for passage in tale.passages:
            self._sort_in(passage)
        self.keys = _Keys("passage")
        for name in self.passages:
            self.keys.of(name)
        self.variables = _Keys("variable", language.RESERVED)
        self.format = tale.format or _guess(tale.passages)
        self.reader = READERS.get(self.format.split("-")[0].lower(), Reader)

    def make(self) -> Draft:
        starts = self._starts()
        bodies = {name: self._read(passage) for name, passage in self.passages.items()}
        for body in bodies.values():
            self.notes += body.notes
        scenes, endings = [], []
        for name, body in bodies.items():
            if body.links:
                scenes.append(self._scene(name, body))
            else:
                endings.append(self._ending(name, body))
        title = self.tale.title or _("Story from Twine")
        data = whole(
            {
                "key": (slugify(title) or "story")[:MAX_KEY].strip("-"),
                "title": self._said(title[:200]),
                "start": self._start(),
                "variables": self._variables(starts, scenes, bodies),
                "scenes": scenes,
                "endings": endings,
            }
        )
        # Those about the story as a whole come last.
        notes = sorted(self.notes, key=lambda note: note.line or 10**9)
        if more := max(0, len(notes) - MOST_NOTES):
            told = _("And %(number)d more of the like.") % {"number": more}
            notes = [*notes[:MOST_NOTES], Note("", 0, told)]
        return Draft(data, self.format, notes)

    def note(self, text: str, passage: str = "", line: int = 0) -> None:
        self.notes.append(Note(passage, line, text))

    def _said(self, text: str) -> dict[str, str]:
        return both("", "") | {self.code: text}

    # Passages -----------------------------------------------------------------------------

    def _sort_in(self, passage: Passage) -> None:
        if passage.name in FIRST or FIRST_TAGS & set(passage.tags):
            self.first.append(passage)
        elif passage.name in ASIDE or ASIDE_TAGS & set(passage.tags):
            what = ", ".join(tag for tag in passage.tags if tag in ASIDE_TAGS) or passage.name
            self.note(_("A passage that is none of the story was left out (%(what)s).")
                      % {"what": what}, passage.name, passage.line)  # fmt: skip
        elif passage.name in self.passages:
            self.note(_("There are two passages of this name; the second was left out."),
                      passage.name, passage.line)  # fmt: skip
        else:
            self.passages[passage.name] = passage
            if passage.tags:
                self.note(_("The passage’s tags were left out: %(tags)s")
                          % {"tags": ", ".join(passage.tags)[:80]}, passage.name, passage.line)  # fmt: skip

    def _read(self, passage: Passage) -> Body:
        names = Names(
            self.variables.of, self.keys.known, self.keys.known(passage.name) or "passage"
        )
        return self.reader(Body(passage, names)).read()

    def _start(self) -> str:
        wanted = self.tale.start or "Start"
        if wanted not in self.passages:
            first = next(iter(self.passages), "")
            self.note(
                _("No passage is named as the first; taken was “%(name)s”.") % {"name": first}
            )
            wanted = first
        return self.keys.known(wanted) or ""

    def _scene(self, name: str, body: Body) -> dict[str, Any]:
        text, line = body.text, body.passage.line
        if not text:
            self.note(_("The passage has no text; its name stands there instead."), name, line)
        taken = _Keys("choice")
        choices = []
        for number, link in enumerate(body.links, start=1):
            if self.keys.known(link.target) is None:
                self.note(_("A link leads to a passage that is not there: “%(to)s”.")
                          % {"to": link.target[:80]}, name, link.line)  # fmt: skip
            choices.append(self._choice(link, taken.of(link.text, number)))
        return {
            "key": self.keys.known(name),
            "text": self._said(text or name),
            "effects": [written_effect(effect) for effect in body.effects],
            "choices": choices,
        }

    def _choice(self, link: Link, key: str) -> dict[str, Any]:
        return {
            "key": key,
            "text": self._said(link.text),
            "to": self.keys.known(link.target) or slugify(link.target)[:MAX_KEY].strip("-"),
            "guard": written(link.guard) if link.guard is not None else "",
            "effects": [written_effect(effect) for effect in link.effects],
        }

    def _ending(self, name: str, body: Body) -> dict[str, Any]:
        self.note(_("The passage has no links, so it is an ending: say how good its outcome is."),
                  name, body.passage.line)  # fmt: skip
        return {
            "key": self.keys.known(name),
            "outcome": "",
            "title": self._said(name),
            "text": self._said(body.text or name),
        }

    # Variables ----------------------------------------------------------------------------

    def _starts(self) -> dict[str, int]:
        """Values that variables are given before the story begins."""
        found: dict[str, int] = {}
        for passage in self.first:
            body = self._read(passage)
            self.notes += body.notes
            for effect in body.effects:
                value = _constant(effect.value)
                if value is None:
                    self.note(_("A value before the story begins was not understood: %(text)s")
                              % {"text": written_effect(effect)[:80]}, passage.name, passage.line)  # fmt: skip
                else:
                    found[effect.variable] = value
        return found

    def _variables(
        self, starts: dict[str, int], scenes: list[dict[str, Any]], bodies: dict[str, Body]
    ) -> list[dict[str, Any]]:
        """The variables that guards and effects name, with bounds that hold what they can become."""
        guards = [link.guard for body in bodies.values() for link in body.links if link.guard]
        effects = [
            effect
            for body in bodies.values()
            for effect in (*body.effects, *(each for link in body.links for each in link.effects))
        ]
        used = dict.fromkeys(starts)
        for node in (*guards, *(effect.value for effect in effects)):
            used |= {part.key: None for part in parts(node) if isinstance(part, Name)}
        used |= {effect.variable: None for effect in effects}
        if len(used) > MOST_VARIABLES:
            raise BadFile(
                _("The file holds more than %(most)d variables.") % {"most": MOST_VARIABLES}
            )
        compared: dict[str, list[int]] = {}
        for key, value in _compared(guards):
            compared.setdefault(key, []).append(value)
        changing: dict[str, list[Effect]] = {}
        for effect in effects:
            changing.setdefault(effect.variable, []).append(effect)
        return [
            self._variable(key, starts.get(key, 0), compared.get(key, []), changing.get(key, []))
            for key in used
        ]

    def _variable(
        self, key: str, start: int, compared: list[int], effects: list[Effect]
    ) -> dict[str, Any]:
        low, high = _bounds(start, compared, effects)
        name = self.variables.name(key).lstrip("$")
        label = " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").split())
        self.note(
            _("The variable %(name)s is “%(key)s”, from %(low)d to %(high)d, at first %(start)d; "
              "the bounds are guessed.")
            % {"name": f"${name}", "key": key, "low": low, "high": high, "start": start}
        )  # fmt: skip
        return {
            "key": key,
            "label": self._said((label or key).capitalize()),
            "start": max(low, min(high, start)),
            "min": low,
            "max": high,
            "shown": False,
        }


class _Keys:
    """Keys for names, each its own."""

    def __init__(self, plain: str, taken: Iterable[str] = ()) -> None:
        self.plain = plain
        self.keys: dict[str, str] = {}
        self.taken = set(taken)

    def of(self, name: str, number: int | None = None) -> str:
        """The key of a name; with a number each time a new one."""
        if number is None and name in self.keys:
            return self.keys[name]
        told = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.lstrip("$"))
        base = slugify(told).replace("_", "-")
        base = re.sub(r"-+", "-", base)[: MAX_KEY - 5].strip("-")
        if self.plain == "variable" and not base[:1].isalpha():
            base = f"v-{base}".strip("-")
        base = base or self.plain
        key, count = base, 1
        while key in self.taken:
            count += 1
            key = f"{base}-{count}"
        self.taken.add(key)
        self.keys[name] = key
        return key

    def known(self, name: str) -> str | None:
        return self.keys.get(" ".join(name.split()))

    def name(self, key: str) -> str:
        return next((name for name, known in self.keys.items() if known == key), key)


def _guess(passages: list[Passage]) -> str:
    """The story format by what its macros look like, where the file names none."""
    count: Counter[str] = Counter()
    for passage in passages:
        count["SugarCube"] += len(re.findall(r"<<[/a-z]", passage.text))
        count["Harlowe"] += len(
            re.findall(r"\((?:set|if|else-?if|else|link-goto|print):", passage.text)
        )
        count["Snowman"] += passage.text.count("<%")
    (name, most), *_others = count.most_common(1) or [("", 0)]
    return name if most else ""


def _bounds(start: int, compared: list[int], effects: list[Effect]) -> tuple[int, int]:
    """The smallest and the largest value, generously: each step may be taken twice."""
    named = [start, *compared]
    up = down = 0
    for effect in effects:
        value, step = _constant(effect.value), _step(effect)
        if value is not None:
            named.append(value)
        elif step is not None:
            up, down = up + max(0, step), down + min(0, step)
        else:
            return -MAX_VALUE, MAX_VALUE
    low, high = min(0, *named), max(named)
    if up or down:
        high = _round(max(high, start + 2 * up))
        low = -_round(-min(low, start + 2 * down)) if min(low, start + 2 * down) < 0 else 0
    low, high = max(low, -MAX_VALUE), min(high, MAX_VALUE)
    return (low, high) if low < high else (low, low + 1) if low < MAX_VALUE else (low - 1, low)


def _round(value: int) -> int:
    return next((bound for bound in BOUNDS if bound >= value), MAX_VALUE)


def _compared(guards: list[Node]) -> Iterator[tuple[str, int]]:
    """Each variable that a guard compares with a number, and that number."""
    for guard in guards:
        for part in parts(guard):
            match part:
                case Comparison(_sign, Name(name), value) | Comparison(_sign, value, Name(name)):
                    number = _constant(value)
                    if number is not None:
                        yield name, number


def _constant(node: Node) -> int | None:
    match node:
        case Number(value):
            return value
        case Negative(Number(value)):
            return -value
    return None


def _step(effect: Effect) -> int | None:
    match effect.value:
        case Arithmetic("+", Name(name), Number(by)) if name == effect.variable:
            return by
        case Arithmetic("-", Name(name), Number(by)) if name == effect.variable:
            return -by
    return None
