"""Guards and effects in plain words, in the active language, for people who play on paper.

Scenes and choices are numbers and letters by now, see `scenarios.book`.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from scenarios.language import (
    TURNS,
    All,
    Any,
    Arithmetic,
    Chose,
    Comparison,
    Effect,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Seen,
    Visits,
)

Names = Mapping[str, str]  # what a variable is called on the sheet, by its key

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MINUS = "−"


def condition(node: Node, names: Names) -> str:
    """What must be so: "Trust is 4 or more, and 12 is on your record"."""
    return _claim(positive(node), names)


def positive(node: Node, *, holds: bool = True) -> Node:
    """The same claim with every "not" moved to where it is easiest to say."""
    match node:
        case Not(of):
            return positive(of, holds=not holds)
        case All(of) | Any(of):
            said = tuple(positive(part, holds=holds) for part in of)
            return All(said) if isinstance(node, All) == holds else Any(said)
        case Comparison(sign, left, right):
            return node if holds else Comparison(OPPOSITE[sign], left, right)
        case _:
            return node if holds else Not(node)


def _claim(node: Node, names: Names) -> str:
    match node:
        case Comparison(sign, Visits(scene), Number(value)):
            return _visits(sign, scene, value)
        case Comparison(sign, left, right):
            return _compared(sign, _sum(left, names), _sum(right, names))
        case Seen(scene):
            return _("%(number)s is on your record") % {"number": scene}
        case Chose(choice):
            return _("%(number)s is on your record") % {"number": choice}
        case Not(Seen(what)) | Not(Chose(what)):
            return _("%(number)s is not on your record") % {"number": what}
        case All(of):
            return _joined([_part(part, names) for part in of], _("%(before)s and %(last)s"))
        case Any(of):
            return _joined([_part(part, names) for part in of], _("%(before)s or %(last)s"))
        case _:
            raise TypeError("A guard is a claim, not a number.")


def _part(node: Node, names: Names) -> str:
    said = _claim(node, names)
    return f"({said})" if isinstance(node, All | Any) else said


def _joined(said: Sequence[str], pattern: str) -> str:
    found = said[0]
    for each in said[1:]:
        found = pattern % {"before": found, "last": each}
    return found


def _compared(sign: str, left: str, right: str) -> str:
    pattern = {
        "==": _("%(what)s is exactly %(value)s"),
        "!=": _("%(what)s is anything but %(value)s"),
        "<": _("%(what)s is less than %(value)s"),
        "<=": _("%(what)s is %(value)s or less"),
        ">": _("%(what)s is more than %(value)s"),
        ">=": _("%(what)s is %(value)s or more"),
    }[sign]
    return pattern % {"what": left, "value": right}


def _visits(sign: str, number: str, value: int) -> str:
    pattern = {
        "==": _("%(number)s is on your record exactly %(value)d×"),
        "!=": _("%(number)s is on your record any number of times but %(value)d×"),
        "<": _("%(number)s is on your record less than %(value)d×"),
        "<=": _("%(number)s is on your record at most %(value)d×"),
        ">": _("%(number)s is on your record more than %(value)d×"),
        ">=": _("%(number)s is on your record at least %(value)d×"),
    }[sign]
    return pattern % {"number": number, "value": value}


def _sum(node: Node, names: Names) -> str:
    match node:
        case Number(value):
            return str(value)
        case Name(key) if key == TURNS:
            return _("the number of lines you have filled")
        case Name(key):
            return names[key]
        case Visits(scene):
            return _("the times %(number)s is on your record") % {"number": scene}
        case Negative(of):
            return f"{MINUS}{_inner(of, names)}"
        case Arithmetic("*", left, right):
            return f"{_inner(left, names)} × {_inner(right, names)}"
        case Arithmetic(sign, left, right):
            shown = MINUS if sign == "-" else "+"
            return f"{_sum(left, names)} {shown} {_inner(right, names)}"
        case _:
            raise TypeError("A claim is not a number.")


def _inner(node: Node, names: Names) -> str:
    said = _sum(node, names)
    return f"({said})" if isinstance(node, Arithmetic) else said


def change(effect: Effect, names: Names) -> str:
    """What to write down: "Trust +1", "Trust = 3"."""
    name = names[effect.variable]
    match effect.value:
        case Arithmetic("+", Name(key), Number(by)) if key == effect.variable:
            return f"{name} +{by}"
        case Arithmetic("-", Name(key), Number(by)) if key == effect.variable:
            return f"{name} {MINUS}{by}"
    return f"{name} = {_sum(effect.value, names)}"
