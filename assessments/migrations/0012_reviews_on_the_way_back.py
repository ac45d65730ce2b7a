"""Reviews have no quiz, so there is no place for them on the way back; the record keeps what they
showed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def remove_reviews(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("assessments", "Attempt").objects.filter(quiz=None).delete()


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_attempt_without_a_quiz")]

    operations = [migrations.RunPython(migrations.RunPython.noop, remove_reviews)]
