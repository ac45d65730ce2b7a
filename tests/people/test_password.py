"""How passwords are kept."""

from courses.people.hashers import Argon2id
from tests.people.factories import UserFactory


def test_argon2id_with_19_mib_two_passes_one_lane():
    encoded = Argon2id().encode("a long enough secret", "abcdefghijklmnop")
    _algorithm, kind, _version, cost, _salt, _hash = encoded.split("$")
    assert kind == "argon2id"
    assert cost == "m=19456,t=2,p=1"
    assert Argon2id().verify("a long enough secret", encoded)
    assert not Argon2id().verify("a long enough secre", encoded)


def test_it_is_the_hasher_of_the_site():
    from theme.settings import base

    assert base.PASSWORD_HASHERS[0] == "courses.people.hashers.Argon2id"


def test_an_older_hash_is_renewed_at_sign_in(db, settings):
    settings.PASSWORD_HASHERS = [
        "courses.people.hashers.Argon2id",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    person = UserFactory(password="md5$salt$" + "0" * 32)
    from django.contrib.auth.hashers import make_password

    person.password = make_password("a long enough secret", hasher="md5")
    person.save()
    assert person.check_password("a long enough secret")
    person.refresh_from_db()
    assert "m=19456,t=2,p=1" in person.password
