"""What need not be asked of the database again: versions never change, quizzes only by publishing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language

from assessments import grading
from assessments.draws import Item, Rule, points_of
from assessments.models import (
    DrawRule,
    Question,
    QuestionVersion,
    Quiz,
    QuizPage,
    QuizQuestion,
    Topic,
    VersionQuerySet,
)
from assessments.policy import Policy
from content.cache import Memory, bump_twice, remember
from courses.coverage import HANDBOOK, Taught, split
from courses.reach import Measure

# Each a few kilobytes; a version is never changed, so it holds for as long as the process lives.
_versions = Memory(5000)


def versions(pks: Iterable[int]) -> dict[int, QuestionVersion]:
    """These versions by primary key; at most one statement, and none for those met before."""
    found = {pk: _versions.get(pk) for pk in set(pks)}
    missing = [pk for pk, version in found.items() if version is None]
    if missing:
        for pk, version in QuestionVersion.objects.in_bulk(missing).items():
            found[pk] = version
            _versions.put(pk, version)
    return {pk: version for pk, version in found.items() if version is not None}


def forget() -> None:
    """Forget the versions: for tests, where a database is rolled back."""
    global _versions
    _versions = Memory(5000)


def pages(key: UUID) -> dict[str, QuizPage]:
    """The published pages with this translation key by language, each with its quiz."""
    return remember(
        ("quiz pages", key),
        lambda: {
            page.locale.language_code: page
            for page in QuizPage.objects.filter(translation_key=key, live=True).select_related(
                "quiz", "locale"
            )
        },
    )


def page_of(key: UUID) -> QuizPage | None:
    """The published page with this translation key, in the reader's language if there is one."""
    found = pages(key)
    return found.get(get_language() or "") or next(iter(found.values()), None)


def quiz(pk: int) -> Quiz:
    """A quiz as it is published; raises `Quiz.DoesNotExist`."""
    return remember(("quiz", pk), lambda: Quiz.objects.get(pk=pk))


def pool(quiz: Quiz) -> tuple[Item, ...]:
    """The questions that a new attempt at a quiz may be given, in their order."""
    return remember(("quiz pool", quiz.pk), lambda: tuple(_pool(quiz)))


def rules(quiz: Quiz) -> tuple[Rule, ...]:
    """By which questions are drawn from the pool."""

    def read() -> tuple[Rule, ...]:
        rows = DrawRule.objects.filter(quiz=quiz.pk).select_related("competence", "topic")
        return tuple(
            Rule(
                row.number,
                row.topic.key if row.topic else "",
                row.competence.key if row.competence else "",
                {"yes": True, "no": False}.get(row.critical),
                row.difficulty,
                row.unseen_in_last,
            )
            for row in rows.order_by("sort_order", "pk")
        )

    return remember(("quiz rules", quiz.pk), read)


def topics() -> dict[str, str]:
    """Every topic by key, with the key of the one it is part of, or ""."""
    return remember(
        "topics of questions",
        lambda: {
            key: above or "" for key, above in Topic.objects.values_list("key", "parent__key")
        },
    )


def points() -> dict[str, tuple[Item, ...]]:
    """Every safety-critical point with the questions that ask it."""
    return remember("critical points", lambda: _points())


@dataclass(frozen=True)
class Known:
    """A question that can be asked by itself, outside any quiz, in its newest version."""

    version: int
    kind: str
    critical: bool
    point: str  # what it stands for, where it is safety-critical
    competences: frozenset[str]
    quizzes: frozenset[int]  # published ones in which it stands


def bank() -> Mapping[str, Known]:
    """Every published question that is scored without a person to mark it, by its UUID.

    One statement for all of them and one for their places, until something is published.
    """
    return remember("questions by themselves", _bank)


def measures() -> Iterator[Measure]:
    """What every question of a published quiz says at its best, for `courses.reach`."""
    for version in _in_quizzes():
        data = version.data
        for given in data["competences"]:
            yield Measure(
                given["key"],
                f"question/{data['uuid']}",
                data["kind"],
                data["applies"],
                guess=float(grading.guess(grading.question_of(data))),
                weight=float(given["weight"]),
                critical=data["critical"],
            )


def taught() -> Iterator[Taught]:
    """The sections of the handbook that the questions of published quizzes rest on."""
    for version in _in_quizzes():
        source = version.data["source"]
        if source["key"] == HANDBOOK:
            for section in split(source["section"]):
                yield Taught(section, "question", version.data["key"])


def policies() -> Mapping[int, Policy]:
    """The rules of every published quiz."""
    return remember(
        "rules of quizzes",
        lambda: {quiz.pk: quiz.policy for quiz in Quiz.objects.filter(live=True, archived=False)},
    )


def _bank() -> dict[str, Known]:
    places: dict[int, set[int]] = {}
    for quiz, question in QuizQuestion.objects.filter(
        quiz__live=True, quiz__archived=False
    ).values_list("quiz_id", "question_id"):
        places.setdefault(question, set()).add(quiz)
    point = _point_of()
    names = ["uuid", "kind", "critical", "competences", "needs_review"]
    rows = (
        _asked()
        .filter(question__needs_review=False)
        .values_list("pk", "question_id", *(f"data__{name}" for name in names))
    )
    return {
        uuid: Known(
            version,
            kind,
            critical,
            point.get(uuid, "") if critical else "",
            frozenset(given["key"] for given in competences),
            frozenset(places.get(question, ())),
        )
        for version, question, uuid, kind, critical, competences, needs_review in rows
        if not needs_review and kind not in grading.UNSCORED | grading.BY_HAND
    }


def _in_quizzes() -> VersionQuerySet:
    """The scored questions that stand in a published quiz."""
    return QuestionVersion.objects.filter(
        pk__in=[known.version for known in bank().values() if known.quizzes]
    )


def _newest() -> Subquery:
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    return Subquery(newest.values("pk")[:1])


def _asked() -> VersionQuerySet:
    return QuestionVersion.objects.filter(
        pk=_newest(), question__live=True, question__archived=False
    )


def _points() -> dict[str, tuple[Item, ...]]:
    found_ones = _asked().filter(question__critical=True)
    critical = [version for version in found_ones if version.data["critical"]]
    links = {version.data["uuid"]: version.data.get("twin") or "" for version in critical}
    point, alike = points_of(links), same()
    found: dict[str, list[Item]] = {}
    for version in sorted(critical, key=lambda version: version.pk):
        item = _item(version, 0, point, alike)
        found.setdefault(item.point, []).append(item)
    return {name: tuple(items) for name, items in found.items()}


def _point_of() -> dict[str, str]:
    """What each safety-critical question stands for, by its UUID."""
    return {item.uuid: item.point for items in points().values() for item in items}


def same() -> dict[str, str]:
    """Questions that are linked as twins, each with a name for all that ask the same."""

    def read() -> dict[str, str]:
        rows = _asked().filter(data__has_key="twin").values_list("data__uuid", "data__twin")
        links = dict(rows)
        # A twin that names nobody itself is one of them too.
        return points_of(dict.fromkeys(links.values(), "") | links)

    return remember("questions that ask the same", read)


def _pool(quiz: Quiz) -> Iterable[Item]:
    point, alike = _point_of(), same()
    rows = (
        _asked()
        .filter(question__places__quiz=quiz.pk)
        .annotate(place=F("question__places__sort_order"))
        .order_by("place", "pk")
    )
    for place, version in enumerate(rows):
        _versions.put(version.pk, version)
        yield _item(version, place, point, alike)


def _item(
    version: QuestionVersion, place: int, point: Mapping[str, str], alike: Mapping[str, str]
) -> Item:
    data = version.data
    return Item(
        uuid=data["uuid"],
        version=version.pk,
        place=place,
        kind=data["kind"],
        critical=data["critical"] and not data["needs_review"],
        difficulty=data["difficulty"],
        topics=_with_above(data.get("topics", ())),
        competences=frozenset(given["key"] for given in data["competences"]),
        is_scored=not data["needs_review"],
        twin=data.get("twin") or "",
        point=point.get(data["uuid"], data["uuid"]),
        same=alike.get(data["uuid"], ""),
    )


def _with_above(keys: Iterable[str]) -> frozenset[str]:
    above = topics()
    return frozenset(keys) | {above[key] for key in keys if above.get(key)}


def topics_of_questions() -> list[list[str]]:
    """The topics of every scored question that stands in a published quiz; one statement."""
    rows = (
        _asked()
        .filter(question__places__quiz__live=True, question__places__quiz__archived=False)
        .filter(question__needs_review=False)
        .distinct()
        .values_list("pk", "data__topics")
    )
    return [topics or [] for _pk, topics in rows]


def watch() -> None:
    """Begin a new generation when questions or quizzes change; called once, from `ready()`."""
    for model in (Question, Quiz, QuizQuestion, DrawRule, Topic):
        for signal in (post_save, post_delete):
            signal.connect(bump_twice, sender=model, dispatch_uid=f"quizzes {model.__name__}")
