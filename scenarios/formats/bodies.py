"""The text of a passage: what stands there to read, its links, and what changes on the way.

`Body` is what a reader of a story format writes into; `Reader` holds what all formats share.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from scenarios.formats.common import Note, Passage
from scenarios.formats.expressions import (
    Names,
    NotUnderstood,
    assignments,
    both,
    condition,
    sound,
)
from scenarios.language import Effect, Node, Not

COMMENT = r"(?P<comment><!--.*?(?:-->|\Z))"
TAG = r"(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]{0,1000})?/?>)"
LINK = r"(?P<link>\[\[(?P<inside>[^\n]{1,500}?)\]\])"
BREAKS = {
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "section",
}
PLAIN = {"span", "b", "strong", "i", "em", "u", "small", "font", "td", "th", "tbody", "center", "sub",
         "sup", "blockquote", "big", "s"}  # fmt: skip
SILENT = {"script", "style"}
# What is left of a line once its links are taken out and that says nothing by itself.
EMPTY = re.compile(r"[\s*\-+•>|.,:;/\\—–0-9)(]*")
MARK = re.compile("\ue000(\\d+)\ue001")
# Beyond these nothing could be carried over: a scene has far fewer choices, a guard far fewer parts.
MOST_LINKS = 60
MOST_BRANCHES = 30
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|mailto:|www\.", re.IGNORECASE)
MARKUP = (
    (re.compile(r"(?<!:)//(\S(?:[^\n]{0,400}?\S)?)(?<!:)//"), r"\1"),
    (re.compile(r"''([^\n]{1,400}?)''"), r"\1"),
    (re.compile(r"(?<!\w)__([^\n]{1,400}?)__(?!\w)"), r"\1"),
    (re.compile(r"\*\*([^\n*]{1,400}?)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^\s*](?:[^\n*]{0,400}?[^\s*])?)\*(?![\w*])"), r"\1"),
    (re.compile(r"~~([^\n]{1,400}?)~~"), r"\1"),
    (re.compile(r"^(?:!{1,6}|#{1,6})[ \t]*(?=\w)", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:-{3,}|={2,}[><]?|<==+>?|=+><=+|\*{3,})[ \t]*$", re.MULTILINE), ""),
)


@dataclass
class Link:
    """A way on: what it says, the passage it names, what it asks and what it changes."""

    text: str
    target: str
    line: int
    guard: Node | None = None
    effects: list[Effect] = field(default_factory=list)


@dataclass
class _Frame:
    """A stretch of a passage that stands under a condition, or inside a link."""

    guard: Node | None = None
    told: str = ""  # the condition as it is written
    start: int = 0  # of what has been said when it began
    line: int = 0
    link: Link | None = None  # a link that is being made


class Body:
    """What a passage says; filled by a reader."""

    def __init__(self, passage: Passage, names: Names) -> None:
        self.passage = passage
        self.names = names
        self.said: list[str] = []
        self.links: list[Link] = []
        self.effects: list[Effect] = []  # on entering
        self.notes: list[Note] = []
        self.frames: list[_Frame] = []

    def note(self, text: str, line: int) -> None:
        note = Note(self.passage.name, line, text)
        if note not in self.notes[-20:]:
            self.notes.append(note)

    def say(self, text: str) -> None:
        self.said.append(text)

    @property
    def guard(self) -> Node | None:
        found: Node | None = None
        for frame in self.frames:
            found = both(found, frame.guard)
        return found

    def link(self, text: str, target: str, line: int, sets: str = "") -> None:
        """A link stands here."""
        text = " ".join(plain(text).split()) or target
        if not target or ADDRESS.match(target):
            self.note(_("A link out of the story was left out: “%(to)s”.") % {"to": target}, line)
            self.say(text)
            return
        found = Link(text, target, line)
        if sets:
            self.set(sets, line, found)
        self.place(found)

    def place(self, link: Link) -> None:
        if len(self.links) >= MOST_LINKS:
            self.note(_("The passage has more than %(most)d links; the others were left as text.")
                      % {"most": MOST_LINKS}, self.passage.line)  # fmt: skip
            self.say(link.text)
            return
        guard = both(self.guard, link.guard)
        try:
            link.guard = sound(guard) if guard is not None else None
        except NotUnderstood:
            link.guard = None
            self.note(_("Conditions inside one another are too long to be carried over: "
                        "this choice is always open."), link.line)  # fmt: skip
        self.say(f"\ue000{len(self.links)}\ue001")
        self.links.append(link)

    def set(self, text: str, line: int, link: Link | None = None) -> None:
        """Variables are set: by a link, or on entering."""
        making = next((frame.link for frame in reversed(self.frames) if frame.link), None)
        link = link or making
        try:
            found = assignments(text, self.names)
        except NotUnderstood:
            self.note(_("A change was not understood and left out: “%(text)s”.")
                      % {"text": short(text)}, line)  # fmt: skip
            return
        if link is not None:
            link.effects += found
        elif self.frames:
            self.note(_("A change that depends on a condition was left out: “%(text)s”.")
                      % {"text": short(text)}, line)  # fmt: skip
        else:
            self.effects += found

    # Conditions ---------------------------------------------------------------------------

    def ask(self, text: str, line: int, before: Sequence[Node | None] = (), *,
            is_unless: bool = False) -> Node | None:  # fmt: skip
        """Enter a stretch under a condition ("" for else) that none of those before fulfils.

        Answers the condition itself, or nothing where it was not understood.
        """
        asked: Node | None = None
        guard: Node | None = None
        is_clear = all(each is not None for each in before)
        if len(before) > MOST_BRANCHES:
            is_clear = False
            self.note(_("Conditions inside one another are too long to be carried over: "
                        "this choice is always open."), line)  # fmt: skip
        if text:
            try:
                asked = condition(text, self.names)
            except NotUnderstood:
                is_clear = False
                self.note(_("A condition was not understood: “%(text)s”. What stands under it is "
                            "always there.") % {"text": short(text)}, line)  # fmt: skip
        if asked is not None and is_unless:
            asked = Not(asked)
        if is_clear:
            guard = asked
            for each in before:
                guard = both(guard, Not(each)) if each is not None else guard
        told = short(text) if text else _("otherwise")
        self.frames.append(_Frame(guard, told, len(self.said), line))
        return asked

    def told(self) -> None:
        """Leave the stretch. A scene has one text: what was there for some, is there for all."""
        frame = self.frames.pop()
        words = MARK.sub("", plain("".join(self.said[frame.start :])))
        if frame.guard is not None and not EMPTY.fullmatch(words):
            self.note(_("Text that is shown only on a condition (“%(text)s”) stands in the scene "
                        "for all.") % {"text": frame.told}, frame.line)  # fmt: skip

    def begin_link(self, text: str, target: str, line: int) -> None:
        """Enter what happens when a link is taken; it may name its target inside."""
        link = Link(" ".join(plain(text).split()) or target, target, line)
        self.frames.append(_Frame(start=len(self.said), line=line, link=link))

    def end_link(self) -> None:
        frame = self.frames.pop()
        link = frame.link
        if link is None:
            return
        words = plain("".join(self.said[frame.start :]))
        del self.said[frame.start :]
        if not link.target:
            self.note(_("A link that leads nowhere was left as text: “%(text)s”.")
                      % {"text": short(link.text)}, frame.line)  # fmt: skip
            self.say(f"{link.text} {words}")
            return
        if not EMPTY.fullmatch(MARK.sub("", words)):
            self.note(_("Text that a link shows was left out: “%(text)s”.")
                      % {"text": short(words)}, frame.line)  # fmt: skip
        self.place(link)

    def go(self, target: str, line: int) -> None:
        """The story goes on by itself: inside a link that is its target, else a choice."""
        link = next((frame.link for frame in reversed(self.frames) if frame.link), None)
        if link is not None:
            link.target = link.target or target
            return
        self.note(_("The passage goes on to “%(to)s” by itself; here it is a choice.")
                  % {"to": short(target)}, line)  # fmt: skip
        self.say("\n")
        self.link(target, target, line)
        self.say("\n")

    def end(self) -> None:
        """Leave what was not closed."""
        while self.frames:
            self.end_link() if self.frames[-1].link else self.told()

    @property
    def text(self) -> str:
        """The text to read; a link alone in its line is taken out, one in a sentence stays."""
        lines = []
        for line in plain("".join(self.said)).split("\n"):
            if MARK.search(line) and EMPTY.fullmatch(MARK.sub("", line)):
                continue
            lines.append(MARK.sub(lambda mark: self.links[int(mark[1])].text, line))
        text = "\n".join(" ".join(line.split()) for line in lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip()


class Reader:
    """Reads links, HTML and comments; a story format adds what is its own.

    `pattern` has groups; what was found goes to the method of the group's name.
    """

    pattern = re.compile(f"{COMMENT}|{LINK}|{TAG}", re.DOTALL)

    def __init__(self, body: Body) -> None:
        self.body = body
        self.text = body.passage.text
        self.at = 0
        self.end = len(self.text)

    def read(self) -> Body:
        self.run(0, len(self.text))
        self.body.end()
        return self.body

    def run(self, start: int, end: int) -> None:
        self.at, self.end = start, end
        while self.at < self.end:
            found = self.pattern.search(self.text, self.at, self.end)
            if found is None:
                self.body.say(self.text[self.at : self.end])
                break
            self.body.say(self.text[self.at : found.start()])
            self.at = found.end()
            kind = next(name for name in KINDS if name in found.groupdict() and found[name])
            getattr(self, f"on_{kind}")(found)
        self.at = end

    def line(self, at: int) -> int:
        """The line of the file at a place of the text."""
        return self.body.passage.line + self.text.count("\n", 0, at)

    def lost(self, what: str, at: int) -> None:
        self.body.note(
            _("Not understood and left out: %(what)s") % {"what": short(what)}, self.line(at)
        )

    def on_comment(self, found: re.Match[str]) -> None:
        """Words for whoever writes the story."""

    def on_link(self, found: re.Match[str]) -> None:
        text, target, sets = link_parts(found["inside"])
        self.body.link(text, target, self.line(found.start()), sets)

    def on_tag(self, found: re.Match[str]) -> None:
        name = re.sub(r"[^a-z0-9-].*", "", found[0].strip("</>").lower(), flags=re.DOTALL)
        is_end = found[0].startswith("</")
        if name in SILENT and not is_end:
            close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.text, self.at, self.end)
            self.at = close.end() if close else self.end
            self.lost(f"<{name}>", found.start())
        elif name in BREAKS:
            self.body.say("\n")
        elif name not in PLAIN and not is_end:
            self.lost(found[0], found.start())


KINDS = ("comment", "link", "tag", "macro", "image", "silent", "hook", "name", "script", "insert",
         "modifier", "vars")  # fmt: skip


def link_parts(inside: str) -> tuple[str, str, str]:
    """Text, target and setter of "text->target", "target<-text", "text|target", "target][$x to 1"."""
    inside, _bracket, sets = inside.partition("][")
    if "->" in inside:
        text, _arrow, target = inside.rpartition("->")
    elif "<-" in inside:
        target, _arrow, text = inside.partition("<-")
    elif "|" in inside:
        text, _bar, target = inside.rpartition("|")
    else:
        text = target = inside
    return text.strip(), " ".join(target.split()), sets


def short(text: str) -> str:
    text = " ".join(MARK.sub("", text).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def plain(text: str) -> str:
    """Text without the signs that make it bold or slanted, entities as what they stand for."""
    text = html.unescape(text).replace("\xa0", " ")
    for pattern, instead in MARKUP:
        text = pattern.sub(instead, text)
    return text
