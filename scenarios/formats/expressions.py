"""Conditions and assignments of SugarCube and Harlowe, as guards and effects of ours.

Understood are whole numbers, true and false (as 1 and 0), variables, + - *, comparisons in words
and signs, and, or, not, and whether or how often a passage was visited. `NotUnderstood` otherwise.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

from scenarios.language import (
    MAX_DEPTH,
    MAX_NUMBER,
    All,
    Any,
    Arithmetic,
    Chose,
    Comparison,
    Effect,
    LanguageError,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Seen,
    Visits,
    parse_effect,
    parse_guard,
)

TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?![\w.]))
    | (?P<name>\$[A-Za-z_]\w*)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z][\w-]*)
    | (?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\+\+|--|\+=|-=|\*=|[-+*()!<>=,;:]))""",
    re.VERBOSE | re.ASCII,
)
# "gt" is SugarCube's, the signs are both formats'.
COMPARISONS = {
    "is": "==", "eq": "==", "==": "==", "===": "==",
    "neq": "!=", "isnot": "!=", "!=": "!=", "!==": "!=",
    "gt": ">", ">": ">", "gte": ">=", ">=": ">=",
    "lt": "<", "<": "<", "lte": "<=", "<=": "<=",
}  # fmt: skip
NUMERIC = (Number, Name, Visits, Negative, Arithmetic)
Sign = Literal["+", "-", "*"]
T = TypeVar("T")


class NotUnderstood(Exception):
    """No condition or assignment of the part that is understood."""


@dataclass(frozen=True)
class Names:
    """How a story's variables and passages are called here."""

    variable: Callable[[str], str]  # "$hasKey" → "has-key"
    passage: Callable[[str], str | None]  # a name → the key of a scene, or nothing
    here: str  # the key of the passage that is read


def condition(text: str, names: Names) -> Node:
    """A condition as a guard. Raises `NotUnderstood`."""
    reader = _Reader(text, names)
    return sound(reader.whole(reader.claim))


def assignments(text: str, names: Names) -> list[Effect]:
    """What is set, in order: "$trust to it + 1, $days -= 2". Raises `NotUnderstood`."""
    reader = _Reader(text, names)
    found = reader.whole(reader.sets)
    for effect in found:
        try:
            parse_effect(written_effect(effect))
        except LanguageError as error:
            raise NotUnderstood from error
    return found


def sound(guard: Node) -> Node:
    """The guard, if it can be written down here. Raises `NotUnderstood`."""
    try:
        parse_guard(written(guard))
    except LanguageError as error:
        raise NotUnderstood from error
    return guard


class _Reader:
    def __init__(self, text: str, names: Names) -> None:
        self.names = names
        self.tokens: list[tuple[str, str]] = []
        self.depth = 0
        self.it: Node | None = None  # what "it" stands for
        at, text = 0, text[:1000].rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise NotUnderstood(text)
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()
        self.at = 0

    @property
    def now(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *texts: str) -> str:
        kind, text = self.now
        if kind in ("word", "sign") and text in texts:
            self.at += 1
            return text
        return ""

    def need(self, *texts: str) -> None:
        if not self.take(*texts):
            raise NotUnderstood

    def whole(self, read: Callable[[], T]) -> T:
        found = read()
        if self.now[0] != "end":
            raise NotUnderstood
        return found

    def sets(self) -> list[Effect]:
        found = [self.set()]
        while self.take(",", ";"):
            if self.now[0] != "end":
                found.append(self.set())
        return found

    def set(self) -> Effect:
        kind, text = self.now
        if kind != "name":
            raise NotUnderstood
        self.at += 1
        variable = Name(self.names.variable(text))
        self.it = variable
        if self.take("to", "="):
            return Effect(variable.key, self.number(self.sum()))
        if sign := self.take("+=", "-=", "*="):
            value = self.number(self.sum())
            return Effect(variable.key, Arithmetic(cast(Sign, sign[0]), variable, value))
        if sign := self.take("++", "--"):
            return Effect(variable.key, Arithmetic(cast(Sign, sign[0]), variable, Number(1)))
        raise NotUnderstood

    def claim(self) -> Node:
        return _claim(self.either())

    def either(self) -> Node:
        found = [self.both()]
        while self.take("or", "||"):
            found.append(self.both())
        return found[0] if len(found) == 1 else Any(tuple(map(_claim, found)))

    def both(self) -> Node:
        found = [self.negation()]
        while self.take("and", "&&"):
            found.append(self.negation())
        return found[0] if len(found) == 1 else All(tuple(map(_claim, found)))

    def negation(self) -> Node:
        if self.take("not", "!"):
            return self.deeper(lambda: Not(_claim(self.negation())))
        return self.comparison()

    def deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth >= MAX_DEPTH:
            raise NotUnderstood
        found = read()
        self.depth -= 1
        return found

    def comparison(self) -> Node:
        left = self.sum()
        sign = self.take(*COMPARISONS)
        if not sign:
            return left
        meant = COMPARISONS[sign]
        if sign == "is" and self.take("not"):
            meant = "!="
        self.it = left
        if meant in ("==", "!=") and not isinstance(left, NUMERIC):
            truth = self.take("true", "false")
            if not truth:
                raise NotUnderstood
            return left if (truth == "true") == (meant == "==") else Not(left)
        right = self.number(self.sum())
        return Comparison(meant, self.number(left), right)

    def sum(self) -> Node:
        found = self.product()
        while sign := self.take("+", "-"):
            found = Arithmetic(cast(Sign, sign), self.number(found), self.number(self.product()))
        return found

    def product(self) -> Node:
        found = self.atom()
        while self.take("*"):
            found = Arithmetic("*", self.number(found), self.number(self.atom()))
        return found

    def number(self, node: Node) -> Node:
        if not isinstance(node, NUMERIC):
            raise NotUnderstood
        return node

    def atom(self) -> Node:
        kind, text = self.now
        self.at += 1
        match kind, text:
            case "number", _:
                if len(text) > len(str(MAX_NUMBER)) or int(text) > MAX_NUMBER:
                    raise NotUnderstood
                return Number(int(text))
            case "name", _:
                return Name(self.names.variable(text))
            case "word", "true":
                return Number(1)
            case "word", "false":
                return Number(0)
            case "word", "it" if self.it is not None:
                return self.it
            case "word", "visits":
                return Visits(self.names.here)
            case "word", "visited" | "hasVisited":
                return self.visited(text)
            case "sign", "-":
                return self.deeper(lambda: Negative(self.number(self.atom())))
            case "sign", "(":
                return self.deeper(self.inside)
        raise NotUnderstood

    def inside(self) -> Node:
        if self.take("history"):  # (history:) contains "Kitchen"
            self.need(":")
            self.need(")")
            self.need("contains")
            return Seen(self.passage())
        if self.take("visited"):  # (visited: "Kitchen")
            self.need(":")
            found: Node = Seen(self.passage())
        else:
            found = self.either()
        self.need(")")
        return found

    def visited(self, word: str) -> Node:
        self.need("(")
        if word == "visited" and self.take(")"):
            return Visits(self.names.here)
        key = self.passage()
        self.need(")")
        return Seen(key) if word == "hasVisited" else Visits(key)

    def passage(self) -> str:
        kind, text = self.now
        key = self.names.passage(text[1:-1]) if kind == "text" else None
        if key is None:
            raise NotUnderstood
        self.at += 1
        return key


def _claim(node: Node) -> Node:
    """A number stands for whether it is anything but nought."""
    if isinstance(node, Visits):
        return Seen(node.scene)
    if isinstance(node, Number):
        raise NotUnderstood
    if isinstance(node, NUMERIC):
        return Comparison("!=", node, Number(0))
    return node


# Writing ----------------------------------------------------------------------------------


def written(node: Node) -> str:
    """A guard or a sum as `scenarios.language` reads it; the opposite of its readers."""
    match node:
        case Number(value):
            return str(value)
        case Name(key):
            return key
        case Visits(scene):
            return f"visits('{scene}')"
        case Seen(scene):
            return f"seen('{scene}')"
        case Chose(choice):
            return f"chose('{choice}')"
        case Negative(of):
            return f"-{_in(of, isinstance(of, Arithmetic))}"
        case Arithmetic(sign, left, right):
            tight = sign == "*"
            first = _in(left, tight and isinstance(left, Arithmetic) and left.sign != "*")
            second = _in(right, isinstance(right, Arithmetic) and (tight or right.sign != "*"))
            return f"{first} {sign} {second}"
        case Comparison(sign, left, right):
            return f"{written(left)} {sign} {written(right)}"
        case Not(of):
            return f"not {_in(of, isinstance(of, Any | All))}"
        case All(of):
            return " and ".join(_in(part, isinstance(part, Any | All)) for part in of)
        case Any(of):
            return " or ".join(_in(part, isinstance(part, Any)) for part in of)


def _in(node: Node, needs: bool) -> str:
    return f"({written(node)})" if needs else written(node)


def written_effect(effect: Effect) -> str:
    """An effect as `scenarios.language` reads it."""
    match effect.value:
        case Arithmetic(sign, Name(key), Number(by)) if key == effect.variable and sign != "*":
            return f"{key} {sign} {by}"
    return f"{effect.variable} = {written(effect.value)}"


def both(first: Node | None, second: Node | None) -> Node | None:
    """A guard that asks both; nothing asks nothing."""
    if first is None or second is None:
        return first or second
    told = [
        part for each in (first, second) for part in (each.of if isinstance(each, All) else (each,))
    ]
    return All(tuple(told))
