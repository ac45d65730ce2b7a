"""The site's translations without gettext's programs: `python -m theme.catalogue extract|compile|check`.

Python sources are read by Babel, templates by Django's own parser, so a string is found exactly
where the site would translate it. English is the source; `theme/locale/lv` holds the Latvian.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "theme" / "locale" / "lv" / "LC_MESSAGES" / "django.po"
APPS = ("theme", "content", "courses", "assessments", "scenarios", "certificates")
PLURALS = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Found = tuple[str, int, str | tuple[str, ...], str | None]  # file, line, message, context


def sources(*suffixes: str) -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path


def in_python(path: Path) -> Iterator[Found]:
    name = str(path.relative_to(ROOT))
    with path.open("rb") as file:
        for line, message, _comments, context in extract("python", file, keywords=KEYWORDS):
            if message:
                yield name, line, message, context


def in_template(path: Path) -> Iterator[Found]:
    """Every `translate` and `blocktranslate`, and every `_("…")` argument, of a template."""
    from django.template import Template
    from django.template.base import FilterExpression, Node, Variable
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode
    from django.utils.functional import Promise
    from django.utils.translation import override

    name = str(path.relative_to(ROOT))
    template = Template(path.read_text(encoding="utf-8"))
    seen: set[int] = set()

    def walk(value: object, line: int) -> Iterator[Found]:
        if id(value) in seen or isinstance(value, (str, int, bool, type(None))):
            return
        seen.add(id(value))
        if isinstance(value, Node):
            token = getattr(value, "token", None)
            line = getattr(token, "lineno", None) or line
        if isinstance(value, BlockTranslateNode):
            one = value.render_token_list(value.singular)[0]
            many = value.render_token_list(value.plural)[0] if value.plural else ""
            if value.trimmed:
                from django.utils.translation import trim_whitespace

                one, many = trim_whitespace(one), trim_whitespace(many)
            context = value.message_context
            where = context.var if context is not None else None
            yield name, line, (one, many) if many else one, str(where) if where else None
        elif isinstance(value, TranslateNode):
            literal = value.filter_expression.var
            if isinstance(literal, Variable):  # where the tag keeps its text
                literal = literal.literal
            context = value.message_context
            where = context.var if context is not None else None
            if isinstance(literal, str):
                yield name, line, literal, str(where) if where else None
        elif isinstance(value, Promise):
            with override(None):
                yield name, line, str(value), None
        elif isinstance(value, Variable) and value.translate and isinstance(value.literal, str):
            yield name, line, value.literal, None
        children: list[object] = []
        if isinstance(value, dict):
            children = list(value.values())
        elif isinstance(value, (list, tuple, set)):
            children = list(value)
        elif isinstance(value, FilterExpression):
            children = [value.var, value.filters]
        elif hasattr(value, "__dict__") and type(value).__module__.split(".")[0] in {
            "django",
            "wagtail",
            "theme",
            *APPS,
        }:
            children = [
                part for key, part in vars(value).items() if key not in {"origin", "engine"}
            ]
        for child in children:
            yield from walk(child, line)

    yield from walk(list(template.nodelist), 0)


def found() -> Catalog:
    """A catalogue of every string in the sources, untranslated."""
    catalog = Catalog(locale="lv", project="Tilts", charset="utf-8", fuzzy=False)
    strings = [entry for path in sources(".py") for entry in in_python(path)]
    strings += [entry for path in sources(".html", ".txt") for entry in in_template(path)]
    for name, _line, message, context in strings:
        # Line numbers would make every edit of a template an edit of the catalogue.
        catalog.add(message, None, [(name, 0)], context=context)
    return catalog


def read() -> Catalog:
    if not PO.exists():
        return Catalog(locale="lv", project="Tilts", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="lv")


def write(catalog: Catalog) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(
            file,
            catalog,
            width=100,
            sort_output=True,
            omit_header=False,
            ignore_obsolete=True,
            include_lineno=False,
        )
    # Gettext's own plural rule for Latvian, the one Django's catalogues use.
    text = PO.read_text(encoding="utf-8")
    text = re.sub(r'"Plural-Forms:.*?\\n"\n', f'"Plural-Forms: {PLURALS}\\\\n"\n', text, flags=re.S)
    text = re.sub(
        r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By):.*?\\n"\n', "", text
    )
    PO.write_text(text, encoding="utf-8")


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def problems() -> list[str]:
    """Strings without a Latvian text, and texts that lost or made up a placeholder."""
    kept = read()
    wrong: list[str] = []
    for message in found():
        if not message.id:
            continue
        name = message.locations[0][0] if message.locations else ""
        first = message.id if isinstance(message.id, str) else message.id[0]
        entry = kept.get(message.id, message.context)
        texts = (
            []
            if entry is None
            else [entry.string]
            if isinstance(entry.string, str)
            else entry.string
        )
        if entry is None or entry.fuzzy or not texts or not all(texts):
            wrong.append(f"{name}: not in Latvian: {first!r}")
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(PLACEHOLDER.findall(" ".join(ids)))
        for text in texts:
            if extra := set(PLACEHOLDER.findall(text)) - wanted:
                wrong.append(f"{name}: {text!r} has {', '.join(sorted(extra))}, the source has not")
        if isinstance(message.id, str) and wanted - set(PLACEHOLDER.findall(texts[0])):
            wrong.append(f"{name}: {texts[0]!r} lost a placeholder of {first!r}")
    return wrong


def main(command: str) -> int:
    if command == "compile":
        with PO.with_suffix(".mo").open("wb") as file:
            write_mo(file, read())
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "theme.settings.test")
    django.setup()
    if command == "extract":
        catalog = read()
        catalog.update(found(), no_fuzzy_matching=True)
        write(catalog)
        return 0
    if command == "check":
        wrong = problems()
        sys.stdout.writelines(f"{line}\n" for line in wrong)
        sys.stdout.write(
            f"{len(wrong)} strings to mend in {PO.relative_to(ROOT)}\n" if wrong else ""
        )
        return 1 if wrong else 0
    sys.stderr.write("extract, compile or check?\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
