"""Questions that were saved before they kept words to be found by get them now."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations, models
from wagtail.fields import StreamField

from content.words import indexed

BATCH = 500
NOT_SAID = {"id", "type"}  # of a block: for machines


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NOT_SAID:
                yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def fill(apps: Any, schema_editor: Any) -> None:
    question_model = apps.get_model("assessments", "Question")
    fields = question_model._meta.concrete_fields
    plain = [
        field.name
        for field in fields
        if isinstance(field, models.TextField | models.CharField)
        and field.name.endswith(("_lv", "_en"))
    ]
    streams = [field.name for field in fields if isinstance(field, StreamField)]
    rows = question_model.objects.filter(words="").order_by("pk")
    changed = []
    for question in rows.iterator(chunk_size=BATCH):
        said = [question.key, *(getattr(question, name) or "" for name in plain)]
        for name in streams:
            said += texts_in([dict(row) for row in getattr(question, name).raw_data])
        question.words = indexed(*said)
        changed.append(question)
    question_model.objects.bulk_update(changed, ["words"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_regrade"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
