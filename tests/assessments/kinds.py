"""A question of every kind, as quiz.toml has it; made into one for tests by `asked`."""

import copy
from typing import Any

from assessments.models import Question
from assessments.models.bodies import fields_of
from assessments.packs.questions import read_parts
from assessments.parts import PARTS
from content.keys import item_uuid
from courses.packs.checking import Row
from tests.assessments.factories import QuestionFactory


def t(text: str) -> dict[str, str]:
    return {"lv": f"{text} (lv)", "en": text}


def option(key: str, right: bool) -> dict[str, Any]:
    return {
        "key": key,
        "right": right,
        "text": t(f"Option {key}"),
        "feedback": t(f"Feedback {key}"),
        "misconception": "" if right else f"belief-{key}",
    }


KINDS: dict[str, dict[str, Any]] = {
    "single": {"options": [option("a", True), option("b", False), option("c", False)]},
    "multiple": {"options": [option("a", True), option("b", True), option("c", False)]},
    "true-false": {
        "options": [
            {"key": "true", "right": False, "feedback": t("No")},
            {"key": "false", "right": True, "feedback": t("Yes")},
        ]
    },
    "matching": {
        "pairs": [
            {
                "left": t(f"Voice {name}"),
                "right": t(f"Strain {name}"),
                "feedback": t(f"Because {name}"),
                "right_feedback": t(f"Elsewhere {name}"),
                "misconception": f"belief-{name}",
            }
            for name in ("one", "two", "three")
        ],
        "extra": [
            {"text": t("Strain four"), "feedback": t("Nobody said it"), "misconception": "spare"}
        ],
    },
    "ordering": {
        "items": [
            {"text": t(text), "feedback": t(f"Place of {text}")}
            for text in ("Look", "Choose", "Write", "Begin again")
        ]
    },
    "grouping": {
        "groups": [
            {
                "key": key,
                "text": t(f"Group {key}"),
                "items": [
                    {
                        "text": t(f"Said {key} {number}"),
                        "feedback": t(f"Why {key} {number}"),
                        "elsewhere": t(f"Not there {key} {number}"),
                        "misconception": f"belief-{key}" if number == 1 else "",
                    }
                    for number in (1, 2)
                ],
            }
            for key in ("early", "late")
        ]
    },
    "cloze": {
        "text": {"lv": "Pievērs [[what]] [[when]].", "en": "At [[when]], pay [[what]]."},
        "gaps": [
            {
                "key": "when",
                "mode": "choose",
                "options": [option("now", True), option("later", False)],
            },
            {
                "key": "what",
                "mode": "type",
                "accepted": {"lv": ["uzmanību", "ievērību"], "en": ["attention"]},
                "hint": t("A noun"),
                "feedback": t("Attention is the word"),
                "wrong": [
                    {
                        "words": {"lv": ["naudu"], "en": ["money"]},
                        "feedback": t("Not that"),
                        "misconception": "paid",
                    }
                ],
            },
        ],
        "exact": ["diacritics"],
    },
    "number": {
        "value": 12.5,
        "tolerance": 0.5,
        "unit": {"lv": "stundas", "en": "hours"},
        "feedback": t("Right sum"),
        "other": t("Count again"),
        "near": [
            {
                "value": 20,
                "tolerance": 1,
                "feedback": t("Lunch forgotten"),
                "misconception": "lunch",
            }
        ],
    },
    "short-text": {
        "accepted": [
            {"words": {"lv": ["glābējs", "glābēja loma"], "en": ["rescuer"]}, "feedback": t("Yes")},
            {"words": {"lv": ["palīgs"], "en": ["helper"]}, "share": 0.5, "feedback": t("Nearly")},
        ],
        "wrong": [
            {
                "words": {"lv": ["upuris"], "en": ["victim"]},
                "feedback": t("No"),
                "misconception": "roles",
            }
        ],
        "other": t("Think of a role"),
        "hint": t("One word"),
    },
    "estimate": {
        "value": 9696,
        "unit": {"lv": "konsultācijas", "en": "consultations"},
        "year": 2021,
        "said_by": t("Prison Administration"),
        "within": 25,
        "feedback": t("More than one thinks"),
    },
    "open": {
        "criteria": [
            {
                "key": key,
                "name": t(f"Criterion {key}"),
                "levels": [
                    {"points": points, "text": t(f"Earns {points} for {key}")}
                    for points in (0, 1, 2)
                ],
            }
            for key in ("own-part", "no-traces")
        ],
        "longest": 1200,
        "example": t("A good case"),
        "hint": t("Invent the case"),
    },
}


def row(kind: str, key: str = "", **given: Any) -> dict[str, Any]:
    """A question of the kind as a table of quiz.toml."""
    key = key or f"a-{kind}"
    competences = [] if kind == "estimate" else [{"key": "self-care", "weight": 1.0}]
    return copy.deepcopy(
        {
            "key": key,
            "kind": kind,
            "difficulty": 2,
            "settings": ["prison", "municipal"],
            "competences": competences,
            "stem": t(f"Stem of {key}"),
            "explanation": t(f"Explanation of {key}"),
        }
        | KINDS[kind]
        | given
    )


def written(kind: str, **given: Any) -> dict[str, Any]:
    """What the author of the question wrote, as `assessments.checks` looks at it."""
    whole = row(kind, **given)
    texts = {name: whole[name] for name in ("stem", "explanation")}
    return texts | read_parts(Row(whole, "quiz.toml", "", []), PARTS[kind])


def asked(kind: str, key: str = "", **given: Any) -> Question:
    """A published question of the kind; what is given replaces parts of it or fields."""
    parts = {name: given.pop(name) for name in list(given) if name in KINDS[kind]}
    whole = written(kind, key=key, **parts)
    key = f"burnout/{key or f'a-{kind}'}"
    fields = fields_of(kind, whole, item_uuid("question", key))
    for name in ("stem", "explanation"):
        fields |= {f"{name}_{code}": whole[name][code] for code in ("lv", "en")}
    if kind == "estimate":
        given.setdefault("competences", ())
    return QuestionFactory(kind=kind, key=key, **{"options": []} | fields | given)
