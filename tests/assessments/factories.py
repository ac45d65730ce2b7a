"""Questions, quizzes and their pages for tests."""

import uuid
from typing import Any

import factory
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site

from assessments.actions import start_attempt
from assessments.models import Attempt, Question, Quiz, QuizPage, Topic
from assessments.models.quizzes import everything
from courses.models import CoursePage, HomePage, LessonPage
from courses.progress.models import Subject
from tests.progress.factories import CompetenceFactory


def option(key: str, right: bool = False, **given: Any) -> dict[str, Any]:
    """An option as the StreamField keeps it."""
    texts = {
        "text_lv": f"Atbilde {key}",
        "text_en": f"Answer {key}",
        "feedback_lv": f"Skaidrojums {key}",
        "feedback_en": f"Feedback {key}",
        "misconception": "",
    }
    return {
        "type": "option",
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, key)),
        "value": {"key": key, "right": right} | texts | given,
    }


def options(keys: str, right: str) -> list[dict[str, Any]]:
    """options("abcd", "c"): four options, the third is right."""
    return [option(key, key in right) for key in keys]


class TopicFactory(DjangoModelFactory):
    """A topic that is part of no other."""

    class Meta:
        model = Topic

    key = factory.Sequence(lambda n: f"topic-{n}")
    name_lv = factory.LazyAttribute(lambda topic: f"Tēma {topic.key}")
    name_en = factory.LazyAttribute(lambda topic: f"About {topic.key}")


class QuestionFactory(DjangoModelFactory):
    """A published single-choice question; the trait `several` and `statement` make other kinds."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    module = "burnout"
    key = factory.Sequence(lambda n: f"burnout/question-{n}")
    kind = "single"
    stem_lv = factory.Sequence(lambda n: f"Jautājums {n}?")
    stem_en = factory.Sequence(lambda n: f"Question {n}?")
    explanation_lv = "Paskaidrojums"
    explanation_en = "Explanation of all"
    options = factory.LazyFunction(lambda: options("abcd", "a"))

    class Params:
        several = factory.Trait(kind="multiple", options=options("abcde", "ace"))
        statement = factory.Trait(
            kind="true-false",
            options=[
                option("true", text_lv="", text_en=""),
                option("false", True, text_lv="", text_en=""),
            ],
        )

    @classmethod
    def _create(
        cls, model_class: Any, *args: Any, competences: Any = (("self-care", 1),), **kwargs: Any
    ) -> Question:
        question = model_class(**kwargs)
        question.competence_weights = [
            model_class.competence_weights.field.model(
                competence=CompetenceFactory(key=key), weight=weight
            )
            for key, weight in competences
        ]
        question.save()
        return question


class QuizFactory(DjangoModelFactory):
    """A published quiz of three questions, answers explained at the end, nothing shuffled."""

    class Meta:
        model = Quiz
        skip_postgeneration_save = True

    module = "burnout"
    key = factory.Sequence(lambda n: f"burnout/quiz-{n}")
    title_lv = "Pārbaude"
    title_en = "Check yourself"
    passed_lv = "Nokārtots"
    passed_en = "Well done"
    failed_lv = "Vēl ne"
    failed_en = "Have another look"
    pass_mark = 60
    shuffle = False

    class Params:
        explained = factory.Trait(shown_during=everything())

    @classmethod
    def _create(cls, model_class: Any, *args: Any, questions: Any = None, **kwargs: Any) -> Quiz:
        asked = QuestionFactory.create_batch(3) if questions is None else questions
        quiz = model_class(**kwargs)
        quiz.places = [
            model_class.places.field.model(question=question, sort_order=number)
            for number, question in enumerate(asked)
        ]
        quiz.save()
        return quiz


def locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def home_page(code: str) -> HomePage:
    found = HomePage.objects.filter(locale__language_code=code).first()
    if found:
        return found
    other = HomePage.objects.first()
    keyed = {"translation_key": other.translation_key} if other else {}
    # After a test with real transactions the database is empty, its root page included.
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale("lv"))
    )
    home = root.add_child(
        instance=HomePage(title="Tilts", slug=f"home-{code}", locale=locale(code), **keyed)
    )
    if code == "lv":
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
        )
    return home


def module_page(code: str = "lv", key: str = "burnout") -> CoursePage:
    """The module's page in a language, with the site above it, made on first use."""
    if code != "lv":
        module_page("lv", key)
    home = home_page(code)
    found = CoursePage.objects.filter(key=key, locale__language_code=code).first()
    if found:
        return found
    other = CoursePage.objects.filter(key=key).first()
    keyed = {"translation_key": other.translation_key} if other else {}
    return home.add_child(
        instance=CoursePage(
            title=f"Module {key} ({code})", slug=key, key=key, locale=locale(code), **keyed
        )
    )


def quiz_page(quiz: Quiz | None = None, code: str = "lv", **given: Any) -> QuizPage:
    """A published page of a quiz in a module."""
    quiz = quiz or QuizFactory()
    parent = module_page(code)
    return parent.add_child(
        instance=QuizPage(
            title=f"Quiz page ({code})",
            slug=f"quiz-{quiz.pk}",
            key=quiz.key.split("/")[1],
            quiz=quiz,
            locale=parent.locale,
            **given,
        )
    )


def lesson_page(code: str = "lv", **given: Any) -> LessonPage:
    parent = module_page(code)
    return parent.add_child(
        instance=LessonPage(
            slug="lesson", key="lesson", locale=parent.locale, **{"title": f"Lesson {code}"} | given
        )
    )


def begun(user: Any, page: QuizPage | None = None) -> Attempt:
    """An attempt a person has just started."""
    subject = Subject.objects.for_user(user)
    return start_attempt(subject, page or quiz_page(), uuid.uuid4())
