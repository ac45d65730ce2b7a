"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with m = 19 MiB, t = 2, p = 1, as OWASP's Password Storage Cheat Sheet asks."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
