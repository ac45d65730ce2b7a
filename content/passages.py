"""Where in a source something stands, in words: “section 1.2, pp. 19–20”."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NUMBER = re.compile(r"\d+")
ANNEX = re.compile(r"Pielikums Nr\. (\d+)")  # as the handbook names it, in both languages


def passage(section: str, pages: str) -> str:
    """What is empty is left out; a section that is not a number names itself."""
    said = []
    if annex := ANNEX.fullmatch(section):
        said.append(_("Annex %(number)s") % {"number": annex[1]})
    elif section:
        numbered = section[0].isdigit()
        said.append(_("section %(section)s") % {"section": section} if numbered else section)
    if pages:
        numbers = NUMBER.sub(_page, pages)
        count = len(NUMBER.findall(pages))
        said.append(ngettext("p. %(pages)s", "pp. %(pages)s", count) % {"pages": numbers})
    return ", ".join(said)


def _page(found: re.Match[str]) -> str:
    return pgettext("one page number in a reference", "%(page)s") % {"page": found[0]}
