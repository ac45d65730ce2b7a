"""GIFT, Moodle's text format (docs.moodle.org, "GIFT format"): the kinds it knows, both ways.

Of ours it knows single, multiple and true-or-false choice, matching, number, short text and open
answers. Texts in two languages stand in multi-language spans of [html] texts; what GIFT has no
place for travels in the comment above a question, as [id:…] and [tag:…].
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats import common
from assessments.formats.common import BadFile, Found, Note, Read, Written, blank
from content.bilingual import say

Data = Mapping[str, Any]

SPECIAL = "~=#{}:"
# An escaped sign stands as one character of Unicode's private area while a question is parsed.
HIDDEN = {sign: chr(0xE000 + place) for place, sign in enumerate(SPECIAL + "\\")}
SHOWN = {hidden: sign for sign, hidden in HIDDEN.items()}
ARROW = "->"  # between the two halves of a pair; there is no way to write it as text
ESCAPED = re.compile(r"\\([~=#{}:\\n])")
TITLE = re.compile(r"::(.*?)::", re.DOTALL)
MARKUP = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
ID = re.compile(r"\[id:((?:\\.|[^\]\\])*)\]")
TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])*)\]")
WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")


# Reading --------------------------------------------------------------------------------


def read(text: str, language: str) -> Read:
    """Every question of a file; text outside of multi-language spans is in `language`.

    Raises `BadFile` for a file in which no question can be found at all.
    """
    found = Read()
    seen = False
    for line, comment, block in _blocks(text):
        place = _("line %(line)d") % {"line": line}
        if block.lstrip().startswith("$CATEGORY:"):
            continue
        seen = True
        try:
            data = _One(block, comment, place, language, found).data()
        except ValueError as error:
            found.note(place, str(error))
            continue
        found.questions.append(Found(place, data))
    if not seen:
        raise BadFile(_("There is no question in this file."))
    return found


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, comment above, text) of everything between empty lines; braces keep together."""
    block: list[str] = []
    comment: list[str] = []
    start = 1
    inside = False
    for number, line in enumerate([*text.replace("\r\n", "\n").split("\n"), ""], start=1):
        if line.lstrip().startswith("//") and not inside:
            comment.append(line)
            continue
        if not line.strip() and not inside:
            if block:
                yield start, "\n".join(comment), "\n".join(block)
                block, comment = [], []
            continue
        if not block:
            start = number
        block.append(line)
        for sign in ESCAPED.sub("", line):
            inside = True if sign == "{" else False if sign == "}" else inside
    if block:
        yield start, "\n".join(comment), "\n".join(block)


class _One:
    """One question's text, and how to make sense of it."""

    def __init__(self, block: str, comment: str, place: str, language: str, found: Read) -> None:
        self.place, self.language, self.found = place, language, found
        self.key = _plain_tag(next(iter(ID.findall(comment)), ""))
        self.tags = [_plain_tag(tag) for tag in TAG.findall(comment)]
        text = ESCAPED.sub(lambda seen: "\n" if seen[1] == "n" else HIDDEN[seen[1]], block.strip())
        text = TITLE.sub("", text, count=1) if text.startswith("::") else text
        self.html = bool((mark := MARKUP.match(text.lstrip())) and mark[1].lower() == "html")
        before, brace, rest = text.partition("{")
        inside, closing, after = rest.rpartition("}")
        if not brace:
            raise ValueError(_("There are no answers in braces, so this is not a question."))
        if not closing:
            raise ValueError(_("The brace that opens the answers is not closed."))
        stem, after = MARKUP.sub("", before.strip(), count=1), after.strip()
        self.stem = f"{stem.rstrip()} _____ {after}" if after else stem
        self.body, _mark, self.general = inside.partition("####")

    def texts(self, text: str) -> dict[str, str]:
        """A text as it reads in each language."""
        html = self.html
        if mark := MARKUP.match(text.strip()):
            html = mark[1].lower() == "html"
            text = MARKUP.sub("", text.strip(), count=1)
        text = _shown(text).strip()
        if not html:
            return common.in_language(text, self.language) if text else common.texts()
        said, lost = common.from_html(text, self.language)
        if lost:
            self.found.note(self.place, common.lost_note(lost))
        return said

    def base(self, kind: str) -> dict[str, Any]:
        return (
            blank(kind)
            | common.told(kind, self.tags, self.place, self.found)
            | {
                "key": self.key,
                "stem": self.texts(self.stem),
                "explanation": self.texts(self.general),
            }
        )

    def data(self) -> dict[str, Any]:
        body = self.body.strip()
        if not body:
            self.found.note(self.place, _("Check the criteria: GIFT has none."))
            return self.base("open") | {"body": common.open_body()}
        if truth := re.match(r"(TRUE|FALSE|T|F)(?![A-Za-z])", body):
            return self._true_false(truth[1][0] == "T", body[truth.end() :])
        if body.startswith("#"):
            return self._number(body[1:])
        rows = list(_answers(body))
        if not rows:
            raise ValueError(_("The answers begin with neither = nor ~."))
        if any(ARROW in text for _sign, text in rows):
            return self._matching(rows)
        if all(sign == "=" for sign, _text in rows):
            return self._short_text(rows)
        return self._choice(rows)

    def _true_false(self, right: bool, rest: str) -> dict[str, Any]:
        _before, *said = rest.split("#")
        feedback = [self.texts(text) for text in said[:2]] + [common.texts()] * 2
        wrong_said, right_said = feedback[:2]
        options = [
            {
                "key": key,
                "right": (key == "true") == right,
                "text": common.texts(),
                "feedback": right_said if (key == "true") == right else wrong_said,
                "misconception": "",
            }
            for key in ("true", "false")
        ]
        beliefs = common.kind_tag(self.tags, "beliefs")
        if isinstance(beliefs, list) and len(beliefs) == 2:
            for option, belief in zip(options, beliefs, strict=True):
                option["misconception"] = str(belief)
        return self.base("true-false") | {"options": options}

    def _choice(self, rows: list[tuple[str, str]]) -> dict[str, Any]:
        options = []
        shares = []
        for sign, text in rows:
            share, text, feedback = _parts(sign, text)
            shares.append(share)
            options.append(
                {"right": False, "text": self.texts(text), "feedback": self.texts(feedback)}
            )
        told = "tilts:multiple" in self.tags
        self.tags = [tag for tag in self.tags if tag != "tilts:multiple"]
        several = told or shares.count(Decimal(1)) != 1
        for option, share in zip(options, shares, strict=True):
            option["right"] = share > 0 if several else share == 1
        if not several and any(0 < share < 1 for share in shares):
            self.found.note(self.place, _("Options worth a part of the mark count as wrong."))
        if not any(option["right"] for option in options):
            raise ValueError(_("No option is right."))
        return self.base("multiple" if several else "single") | {
            "options": common.named_options(options, self.tags)
        }

    def _matching(self, rows: list[tuple[str, str]]) -> dict[str, Any]:
        left: list[dict[str, Any]] = []
        right: list[dict[str, Any]] = []
        pairs: dict[str, str] = {}
        for _sign, text in rows:
            first, arrow, second = text.partition(ARROW)
            if not arrow:
                raise ValueError(_("Some answers are pairs and some are not."))
            answer, said = self.texts(second), self.texts(first)
            known = next((each for each in right if each["text"] == answer), None)
            if known is None:
                known = {
                    "key": f"r{len(right) + 1}",
                    "text": answer,
                    "feedback": common.texts(),
                    "misconception": "",
                }
                right.append(known)
            if any(said.values()):
                key = f"l{len(left) + 1}"
                left.append({"key": key, "text": said, "feedback": common.texts()})
                pairs[key] = known["key"]
        if len(left) < 2:
            raise ValueError(_("There are fewer than two pairs."))
        return self.base("matching") | {"body": {"left": left, "right": right, "pairs": pairs}}

    def _short_text(self, rows: list[tuple[str, str]]) -> dict[str, Any]:
        grouped: list[tuple[Decimal, dict[str, str], list[str]]] = []
        other = common.texts()
        for sign, text in rows:
            share, word, feedback = _parts(sign, text)
            said = self.texts(feedback)
            word = " ".join(_shown(word).split())
            if word == "*":
                other = said
            elif grouped and grouped[-1][:2] == (share, said):
                grouped[-1][2].append(word)
            else:
                grouped.append((share, said, [word]))
        accepted, wrong = [], []
        for share, said, words in grouped:
            row = {**common.sorted_words(words, self.tags, self.language), "feedback": said}
            if share > 0:
                accepted.append(row | {"share": f"{min(share, Decimal(1)).normalize():f}"})
            else:
                wrong.append(row | {"misconception": ""})
        if not any(row["share"] == "1" for row in accepted):
            raise ValueError(_("No answer earns the whole mark."))
        beliefs = common.kind_tag(self.tags, "beliefs")
        if isinstance(beliefs, list) and len(beliefs) == len(wrong):
            for row, belief in zip(wrong, beliefs, strict=True):
                row["misconception"] = str(belief)
        fold = common.folding_told(self.tags)
        return self.base("short-text") | {
            "body": {
                "accepted": accepted,
                "wrong": wrong,
                "other": other,
                "fold": ["case", "punctuation"] if fold is None else fold,
            }
        }

    def _number(self, body: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "unit": common.texts(),
            "feedback": common.texts(),
            "other": common.texts(),
            "near": [],
        }
        rows = list(_answers(body)) or [("=", body)]
        for sign, text in rows:
            share, number, feedback = _parts(sign, text)
            said = self.texts(feedback)
            if sign == "~" or number.strip() in {"", "*"}:
                found["other"] = said
                continue
            row = _span(_shown(number))
            if share == 1 and "value" not in found:
                found |= row | {"feedback": said}
            else:
                if share > 0:
                    self.found.note(
                        self.place,
                        _("“%(text)s” counts as wrong; one number is right.")
                        % {"text": number.strip()},
                    )
                found["near"].append(row | {"feedback": said, "misconception": ""})
        if "value" not in found:
            raise ValueError(_("No number is right."))
        unit = common.kind_tag(self.tags, "unit")
        if isinstance(unit, list) and len(unit) == 2:
            found["unit"] = common.texts(str(unit[0]), str(unit[1]))
        beliefs = common.kind_tag(self.tags, "beliefs")
        if isinstance(beliefs, list) and len(beliefs) == len(found["near"]):
            for row, belief in zip(found["near"], beliefs, strict=True):
                row["misconception"] = str(belief)
        return self.base("number") | {"body": found}


def _answers(body: str) -> Iterator[tuple[str, str]]:
    """(= or ~, text) of each answer."""
    for piece in re.findall(r"[=~][^=~]*", body):
        if piece[1:].strip():
            yield piece[0], piece[1:]


def _parts(sign: str, text: str) -> tuple[Decimal, str, str]:
    """Share of the mark, the answer and its feedback."""
    text, _hash, feedback = text.strip().partition("#")
    share = Decimal(1) if sign == "=" else Decimal(0)
    if weight := WEIGHT.match(text.strip()):
        share = common.share_of(weight[1])
        text = text.strip()[weight.end() :]
    return share, text.strip(), feedback.strip()


def _span(number: str) -> dict[str, str]:
    """A number with its tolerance: 3.14:0.005, or 3..5."""
    try:
        if ".." in number:
            low, high = (Decimal(common.plain_number(end)) for end in number.split("..", 1))
            return {
                "value": common.plain_number(str((low + high) / 2)),
                "tolerance": common.plain_number(str(abs(high - low) / 2)),
            }
        value, _colon, tolerance = number.partition(":")
        return {
            "value": common.plain_number(value),
            "tolerance": common.plain_number(tolerance or "0"),
        }
    except ValueError:
        raise ValueError(_("“%(text)s” is no number.") % {"text": number.strip()}) from None


def _shown(text: str) -> str:
    return "".join(SHOWN.get(sign, sign) for sign in text)


def _plain_tag(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


# Writing --------------------------------------------------------------------------------


def write(questions: Sequence[Data]) -> Written:
    """A file with these questions, as far as GIFT knows their kinds."""
    written = Written()
    blocks = []
    for data in questions:
        place = data["key"] or say(data["stem"], "en")[:60]
        make = WRITERS.get(data["kind"])
        if make is None:
            written.notes.append(
                Note(place, _("GIFT knows no question of this kind; it was left out."))
            )
            continue
        if data["kind"] == "short-text" and any(ARROW in word for _row, word in _typed(data)):
            written.notes.append(
                Note(
                    place, _("GIFT takes an answer with -> for a pair; the question was left out.")
                )
            )
            continue
        if data["kind"] == "open":
            written.notes.append(Note(place, _("GIFT keeps no criteria; they were left out.")))
        body = data.get("body") or {}
        if any((body.get("hint") or {}).values()):
            written.notes.append(Note(place, _("The hint was left out.")))
        rows = [*body.get("left", ()), *body.get("right", ())]
        if any(any(row["feedback"].values()) for row in rows):
            written.notes.append(
                Note(place, _("GIFT keeps no feedback for the parts of this question."))
            )
        answers, tags = make(data)
        general = _html(data["explanation"])
        if general:
            answers.append(f"####{general}")
        tags = [*common.tags_of(data), *tags]
        comment = "".join(f" [tag:{_tag(tag)}]" for tag in tags)
        blocks.append(
            f"// [id:{_tag(data['key'])}]{comment}\n"
            f"::{_escaped(say(data['stem'], 'en')[:60])}::[html]{_html(data['stem'])}{{\n"
            + "".join(f"\t{answer}\n" for answer in answers)
            + "}\n"
        )
    written.text = "\n".join(blocks)
    return written


def _typed(data: Data) -> Iterator[tuple[Data, str]]:
    """The words of a short text, which GIFT keeps as plain text, each with the row it stands in."""
    for row in (*data["body"]["accepted"], *data["body"]["wrong"]):
        for word in dict.fromkeys([*row["lv"], *row["en"]]):
            yield row, word


def _escaped(text: str) -> str:
    text = "".join(f"\\{sign}" if sign in SPECIAL + "\\" else sign for sign in text)
    return text.replace("\n", "\\n")


def _html(said: Mapping[str, str]) -> str:
    return _escaped(common.as_html(said))


def _said(said: Mapping[str, str]) -> str:
    """Feedback behind an answer, or nothing."""
    html = _html(said)
    return f"#{html}" if html else ""


def _tag(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", text)


Lines = tuple[list[str], list[str]]


def _write_single(data: Data) -> Lines:
    options = data["options"]
    lines = [
        f"{'=' if option['right'] else '~'}{_html(option['text'])}{_said(option['feedback'])}"
        for option in options
    ]
    return lines, common.option_tags(options)


def _write_multiple(data: Data) -> Lines:
    options = data["options"]
    part = common.percent(Decimal(1) / max(1, sum(option["right"] for option in options)))
    lines = [
        f"~%{'' if option['right'] else '-'}{part}%{_html(option['text'])}{_said(option['feedback'])}"
        for option in options
    ]
    return lines, ["tilts:multiple", *common.option_tags(options)]


def _write_true_false(data: Data) -> Lines:
    options = {option["key"]: option for option in data["options"]}
    right = options["true"]["right"]
    good, bad = ("true", "false") if right else ("false", "true")
    said = f"#{_html(options[bad]['feedback'])}#{_html(options[good]['feedback'])}"
    tags = common.option_tags([options["true"], options["false"]])
    return [f"{'TRUE' if right else 'FALSE'}{said}"], [tag for tag in tags if ":keys=" not in tag]


def _write_matching(data: Data) -> Lines:
    body = data["body"]
    right = {row["key"]: _html(row["text"]) for row in body["right"]}
    pairs = body["pairs"]
    lines = [f"={_html(row['text'])} -> {right[pairs[row['key']]]}" for row in body["left"]]
    lines += [f"= -> {text}" for key, text in right.items() if key not in pairs.values()]
    return lines, []


def _write_number(data: Data) -> Lines:
    body = data["body"]

    def span(row: Data) -> str:
        value, tolerance = str(row["value"]), str(row["tolerance"])
        return f"{common.plain_number(value)}:{common.plain_number(tolerance)}"

    lines = ["#", f"={span(body)}{_said(body['feedback'])}"]
    lines += [f"=%0%{span(near)}{_said(near['feedback'])}" for near in body["near"]]
    if any(body["other"].values()):
        lines.append(f"~{_said(body['other'])}")
    tags = []
    if any(body["unit"].values()):
        tags.append("tilts:unit=" + common.as_json([body["unit"]["lv"], body["unit"]["en"]]))
    beliefs = [near["misconception"] for near in body["near"]]
    if any(beliefs):
        tags.append("tilts:beliefs=" + common.as_json(beliefs))
    return lines, tags


def _write_short_text(data: Data) -> Lines:
    body = data["body"]
    lines = [
        f"=%{common.percent(row.get('share', '0'))}%{_escaped(word)}{_said(row['feedback'])}"
        for row, word in _typed(data)
    ]
    if any(body["other"].values()):
        lines.append(f"=%0%*{_said(body['other'])}")
    tags = common.word_tags([*body["accepted"], *body["wrong"]], body["fold"])
    beliefs = [row["misconception"] for row in body["wrong"]]
    if any(beliefs):
        tags.append("tilts:beliefs=" + common.as_json(beliefs))
    return lines, tags


def _write_open(data: Data) -> Lines:
    return [], []


WRITERS: dict[str, Callable[[Data], Lines]] = {
    "single": _write_single,
    "multiple": _write_multiple,
    "true-false": _write_true_false,
    "matching": _write_matching,
    "number": _write_number,
    "short-text": _write_short_text,
    "open": _write_open,
}
