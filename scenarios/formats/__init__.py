"""Stories from Twine: Twee 3 source and the HTML that Twine 2 publishes or archives.

`read` is a pure function from text to the data of stories. Of a story format's macros a small
part is understood (see `sugarcube` and `harlowe`; of other formats the links alone); whatever is
not is a `Note` with its passage and line, and the text around it is kept. Nothing in a file is
ever run.
"""

from scenarios.formats import twee, twine
from scenarios.formats.common import BadFile, Note
from scenarios.formats.drafts import Draft, draft

__all__ = ["BadFile", "Draft", "Note", "read"]


def read(text: str, language: str) -> list[Draft]:
    """The stories of a file, with their texts in one language ("lv" or "en").

    Raises `BadFile` for what is neither Twee nor Twine's HTML, or holds no story.
    """
    tales = twine.tales(text) if text.lstrip().startswith("<") else [twee.tale(text)]
    return [draft(tale, language) for tale in tales]
