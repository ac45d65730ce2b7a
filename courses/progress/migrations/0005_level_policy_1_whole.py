"""Numbers that the first level policy lacked: when an answer is practice, what prior learning bears."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MISSING = {"practice_hours": 20, "prior_strength": 0.05}


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for policy in apps.get_model("progress", "Policy").objects.filter(
        kind="level", scope="", version=1
    ):
        policy.rules = MISSING | policy.rules
        policy.save(update_fields=["rules"])


class Migration(migrations.Migration):
    dependencies = [("progress", "0004_evidence_feedback")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
