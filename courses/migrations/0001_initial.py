import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("progress", "0003_level_policy_1"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HomePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "key",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="key"),
                ),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="summary")),
                (
                    "applies",
                    models.CharField(
                        choices=[
                            ("both", "Prison and municipality"),
                            ("prison", "Prison"),
                            ("municipal", "Municipality"),
                        ],
                        default="both",
                        max_length=20,
                        verbose_name="setting",
                    ),
                ),
                ("text_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("made_from", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
            ],
            options={
                "verbose_name": "home page",
                "verbose_name_plural": "home pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Path",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("key", models.SlugField(max_length=80, unique=True, verbose_name="key")),
                ("title_lv", models.CharField(max_length=200, verbose_name="title (Latvian)")),
                ("title_en", models.CharField(max_length=200, verbose_name="title (English)")),
                ("summary_lv", models.TextField(blank=True, verbose_name="summary (Latvian)")),
                ("summary_en", models.TextField(blank=True, verbose_name="summary (English)")),
                (
                    "setting",
                    models.CharField(
                        choices=[("prison", "Prison"), ("municipal", "Municipality")],
                        max_length=20,
                        verbose_name="setting",
                    ),
                ),
                ("coming", models.JSONField(default=list, verbose_name="coming")),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
            ],
            options={
                "verbose_name": "path",
                "verbose_name_plural": "paths",
                "ordering": ["key"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "target_kind",
                    models.CharField(
                        choices=[("module", "module"), ("path", "path")], max_length=20
                    ),
                ),
                ("target_key", models.UUIDField()),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="note")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("token", models.UUIDField(unique=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assignments_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="CoursePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "key",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="key"),
                ),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="summary")),
                (
                    "applies",
                    models.CharField(
                        choices=[
                            ("both", "Prison and municipality"),
                            ("prison", "Prison"),
                            ("municipal", "Municipality"),
                        ],
                        default="both",
                        max_length=20,
                        verbose_name="setting",
                    ),
                ),
                ("text_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("made_from", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "about",
                    wagtail.fields.StreamField(
                        [("text", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.blocks.RichTextBlock", (), {})},
                        help_text="What one will be able to do, and for whom the module is.",
                        verbose_name="about",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="Lessons, scenarios and quiz together.",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Modules are listed from the lowest number up.",
                        verbose_name="order",
                    ),
                ),
                (
                    "competences",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True,
                        related_name="courses",
                        to="progress.competence",
                        verbose_name="competences",
                    ),
                ),
            ],
            options={
                "verbose_name": "module",
                "verbose_name_plural": "modules",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "target_kind",
                    models.CharField(
                        choices=[("module", "module"), ("path", "path")], max_length=20
                    ),
                ),
                ("target_key", models.UUIDField()),
                ("cycle", models.PositiveSmallIntegerField(default=1)),
                ("requirement_version", models.PositiveIntegerField(default=1)),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("enrolled_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="enrolments",
                        to="courses.assignment",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="progress.subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "enrolment",
                "verbose_name_plural": "enrolments",
                "ordering": [models.OrderBy(models.F("due_on"), nulls_last=True), "enrolled_at"],
            },
        ),
        migrations.CreateModel(
            name="LessonPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "key",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="key"),
                ),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="summary")),
                (
                    "applies",
                    models.CharField(
                        choices=[
                            ("both", "Prison and municipality"),
                            ("prison", "Prison"),
                            ("municipal", "Municipality"),
                        ],
                        default="both",
                        max_length=20,
                        verbose_name="setting",
                    ),
                ),
                ("text_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("made_from", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("text", 0)],
                        blank=True,
                        block_lookup={0: ("wagtail.blocks.RichTextBlock", (), {})},
                        verbose_name="body",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="How long reading it with care takes.",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "competences",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True,
                        related_name="lessons",
                        to="progress.competence",
                        verbose_name="competences",
                    ),
                ),
            ],
            options={
                "verbose_name": "lesson",
                "verbose_name_plural": "lessons",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("team__isnull", True)),
                    models.Q(("person__isnull", True), ("team__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_is_to_a_team_or_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["target_key"], name="courses_enr_target__3798e4_idx"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                models.F("subject"),
                models.F("target_key"),
                models.F("cycle"),
                name="one_enrolment_each_cycle",
            ),
        ),
    ]
