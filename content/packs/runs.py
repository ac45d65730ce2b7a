"""Rich text as plain values: paragraphs, headings and lists of runs in one style each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

BREAK = "\n"  # inside a run: a line break within the paragraph


@dataclass(frozen=True)
class Link:
    kind: str  # "url", "page", "term" or "source"
    to: str


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style. A "\\n" in it is a line break."""

    text: str
    bold: bool = False
    italic: bool = False
    link: Link | None = None


Runs = tuple[Run, ...]
Style = tuple[bool, bool, Link | None]  # bold, italic, link of a run
SPACES = re.compile(r"[\t\r\f\v ]+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


@dataclass(frozen=True)
class Part:
    """A paragraph ("p"), a heading ("h2", "h3") or a list ("ul", "ol"): one `Runs` for each item."""

    tag: str
    items: tuple[Runs, ...]


def tidied(parts: Iterable[Part]) -> list[Part]:
    """The parts without empty ones, neighbouring lists of one kind joined."""
    found: list[Part] = []
    for part in parts:
        items = part.items
        if part.tag in ("h2", "h3"):  # a heading is one line
            items = tuple(
                tuple(replace(run, text=run.text.replace(BREAK, " ")) for run in runs)
                for runs in items
            )
        items = tuple(runs for runs in map(tidied_runs, items) if runs)
        if not items:
            continue
        if part.tag in ("ul", "ol") and found and found[-1].tag == part.tag:
            found[-1] = Part(part.tag, found[-1].items + items)
        elif part.tag in ("ul", "ol"):
            found.append(Part(part.tag, items))
        else:
            found += [Part(part.tag, (runs,)) for runs in items]
    return found


def tidied_runs(runs: Runs) -> Runs:
    """The runs with spaces single, none at the ends, and neighbours of one style joined.

    A space between two styles takes what both have in common, so no style begins or ends in one.
    """
    signs = _spaced(runs)
    joined: list[tuple[list[str], Style]] = []
    for sign, style in zip(signs, _common(signs), strict=True):
        if joined and joined[-1][1] == style:
            joined[-1][0].append(sign[0])
        else:
            joined.append(([sign[0]], style))
    return tuple(Run("".join(text), *style) for text, style in joined)


def _spaced(runs: Runs) -> list[tuple[str, Style]]:
    """Every sign with its style, spaces single and none at the ends of a line."""
    signs: list[tuple[str, Style]] = []
    for run in runs:
        style = (run.bold, run.italic, run.link)
        for sign in SPACES.sub(" ", CONTROLS.sub("", run.text)):
            previous = signs[-1][0] if signs else BREAK
            if sign == BREAK:
                while signs and signs[-1][0] != BREAK and signs[-1][0].isspace():
                    signs.pop()
                if not signs:
                    continue
            elif (sign == " " and previous == " ") or (previous == BREAK and sign.isspace()):
                continue
            signs.append((sign, style))
    while signs and signs[-1][0].isspace():
        signs.pop()
    return signs


def _common(signs: list[tuple[str, Style]]) -> list[Style]:
    """The style of each sign; that of a space is what the signs around it share."""
    styles = [style for _sign, style in signs]
    if len(set(styles)) < 2:
        return styles
    behind: Style | None = None
    for index in range(len(signs) - 1, -1, -1):
        if not signs[index][0].isspace():
            behind = styles[index]
        elif behind is not None:
            styles[index] = behind
    before: Style | None = None
    for index, (sign, _style) in enumerate(signs):
        if not sign.isspace():
            before = styles[index]
        elif before is not None:
            other = styles[index]
            link = before[2] if before[2] == other[2] else None
            styles[index] = (before[0] and other[0], before[1] and other[1], link)
    return styles


def by_link(runs: Runs) -> Iterator[tuple[Link | None, list[Run]]]:
    """Neighbouring runs that share a link, or have none."""
    group: list[Run] = []
    for run in runs:
        if group and group[-1].link != run.link:
            yield group[0].link, group
            group = []
        group.append(run)
    if group:
        yield group[0].link, group
