"""`python -m tests.spelling`: are the words of the pack and of the interface spelled right?

Every text of the pack `tilts` and of the catalogue goes through Hunspell, Latvian by `lv_LV` and
English by `en_GB`. What its dictionaries lack stands in `tests/words/lv.txt` and `en.txt`, one word
a line: terms, names, and forms of Latvian words. Quotation marks and dashes are looked at too.
Exits 1 where something is wrong, 2 where Hunspell or a dictionary is missing.
"""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "theme.settings.test")
    django.setup()
    from tests.spelling import rules

    if missing := rules.missing():
        print(missing, file=sys.stderr)
        return 2
    every = list(rules.texts())
    wrong = rules.misspelled(every)
    for (language, word), places in wrong.items():
        print(f"{language} {word}: {'; '.join(places[:3])}{' …' if len(places) > 3 else ''}")
    signs = list(rules.bad_signs(every))
    for line in signs:
        print(line)
    print(f"{len(every)} texts: {len(wrong)} unknown words, {len(signs)} signs to mend")
    return 1 if wrong or signs else 0


if __name__ == "__main__":
    sys.exit(main())
