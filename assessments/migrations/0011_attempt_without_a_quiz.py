"""An attempt without a quiz is a review: what was answered before, asked again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_words_of_earlier_questions"),
        ("progress", "0008_feedback_seen_each_moment"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="page_key",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="quiz",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="assessments.quiz",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                models.F("subject"),
                models.F("number"),
                condition=models.Q(("quiz", None)),
                name="one_review_each_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                models.F("subject"),
                condition=models.Q(("quiz", None), ("status", "open")),
                name="one_open_review_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("page_key__isnull", True), ("passed__isnull", True), ("quiz__isnull", True)
                    ),
                    models.Q(("page_key__isnull", False), ("quiz__isnull", False)),
                    _connector="OR",
                ),
                name="attempt_on_a_page_or_review",
            ),
        ),
    ]
