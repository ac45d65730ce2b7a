"""A module to be certified in."""

import pytest
from wagtail.models import Locale, Page, Site

from courses.models import CoursePage, HomePage
from courses.outline import outdate
from tests.progress.factories import CompetenceFactory


@pytest.fixture
def competence(db):
    return CompetenceFactory(key="self-care", name_lv="Rūpes", name_en="Care")


@pytest.fixture
def course(competence):
    locale, _made = Locale.objects.get_or_create(language_code="lv")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", locale=locale)
    home = root.add_child(instance=HomePage(title="Tilts", slug="tilts", locale=locale))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )
    course = CoursePage(title="Izdegšana", slug="burnout", locale=locale, minutes=95, key="burnout")
    home.add_child(instance=course)
    course.competences.add(competence)
    course.save()
    outdate()
    return course
