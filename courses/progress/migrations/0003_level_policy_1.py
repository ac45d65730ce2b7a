"""The first level policy, as data; without a validity policy nothing expires."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RULES = {
    "prior": 0.4,
    "known": 0.9,
    "half_known": 0.45,
    "window_months": 24,
    "critical_window_months": 12,
    "level_1_items": 3,
    "level_1_strength": 0.25,
    "level_2_items": 5,
    "level_2_strength": 0.75,
    "level_3_items": 8,
    "level_3_strength": 0.90,
    "level_3_days_apart": 7,
    "level_3_decisions": 2,
    "practice_months": 12,
    "observation_months": 24,
    "miss_days": 3,
}


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("progress", "Policy").objects.get_or_create(
        kind="level",
        scope="",
        version=1,
        defaults={"effective_from": datetime.date(2020, 1, 1), "rules": RULES},
    )


class Migration(migrations.Migration):
    dependencies = [("progress", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
