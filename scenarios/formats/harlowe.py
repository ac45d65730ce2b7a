"""Passages of Harlowe, of whose macros this much is understood.

    (set: $trust to 3)  (set: $trust to it + 1, $days to $days - 2)  (put: 3 into $trust)
    (if: $trust >= 3)[…](else-if: …)[…](else:)[…]  (unless: …)[…]
    (link-goto: "text", "passage")  (link: "text")[(set: …)(go-to: "passage")]

Hooks of other macros keep their text.
"""

import re

from django.utils.translation import gettext as _

from scenarios.formats.bodies import COMMENT, LINK, TAG, Body, Reader, short
from scenarios.language import MAX_DEPTH, Node

LONGEST = 600  # characters between the parentheses of a macro
STRING = re.compile(r'"((?:\\.|[^"\\])*)"|\'((?:\\.|[^\'\\])*)\'', re.DOTALL)
PUT = re.compile(r"\s*(.+?)\s+into\s+(\$\w+)\s*", re.DOTALL)
LINKS = {"link", "linkreplace", "linkreveal", "linkrepeat", "linkrevealgoto", "linkgoto"}


class Harlowe(Reader):
    pattern = re.compile(
        rf"{COMMENT}|(?P<macro>\((?P<word>[A-Za-z][\w-]*):)|{LINK}|{TAG}"
        r"|(?P<silent>\|[\w-]+[>)](?=\[)|(?<=\])<[\w-]+\||[{}]|\\\n)|(?P<hook>\[)|(?P<name>\$[A-Za-z_]\w*)",
        re.DOTALL,
    )

    def __init__(self, body: Body) -> None:
        super().__init__(body)
        self.depth = 0
        self.closing = _pairs(self.text)
        self.before: list[Node | None] = []  # conditions of the (if:) that an (else:) belongs to

    def on_silent(self, found: re.Match[str]) -> None:
        """The name of a hook, or a sign that only changes how lines are broken."""

    def on_name(self, found: re.Match[str]) -> None:
        self.body.say(found[0])
        self.body.note(_("The value of a variable stands in the text as its name: %(name)s")
                       % {"name": found[0]}, self.line(found.start()))  # fmt: skip

    def on_hook(self, found: re.Match[str]) -> None:
        """Text in brackets that no macro stands before."""
        hook = self._hook(found.start())
        if hook is None:
            self.body.say("[")
        else:
            self._inside(*hook)

    def on_macro(self, found: re.Match[str]) -> None:
        close = _close(self.text, found.end(), self.end)
        line = self.line(found.start())
        if close is None:
            self.body.say(found[0])
            self.body.note(_("A macro is not closed: %(name)s") % {"name": found[0]}, line)
            return
        word = re.sub("[-_]", "", found["word"].lower())
        args = self.text[found.end() : close].strip()
        self.at = close + 1
        match word:
            case "set":
                self.body.set(args, line)
            case "put":
                put = PUT.fullmatch(args)
                self.body.set(f"{put[2]} to {put[1]}" if put else args, line)
            case "if" | "unless" | "elseif" | "else":
                self._condition(word, args, line, found.start())
            case "goto":
                if target := _strings(args):
                    self.body.go(" ".join(target[0].split()), line)
                else:
                    self.lost(self.text[found.start() : close + 1], found.start())
            case _ if word in LINKS:
                self._link(word, args, line, found.start())
            case "print":
                self.body.say(f" {args} ")
                self.body.note(_("The value of a variable stands in the text as its name: %(name)s")
                               % {"name": short(args)}, line)  # fmt: skip
            case _:
                self.lost(self.text[found.start() : close + 1], found.start())

    def _condition(self, word: str, args: str, line: int, at: int) -> None:
        hook = self._hook_after()
        if hook is None:
            self.lost(f"({word}: {args})", at)
            return
        before = [] if word in ("if", "unless") else self.before
        asked = self.body.ask("" if word == "else" else args or "?", line, before,
                              is_unless=word == "unless")  # fmt: skip
        self._inside(*hook)
        self.body.told()
        self.before = before if word == "else" else [*before, asked]

    def _link(self, word: str, args: str, line: int, at: int) -> None:
        strings = [" ".join(each.split()) for each in _strings(args)]
        goes = word in ("linkgoto", "linkrevealgoto")
        hook = None if word == "linkgoto" else self._hook_after()
        if not strings or not goes and hook is None:
            self.lost(f"({word}: {args})", at)
            return
        target = (strings[1] if len(strings) > 1 else strings[0]) if goes else ""
        self.body.begin_link(strings[0], target, line)
        if hook is not None:
            self._inside(*hook)
        self.body.end_link()

    # Hooks --------------------------------------------------------------------------------

    def _hook_after(self) -> tuple[int, int] | None:
        """The hook that follows a macro, past others that are added to it; moves on to it."""
        place = re.compile(r"\s*(?:\+\s*\([A-Za-z][^()\n]{0,200}\)\s*)*(?:\|[\w-]+[>)])?\[").match(
            self.text, self.at, self.end
        )
        hook = self._hook(place.end() - 1) if place else None
        if place is None or hook is None:
            return None
        if "+" in place[0]:
            self.lost(place[0][:-1], self.at)
        return hook

    def _hook(self, opening: int) -> tuple[int, int] | None:
        """Where the inside of a hook begins and ends."""
        closing = self.closing.get(opening)
        if closing is None or closing >= self.end or self.depth >= MAX_DEPTH:
            return None
        return opening + 1, closing

    def _inside(self, start: int, end: int) -> None:
        outer, before = self.end, self.before
        self.depth += 1
        self.before = []
        self.run(start, end)
        self.depth -= 1
        self.at, self.end, self.before = end + 1, outer, before


def _pairs(text: str) -> dict[int, int]:
    """For each opening bracket the place of the one that closes it."""
    found: dict[int, int] = {}
    open_: list[int] = []
    for sign in re.finditer(r"[\[\]]", text):
        if sign[0] == "[":
            open_.append(sign.start())
        elif open_:
            found[open_.pop()] = sign.start()
    return found


def _close(text: str, start: int, end: int) -> int | None:
    """Where the parenthesis that was opened before `start` is closed; strings are passed over."""
    depth, at = 1, start
    end = min(end, start + LONGEST)
    while at < end:
        sign = text[at]
        if sign in "\"'":
            string = STRING.match(text, at, end)
            at = string.end() if string else at + 1
            continue
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return at
        at += 1
    return None


def _strings(args: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", found[1] or found[2] or "") for found in STRING.finditer(args)]
