"""Pages of ours as tagged PDFs (PDF/UA-1), made of our own files alone.

Loads WeasyPrint: imported by the task worker only.
"""

from collections.abc import Mapping
from pathlib import Path

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

Files = Mapping[str, tuple[Path, str]]  # where a file is, and its content type, by its address
Made = Mapping[str, tuple[str, str]]  # the same of what is no file: its text

_FOLDER = Path(__file__).resolve().parent.parent / "theme" / "static" / "theme" / "fonts"
FONTS: dict[str, tuple[Path, str]] = {
    "paper:regular.ttf": (_FOLDER / "Literata-Regular.ttf", "font/ttf"),
    "paper:semibold.ttf": (_FOLDER / "Literata-SemiBold.ttf", "font/ttf"),
}


class NotOurs(FatalURLFetchingError):
    """A page asks for something that is not one of its own files."""


class OwnFiles(URLFetcher):
    """Gives WeasyPrint the files of a page; nothing else can be had."""

    def __init__(self, files: Files, made: Made | None = None) -> None:
        super().__init__(allowed_protocols=["paper"])
        self.files = files
        self.made = made or {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url in self.made:
            text, content_type = self.made[url]
            return URLFetcherResponse(url, text, {"Content-Type": content_type})
        if url not in self.files:
            raise NotOurs(url)
        path, content_type = self.files[url]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})


def pdf(markup: str, files: Files, made: Made | None, identifier: str) -> bytes:
    """The page as a PDF; the same page and identifier give the same bytes."""
    document = HTML(string=markup, base_url="paper:", url_fetcher=OwnFiles(files, made))
    content: bytes = document.write_pdf(
        font_config=FontConfiguration(),
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier.encode(),
    )
    return content
