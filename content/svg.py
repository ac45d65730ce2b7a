"""Figures: SVG read through an allowlist, and drawn inline with the texts of one language.

Nothing in a figure can run, load or point anywhere: elements and attributes are allowed by name,
values by pattern, colour is a class. Drawing writes the parsed tree anew, so what is not in the
tree (comments, doctypes, processing instructions) never reaches a page.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.safestring import SafeString, mark_safe

MAX_SIGNS = 200_000
MAX_ELEMENTS = 3_000
MAX_DEPTH = 40
NAMESPACE = "{http://www.w3.org/2000/svg}"

ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan defs marker linearGradient "  # noqa: SIM905
    "stop clipPath".split()
)
COLOURS = ("ink", "muted", "paper", "soft", "accent", "warm", "good")
CLASSES = (
    {f"{name}{end}" for name in COLOURS for end in ("", "-fill")}
    | {f"{name}-soft-fill" for name in ("accent", "warm", "good")}
    | {"label", "label-strong", "label-small"}
)
NUMBERS = r"[-+0-9.,eE\s%]*"
WORD = r"[a-zA-Z-]+"
VALUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for names, pattern in {
        "x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy width height viewBox points rotate offset "
        "pathLength textLength markerWidth markerHeight refX refY stroke-width stroke-dasharray "
        "stroke-dashoffset stroke-miterlimit stroke-opacity fill-opacity stop-opacity opacity "
        "font-size letter-spacing": NUMBERS,
        "d": r"[-+MmZzLlHhVvCcSsQqTtAa0-9.,eE\s]*",
        "transform gradientTransform": (
            r"(?:(?:matrix|translate|scale|rotate|skewX|skewY)\s*\([-+0-9.,eE\s]*\)[\s,]*)*"
        ),
        "text-anchor dominant-baseline font-weight font-style stroke-linecap stroke-linejoin "
        "fill-rule clip-rule vector-effect paint-order lengthAdjust": r"[a-z0-9 -]+",
        "gradientUnits clipPathUnits markerUnits orient preserveAspectRatio": r"[a-zA-Z0-9 ]+",
        "fill stroke": "none",
        "role": "img|presentation",
        "aria-hidden": "true|false",
        "data-label": r"[a-z0-9]+(?:-[a-z0-9]+)*",
        "data-width": r"\d{1,3}",
        "version": r"1\.[0-2]",
    }.items()
    for name in names.split()
}


class BadSvg(ValueError):
    """What the drawing may not hold."""


@lru_cache(maxsize=256)
def parse(text: str) -> Element:
    """The drawing's tree. Raises BadSvg, which says what is wrong with it."""
    if len(text) > MAX_SIGNS:
        raise BadSvg(f"the drawing has more than {MAX_SIGNS} characters")
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadSvg("no document types or entities in a drawing") from error
    except (ParseError, ValueError) as error:
        raise BadSvg(f"not well-formed XML: {error}") from error
    if root.tag != f"{NAMESPACE}svg":
        raise BadSvg('the root is not <svg xmlns="http://www.w3.org/2000/svg">')
    if len((root.get("viewBox") or "").split()) != 4:
        raise BadSvg('the root has no viewBox="0 0 width height"')
    _check(root)
    return root


def labels(text: str) -> set[str]:
    """Keys of the places for words in a drawing."""
    return {
        element.attrib["data-label"]
        for element in parse(text).iter()
        if "data-label" in element.attrib
    }


def _check(root: Element) -> None:
    waiting = [(root, 0)]
    count = 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise BadSvg(f"more than {MAX_ELEMENTS} elements, or nested deeper than {MAX_DEPTH}")
        if not isinstance(element.tag, str):
            raise BadSvg("no processing instructions in a drawing")
        name = element.tag.removeprefix(NAMESPACE)
        if name not in ELEMENTS or not element.tag.startswith(NAMESPACE):
            raise BadSvg(f"the element <{name}> is not allowed")
        if name == "svg" and depth:
            raise BadSvg("no <svg> inside the drawing")
        for attribute, value in element.attrib.items():
            _check_attribute(name, attribute, value)
        if (element.text or "").strip() and name not in ("text", "tspan"):
            raise BadSvg(f"words stand in <text>, not in <{name}>")
        if "data-label" in element.attrib and (
            name != "text" or len(element) or (element.text or "").strip()
        ):
            raise BadSvg("data-label stands on an empty <text>")
        waiting += [(child, depth + 1) for child in element]


def _check_attribute(element: str, name: str, value: str) -> None:
    if name == "class":
        unknown = set(value.split()) - CLASSES
        if unknown:
            raise BadSvg(
                f"there is no class {sorted(unknown)[0]!r}; colours are classes such as accent-fill"
            )
        return
    pattern = VALUES.get(name)
    if pattern is None:
        raise BadSvg(
            f"the attribute {name.removeprefix(NAMESPACE)!r} of <{element}> is not allowed"
        )
    if not pattern.fullmatch(value.strip()):
        raise BadSvg(f"{name}={value[:40]!r} of <{element}> is not allowed")


def draw(
    text: str, *, id: str, title: str, texts: Mapping[str, str], described_by: str = ""
) -> SafeString:
    """The drawing as inline SVG, named by its title; `id` is unique on the page.

    `described_by` is the id of the element that says the same in words, for everybody to read.
    """
    root = parse(text)
    attributes = {
        name: value
        for name, value in root.attrib.items()
        if name in ("viewBox", "preserveAspectRatio", "class")
    }
    attributes |= {
        "class": f"drawing {attributes.get('class', '')}".strip(),
        "role": "img",
        "aria-labelledby": f"{id}-title",
        "focusable": "false",
    }
    if described_by:
        attributes["aria-describedby"] = described_by
    inner = "".join(_drawn(child, texts) for child in root)
    return mark_safe(  # noqa: S308  (every part is checked or escaped)
        f'<svg{_attributes(attributes)}><title id="{escape(id)}-title">{escape(title)}</title>{inner}</svg>'
    )


def _attributes(values: Mapping[str, Any]) -> str:
    return "".join(f' {name}="{escape(str(value))}"' for name, value in values.items())


def _drawn(element: Element, texts: Mapping[str, str]) -> str:
    name = element.tag.removeprefix(NAMESPACE)
    attributes = {
        key: value
        for key, value in element.attrib.items()
        if not key.startswith("data-") and key != "role"
    }
    label = element.get("data-label")
    if label is not None:
        words = _label(texts.get(label, ""), element)
        return f"<text{_attributes(attributes)}>{words}</text>" if words else ""
    inner = escape((element.text or "").strip()) if name in ("text", "tspan") else ""
    inner += "".join(
        _drawn(child, texts) + (escape(child.tail or "") if name in ("text", "tspan") else "")
        for child in element
    )
    return (
        f"<{name}{_attributes(attributes)}>{inner}</{name}>"
        if inner
        else f"<{name}{_attributes(attributes)}/>"
    )


def _label(words: str, element: Element) -> str:
    """The label's words; with data-width, broken into lines of at most so many characters."""
    lines = wrapped(words, int(element.get("data-width") or 0))
    if len(lines) < 2:
        return escape(words.strip())
    x = escape(element.get("x") or "0")
    return "".join(
        f'<tspan x="{x}" dy="{"0" if not number else "1.15em"}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )


def wrapped(words: str, width: int) -> list[str]:
    """The words in lines of at most `width` characters; a longer word has a line of its own."""
    lines: list[str] = []
    for word in words.split():
        if lines and (not width or len(lines[-1]) + 1 + len(word) <= width):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
