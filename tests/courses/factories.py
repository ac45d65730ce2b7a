"""Pages, paths and places on them for tests."""

import datetime
import uuid
from typing import Any

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site

from courses.models import Assignment, CoursePage, Enrolment, HomePage, LessonPage, Path
from courses.outline import outdate
from courses.progress.models import Requirement, Subject
from tests.people.factories import TeamFactory, UserFactory
from tests.progress.factories import SubjectFactory


def locale(code: str = "lv") -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def home(code: str = "lv") -> HomePage:
    """The home page of a language, made when it is missing; the Latvian one is the site's root."""
    found = HomePage.objects.filter(locale__language_code=code).first()
    if found:
        return found
    latvian = home("lv") if code != "lv" else None
    # After a test with real transactions the database is empty, its root page included.
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale("lv"))
    )
    page = HomePage(title="Tilts", slug=f"home-{code}", locale=locale(code))
    if latvian:
        page.translation_key = latvian.translation_key
    root.add_child(instance=page)
    if not latvian:
        Site.objects.all().delete()
        Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


class PageFactory(DjangoModelFactory):
    """A live page; `parent` and `language` say where. `translates` is the page it stands for."""

    class Meta:
        model = Page
        abstract = True

    slug = factory.LazyAttribute(lambda page: slugify(page.title))

    @classmethod
    def _create(
        cls,
        model_class: Any,
        *args: Any,
        parent: Page | None = None,
        language: str = "lv",
        translates: Page | None = None,
        **kwargs: Any,
    ) -> Page:
        parent = parent or cls.default_parent(language)
        page = model_class(locale=locale(language), **kwargs)
        if translates:
            page.translation_key = translates.translation_key
        parent.add_child(instance=page)
        outdate()
        return page

    @classmethod
    def default_parent(cls, language: str) -> Page:
        return home(language)


class CourseFactory(PageFactory):
    class Meta:
        model = CoursePage

    title = factory.Sequence(lambda n: f"Module {n}")
    key = factory.LazyAttribute(lambda page: slugify(page.title))
    summary = "What it is about."


class LessonFactory(PageFactory):
    class Meta:
        model = LessonPage

    title = factory.Sequence(lambda n: f"Lesson {n}")
    key = factory.LazyAttribute(lambda page: slugify(page.title))

    @classmethod
    def default_parent(cls, language: str) -> Page:
        return CourseFactory(language=language)


def require(
    course: CoursePage, since: datetime.date = datetime.date(2026, 1, 1), version: int = 1
) -> Requirement:
    """The requirement of a module: all its parts as they are now."""
    from courses.actions import parts_of

    return Requirement.objects.create(
        kind="module",
        key=course.translation_key,
        version=version,
        effective_from=since,
        parts=parts_of(course),
    )


class PathFactory(DjangoModelFactory):
    """A path; `modules` are the pages its first version asks for, from 1 January 2026."""

    class Meta:
        model = Path
        skip_postgeneration_save = True

    uuid = factory.LazyFunction(uuid.uuid4)
    key = factory.Sequence(lambda n: f"path-{n}")
    title_lv = factory.LazyAttribute(lambda path: f"{path.key} (lv)")
    title_en = factory.LazyAttribute(lambda path: f"{path.key} (en)")
    setting = "prison"

    @factory.post_generation
    def modules(self, create: bool, pages: list[CoursePage] | None, **kwargs: Any) -> None:
        if create and pages:
            Requirement.objects.create(
                kind="path",
                key=self.uuid,
                version=1,
                effective_from=datetime.date(2026, 1, 1),
                parts=[
                    {"verb": "met", "kind": "module", "key": str(page.translation_key)}
                    for page in pages
                ],
            )


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    subject = factory.SubFactory(SubjectFactory)
    target_kind = "module"
    target_key = factory.LazyFunction(uuid.uuid4)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    target_kind = "module"
    target_key = factory.LazyFunction(uuid.uuid4)
    team = factory.SubFactory(TeamFactory)
    made_by = factory.SubFactory(UserFactory)
    token = factory.LazyFunction(uuid.uuid4)


def subject_of(person: Any) -> Subject:
    return Subject.objects.for_user(person)
