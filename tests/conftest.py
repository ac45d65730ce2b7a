"""What every test may ask for: a day, people in their roles, clients signed in as them."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_django
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.models.signals import post_save
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.people.models import Team, User
from courses.progress import triggers
from tests import database
from tests.browser import browser, new_context, page, playwright, site, watch
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory

# One browser for a process, whichever folder's tests ask for it: Playwright starts only once.
__all__ = ["browser", "new_context", "page", "playwright", "site", "watch"]

# Examples are the same each time, so that what passed passes; `make test-slow` goes by chance.
# No deadlines: on two shared cores time says nothing.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.register_profile("chance", deadline=None)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A copy of the migrated database for this process, in place of migrating one anew."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", f"p{os.getpid()}")
    name = f"tilts_test_{worker}"
    with django_db_blocker.unblock():
        if database.server():
            database.new_database(name)
        else:
            name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
            database.new_file(Path(name))
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        if database.server():
            database.drop_database(name)


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """What is remembered between requests is forgotten between tests."""
    from assessments import known

    cache.clear()
    known.forget()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _indexes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Search and reference indexes are kept in tests marked `indexed` only: a quarter of the time."""
    models = index.get_indexed_models()
    if request.node.get_closest_marker("indexed"):
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)
        yield
        for model in models:
            post_save.disconnect(post_save_signal_handler, sender=model)
    else:
        with disable_reference_index_auto_update():
            yield


@pytest.fixture(autouse=True, scope="session")
def _not_indexed(django_test_environment: None) -> None:
    for model in index.get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)


@pytest.fixture
def today() -> datetime.date:
    """The day the tests run on, as what they record is recorded now."""
    return timezone.localdate()


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory(name="Brasas sociālā daļa")


@pytest.fixture
def learner(team: Team) -> User:
    return MembershipFactory(team=team, person__first_name="Līga").person


@pytest.fixture
def lead(team: Team) -> User:
    return MembershipFactory(team=team, leading=True, person__first_name="Ilze").person


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody with an account and no part in the team."""
    return MembershipFactory(person__first_name="Uldis").person


@pytest.fixture
def editor(db: None) -> User:
    from courses.people.groups import ensure

    ensure()
    return UserFactory(first_name="Elīna", in_groups=["editor"])


@pytest.fixture
def moderator(db: None) -> User:
    from courses.people.groups import ensure

    ensure()
    return UserFactory(first_name="Māra", in_groups=["moderator"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def learner_client(learner: User) -> Client:
    return signed_in(learner)


@pytest.fixture
def lead_client(lead: User) -> Client:
    return signed_in(lead)


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    return signed_in(stranger)


@pytest.fixture
def editor_client(editor: User) -> Client:
    return signed_in(editor)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_logs() -> None:
    """A transactional test ends in a flush, which the logs refuse: lift that for the flush only."""
    teardown = TransactionTestCase._fixture_teardown

    def flush(case: TransactionTestCase) -> None:
        aliases = case._databases_names(include_mirrors=False)
        for alias in aliases:
            triggers.drop(connections[alias])
        try:
            teardown(case)
        finally:
            for alias in aliases:
                triggers.create(connections[alias])

    TransactionTestCase._fixture_teardown = flush
