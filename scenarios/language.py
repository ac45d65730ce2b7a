"""The language of guards and effects: whole numbers, comparisons, and, or, not, what is remembered.

    guard   "trust >= 4 and not seen('kitchen')", "visits('cell') < 3 or turns > 12"
    effect  "trust + 1", "trust - 2", "trust = 3", "confidence = importance + trust * 2"

`turns` is the number of choices taken so far, `visits(…)` how often a scene was shown.

Written by hand: nothing an editor types is ever run as Python. Whatever the text, only
`LanguageError` escapes, with the column at fault.
"""

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

MAX_LENGTH = 500  # characters of a guard or an effect
MAX_DEPTH = 20  # parentheses, nots and minuses inside one another
MAX_NUMBER = 1_000_000  # beyond it values stay where they are, above and below zero

WORDS = frozenset({"and", "or", "not", "seen", "chose"})
TURNS = "turns"
# No new variable is called so; in a guard `visits` is one of these only before a parenthesis.
RESERVED = WORDS | {"visits", TURNS}
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
TOKEN = re.compile(
    r"""(?P<number>[0-9]+)
    | (?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)
    | (?P<text>'[^'\n]*'|"[^"\n]*")
    | (?P<sign><=|>=|==|!=|<|>|\+|-|\*|=|\(|\))""",
    re.VERBOSE | re.ASCII,
)


class LanguageError(ValueError):
    """A text that is no guard or effect: what is wrong, and the column (from 1)."""

    def __init__(self, reason: str, column: int) -> None:
        self.reason = reason
        self.column = column
        super().__init__(_("column %(column)d: %(reason)s") % {"column": column, "reason": reason})


# What a guard is made of -----------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    value: int


@dataclass(frozen=True)
class Name:
    """A variable's value, or the number of turns so far."""

    key: str
    column: int = 0


@dataclass(frozen=True)
class Negative:
    of: "Node"


@dataclass(frozen=True)
class Arithmetic:
    sign: Literal["+", "-", "*"]
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Comparison:
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Seen:
    """Whether a scene has been shown, the present one included."""

    scene: str
    column: int = 0


@dataclass(frozen=True)
class Visits:
    """How often a scene has been shown, the present time included."""

    scene: str
    column: int = 0


@dataclass(frozen=True)
class Chose:
    """Whether a choice ("scene/choice") has been taken."""

    choice: str
    column: int = 0


@dataclass(frozen=True)
class Not:
    of: "Node"


@dataclass(frozen=True)
class All:
    of: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    of: tuple["Node", ...]


Node = Number | Name | Visits | Negative | Arithmetic | Comparison | Seen | Chose | Not | All | Any
NUMERIC = (Number, Name, Visits, Negative, Arithmetic)
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPUTE: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True)
class Effect:
    """What becomes of one variable: the value of a sum, not yet brought within its bounds."""

    variable: str
    value: Node


# Reading ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    kind: str  # number, name, text, sign, end
    text: str
    column: int


def tokens(text: str) -> Iterator[Token]:
    """The text cut into tokens, closed by one of kind "end"."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(
            _("longer than %(limit)d characters") % {"limit": MAX_LENGTH}, MAX_LENGTH + 1
        )
    at = 0
    while at < len(text):
        if text[at] in " \t\n\r":
            at += 1
            continue
        found = TOKEN.match(text, at)
        if found is None:
            raise LanguageError(
                _("“%(character)s” has no meaning here") % {"character": text[at]}, at + 1
            )
        yield Token(found.lastgroup or "", found.group(), at + 1)
        at = found.end()
    yield Token("end", "", len(text) + 1)


class Reader:
    """Reads tokens by recursive descent, at most `MAX_DEPTH` deep."""

    def __init__(self, text: str) -> None:
        self.tokens = list(tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def next_is(self, sign: str) -> bool:
        """Whether this sign follows the present token."""
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return following.kind == "sign" and following.text == sign

    def take(self, *texts: str) -> Token | None:
        """The present token if it is a sign or word among `texts`; moves on past it."""
        token = self.now
        if token.kind in ("sign", "name") and token.text in texts:
            self.at += 1
            return token
        return None

    def expect(self, text: str) -> Token:
        token = self.take(text)
        if token is None:
            raise self.unexpected(_("“%(sign)s” is missing") % {"sign": text})
        return token

    def unexpected(self, reason: str) -> LanguageError:
        token = self.now
        if token.kind == "end":
            return LanguageError(
                _("the text ends too early: %(reason)s") % {"reason": reason}, token.column
            )
        return LanguageError(reason, token.column)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LanguageError(
                _("nested deeper than %(limit)d levels") % {"limit": MAX_DEPTH}, self.now.column
            )

    def either(self) -> Node:
        start = self.now.column
        parts = [self.both()]
        while self.now.text == "or" and self.now.kind == "name":
            self.claim(parts[-1], start)
            self.at += 1
            start = self.now.column
            parts.append(self.claim(self.both(), start))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def both(self) -> Node:
        start = self.now.column
        parts = [self.negation()]
        while self.now.text == "and" and self.now.kind == "name":
            self.claim(parts[-1], start)
            self.at += 1
            start = self.now.column
            parts.append(self.claim(self.negation(), start))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Node:
        if self.take("not"):
            self.deeper()
            start = self.now.column
            found = Not(self.claim(self.negation(), start))
            self.depth -= 1
            return found
        return self.comparison()

    def comparison(self) -> Node:
        start = self.now.column
        left = self.sum()
        if self.now.text == "=":
            raise LanguageError(_("compare with “==”; a single “=” sets a value"), self.now.column)
        sign = self.take(*COMPARE)
        if sign is None:
            return left
        self.number(left, start)
        start = self.now.column
        right = self.number(self.sum(), start)
        if self.now.text in COMPARE:
            raise LanguageError(_("join two comparisons with “and”"), self.now.column)
        return Comparison(sign.text, left, right)

    def sum(self) -> Node:
        start = self.now.column
        left = self.product()
        while sign := self.take("+", "-"):
            self.number(left, start)
            start = self.now.column
            right = self.number(self.product(), start)
            left = Arithmetic("+" if sign.text == "+" else "-", left, right)
        return left

    def product(self) -> Node:
        start = self.now.column
        left = self.unary()
        while self.take("*"):
            self.number(left, start)
            start = self.now.column
            left = Arithmetic("*", left, self.number(self.unary(), start))
        return left

    def unary(self) -> Node:
        if self.take("-"):
            self.deeper()
            start = self.now.column
            found = Negative(self.number(self.unary(), start))
            self.depth -= 1
            return found
        return self.atom()

    def atom(self) -> Node:
        token = self.now
        if token.kind == "number":
            self.at += 1
            return Number(whole(token))
        if token.kind == "name" and (
            token.text in ("seen", "chose") or token.text == "visits" and self.next_is("(")
        ):
            return self.memory()
        if token.kind == "name" and token.text not in WORDS:
            self.at += 1
            return Name(token.text, token.column)
        if self.take("("):
            self.deeper()
            found = self.either()
            self.expect(")")
            self.depth -= 1
            return found
        raise self.unexpected(_("a number, a variable, seen(…), visits(…) or chose(…) is expected"))

    def memory(self) -> Node:
        word = self.now
        self.at += 1
        self.expect("(")
        token = self.now
        if token.kind != "text":
            raise self.unexpected(_("a key in quotes is expected"))
        self.at += 1
        self.expect(")")
        key = token.text[1:-1]
        parts = key.split("/")
        wanted = 2 if word.text == "chose" else 1
        if len(parts) != wanted or not all(re.fullmatch(r"[a-z0-9-]+", part) for part in parts):
            example = f"{word.text}('{'scene' if wanted == 1 else 'scene/choice'}')"
            raise LanguageError(_("write it as %(example)s") % {"example": example}, token.column)
        kinds: dict[str, type[Seen | Visits | Chose]] = {
            "seen": Seen,
            "visits": Visits,
            "chose": Chose,
        }
        return kinds[word.text](key, token.column)

    def claim(self, node: Node, column: int) -> Node:
        """The node, which must be true or false."""
        if isinstance(node, NUMERIC):
            raise LanguageError(
                _("a number is neither true nor false: compare it with something"), column
            )
        return node

    def number(self, node: Node, column: int) -> Node:
        """The node, which must be a number."""
        if not isinstance(node, NUMERIC):
            raise LanguageError(_("a number or a variable is expected"), column)
        return node


def whole(token: Token) -> int:
    if len(token.text) > len(str(MAX_NUMBER)) or int(token.text) > MAX_NUMBER:
        raise LanguageError(_("numbers go up to %(limit)d") % {"limit": MAX_NUMBER}, token.column)
    return int(token.text)


def parse_guard(text: str) -> Node:
    """The guard as a tree. Raises `LanguageError` with the column."""
    reader = Reader(text)
    start = reader.now.column
    node = reader.claim(reader.either(), start) if reader.now.kind != "end" else None
    if node is None:
        raise LanguageError(_("the guard is empty"), 1)
    if reader.now.kind != "end":
        raise LanguageError(
            _("“%(text)s” is not expected here") % {"text": reader.now.text}, reader.now.column
        )
    return node


def parse_effect(text: str) -> Effect:
    """The effect: a variable and what it becomes. Raises `LanguageError`.

    Either "name = sum", or a sum that begins with the variable: "trust + 1".
    """
    reader = Reader(text)
    name = reader.now
    if name.kind != "name" or name.text in WORDS:
        raise reader.unexpected(_("an effect begins with a variable, as in “trust + 1”"))
    reader.at += 1
    if reader.take("=") is None:
        if reader.now.text not in COMPUTE:
            raise reader.unexpected(_("“+”, “-”, “*” or “=” is expected"))
        reader.at -= 1
    start = reader.now.column
    value = reader.number(reader.sum(), start)
    if reader.now.kind != "end":
        raise LanguageError(_("an effect ends after its sum"), reader.now.column)
    return Effect(name.text, value)


# Asking ----------------------------------------------------------------------------------

NEVER: Mapping[str, int] = {}


def holds(
    node: Node,
    values: Mapping[str, int],
    visits: Mapping[str, int] = NEVER,
    chosen: Collection[str] = (),
) -> bool:
    """Whether a parsed guard is true; `chosen` holds "scene/choice" keys."""
    match node:
        case Comparison(sign, left, right):
            return COMPARE[sign](amount(left, values, visits), amount(right, values, visits))
        case Seen(scene):
            return visits.get(scene, 0) > 0
        case Chose(choice):
            return choice in chosen
        case Not(of):
            return not holds(of, values, visits, chosen)
        case All(of):
            return all(holds(part, values, visits, chosen) for part in of)
        case Any(of):
            return any(holds(part, values, visits, chosen) for part in of)
        case _:
            raise TypeError("A guard is a claim, not a number.")


def amount(node: Node, values: Mapping[str, int], visits: Mapping[str, int] = NEVER) -> int:
    """The value of a sum, kept within `MAX_NUMBER` on both sides at every step."""
    match node:
        case Number(value):
            return value
        case Name(key):
            return values[key]
        case Visits(scene):
            return visits.get(scene, 0)
        case Negative(of):
            return -amount(of, values, visits)
        case Arithmetic(sign, left, right):
            result = COMPUTE[sign](amount(left, values, visits), amount(right, values, visits))
            return max(-MAX_NUMBER, min(MAX_NUMBER, result))
        case _:
            raise TypeError("A claim is not a number.")


def parts(node: Node) -> Iterator[Node]:
    """The node and everything inside it."""
    yield node
    match node:
        case Negative(of) | Not(of):
            yield from parts(of)
        case Arithmetic(_sign, left, right) | Comparison(_sign, left, right):
            yield from parts(left)
            yield from parts(right)
        case All(of) | Any(of):
            for part in of:
                yield from parts(part)
