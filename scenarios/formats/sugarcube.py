"""Passages of SugarCube, of whose macros this much is understood.

    <<set $trust to 3>>  <<set $trust += 1, $days -= 2>>
    <<if $trust gte 3>>…<<elseif …>>…<<else>>…<</if>>
    <<link "text" "passage">><<set …>><</link>>  <<button …>>  <<goto "passage">>
    [[text|passage][$trust += 1]]

`<<nobr>>`, `<<silently>>` and `<<script>>` with what ends them: the first goes, the others take
their text with them.
"""

import re

from django.utils.translation import gettext as _

from scenarios.formats.bodies import COMMENT, LINK, TAG, Body, Reader, link_parts, short
from scenarios.language import Node

STRING = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
TARGET = re.compile(rf"\s*(?:(?P<text>{STRING})|(?P<link>\[\[[^\n]{{1,500}}?\]\]))")


class SugarCube(Reader):
    pattern = re.compile(
        rf"{COMMENT}|(?P<silent>/%.*?%/|/\*.*?\*/)"
        rf"|(?P<macro><<(?P<word>/?[A-Za-z][\w-]*|[=-])(?P<args>(?:{STRING}|[^>\"']|>(?!>)){{0,600}}?)>>)|(?P<insert><<[^<>\n]{{0,300}}>>)"
        rf"|(?P<image>\[img\[(?P<source>[^\[\]\n]{{0,500}})\](?:\[(?P<to>[^\[\]\n]{{1,300}})\])?\])"
        rf"|{LINK}|{TAG}|(?P<name>\$[A-Za-z_]\w*)",
        re.DOTALL,
    )

    def __init__(self, body: Body) -> None:
        super().__init__(body)
        # What is open, "if" with its conditions so far, or "link".
        self.open: list[tuple[str, list[Node | None]]] = []

    def on_silent(self, found: re.Match[str]) -> None:
        """A comment."""

    def on_name(self, found: re.Match[str]) -> None:
        self.body.say(found[0])
        self.body.note(_("The value of a variable stands in the text as its name: %(name)s")
                       % {"name": found[0]}, self.line(found.start()))  # fmt: skip

    def on_insert(self, found: re.Match[str]) -> None:
        """A macro whose quotes do not close."""
        self.lost(found[0], found.start())

    def on_image(self, found: re.Match[str]) -> None:
        self.lost(found[0], found.start())
        if found["to"]:
            self.body.link("", found["to"], self.line(found.start()))

    def on_macro(self, found: re.Match[str]) -> None:
        word, args, line = found["word"], found["args"].strip(), self.line(found.start())
        match word:
            case "set":
                self.body.set(args, line)
            case "if":
                self.open.append(("if", [self.body.ask(args or "?", line)]))
            case "elseif" | "else" if self.open and self.open[-1][0] == "if":
                before = self.open[-1][1]
                self.body.told()
                text = args.removeprefix("if ") if word == "else" else args or "?"
                asked = self.body.ask(text, line, before)
                if text:
                    before.append(asked)
            case "/if" if self.open and self.open[-1][0] == "if":
                self.open.pop()
                self.body.told()
            case "link" | "button":
                self._link(args, line, found.start())
            case "/link" | "/button" if self.open and self.open[-1][0] == "link":
                self.open.pop()
                self.body.end_link()
            case "goto":
                text, target = self._named(args)
                if target or text:
                    self.body.go(target or " ".join(text.split()), line)
                else:
                    self.lost(found[0], found.start())
            case "script" | "silently":
                self._skip(word, found.start())
            case "print" | "=" | "-":
                self.body.say(f" {args} ")
                self.body.note(_("The value of a variable stands in the text as its name: %(name)s")
                               % {"name": short(args)}, line)  # fmt: skip
            case "nobr" | "/nobr":
                pass
            case _ if word.startswith("/"):
                pass  # what it ends was listed where it began
            case _:
                self.lost(found[0], found.start())

    def _link(self, args: str, line: int, at: int) -> None:
        text, target = self._named(args)
        if not text:
            self.lost(f"<<link {args}>>", at)
            return
        self.open.append(("link", []))
        self.body.begin_link(text, target, line)

    def _named(self, args: str) -> tuple[str, str]:
        """Text and target of a link: two strings, or the way links are written."""
        first = TARGET.match(args)
        if first is None:
            return "", ""
        if first["link"]:
            text, target, _sets = link_parts(first["link"][2:-2])
            return text, target
        second = TARGET.match(args, first.end())
        text = first["text"][1:-1]
        if second is not None and second["text"]:
            return text, " ".join(second["text"][1:-1].split())
        return text, ""

    def _skip(self, word: str, at: int) -> None:
        """Code, or what nobody is to see; what it sets counts."""
        close = self.text.find(f"<</{word}>>", self.at, self.end)
        end = close if close >= 0 else self.end
        inside = self.text[self.at : end]
        self.at = end
        if word == "script":
            self.lost("<<script>>", at)
            return
        for found in self.pattern.finditer(inside):
            if found["macro"] and found["word"] == "set":
                self.body.set(found["args"].strip(), self.line(at))
            elif found["macro"]:
                self.lost(found[0], at)
