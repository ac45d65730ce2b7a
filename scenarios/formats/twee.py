"""Twee 3: passages under lines such as `:: Name [tags] {"position": "0,0"}`."""

import json
import re

from django.utils.translation import gettext as _

from scenarios.formats.common import BadFile, Tale, clean, format_name

# Name, tags, metadata; a backslash takes the meaning from the sign after it.
HEADER = re.compile(
    r"::[ \t]*(?P<name>(?:\\.|[^\\\[\]{}])*)(?:\[(?P<tags>(?:\\.|[^\\\[\]])*)\])?[ \t]*(?P<more>\{.*)?"
)
TITLE, DATA = "StoryTitle", "StoryData"


def tale(text: str) -> Tale:
    """The story in Twee 3 source. Raises `BadFile` where there is no passage."""
    found = Tale()
    parts: list[tuple[str, list[str], int, list[str]]] = []
    for number, line in enumerate(clean(text).split("\n"), start=1):
        if line.startswith("::"):
            name, tags = _header(found, line, number)
            parts.append((name, tags, number + 1, []))
        elif parts:
            # A line of text that begins with two colons is written so.
            parts[-1][3].append(line[1:] if line.startswith("\\::") else line)
        elif line.strip():
            found.note(_("Text before the first passage was left out."), line=number)
    for name, tags, line_number, lines in parts:
        body = "\n".join(lines).strip("\n")
        if name == TITLE:
            found.title = " ".join(body.split())
        elif name == DATA:
            _data(found, body, line_number)
        else:
            found.add(name, body, tags, line_number)
    if not found.passages:
        raise BadFile(_("There is no passage in this file: it is neither Twee nor Twine’s HTML."))
    return found


def _header(found: Tale, line: str, number: int) -> tuple[str, list[str]]:
    match = HEADER.match(line)
    name = _plain(match["name"]) if match else ""
    rest = line[match.end() :].strip() if match else line
    if not name:
        name = _("Passage in line %(line)d") % {"line": number}
        found.note(_("A passage without a name was given one."), name, number)
    if rest:
        found.note(_("Not understood in the heading: “%(text)s”.") % {"text": rest[:80]}, name, number)  # fmt: skip
    return name, _plain((match["tags"] or "") if match else "").split()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


def _data(found: Tale, body: str, line: int) -> None:
    """What the story says of itself: its format and where it starts."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        found.note(
            _("What the story says of itself was not understood: it is no JSON."), DATA, line
        )
        return
    found.format = format_name(told.get("format"))
    start = told.get("start")
    found.start = " ".join(start.split()) if isinstance(start, str) else ""
