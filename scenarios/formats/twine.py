"""The HTML of Twine 2: a published story, or an archive of several."""

from html.parser import HTMLParser

from django.utils.translation import gettext as _

from scenarios.formats.common import BadFile, Tale, clean, format_name


def tales(text: str) -> list[Tale]:
    """The stories in the HTML. Raises `BadFile` where there are none."""
    reader = _Reader()
    reader.feed(clean(text))
    reader.close()
    reader.end_passage()
    found = [tale for tale in reader.tales if tale.passages]
    if not found:
        raise BadFile(_("There is no story of Twine 2 in this file."))
    return found


class _Reader(HTMLParser):
    """Takes stories and their passages out of a page; whatever else there is goes by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tales: list[Tale] = []
        self.starts: dict[str, str] = {}  # names of passages by their number, of the last story
        self.passage: tuple[str, list[str], int] | None = None
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "tw-storydata":
            self.end_passage()
            self.tales.append(
                Tale(
                    title=" ".join(given.get("name", "").split()),
                    format=format_name(given.get("format")),
                    start=given.get("startnode", ""),
                )
            )
        elif tag == "tw-passagedata" and self.tales:
            self.end_passage()
            line = self.getpos()[0]
            name = " ".join(given.get("name", "").split())
            name = name or _("Passage in line %(line)d") % {"line": line}
            if given.get("pid") and given["pid"] == self.tales[-1].start:
                self.tales[-1].start = name
            self.passage = (name, given.get("tags", "").split(), line)
            self.parts = []
        elif tag in {"script", "style"} and self.tales and self.passage is None:
            self.passage = ("", [tag], self.getpos()[0])
            self.parts = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"tw-passagedata", "tw-storydata", "script", "style"}:
            self.end_passage()

    def handle_data(self, data: str) -> None:
        if self.passage is not None:
            self.parts.append(data)

    def end_passage(self) -> None:
        if self.passage is None:
            return
        (name, tags, line), text = self.passage, "".join(self.parts)
        self.passage = None
        if name:
            self.tales[-1].add(name, clean(text).strip("\n"), tags, line)
        elif text.strip() and tags == ["script"]:
            self.tales[-1].note(_("The story’s script was left out."), line=line)
        elif text.strip():
            self.tales[-1].note(_("The story’s style sheet was left out."), line=line)
