"""Every moment at which feedback was seen is kept: the last one says nothing of the one before.

The table has no triggers, so those of the logs stay in place.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_the_latest(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: one row for each item, as it was."""
    Seen = apps.get_model("progress", "FeedbackSeen")
    newer = Seen.objects.filter(
        subject=models.OuterRef("subject"),
        item_key=models.OuterRef("item_key"),
        at__gt=models.OuterRef("at"),
    )
    Seen.objects.filter(models.Exists(newer)).delete()


class Migration(migrations.Migration):
    dependencies = [("progress", "0007_evidence_note")]

    operations = [
        migrations.AddConstraint(
            model_name="feedbackseen",
            constraint=models.UniqueConstraint(
                models.F("subject"),
                models.F("item_key"),
                models.F("at"),
                name="one_feedback_seen_each_moment",
            ),
        ),
        migrations.RemoveConstraint(model_name="feedbackseen", name="one_feedback_seen_each_item"),
        migrations.RunPython(migrations.RunPython.noop, keep_the_latest),
    ]
