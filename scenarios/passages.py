"""Where the choices of stories send back to: whether the lesson and its block are there."""

from collections.abc import Iterator

from content.keys import item_uuid
from courses.models import LessonPage
from scenarios.models import Story


def missing() -> Iterator[tuple[str, str, bool]]:
    """(where, reason, True) for each passage of a live story that leads nowhere; two statements."""
    named = [
        (f"story {story.path or story.key} {scene['key']}/{choice['key']}", choice["passage"])
        for story in Story.objects.filter(live=True, archived=False)
        for scene in story.data()["scenes"]
        for choice in scene["choices"]
        if choice["passage"]
    ]
    keys = {item_uuid("page", passage.partition("#")[0]) for _where, passage in named}
    lessons: dict[object, list[set[str]]] = {}
    for page in LessonPage.objects.live().filter(translation_key__in=keys, archived=False):
        blocks = {block["id"] for block in page.body.raw_data}
        lessons.setdefault(page.translation_key, []).append(blocks)
    for where, passage in named:
        lesson, _sign, block = passage.partition("#")
        languages = lessons.get(item_uuid("page", lesson))
        if languages is None:
            yield where, f"leads to a lesson that is not there: {lesson!r}", True
        elif block and not all(block in blocks for blocks in languages):
            yield where, f"leads to a block that is not in {lesson!r}: {block!r}", True
