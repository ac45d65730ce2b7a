"""How a question of each kind is explained once it may be: what was answered, what is right, why.

Whoever may see this before it is due decides by `views`; nothing here asks the database.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import grading
from assessments.asking import arranged, option_text, paragraphs_of
from content.bilingual import current, say

Data = Mapping[str, Any]
Response = Mapping[str, Any]

MOST_ACCEPTED = 2  # of the words that would have been taken, so many are named


@dataclass(frozen=True)
class ExplainedChoice:
    """An option once it may be explained; `state` is right, wrong, missed or plain."""

    text: str
    state: str
    chosen: bool
    feedback: str


@dataclass(frozen=True)
class Part:
    """One item, place or gap: what was answered there, and what would have been right.

    `state` is right, partly, wrong, or open where nothing was answered.
    """

    text: str
    state: str
    answer: str = ""
    right: str = ""
    feedback: Sequence[str] = ()


@dataclass(frozen=True)
class Placed:
    """An item at its right place; `place` is where it was put, 0 if nowhere."""

    text: str
    state: str
    place: int
    feedback: str


@dataclass(frozen=True)
class FilledGap:
    """A gap in the running text, filled as it was answered."""

    number: int
    state: str
    answer: str
    right: str


@dataclass(frozen=True)
class Bar:
    """A figure on a scale: its words, and where its bar begins and how long it is, in percent."""

    label: str
    words: str
    start: str
    length: str


@dataclass(frozen=True)
class Criterion:
    """What an open answer is looked at for; `points` as a person gave them, None before."""

    name: str
    levels: Sequence[tuple[int, str]]
    most: int
    points: int | None = None


@dataclass(frozen=True)
class Told:
    """What is said about a question; which of the fields a kind fills stands in its template."""

    options: Sequence[ExplainedChoice] = ()
    parts: Sequence[Part] = ()
    order: Sequence[Placed] = ()
    paragraphs: Sequence[Sequence[str | FilledGap]] = ()
    bars: Sequence[Bar] = ()
    ticks: Sequence[str] = ()
    criteria: Sequence[Criterion] = ()
    text: str = ""  # a sentence of its own: how near an estimate is, or an answer in own words
    source: str = ""
    example: str = ""
    # Answers that have feedback of their own, for editors.
    others: Sequence[Part] = ()
    summary: str = ""  # how many parts are right


def told(
    data: Data,
    order: Sequence[str],
    response: Response | None,
    *,
    points: Mapping[str, int] | None = None,
    everything: bool = False,
) -> Told:
    """What is said of a question and of the response to it, in the reader's language.

    `order` as the attempt has pinned it; `points` by criterion where a person has marked;
    `everything` tells the feedback of every answer that has some, as editors want to see it.
    """
    return KINDS[data["kind"]](_Telling(data, order, response, points, everything))


@dataclass(frozen=True)
class _Telling:
    data: Data
    order: Sequence[str]
    response: Response | None
    points: Mapping[str, int] | None
    everything: bool

    @property
    def body(self) -> Data:
        return self.data.get("body") or {}

    def given(self, name: str) -> Mapping[str, str]:
        return self.response[name] if self.response else {}


# Choices --------------------------------------------------------------------------------


def _choices(telling: _Telling) -> Told:
    chosen = frozenset(telling.response["chosen"]) if telling.response else frozenset()
    options = arranged(telling.data["options"], telling.order)
    language = current()
    return Told(
        options=[
            _choice(each, each["key"] in chosen, telling.everything, language) for each in options
        ]
    )


def _choice(option: Data, chosen: bool, everything: bool, language: str) -> ExplainedChoice:
    right = bool(option["right"])
    text, feedback = option_text(option, language), say(option["feedback"], language)
    if everything:
        return ExplainedChoice(text, "right" if right else "wrong", False, feedback)
    state = ("right" if right else "wrong") if chosen else ("missed" if right else "plain")
    return ExplainedChoice(text, state, chosen, feedback if chosen or right else "")


# Pairs, groups, orders --------------------------------------------------------------------


def _matching(telling: _Telling) -> Told:
    body = telling.body
    parts = _partners(telling, body["left"], body["right"], body["pairs"], telling.given("pairs"))
    left_over = [
        Part(say(row["text"]), "wrong", feedback=_texts(row))
        for row in arranged(body["right"], telling.order)
        if row["key"] not in body["pairs"].values() or row.get("misconception")
    ]
    return Told(parts=parts, others=_others(telling, left_over), summary=_summary(parts))


def _grouping(telling: _Telling) -> Told:
    body = telling.body
    parts = _partners(
        telling, body["items"], body["groups"], body["belongs"], telling.given("groups")
    )
    elsewhere = [
        Part(say(item["text"]), "wrong", feedback=_texts({"feedback": item.get("elsewhere")}))
        for item in arranged(body["items"], telling.order)
    ]
    return Told(parts=parts, others=_others(telling, elsewhere), summary=_summary(parts))


def _partners(
    telling: _Telling,
    items: Sequence[Data],
    partners: Sequence[Data],
    right: Mapping[str, str],
    given: Mapping[str, str],
) -> list[Part]:
    """Each item with the partner it was given and its own.

    Where that is a wrong one, the partner says why not, and so does the item.
    """
    by_key = {partner["key"]: partner for partner in partners}
    parts = []
    for item in arranged(items, telling.order):
        chosen, wanted = given.get(item["key"], ""), right[item["key"]]
        why_not: list[Data] = []
        if chosen and chosen != wanted:
            why_not = [by_key[chosen], {"feedback": item.get("elsewhere")}]
        parts.append(
            Part(
                say(item["text"]),
                _state(chosen, chosen == wanted),
                say(by_key[chosen]["text"]) if chosen else "",
                "" if chosen == wanted else say(by_key[wanted]["text"]),
                _texts(*why_not, item),
            )
        )
    return parts


def _ordering(telling: _Telling) -> Told:
    body = telling.body
    items = {item["key"]: item for item in body["items"]}
    right = list(body["order"])
    given = list(telling.response["order"]) if telling.response else []
    kept = in_order(given, right)
    order = [
        Placed(
            say(items[key]["text"]),
            _state(key in given, key in kept),
            given.index(key) + 1 if key in given else 0,
            say(items[key].get("feedback")),
        )
        for key in right
    ]
    summary = ""
    if given:
        summary = ngettext(
            "%(right)s of %(count)s stands in order",
            "%(right)s of %(count)s stand in order",
            len(kept),
        ) % {"right": len(kept), "count": len(right)}
    return Told(order=order, summary=summary)


def in_order(given: Sequence[str], right: Sequence[str]) -> frozenset[str]:
    """The longest run of items that stand in the right order among themselves."""
    place = {key: number for number, key in enumerate(right)}
    best: list[list[str]] = []
    for at, key in enumerate(given):
        before = [run for run in best[:at] if place[run[-1]] < place[key]]
        best.append([*max(before, key=len, default=[]), key])
    longest = max(best, key=len, default=[])
    # One item alone is in order with nothing.
    return frozenset(longest if len(longest) > 1 else [])


# Gaps -----------------------------------------------------------------------------------


def _cloze(telling: _Telling) -> Told:
    body = telling.body
    question = grading.question_of(telling.data)
    assert isinstance(question, grading.Cloze)  # noqa: S101  (by its kind)
    gaps = {gap["key"]: gap for gap in body["gaps"]}
    given = telling.given("gaps")
    parts: list[Part] = []
    others: list[Part] = []
    paragraphs: list[list[str | FilledGap]] = []
    for paragraph in paragraphs_of(say(body["text"]), list(gaps)):
        paragraphs.append([])
        for kind, value in paragraph:
            if kind == "text":
                paragraphs[-1].append(value)
                continue
            part = _gap(question, gaps[value], given.get(value, ""), len(parts) + 1)
            parts.append(part)
            others += _other_options(gaps[value], part)
            paragraphs[-1].append(
                FilledGap(len(parts), part.state, part.answer, _first_right(gaps[value]))
            )
    return Told(
        parts=parts,
        paragraphs=paragraphs,
        others=_others(telling, others),
        summary=_summary(parts),
    )


def _gap(question: grading.Cloze, gap: Data, value: str, number: int) -> Part:
    state = _state(value, bool(value) and grading.gap_is_right(question, gap["key"], value))
    text = _("Gap %(number)s") % {"number": number}
    if gap["mode"] == "choose":
        options = {option["key"]: option for option in gap["options"]}
        right = next(option for option in gap["options"] if option["right"])
        told_of = [options[value]] if state == "wrong" else []
        answer = say(options[value]["text"]) if value else ""
        wanted = "" if state == "right" else say(right["text"])
        return Part(text, state, answer, wanted, _texts(*told_of, right, gap))
    wrong = _known_wrong(gap.get("wrong") or [], value, question.folding)
    wanted = "" if state == "right" else _accepted(gap["accepted"])
    return Part(text, state, value, wanted, _texts(*wrong, gap))


def _first_right(gap: Data) -> str:
    if gap["mode"] == "choose":
        return next(say(option["text"]) for option in gap["options"] if option["right"])
    return next(iter(_words(gap["accepted"])), "")


def _other_options(gap: Data, part: Part) -> list[Part]:
    return [
        Part(f"{part.text}: {say(option['text'])}", "wrong", feedback=_texts(option))
        for option in gap.get("options") or []
        if not option["right"]
    ] + [
        Part(f"{part.text}: {_accepted(wrong)}", "wrong", feedback=_texts(wrong))
        for wrong in gap.get("wrong") or []
    ]


# Typed ----------------------------------------------------------------------------------


def _number(telling: _Telling) -> Told:
    body = telling.body
    value, tolerance = Decimal(str(body["value"])), Decimal(str(body["tolerance"]))
    unit = say(body.get("unit"))
    right = figure(value, unit)
    if tolerance:
        right = _("%(figure)s (from %(least)s to %(most)s is right)") % {
            "figure": right,
            "least": figure(value - tolerance),
            "most": figure(value + tolerance),
        }
    near = body.get("near") or []
    others = [Part(figure(each["value"], unit), "wrong", feedback=_texts(each)) for each in near]
    if body.get("other"):
        others.append(Part(_("Any other number"), "wrong", feedback=[say(body["other"])]))
    if not telling.response:
        part = Part("", "open", right=right, feedback=_texts(body))
        return Told(parts=[part], others=_others(telling, others))
    answer = Decimal(telling.response["number"])
    is_right = abs(answer - value) <= tolerance
    said = _texts(body) if is_right else _miss(answer, near, body)
    shown = "" if answer == value else right
    part = Part("", _state("given", is_right), figure(answer, unit), shown, said)
    return Told(parts=[part])


def _miss(answer: Decimal, near: Sequence[Data], body: Data) -> list[str]:
    """What is said of a wrong number: of the near miss it is, else of all others."""
    for each in near:
        if abs(answer - Decimal(str(each["value"]))) <= Decimal(str(each.get("tolerance") or 0)):
            return _texts(each)
    return [text for text in [say(body.get("other"))] if text]


def _short_text(telling: _Telling) -> Told:
    body = telling.body
    question = grading.question_of(telling.data)
    assert isinstance(question, grading.ShortText)  # noqa: S101  (by its kind)
    whole = [given for given in body["accepted"] if Decimal(str(given.get("share", 1))) == 1]
    right = _listed([word for given in whole for word in _words(given)])
    others = [
        Part(_accepted(given), "partly", feedback=_texts(given))
        for given in body["accepted"]
        if given not in whole
    ]
    others += [
        Part(_accepted(given), "wrong", feedback=_texts(given)) for given in body.get("wrong") or []
    ]
    if body.get("other"):
        others.append(Part(_("Any other answer"), "wrong", feedback=[say(body["other"])]))
    if not telling.response:
        part = Part("", "open", right=right, feedback=_texts(*whole))
        return Told(parts=[part], others=_others(telling, others))
    text = telling.response["text"]
    earned = grading.fraction(question, telling.response) or 0
    state = "right" if earned == 1 else "partly" if earned else "wrong"
    taken = _known_wrong(body["accepted"], text, question.folding)
    wrong = taken or _known_wrong(body.get("wrong") or [], text, question.folding)
    said = _texts(*wrong) or [each for each in [say(body.get("other"))] if each and not taken]
    return Told(parts=[Part("", state, text, "" if state == "right" else right, said)])


def _known_wrong(rows: Sequence[Data], text: str, folding: grading.Folding) -> Sequence[Data]:
    """The row whose words were typed, in either language, if there is one."""
    said = grading.folded(text, folding)
    for row in rows:
        words = [word for language in ("lv", "en") for word in row.get(language) or []]
        if said and any(grading.folded(word, folding) == said for word in words):
            return [row]
    return []


# Estimates and open answers -------------------------------------------------------------


def _estimate(telling: _Telling) -> Told:
    body = telling.body
    value, unit = Decimal(str(body["value"])), say(body.get("unit"))
    year = str(body.get("year") or "")
    label = _("The real figure, %(year)s") % {"year": year} if year else _("The real figure")
    answer = Decimal(telling.response["number"]) if telling.response else None
    figures = [(label, value)]
    if answer is not None:
        figures.insert(0, (_("Your guess"), answer))
    bars, ticks = scale(figures, unit)
    return Told(
        bars=bars,
        ticks=ticks,
        text=""
        if answer is None
        else _nearness(answer, value, Decimal(str(body.get("near") or 0))),
        source=say(body.get("said_by")),
        parts=[Part("", "open", feedback=_texts(body))],
    )


def _nearness(answer: Decimal, value: Decimal, near: Decimal) -> str:
    if answer == value:
        return _("Exactly: your guess is the real figure.")
    if abs(answer - value) * 100 <= near * abs(value):
        return _("Your guess is close to the real figure.")
    if answer < value:
        return _("The real figure is higher than your guess.")
    return _("The real figure is lower than your guess.")


def scale(figures: Sequence[tuple[str, Decimal]], unit: str) -> tuple[list[Bar], list[str]]:
    """Bars on one scale that holds zero and all the figures, and what stands under its ends."""
    least = min(Decimal(0), *(value for _label, value in figures))
    most = max(Decimal(0), *(value for _label, value in figures))
    low, high = -_round_above(-least), _round_above(most)
    if low == high:
        high = Decimal(1)
    span = high - low

    def share(value: Decimal) -> str:
        return f"{float(value / span * 100):.4g}"

    bars = [
        Bar(
            label,
            figure(value, unit),
            share(min(value, Decimal(0)) - low),
            share(max(abs(value), span / 200)),
        )
        for label, value in figures
    ]
    return bars, [figure(low), figure(low + span / 2), figure(high)]


def _round_above(value: Decimal) -> Decimal:
    """The next number above that ends a scale well: 1, 2, 5 times a power of ten, or halves."""
    if value <= 0:
        return Decimal(0)
    power = Decimal(10) ** (math.floor(value.log10()))
    for step in (1, 2, 3, 4, 5, 6, 8, 10):
        if value <= step * power:
            return step * power
    return 10 * power


def _open(telling: _Telling) -> Told:
    body = telling.body
    points = telling.points or {}
    criteria = [
        Criterion(
            say(each["name"]),
            [(int(level["points"]), say(level["text"])) for level in each["levels"]],
            max(int(level["points"]) for level in each["levels"]),
            points.get(each["key"]),
        )
        for each in body["criteria"]
    ]
    return Told(
        criteria=criteria,
        text=telling.response["text"] if telling.response else "",
        example=say(body.get("example")),
    )


# Words ----------------------------------------------------------------------------------


def figure(value: Any, unit: str = "") -> str:
    """A number as the reader's language writes it, with its unit behind it."""
    value = Decimal(str(value))
    # As it was given, but 300 and not 3E+2, 12.5 and not 12.50.
    text = number_format(f"{value.normalize():f}", force_grouping=abs(value) >= 10_000)
    text = text.replace("-", "−", 1)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def _state(answer: object, right: bool) -> str:
    if not answer:
        return "open"
    return "right" if right else "wrong"


def _texts(*rows: Data) -> list[str]:
    """The feedback of rows that have some, each once."""
    found = (say(row.get("feedback")) for row in rows)
    return list(dict.fromkeys(text for text in found if text))


def _words(texts: Data) -> list[str]:
    """The words accepted in the reader's language; those of the other one where it has none."""
    own = texts.get(current()) or []
    return list(own or texts.get("en") or texts.get("lv") or [])


def _accepted(texts: Data) -> str:
    return _listed(_words(texts))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:MOST_ACCEPTED])


def _others(telling: _Telling, others: list[Part]) -> list[Part]:
    return [other for other in others if other.feedback] if telling.everything else []


def _summary(parts: Sequence[Part]) -> str:
    right = sum(part.state == "right" for part in parts)
    return ngettext(
        "%(right)s of %(count)s is right", "%(right)s of %(count)s are right", right
    ) % {"right": right, "count": len(parts)}


KINDS: dict[str, Callable[[_Telling], Told]] = {
    "single": _choices,
    "multiple": _choices,
    "true-false": _choices,
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _cloze,
    "number": _number,
    "short-text": _short_text,
    "estimate": _estimate,
    "open": _open,
}
