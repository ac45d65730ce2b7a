"""A certificate as a tagged PDF (PDF/UA-1), A4 landscape; the same award gives the same bytes.

Loads WeasyPrint: imported by the task worker only.
"""

from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certificates import qr
from certificates.models import Award
from certificates.wording import Wording

HERE = Path(__file__).resolve().parent / "paper"
FONTS = HERE.parent.parent / "theme" / "static" / "theme" / "fonts"

# Everything a certificate may be made of, by the address it is called by in the template and CSS.
FILES = {
    "paper:certificate.css": (HERE / "certificate.css", "text/css"),
    "paper:bridge.svg": (HERE / "bridge.svg", "image/svg+xml"),
    "paper:sign.svg": (HERE / "sign.svg", "image/svg+xml"),
    "paper:regular.ttf": (FONTS / "Literata-Regular.ttf", "font/ttf"),
    "paper:semibold.ttf": (FONTS / "Literata-SemiBold.ttf", "font/ttf"),
}


class NotOurs(FatalURLFetchingError):
    """A certificate asks for something that is not one of its own files."""


class OwnFiles(URLFetcher):
    """Gives WeasyPrint the files of the certificate and its QR code; nothing else can be had."""

    def __init__(self, code: str) -> None:
        super().__init__(allowed_protocols=["paper"])
        self.code = code

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url == "paper:code.svg":
            return URLFetcherResponse(url, self.code, {"Content-Type": "image/svg+xml"})
        if url not in FILES:
            raise NotOurs(url)
        path, content_type = FILES[url]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})


def make(award: Award, language: str) -> bytes:
    """The PDF in a language, "lv" or "en". The award's holder must be known."""
    with translation.override(language):
        wording = Wording(award, language)
        text = render_to_string("certificates/paper.html", {"award": award, "says": wording})
    document = HTML(string=text, base_url="paper:", url_fetcher=OwnFiles(qr.svg(wording.address)))
    content: bytes = document.write_pdf(
        font_config=FontConfiguration(),
        pdf_variant="pdf/ua-1",
        pdf_identifier=f"{award.digest}{language}".encode(),
    )
    return content
