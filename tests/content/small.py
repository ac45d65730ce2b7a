"""A small pack of plain pages, written anew for each test."""

from pathlib import Path

PACK = """
uuid = "6f0f8f0e-0c2b-4a53-9a62-7d3f7c1f9a10"
key = "small"
version = "1"
languages = ["lv", "en"]
title.lv = "Maza paka"
title.en = "A small pack"
"""
GLOSSARY = """
[[terms]]
key = "burnout"
term.lv = "izdegšana"
term.en = "burnout"
definition.lv = "Spēku izsīkums."
definition.en = "Exhaustion."
source = "labour-law"
"""
SOURCES = """
[[sources]]
key = "labour-law"
kind = "act"
title.lv = "Darba likums"
title.en = "Labour Law"
address = "https://likumi.lv/ta/id/26019"
checked_on = 2026-11-22
review_by = 2027-05-22
owner.lv = "metodiķis"
owner.en = "methodologist"
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 200" role="img">
    <!-- a comment of the author's -->
    <rect class="accent-soft-fill" x="0" y="0" width="720" height="200"/>
    <text class="label" x="36" y="64" data-label="stress" data-width="8"/>
</svg>
"""
PAGE = """+++
key = "{key}"
title = "{title}"
slug = "{key}"
summary = "{title} īsumā."
+++

::: text {{#intro}}
## {title}

Par [{word}](term:burnout) raksta [likumā](source:labour-law); lasi arī [tālāk](page:{other}).
:::

::: figure {{#strains src="strains.svg"}}
title = "{title}"
caption = "Trīs slodzes"
description = "Viena josla."

[labels]
stress = "darba stress ilgi"
:::

::: self-check {{#first}}
prompt = "Kas ir pirmais solis?"
explanation = "Pauze ļauj **pamanīt**."

[[options]]
key = "stop"
text = "Apstāties"
right = true
feedback = "Tieši tā."

[[options]]
key = "faster"
text = "Strādāt ātrāk"
right = false
feedback = "Tā tikai ilgāk."
:::
"""


def page(key: str, language: str, other: str) -> str:
    title = {"lv": "Palīdzība", "en": "Help"}[language] + f" {key}"
    return PAGE.format(key=key, title=title, word="izdegšanu", other=other)


def files() -> dict[str, str]:
    return {
        "pack.toml": PACK,
        "glossary.toml": GLOSSARY,
        "sources.toml": SOURCES,
        "pages/figures/strains.svg": SVG,
        # The first page names the second one, which is not there yet when it is loaded.
        "pages/aid.lv.md": page("aid", "lv", "more"),
        "pages/aid.en.md": page("aid", "en", "more"),
        "pages/more.lv.md": page("more", "lv", "aid"),
        "pages/more.en.md": page("more", "en", "aid"),
    }


def write(folder: Path, **changes: str | None) -> Path:
    """Write the pack; `changes` replace files by path, None leaves one out."""
    for path, text in (files() | changes).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            place.unlink(missing_ok=True)
        else:
            place.write_text(text, encoding="utf-8")
    return folder


def changed(folder: Path, path: str, old: str, new: str) -> None:
    """Replace words in a file of the pack; they must be there."""
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")
