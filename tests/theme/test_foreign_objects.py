"""Each role at each address: who gets in stands in `tests/theme/matrix.py`, all others are refused.

Views are asked as the site asks them, save for its middleware and the pages that say "not found".
"""

import uuid
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from courses.people.models import User
from tests.theme.matrix import (
    ACCOUNT,
    ADMIN,
    ADMIN_OPEN,
    ELSEWHERE,
    KEYS,
    RECORDS,
    TABLE,
    WHO,
    Row,
    World,
    make_world,
    names,
)

pytestmark = pytest.mark.django_db
LOGIN = 302
NOT_TAKEN = 405
MISSING = """
Addresses without a row: {missing}
Add each to TABLE in tests/theme/matrix.py, under the heading it belongs to:

    "{first}": Row(get=…, post=…, args=…),

get, post: the letters of those it lets in (EVERYBODY, SIGNED_IN, OWN, LEADS, LEADING, RUNS, …), None
where the method is not taken; args: what of Uldis' it names, such as `lambda w: [w.owner.pk]` (make
one of his in `make_world` where there is none yet). It also goes into tests/e2e/addresses.py.
"""


def test_every_address_has_a_row_and_every_row_an_address():
    known = {name for name in names(get_resolver()) if not name.startswith(ACCOUNT)}
    missing = sorted(known - TABLE.keys() - ELSEWHERE.keys())
    assert not missing, MISSING.format(missing=", ".join(missing), first=missing[0])
    gone = sorted((TABLE.keys() | ELSEWHERE.keys()) - known)
    assert not gone, f"Rows of addresses that are gone, in tests/theme/matrix.py: {gone}"
    assert not TABLE.keys() & ELSEWHERE.keys()


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def answer(person: User | None, method: str, address: str) -> int:
    """The status a view answers with; what it did is taken back."""
    request: Any = getattr(RequestFactory(), method)(address)
    request.user = person or AnonymousUser()
    request.session = import_module("django.contrib.sessions.backends.cache").SessionStore()
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    request.resolver_match = match = resolve(address)
    with transaction.atomic():
        try:
            response = match.func(request, *match.args, **match.kwargs)
            if not getattr(response, "is_rendered", True):
                response.render()
        except Http404:
            return 404
        except PermissionDenied:
            return 403
        finally:
            transaction.set_rollback(True)
    if response.status_code == LOGIN and "/account/login/" not in response["Location"]:
        return 200
    return int(response.status_code)


def expected(row: Row, method: str, letter: str) -> tuple[set[int], bool]:
    """Which statuses refuse a person, and whether she is to get in."""
    let_in = row.get if method == "get" else row.post
    if let_in is None:
        return {NOT_TAKEN, row.refused, LOGIN} - ({LOGIN} if letter != "v" else set()), False
    if letter == "v":
        # What only scripts of an open page ask sends nobody to sign in.
        return {LOGIN, 403}, "v" in let_in
    return {row.refused}, letter in let_in


def wrong(world: World, name: str, args: list[Any], *, nobodys: bool = False) -> list[str]:
    """What the answers at an address differ in from its row."""
    row, address, found = TABLE[name], reverse(name, args=args), []
    for method in ("get", "post"):
        for letter, who in WHO.items():
            refusals, gets_in = expected(row, method, letter)
            status = answer(world.people.get(letter), method, address)
            got_in = status not in refusals | {403, 404, 405, LOGIN}
            if gets_in and not nobodys:
                if not got_in:
                    found.append(f"{name}: {method} by {who} ({letter}) is refused: {status}")
            elif got_in or (status not in refusals and not nobodys):
                found.append(f"{name}: {method} by {who} ({letter}) is answered with {status}")
    return found


def test_each_role_gets_in_where_the_table_says_and_nowhere_else(world):
    found = []
    for name, row in TABLE.items():
        found += wrong(world, name, row.args(world) if row.args else [])
    assert not found, "\n".join(["Not as tests/theme/matrix.py says:", *found])


def forged(args: list[Any]) -> list[Any]:
    """The same arguments with keys that nobody's object has."""
    return [
        uuid.UUID(int=7) if isinstance(each, uuid.UUID) else 999_999_999 if place == 0 else each
        for place, each in enumerate(args)
    ]


def test_what_is_nobodys_is_found_by_nobody(world):
    found = []
    for name, row in TABLE.items():
        args = row.args(world) if row.args else []
        if args and not isinstance(args[0], str) and row.get != "".join(WHO) != row.post:
            found += wrong(world, name, forged(args), nobodys=True)
    assert not found, "\n".join(found)


# allauth's own pages --------------------------------------------------------------------


def as_(person: User) -> Client:
    """Signed in, with the password typed once more, as pages of the second step ask."""
    client = Client()
    client.force_login(person)
    again = client.post("/en/account/reauthenticate/", {"password": "a long enough secret"})
    assert again.status_code == LOGIN
    return client


def test_a_key_for_signing_in_is_changed_by_whose_it_is(world):
    for letter, allowed in (("o", True), ("c", False), ("l", False), ("a", False), ("r", False)):
        client = as_(world.people[letter])
        for name in KEYS:
            status = client.get(reverse(name, args=[world.key.pk])).status_code
            assert (status == 200) == allowed, (letter, name, status)
            assert allowed or status == 404


# Wagtail's admin ------------------------------------------------------------------------


def admin_addresses(resolver: URLResolver, space: str = "", inside: str = "") -> set[str]:
    """Addresses of the admin's own pages, each argument the number or word 1."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        address = inside + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if inside or str(entry.pattern).startswith("admin"):
                below = f"{space}{entry.namespace}:" if entry.namespace else space
                found |= admin_addresses(entry, below, address)
        elif isinstance(entry, URLPattern) and entry.name and address.startswith("admin"):
            count = entry.pattern.regex.groups
            try:
                found.add(reverse(space + entry.name, args=[1] * count))
            except Exception:  # noqa: BLE001, S112  # an argument of another kind
                continue
    return found


def test_nothing_of_the_admin_opens_to_who_does_not_work_on_texts(world):
    """None of them may enter it; by her who reaches most outside it, every page is tried."""
    for letter, person in world.people.items():
        may = person.has_perm("wagtailadmin.access_admin")
        assert may == (letter in ADMIN), WHO[letter]
    addresses = admin_addresses(get_resolver())
    assert len(addresses) > 200
    client = Client()
    client.force_login(world.people["a"])
    opened = {address for address in addresses if client.get(address).status_code == 200}
    assert opened <= ADMIN_OPEN


def test_who_works_on_texts_opens_no_record_of_people(world):
    wanted = [
        address
        for address in admin_addresses(get_resolver())
        if address.removeprefix("/admin/").startswith(RECORDS)
    ]
    assert len(wanted) > 20
    for letter in "epm":
        client = Client()
        client.force_login(world.people[letter])
        opened = [address for address in wanted if client.get(address).status_code == 200]
        assert opened == [], WHO[letter]
