"""Moodle XML: the kinds it knows, in both directions (docs.moodle.org, "Moodle XML format").

Texts in two languages stand in multi-language spans. What Moodle has no field for (competences,
difficulty, source and the like) travels as tags. Of ours it knows single, multiple and
true-or-false choice, matching, ordering, number, short text, open answers, and a cloze all of
whose gaps are chosen from lists; of Moodle's we also read cloze (multianswer) with typed gaps.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from assessments.formats import common
from assessments.formats.common import Found, Note, Read, Written, blank, from_html
from content.bilingual import LANGUAGES, say

Data = Mapping[str, Any]

# Reading --------------------------------------------------------------------------------


def read(text: str, language: str) -> Read:
    """Every question of a file; text outside of multi-language spans is in `language`.

    Raises `BadFile` for what is no Moodle XML.
    """
    try:
        root = fromstring(text.encode(), forbid_dtd=True)
    except ParseError as error:
        line = getattr(error, "position", (0, 0))[0]
        raise common.BadFile(_("The XML is broken in line %(line)d.") % {"line": line}) from error
    except (DefusedXmlException, ValueError) as error:
        raise common.BadFile(_("The XML declares things that are not allowed here.")) from error
    if root.tag != "quiz":
        raise common.BadFile(_("This XML holds no questions of Moodle’s."))
    found = Read()
    number = 0
    for element in root:
        if element.tag != "question":
            continue
        kind = element.get("type", "")
        if kind == "category":
            continue
        number += 1
        one = _One(element, language, _place(element, number, language), found)
        make = READERS.get(kind)
        if make is None:
            found.note(
                one.place,
                _("Questions of Moodle’s type “%(kind)s” are not known here.") % {"kind": kind},
            )
            continue
        try:
            data = make(one)
        except ValueError as error:
            found.note(one.place, str(error))
            continue
        found.questions.append(Found(one.place, data))
    return found


def _place(element: Element, number: int, language: str) -> str:
    name = say(from_html(element.findtext("name/text") or "", language)[0])
    return _("question %(number)d (%(name)s)") % {"number": number, "name": name[:60]}


class _One:
    """One question element, and how to get at its parts."""

    def __init__(self, element: Element, language: str, place: str, found: Read) -> None:
        self.element, self.language, self.place, self.found = element, language, place, found
        self.tags = common.joined([tag.text or "" for tag in element.findall("tags/tag/text")])

    def texts(self, path: str, inside: Element | None = None) -> dict[str, str]:
        """The texts at a path, without markup; what that loses is noted."""
        parent = self.element if inside is None else inside
        node = parent.find(path) if path else parent
        if node is None:
            return common.texts()
        markup = node.findtext("text") or ""
        if node.get("format") in {"plain_text", "markdown"}:
            return common.in_language(markup.strip(), self.language)
        said, lost = from_html(markup, self.language)
        if node.find("file") is not None:
            lost.add("file")
        if lost:
            self.found.note(self.place, common.lost_note(lost))
        return said

    def flag(self, path: str) -> bool:
        return (self.element.findtext(path) or "").strip().lower() in {"1", "true"}

    def base(self, kind: str) -> dict[str, Any]:
        """What questions of all kinds have in common."""
        if self.element.find("hint") is not None:
            self.found.note(self.place, _("Hints were left out."))
        return (
            blank(kind)
            | common.told(kind, self.tags, self.place, self.found)
            | {
                "key": (self.element.findtext("idnumber") or "").strip(),
                "stem": self.texts("questiontext"),
                "explanation": self.texts("generalfeedback"),
            }
        )

    def answers(self) -> list[Element]:
        return self.element.findall("answer")


def _choice(one: _One) -> dict[str, Any]:
    kind = "single" if one.flag("single") else "multiple"
    rows = []
    partly = False
    for answer in one.answers():
        share = common.share_of(answer.get("fraction", "0"))
        partly |= kind == "single" and 0 < share < 1
        rows.append(
            {
                "right": share == 1 if kind == "single" else share > 0,
                "text": one.texts("", answer),
                "feedback": one.texts("feedback", answer),
            }
        )
    if partly:
        one.found.note(one.place, _("Options worth a part of the mark count as wrong."))
    if not any(row["right"] for row in rows):
        raise ValueError(_("No option is right."))
    return one.base(kind) | {"options": common.named_options(rows, one.tags)}


def _true_false(one: _One) -> dict[str, Any]:
    options = {}
    for answer in one.answers():
        key = (answer.findtext("text") or "").strip().lower()
        options[key] = {
            "key": key,
            "right": common.share_of(answer.get("fraction", "0")) == 1,
            "text": common.texts(),
            "feedback": one.texts("feedback", answer),
            "misconception": "",
        }
    if options.keys() != {"true", "false"}:
        raise ValueError(_("A true-or-false question has two options: true and false."))
    beliefs = common.kind_tag(one.tags, "beliefs")
    if isinstance(beliefs, list) and len(beliefs) == 2:
        options["true"]["misconception"], options["false"]["misconception"] = map(str, beliefs)
    return one.base("true-false") | {"options": [options["true"], options["false"]]}


def _matching(one: _One) -> dict[str, Any]:
    left: list[dict[str, Any]] = []
    right: list[dict[str, Any]] = []
    pairs: dict[str, str] = {}
    for row in one.element.findall("subquestion"):
        said = one.texts("", row)
        answer = from_html(row.findtext("answer/text") or "", one.language)[0]
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
            left.append({"key": f"l{len(left) + 1}", "text": said, "feedback": common.texts()})
            pairs[left[-1]["key"]] = known["key"]
    if len(left) < 2:
        raise ValueError(_("There are fewer than two pairs."))
    return one.base("matching") | {"body": {"left": left, "right": right, "pairs": pairs}}


def _ordering(one: _One) -> dict[str, Any]:
    items = [
        {
            "key": f"i{number}",
            "text": one.texts("", answer),
            "feedback": one.texts("feedback", answer),
        }
        for number, answer in enumerate(one.answers(), start=1)
    ]
    if len(items) < 2:
        raise ValueError(_("There are fewer than two items to put in order."))
    return one.base("ordering") | {
        "body": {"items": items, "order": [item["key"] for item in items]}
    }


def _numerical(one: _One) -> dict[str, Any]:
    body: dict[str, Any] = {
        "unit": common.texts(),
        "feedback": common.texts(),
        "other": common.texts(),
        "near": [],
    }
    for answer in one.answers():
        share = common.share_of(answer.get("fraction", "0"))
        typed = (answer.findtext("text") or "").strip()
        feedback = one.texts("feedback", answer)
        if typed == "*":
            body["other"] = feedback
            continue
        try:
            row = {
                "value": common.plain_number(typed),
                "tolerance": common.plain_number(answer.findtext("tolerance") or "0"),
            }
        except ValueError:
            raise ValueError(_("“%(text)s” is no number.") % {"text": typed}) from None
        if share == 1 and "value" not in body:
            body |= row | {"feedback": feedback}
        else:
            if share > 0:
                one.found.note(
                    one.place,
                    _("“%(text)s” counts as wrong; one number is right.") % {"text": typed},
                )
            body["near"].append(row | {"feedback": feedback, "misconception": ""})
    if "value" not in body:
        raise ValueError(_("No number is right."))
    units = [unit.text or "" for unit in one.element.findall("units/unit/unit_name")]
    told = common.kind_tag(one.tags, "unit")
    if isinstance(told, list) and len(told) == 2:
        body["unit"] = common.texts(str(told[0]), str(told[1]))
    elif units:
        body["unit"] = common.texts(units[0], units[0])
        if len(units) > 1:
            one.found.note(one.place, _("Only the first unit was kept."))
    beliefs = common.kind_tag(one.tags, "beliefs")
    if isinstance(beliefs, list) and len(beliefs) == len(body["near"]):
        for row, belief in zip(body["near"], beliefs, strict=True):
            row["misconception"] = str(belief)
    return one.base("number") | {"body": body}


def _short_text(one: _One) -> dict[str, Any]:
    accepted: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    other = common.texts()
    rows: list[tuple[Decimal, dict[str, str], list[str]]] = []
    for answer in one.answers():
        share = common.share_of(answer.get("fraction", "0"))
        word = " ".join((answer.findtext("text") or "").split())
        feedback = one.texts("feedback", answer)
        if word == "*":
            other = feedback
        elif "*" in word.replace("\\*", ""):
            one.found.note(
                one.place,
                _("“%(text)s” was left out: patterns are not known here.") % {"text": word},
            )
        elif rows and rows[-1][:2] == (share, feedback):
            rows[-1][2].append(word.replace("\\*", "*"))
        else:
            rows.append((share, feedback, [word.replace("\\*", "*")]))
    for share, feedback, words in rows:
        row = {**common.sorted_words(words, one.tags, one.language), "feedback": feedback}
        if share > 0:
            accepted.append(row | {"share": f"{min(share, Decimal(1)).normalize():f}"})
        else:
            wrong.append(row | {"misconception": ""})
    if not any(row["share"] == "1" for row in accepted):
        raise ValueError(_("No answer earns the whole mark."))
    beliefs = common.kind_tag(one.tags, "beliefs")
    if isinstance(beliefs, list) and len(beliefs) == len(wrong):
        for row, belief in zip(wrong, beliefs, strict=True):
            row["misconception"] = str(belief)
    fold = common.folding_told(one.tags)
    if fold is None:
        fold = ["punctuation"] if one.flag("usecase") else ["case", "punctuation"]
    return one.base("short-text") | {
        "body": {"accepted": accepted, "wrong": wrong, "other": other, "fold": fold}
    }


def _essay(one: _One) -> dict[str, Any]:
    if one.texts("responsetemplate") != common.texts():
        one.found.note(one.place, _("The template for the answer was left out."))
    one.found.note(one.place, _("Check the criteria: Moodle’s file has none."))
    return one.base("open") | {"body": common.open_body()}


MARK = re.compile(r"\[\[(\d+)\]\]")


def _gap_select(one: _One) -> dict[str, Any]:
    """Moodle's "select missing words": numbered gaps, and choices in groups."""
    base = one.base("cloze")
    rows = [
        (
            from_html(option.findtext("text") or "", one.language)[0],
            option.findtext("group") or "1",
        )
        for option in one.element.findall("selectoption")
    ]
    keys = common.kind_tag(one.tags, "keys")
    gaps: list[dict[str, Any]] = []
    numbers: dict[str, str] = {}
    for code in LANGUAGES:
        for number in MARK.findall(base["stem"][code]):
            if number in numbers:
                continue
            at = int(number) - 1
            if at >= len(rows):
                raise ValueError(_("Gap %(number)s has no answer.") % {"number": number})
            place = len(gaps)
            known = isinstance(keys, list) and place < len(keys)
            key = str(keys[place]) if known else f"g{place + 1}"
            numbers[number] = key
            group = [(said, place == at) for place, (said, each) in enumerate(rows)
                     if each == rows[at][1]]  # fmt: skip
            gaps.append(
                {
                    "key": key,
                    "mode": "choose",
                    "options": common.named_options(
                        [
                            {"right": right, "text": said, "feedback": common.texts()}
                            for said, right in group
                        ],
                        (),
                    ),
                }
            )
    if not gaps:
        raise ValueError(_("There is no gap."))
    text = {
        code: MARK.sub(lambda found: f"[[{numbers[found[1]]}]]", base["stem"][code])
        for code in LANGUAGES
    }
    stem = common.kind_tag(one.tags, "stem")
    base["stem"] = common.texts(*map(str, stem)) if isinstance(stem, list) else _fill_in()
    return base | {"body": {"text": text, "gaps": gaps, "fold": ["case", "punctuation"]}}


def _fill_in() -> dict[str, str]:
    return common.texts("Aizpildi tukšās vietas.", "Fill in the gaps.")


EMBEDDED = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}")
CHOOSING = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S",
            "MCS", "MULTICHOICE_VS", "MULTICHOICE_HS"}  # fmt: skip
TYPING = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC", "NUMERICAL", "NM"}


def _cloze(one: _One) -> dict[str, Any]:
    """Moodle's embedded answers, one language."""
    base = one.base("cloze")
    gaps: list[dict[str, Any]] = []

    def gap(found: re.Match[str]) -> str:
        kind = found[2]
        answers = [part for part in re.split(r"(?<!\\)~", found[3]) if part]
        rows = [_embedded(answer) for answer in answers]
        key = f"g{len(gaps) + 1}"
        if kind in CHOOSING:
            options = [
                {
                    "right": share == 1,
                    "text": common.in_language(word, one.language),
                    "feedback": common.in_language(feedback, one.language),
                }
                for share, word, feedback in rows
            ]
            gaps.append(
                {"key": key, "mode": "choose", "options": common.named_options(options, ())}
            )
        elif kind in TYPING:
            words = [word.split(":")[0] if kind in {"NUMERICAL", "NM"} else word
                     for share, word, _feedback in rows if share == 1]  # fmt: skip
            gaps.append(
                {
                    "key": key,
                    "mode": "type",
                    "accepted": {"lv": [], "en": []} | {one.language: words},
                    "hint": common.texts(),
                    "feedback": common.texts(),
                }
            )
        else:
            raise ValueError(_("Gaps of type “%(kind)s” are not known here.") % {"kind": kind})
        return f"[[{key}]]"

    text = common.texts()
    for code in LANGUAGES:
        if EMBEDDED.search(base["stem"][code]):
            if gaps:
                raise ValueError(_("The gaps stand in two languages; one can be read."))
            text[code] = EMBEDDED.sub(gap, base["stem"][code])
    if not gaps:
        raise ValueError(_("There is no gap."))
    return base | {
        "stem": _fill_in(),
        "body": {"text": text, "gaps": gaps, "fold": ["case", "punctuation"]},
    }


def _embedded(answer: str) -> tuple[Decimal, str, str]:
    """Share of the mark, words and feedback of an embedded answer: =right#why, %50%half."""
    share = Decimal(0)
    if answer.startswith("="):
        share, answer = Decimal(1), answer[1:]
    elif found := re.match(r"%(-?[\d.]+)%", answer):
        share, answer = common.share_of(found[1]), answer[found.end() :]
    word, _hash, feedback = re.sub(r"\\([}#~/\"\\])", r"\1", answer).partition("#")
    return share, word.strip(), feedback.strip()


READERS: dict[str, Callable[[_One], dict[str, Any]]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numerical": _numerical,
    "shortanswer": _short_text,
    "essay": _essay,
    "gapselect": _gap_select,
    "multianswer": _cloze,
    "cloze": _cloze,
}


# Writing --------------------------------------------------------------------------------


def write(questions: Sequence[Data]) -> Written:
    """A file with these questions, as far as Moodle knows their kinds."""
    root = Element("quiz")
    written = Written()
    for data in questions:
        kind = WRITERS.get(data["kind"])
        place = data["key"] or say(data["stem"], "en")[:60]
        if kind is None or (data["kind"] == "cloze" and _types(data)):
            written.notes.append(
                Note(place, _("Moodle knows no question of this kind; it was left out."))
            )
            continue
        name, fill = kind
        element = SubElement(root, "question", type=name)
        _text(element, "name", say(data["stem"], "en")[:80] or data["key"])
        _html(
            element, "questiontext", data["body"]["text"] if name == "gapselect" else data["stem"]
        )
        _html(element, "generalfeedback", data["explanation"])
        for tag, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0")):
            SubElement(element, tag).text = value
        SubElement(element, "idnumber").text = data["key"]
        tags = common.tags_of(data)
        tags += fill(element, data)
        for lost in _lost(data):
            written.notes.append(Note(place, lost))
        if tags:
            holder = SubElement(element, "tags")
            for each in common.in_parts(tags):
                _text(holder, "tag", each)
    indent(root)
    written.text = '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"
    return written


def _types(data: Data) -> bool:
    return any(gap["mode"] == "type" for gap in data["body"]["gaps"])


def _lost(data: Data) -> list[str]:
    """What the format has no place for, said in words."""
    body = data.get("body") or {}
    rows = [*body.get("left", ()), *body.get("right", ()), *body.get("items", ())]
    if data["kind"] == "cloze":
        rows = [option for gap in body["gaps"] for option in gap["options"]]
    lost = []
    if data["kind"] in {"matching", "cloze"} and any(any(row["feedback"].values()) for row in rows):
        lost.append(_("Moodle keeps no feedback for the parts of this question."))
    if data["kind"] == "open":
        lost.append(_("Moodle keeps no criteria; they were left out."))
    if any((body.get("hint") or {}).values()):
        lost.append(_("The hint was left out."))
    return lost


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    SubElement(element, "text").text = text
    return element


def _html(parent: Element, name: str, said: Mapping[str, str]) -> None:
    _text(parent, name, common.as_html(said)).set("format", "html")


def _answer(parent: Element, share: str, text: str, feedback: Mapping[str, str]) -> Element:
    element = _text(parent, "answer", text)
    element.set("fraction", share)
    element.set("format", "html")
    _html(element, "feedback", feedback)
    return element


def _write_choice(element: Element, data: Data) -> list[str]:
    options = data["options"]
    several = data["kind"] == "multiple"
    SubElement(element, "single").text = "false" if several else "true"
    SubElement(element, "shuffleanswers").text = "true"
    SubElement(element, "answernumbering").text = "none"
    right = sum(option["right"] for option in options) if several else 1
    part = Decimal(1) / max(right, 1)
    for option in options:
        share = part if option["right"] else -part if several else Decimal(0)
        _answer(element, common.percent(share), common.as_html(option["text"]), option["feedback"])
    return common.option_tags(options)


def _write_true_false(element: Element, data: Data) -> list[str]:
    options = {option["key"]: option for option in data["options"]}
    for key in ("true", "false"):
        share = "100" if options[key]["right"] else "0"
        _answer(element, share, key, options[key]["feedback"])
    return [tag for tag in common.option_tags([options["true"], options["false"]])
            if ":keys=" not in tag]  # fmt: skip


def _write_matching(element: Element, data: Data) -> list[str]:
    SubElement(element, "shuffleanswers").text = "true"
    body = data["body"]
    right = {row["key"]: row["text"] for row in body["right"]}
    rows = [(row["text"], right[body["pairs"][row["key"]]]) for row in body["left"]]
    rows += [
        (common.texts(), row["text"])
        for row in body["right"]
        if row["key"] not in body["pairs"].values()
    ]
    for said, answer in rows:
        row = _text(element, "subquestion", common.as_html(said))
        row.set("format", "html")
        _text(row, "answer", common.as_html(answer))
    return []


def _write_ordering(element: Element, data: Data) -> list[str]:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                        ("gradingtype", "LONGEST_ORDERED_SUBSET")):  # fmt: skip
        SubElement(element, name).text = value
    items = {item["key"]: item for item in data["body"]["items"]}
    for number, key in enumerate(data["body"]["order"], start=1):
        item = items[key]
        _answer(element, str(number), common.as_html(item["text"]), item["feedback"])
    return []


def _write_number(element: Element, data: Data) -> list[str]:
    body = data["body"]
    rows = [("100", body, body["feedback"])]
    rows += [("0", near, near["feedback"]) for near in body["near"]]
    for share, row, feedback in rows:
        answer = _answer(element, share, common.plain_number(str(row["value"])), feedback)
        SubElement(answer, "tolerance").text = common.plain_number(str(row["tolerance"]))
    if any(body["other"].values()):
        _answer(element, "0", "*", body["other"])
    tags = []
    unit = body["unit"]
    if any(unit.values()):
        row = SubElement(SubElement(element, "units"), "unit")
        SubElement(row, "multiplier").text = "1"
        SubElement(row, "unit_name").text = say(unit, "lv")
        if unit["lv"] != unit["en"]:
            tags.append(f"{common.TAG}unit=" + common.as_json([unit["lv"], unit["en"]]))
    beliefs = [near["misconception"] for near in body["near"]]
    if any(beliefs):
        tags.append(f"{common.TAG}beliefs=" + common.as_json(beliefs))
    return tags


def _write_short_text(element: Element, data: Data) -> list[str]:
    body = data["body"]
    SubElement(element, "usecase").text = "0" if "case" in body["fold"] else "1"
    for row in (*body["accepted"], *body["wrong"]):
        share = common.percent(row.get("share", "0"))
        for word in dict.fromkeys([*row["lv"], *row["en"]]):
            _answer(element, share, word.replace("*", "\\*"), row["feedback"])
    if any(body["other"].values()):
        _answer(element, "0", "*", body["other"])
    tags = common.word_tags([*body["accepted"], *body["wrong"]], body["fold"])
    beliefs = [row["misconception"] for row in body["wrong"]]
    if any(beliefs):
        tags.append(f"{common.TAG}beliefs=" + common.as_json(beliefs))
    return tags


def _write_open(element: Element, data: Data) -> list[str]:
    SubElement(element, "responseformat").text = "plain"
    SubElement(element, "responserequired").text = "1"
    SubElement(element, "responsefieldlines").text = "10"
    return []


def _write_gaps(element: Element, data: Data) -> list[str]:
    """Gaps become numbers of their right choices; each gap's choices are a group of their own."""
    SubElement(element, "shuffleanswers").text = "1"
    body = data["body"]
    numbers: dict[str, str] = {}
    choices: list[tuple[Mapping[str, str], str]] = []
    for number, gap in enumerate(body["gaps"], start=1):
        for option in gap["options"]:
            choices.append((option["text"], str(number)))
            if option["right"]:
                numbers[gap["key"]] = str(len(choices))
    for said, group in choices:
        choice = SubElement(element, "selectoption")
        SubElement(choice, "text").text = common.as_html(said)
        SubElement(choice, "group").text = group
    text = element.find("questiontext/text")
    if text is not None:
        text.text = common.GAP.sub(lambda found: f"[[{numbers[found[1]]}]]", text.text or "")
    return [
        f"{common.TAG}keys=" + common.as_json([gap["key"] for gap in body["gaps"]]),
        f"{common.TAG}stem=" + common.as_json([data["stem"]["lv"], data["stem"]["en"]]),
    ]


WRITERS: dict[str, tuple[str, Callable[[Element, Data], list[str]]]] = {
    "single": ("multichoice", _write_choice),
    "multiple": ("multichoice", _write_choice),
    "true-false": ("truefalse", _write_true_false),
    "matching": ("matching", _write_matching),
    "ordering": ("ordering", _write_ordering),
    "number": ("numerical", _write_number),
    "short-text": ("shortanswer", _write_short_text),
    "open": ("essay", _write_open),
    "cloze": ("gapselect", _write_gaps),
}
