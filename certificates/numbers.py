"""Numbers of certificates: unguessable, printed on paper, typed by people.

Sixteen signs in groups of four, such as `K7QM-2XF9-HD3W-8TRC`. The alphabet has no look-alikes
(no 0 O, 1 I L) and 31 signs. Fifteen are chance, 74 bits: looking numbers up needs no limiter,
as somebody asking a thousand a second for a century would most likely find none. The last one
checks the others: 31 is prime and the weights 1 to 16 differ, so every single wrong sign and
every two signs changed over are noticed.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4


def new_number() -> str:
    """A number nobody has had before, as far as chance goes."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH - 1))
    return _grouped(signs + _check_sign(signs))


def tidy(typed: str) -> str:
    """The number as we write it, from what was typed: any case, with or without dashes and spaces.

    Empty where it is no such number: too long or short, a foreign sign, or a slip of the pen.
    """
    if len(typed) > 3 * LENGTH:
        return ""
    signs = "".join(typed.split()).replace("-", "").upper()
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return ""
    return _grouped(signs) if signs[-1] == _check_sign(signs[:-1]) else ""


def _check_sign(signs: str) -> str:
    # With it, the sum of place × value over all sixteen places is divisible by 31.
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, start=1))
    value = -total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    return ALPHABET[value]


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))
