"""Questions between the bank and files of other systems: what comes in is a draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.formats import FORMATS, BadFile, Note, Read, Written, format_of
from assessments.formats.common import Found
from assessments.models import CompetenceWeight, Question, Topic
from assessments.models.bodies import fields_of
from assessments.parts import written_of
from content.keys import item_uuid
from content.models import Source
from courses.models import LessonPage
from courses.people.models import User
from courses.progress.models import Competence

MOST_BYTES = 2 * 1024 * 1024
MOST_QUESTIONS = 1000
# A draft may lack things; what it says must be storable.
MAY_BE_MISSING = {"required", "blank", "null"}


@dataclass
class Loaded:
    """What became of a file: the drafts made of it, and what was not carried over."""

    made: list[Question] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read(name: str, content: bytes, language: str) -> Read:
    """The questions of an uploaded file; texts without a language of their own are in `language`.

    Raises `BadFile` for a file that is too large, no text, or in no format known here.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES >> 20})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(_("The file is no text in UTF-8.")) from error
    found = FORMATS[format_of(name, text)].read(text, language)
    if len(found.questions) > MOST_QUESTIONS:
        raise BadFile(_("The file holds more than %(most)d questions.") % {"most": MOST_QUESTIONS})
    return found


@transaction.atomic
def load(found: Read, module: str, editor: User) -> Loaded:
    """Make drafts of the questions of a file, in one transaction.

    What is in the bank word for word is left alone; a key that is taken by another question is
    not taken over. References to what is not here are listed and left out.
    """
    loaded = Loaded(notes=list(found.notes))
    known = _Known(found.questions)
    for one in found.questions:
        question = _draft(one, module, known, loaded)
        if question is None:
            continue
        question.save()
        question.save_revision(user=editor, log_action=True, clean=False)
        loaded.made.append(question)
        known.keys.add(question.key)
    return loaded


class _Known:
    """What the bank has of what a file names, asked once for the whole file."""

    def __init__(self, found: Sequence[Found]) -> None:
        data = [one.data for one in found]
        self.competences = {row.key: row for row in Competence.objects.filter(archived=False)}
        self.topics = {row.key: row for row in Topic.objects.filter(archived=False)}
        self.sources = {row.key: row for row in Source.objects.all()}
        rereads = {key for each in data if (key := _uuid(each["reread"]))}
        self.lessons = {
            lesson.translation_key: lesson
            for lesson in LessonPage.objects.filter(translation_key__in=rereads).order_by(
                "locale__language_code"
            )
        }
        twins = {key for each in data if (key := _uuid(each["twin"]))}
        self.twins = {row.uuid: row for row in Question.objects.filter(uuid__in=twins)}
        self.same_key = {
            row.key: row for row in Question.objects.filter(key__in=[each["key"] for each in data])
        }
        self.keys = set(self.same_key)


def _draft(one: Found, module: str, known: _Known, loaded: Loaded) -> Question | None:
    """The question a file describes, not saved; None where it is there or cannot be stored."""
    data = one.data

    def note(text: str) -> None:
        loaded.notes.append(Note(one.place, text))

    written = written_of(data)
    key = str(data["key"]) if _is_key(str(data["key"])) else ""
    same = known.same_key.get(key)
    if same is not None and same.kind == data["kind"] and same.written() == written:
        note(_("“%(key)s” is in the bank already, word for word.") % {"key": key})
        return None
    if key in known.keys:
        note(_("“%(key)s” is another question’s key here; this one gets its own.") % {"key": key})
        key = ""
    elif data["key"] and not key:
        note(_("“%(key)s” cannot be a key here; it gets another.") % {"key": data["key"]})
    question = Question(
        key=key,
        module=key.split("/")[0] if key else module,
        kind=data["kind"],
        live=False,
        has_unpublished_changes=True,
        stem_lv=written["stem"]["lv"],
        stem_en=written["stem"]["en"],
        explanation_lv=written["explanation"]["lv"],
        explanation_en=written["explanation"]["en"],
        difficulty=data["difficulty"],
        critical=data["critical"],
        needs_review=data["needs_review"],
        applies=data["applies"],
        source_section=data["source"]["section"],
        source_pages=data["source"]["pages"],
    )
    if not question.key:
        question.key = question._free_key()
    uuid = item_uuid("question", question.key)
    for name, value in fields_of(data["kind"], written, uuid).items():
        setattr(question, name, value)
    try:
        question.clean_fields(exclude={"key", "module"})
    except ValidationError as error:
        if problems := list(_problems(error)):
            note(_("It was left out: %(problems)s") % {"problems": " ".join(problems)})
            return None
    for reason in _refer(question, data, known):
        note(reason)
    return question


def _problems(error: ValidationError) -> Iterable[str]:
    for name, errors in error.error_dict.items():
        for each in errors:
            if each.code not in MAY_BE_MISSING:
                label = getattr(Question._meta.get_field(name), "verbose_name", name)
                yield f"{label}: {' '.join(each.messages)}"


def _refer(question: Question, data: dict[str, Any], known: _Known) -> Iterable[str]:
    """Tie a question to what it names; yields what is not here."""
    weights: list[CompetenceWeight] = []
    for given in data["competences"]:
        competence = known.competences.get(given["key"])
        if competence is None:
            yield _("There is no competence “%(key)s” here.") % {"key": given["key"]}
        else:
            weights.append(
                CompetenceWeight(
                    competence=competence,
                    weight=Decimal(given["weight"]),
                    sort_order=len(weights),
                )
            )
    # Kept with the draft until it is saved, as modelcluster's relations are.
    setattr(question, "competence_weights", weights)  # noqa: B010
    topics = [known.topics[key] for key in data["topics"] if key in known.topics]
    setattr(question, "topics", topics)  # noqa: B010
    for key in data["topics"]:
        if key not in known.topics:
            yield _("There is no topic “%(key)s” here.") % {"key": key}
    if data["source"]["key"]:
        question.source = known.sources.get(data["source"]["key"])
        if question.source is None:
            yield _("There is no source “%(key)s” here.") % {"key": data["source"]["key"]}
    if data["reread"]:
        question.reread = known.lessons.get(_uuid(data["reread"]))
        if question.reread is None:
            yield _("The lesson to reread is not here.")
    if data["twin"]:
        yield _("Choose the twin again; files do not pair questions.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_key(text: str) -> bool:
    try:
        Question._meta.get_field("key").run_validators(text)
    except ValidationError:
        return False
    return bool(text)


def written(questions: Iterable[Question], name: str) -> Written:
    """Questions as a file of a format, and what it cannot say."""
    return FORMATS[name].write([question.as_data() | {"twin": ""} for question in questions])
