"""Stories from files of Twine: what comes in is a draft."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from content.packs.plain import field_value
from courses.people.models import User
from scenarios import formats
from scenarios.formats import BadFile, Draft
from scenarios.models import Story
from scenarios.structure import MAX_KEY

MOST_BYTES = 4 * 1024 * 1024
MOST_STORIES = 20


@dataclass
class Loaded:
    """The drafts that were made of a file, each with what was made of it."""

    made: list[tuple[Story, Draft]] = field(default_factory=list)


def too_large() -> str:
    return _("The file is larger than %(most)d MB.") % {"most": MOST_BYTES >> 20}


def read(content: bytes, language: str) -> list[Draft]:
    """The stories of an uploaded file, with their texts in `language` ("lv" or "en").

    Raises `BadFile` for a file that is too large, no text in UTF-8, or holds no story.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(too_large())
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:4000]:
        raise BadFile(_("The file is text in UTF-16 or no text at all; save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(_("The file is no text in UTF-8.")) from error
    found = formats.read(text, language)
    if len(found) > MOST_STORIES:
        raise BadFile(_("The file holds more than %(most)d stories.") % {"most": MOST_STORIES})
    return found


@transaction.atomic
def load(found: Collection[Draft], module: str, editor: User) -> Loaded:
    """Make drafts of the stories of a file, in one transaction; nothing is published.

    A key that another story of the module has is not taken over.
    """
    loaded = Loaded()
    taken = set(Story.objects.filter(module=module).values_list("key", flat=True))
    for draft in found:
        key = _free(draft.data["key"], taken)
        taken.add(key)
        fields = Story.fields_of(draft.data | {"key": key})
        story = Story(module=module, live=False, has_unpublished_changes=True)
        for name, value in fields.items():
            setattr(story, name, field_value(Story, name, value))
        story.save()
        story.save_revision(user=editor, log_action=True, clean=False)
        loaded.made.append((story, draft))
    return loaded


def _free(key: str, taken: Collection[str]) -> str:
    found, count = key, 1
    while found in taken:
        count += 1
        found = f"{key[: MAX_KEY - 5]}-{count}"
    return found
