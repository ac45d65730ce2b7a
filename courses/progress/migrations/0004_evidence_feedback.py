"""When feedback was shown and seen, twins and certainty, on each row of evidence.

SQLite makes a table anew to change it and loses its triggers with the old one, so the refusals
are put in place again.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from courses.progress import triggers


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.create(editor.connection)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.drop(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0003_level_policy_1"),
    ]

    operations = [
        migrations.RunPython(drop, create),
        migrations.CreateModel(
            name="FeedbackSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item_key", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "feedback seen",
                "verbose_name_plural": "feedback seen",
            },
        ),
        migrations.AddField(
            model_name="evidence",
            name="certainty",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="feedback_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="twin",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="kind",
            field=models.CharField(
                choices=[
                    ("measurement", "measurement"),
                    ("observation", "observation"),
                    ("self", "self-assessment"),
                    ("prior", "prior learning"),
                    ("void", "withdrawal"),
                ],
                default="measurement",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("feedback_at__isnull", True),
                    ("feedback_at__gte", models.F("happened_at")),
                    _connector="OR",
                ),
                name="evidence_feedback_after_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("certainty__isnull", True),
                    models.Q(("certainty__gte", 1), ("certainty__lte", 3)),
                    _connector="OR",
                ),
                name="evidence_certainty_1_to_3",
            ),
        ),
        migrations.AddField(
            model_name="feedbackseen",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="feedback_seen",
                to="progress.subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbackseen",
            constraint=models.UniqueConstraint(
                models.F("subject"), models.F("item_key"), name="one_feedback_seen_each_item"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
