"""A certificate as a tagged PDF (PDF/UA-1), A4 landscape; the same award gives the same bytes.

Loads WeasyPrint: imported by the task worker only.
"""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from certificates import qr
from certificates.models import Award
from certificates.wording import Wording
from content import paper

HERE = Path(__file__).resolve().parent / "paper"

# Everything a certificate may be made of, by the address it is called by in the template and CSS.
FILES = paper.FONTS | {
    "paper:certificate.css": (HERE / "certificate.css", "text/css"),
    "paper:bridge.svg": (HERE / "bridge.svg", "image/svg+xml"),
    "paper:sign.svg": (HERE / "sign.svg", "image/svg+xml"),
}


def make(award: Award, language: str) -> bytes:
    """The PDF in a language, "lv" or "en". The award's holder must be known."""
    with translation.override(language):
        wording = Wording(award, language)
        text = render_to_string("certificates/paper.html", {"award": award, "says": wording})
    code = {"paper:code.svg": (qr.svg(wording.address), "image/svg+xml")}
    return paper.pdf(text, FILES, code, f"{award.digest}{language}")
