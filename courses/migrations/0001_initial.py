import content.choices
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
                ("source_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_offered", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "pack_order",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
                ),
                ("pack_archived", models.BooleanField(default=False, editable=False)),
                (
                    "archived",
                    models.BooleanField(
                        default=False,
                        help_text="No longer offered; whoever has it on record can still read it.",
                        verbose_name="archived",
                    ),
                ),
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
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("archived", models.BooleanField(default=False, verbose_name="archived")),
            ],
            options={
                "verbose_name": "path",
                "verbose_name_plural": "paths",
                "ordering": ["order", "key"],
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
                ("source_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_offered", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "pack_order",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
                ),
                ("pack_archived", models.BooleanField(default=False, editable=False)),
                (
                    "archived",
                    models.BooleanField(
                        default=False,
                        help_text="No longer offered; whoever has it on record can still read it.",
                        verbose_name="archived",
                    ),
                ),
                (
                    "about",
                    wagtail.fields.StreamField(
                        [
                            ("text", 0),
                            ("callout", 4),
                            ("steps", 7),
                            ("compare", 11),
                            ("example", 13),
                            ("checklist", 15),
                            ("quote", 19),
                            ("figure", 27),
                            ("table", 32),
                            ("self_check", 40),
                            ("private_check", 49),
                            ("sources", 56),
                        ],
                        blank=True,
                        block_lookup={
                            0: ("content.blocks.TextBlock", (), {}),
                            1: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("outcomes", "What one will be able to do"),
                                        ("remember", "Remember"),
                                        ("note", "Note"),
                                        ("warning", "Warning"),
                                    ],
                                    "label": "Kind",
                                },
                            ),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Title", "max_length": 200},
                            ),
                            3: ("content.blocks.ProseBlock", (), {"label": "Text"}),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("tone", 1), ("title", 2), ("body", 3)]],
                                {},
                            ),
                            5: ("content.blocks.LineBlock", (), {"label": "Step"}),
                            6: ("wagtail.blocks.ListBlock", (5,), {"label": "Steps", "min_num": 1}),
                            7: ("wagtail.blocks.StructBlock", [[("title", 2), ("items", 6)]], {}),
                            8: ("content.blocks.LineBlock", (), {}),
                            9: ("wagtail.blocks.ListBlock", (8,), {"label": "Do", "min_num": 1}),
                            10: (
                                "wagtail.blocks.ListBlock",
                                (8,),
                                {"label": "Avoid", "min_num": 1},
                            ),
                            11: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 2), ("do", 9), ("avoid", 10)]],
                                {},
                            ),
                            12: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("both", "Prison and municipality"),
                                        ("prison", "Prison"),
                                        ("municipal", "Municipality"),
                                    ],
                                    "label": "Setting",
                                },
                            ),
                            13: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 2), ("setting", 12), ("body", 3)]],
                                {},
                            ),
                            14: (
                                "wagtail.blocks.ListBlock",
                                (8,),
                                {"label": "Items", "min_num": 1},
                            ),
                            15: ("wagtail.blocks.StructBlock", [[("title", 2), ("items", 14)]], {}),
                            16: (
                                "content.blocks.ProseBlock",
                                (),
                                {"features": ["bold", "italic"], "label": "Quotation"},
                            ),
                            17: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": content.choices.sources,
                                    "label": "Source",
                                    "required": False,
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "By", "max_length": 200, "required": False},
                            ),
                            19: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 16), ("source", 17), ("by", 18)]],
                                {},
                            ),
                            20: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": content.choices.figures, "label": "Drawing"},
                            ),
                            21: ("content.blocks.LineBlock", (), {"label": "Caption"}),
                            22: (
                                "content.blocks.ProseBlock",
                                (),
                                {
                                    "help_text": "All that the drawing tells, for those who cannot see it.",
                                    "label": "Description in words",
                                },
                            ),
                            23: (
                                "wagtail.blocks.RegexBlock",
                                ("^[a-z0-9]+(-[a-z0-9]+)*$",),
                                {"label": "Key in the drawing"},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Text", "max_length": 200},
                            ),
                            25: ("wagtail.blocks.StructBlock", [[("key", 23), ("text", 24)]], {}),
                            26: (
                                "wagtail.blocks.ListBlock",
                                (25,),
                                {"default": [], "label": "Texts in the drawing"},
                            ),
                            27: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("figure", 20),
                                        ("title", 2),
                                        ("caption", 21),
                                        ("description", 22),
                                        ("labels", 26),
                                    ]
                                ],
                                {},
                            ),
                            28: ("wagtail.blocks.CharBlock", (), {"max_length": 200}),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {"label": "Column headings", "min_num": 2},
                            ),
                            30: ("wagtail.blocks.ListBlock", (8,), {"label": "Cells"}),
                            31: (
                                "wagtail.blocks.ListBlock",
                                (30,),
                                {
                                    "help_text": "The first cell of a row is its heading.",
                                    "label": "Rows",
                                    "min_num": 1,
                                },
                            ),
                            32: (
                                "wagtail.blocks.StructBlock",
                                [[("caption", 21), ("header", 29), ("rows", 31)]],
                                {},
                            ),
                            33: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Question", "max_length": 500},
                            ),
                            34: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Text", "max_length": 500},
                            ),
                            35: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "This is the right answer", "required": False},
                            ),
                            36: ("content.blocks.LineBlock", (), {"label": "Feedback"}),
                            37: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("right", 35), ("feedback", 36)]],
                                {},
                            ),
                            38: (
                                "wagtail.blocks.ListBlock",
                                (37,),
                                {"label": "Answers", "max_num": 4, "min_num": 2},
                            ),
                            39: ("content.blocks.ProseBlock", (), {"label": "Explanation"}),
                            40: (
                                "wagtail.blocks.StructBlock",
                                [[("prompt", 33), ("options", 38), ("explanation", 39)]],
                                {},
                            ),
                            41: ("content.blocks.ProseBlock", (), {"label": "Introduction"}),
                            42: ("wagtail.blocks.CharBlock", (), {"max_length": 60}),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "The first word is worth 0 points, the next 1, and so on.",
                                    "label": "Scale",
                                    "min_num": 2,
                                },
                            ),
                            44: ("wagtail.blocks.CharBlock", (), {"max_length": 300}),
                            45: (
                                "wagtail.blocks.ListBlock",
                                (44,),
                                {"label": "Statements", "min_num": 1},
                            ),
                            46: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {"label": "From this sum up", "min_value": 0},
                            ),
                            47: (
                                "wagtail.blocks.StructBlock",
                                [[("at_least", 46), ("text", 3)]],
                                {},
                            ),
                            48: (
                                "wagtail.blocks.ListBlock",
                                (47,),
                                {"label": "Results", "min_num": 1},
                            ),
                            49: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 2),
                                        ("intro", 41),
                                        ("scale", 43),
                                        ("statements", 45),
                                        ("results", 48),
                                    ]
                                ],
                                {},
                            ),
                            50: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": content.choices.sources, "label": "Source"},
                            ),
                            51: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Section", "max_length": 80, "required": False},
                            ),
                            52: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Pages", "max_length": 40, "required": False},
                            ),
                            53: (
                                "content.blocks.LineBlock",
                                (),
                                {"label": "Note", "required": False},
                            ),
                            54: (
                                "wagtail.blocks.StructBlock",
                                [[("source", 50), ("section", 51), ("pages", 52), ("note", 53)]],
                                {},
                            ),
                            55: (
                                "wagtail.blocks.ListBlock",
                                (54,),
                                {"label": "Sources", "min_num": 1},
                            ),
                            56: ("wagtail.blocks.StructBlock", [[("items", 55)]], {}),
                        },
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
                ("source_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("pack_offered", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "pack_order",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
                ),
                ("pack_archived", models.BooleanField(default=False, editable=False)),
                (
                    "archived",
                    models.BooleanField(
                        default=False,
                        help_text="No longer offered; whoever has it on record can still read it.",
                        verbose_name="archived",
                    ),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text", 0),
                            ("callout", 4),
                            ("steps", 7),
                            ("compare", 11),
                            ("example", 13),
                            ("checklist", 15),
                            ("quote", 19),
                            ("figure", 27),
                            ("table", 32),
                            ("self_check", 40),
                            ("private_check", 49),
                            ("sources", 56),
                        ],
                        blank=True,
                        block_lookup={
                            0: ("content.blocks.TextBlock", (), {}),
                            1: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("outcomes", "What one will be able to do"),
                                        ("remember", "Remember"),
                                        ("note", "Note"),
                                        ("warning", "Warning"),
                                    ],
                                    "label": "Kind",
                                },
                            ),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Title", "max_length": 200},
                            ),
                            3: ("content.blocks.ProseBlock", (), {"label": "Text"}),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("tone", 1), ("title", 2), ("body", 3)]],
                                {},
                            ),
                            5: ("content.blocks.LineBlock", (), {"label": "Step"}),
                            6: ("wagtail.blocks.ListBlock", (5,), {"label": "Steps", "min_num": 1}),
                            7: ("wagtail.blocks.StructBlock", [[("title", 2), ("items", 6)]], {}),
                            8: ("content.blocks.LineBlock", (), {}),
                            9: ("wagtail.blocks.ListBlock", (8,), {"label": "Do", "min_num": 1}),
                            10: (
                                "wagtail.blocks.ListBlock",
                                (8,),
                                {"label": "Avoid", "min_num": 1},
                            ),
                            11: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 2), ("do", 9), ("avoid", 10)]],
                                {},
                            ),
                            12: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("both", "Prison and municipality"),
                                        ("prison", "Prison"),
                                        ("municipal", "Municipality"),
                                    ],
                                    "label": "Setting",
                                },
                            ),
                            13: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 2), ("setting", 12), ("body", 3)]],
                                {},
                            ),
                            14: (
                                "wagtail.blocks.ListBlock",
                                (8,),
                                {"label": "Items", "min_num": 1},
                            ),
                            15: ("wagtail.blocks.StructBlock", [[("title", 2), ("items", 14)]], {}),
                            16: (
                                "content.blocks.ProseBlock",
                                (),
                                {"features": ["bold", "italic"], "label": "Quotation"},
                            ),
                            17: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": content.choices.sources,
                                    "label": "Source",
                                    "required": False,
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "By", "max_length": 200, "required": False},
                            ),
                            19: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 16), ("source", 17), ("by", 18)]],
                                {},
                            ),
                            20: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": content.choices.figures, "label": "Drawing"},
                            ),
                            21: ("content.blocks.LineBlock", (), {"label": "Caption"}),
                            22: (
                                "content.blocks.ProseBlock",
                                (),
                                {
                                    "help_text": "All that the drawing tells, for those who cannot see it.",
                                    "label": "Description in words",
                                },
                            ),
                            23: (
                                "wagtail.blocks.RegexBlock",
                                ("^[a-z0-9]+(-[a-z0-9]+)*$",),
                                {"label": "Key in the drawing"},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Text", "max_length": 200},
                            ),
                            25: ("wagtail.blocks.StructBlock", [[("key", 23), ("text", 24)]], {}),
                            26: (
                                "wagtail.blocks.ListBlock",
                                (25,),
                                {"default": [], "label": "Texts in the drawing"},
                            ),
                            27: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("figure", 20),
                                        ("title", 2),
                                        ("caption", 21),
                                        ("description", 22),
                                        ("labels", 26),
                                    ]
                                ],
                                {},
                            ),
                            28: ("wagtail.blocks.CharBlock", (), {"max_length": 200}),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {"label": "Column headings", "min_num": 2},
                            ),
                            30: ("wagtail.blocks.ListBlock", (8,), {"label": "Cells"}),
                            31: (
                                "wagtail.blocks.ListBlock",
                                (30,),
                                {
                                    "help_text": "The first cell of a row is its heading.",
                                    "label": "Rows",
                                    "min_num": 1,
                                },
                            ),
                            32: (
                                "wagtail.blocks.StructBlock",
                                [[("caption", 21), ("header", 29), ("rows", 31)]],
                                {},
                            ),
                            33: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Question", "max_length": 500},
                            ),
                            34: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Text", "max_length": 500},
                            ),
                            35: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "This is the right answer", "required": False},
                            ),
                            36: ("content.blocks.LineBlock", (), {"label": "Feedback"}),
                            37: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("right", 35), ("feedback", 36)]],
                                {},
                            ),
                            38: (
                                "wagtail.blocks.ListBlock",
                                (37,),
                                {"label": "Answers", "max_num": 4, "min_num": 2},
                            ),
                            39: ("content.blocks.ProseBlock", (), {"label": "Explanation"}),
                            40: (
                                "wagtail.blocks.StructBlock",
                                [[("prompt", 33), ("options", 38), ("explanation", 39)]],
                                {},
                            ),
                            41: ("content.blocks.ProseBlock", (), {"label": "Introduction"}),
                            42: ("wagtail.blocks.CharBlock", (), {"max_length": 60}),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "The first word is worth 0 points, the next 1, and so on.",
                                    "label": "Scale",
                                    "min_num": 2,
                                },
                            ),
                            44: ("wagtail.blocks.CharBlock", (), {"max_length": 300}),
                            45: (
                                "wagtail.blocks.ListBlock",
                                (44,),
                                {"label": "Statements", "min_num": 1},
                            ),
                            46: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {"label": "From this sum up", "min_value": 0},
                            ),
                            47: (
                                "wagtail.blocks.StructBlock",
                                [[("at_least", 46), ("text", 3)]],
                                {},
                            ),
                            48: (
                                "wagtail.blocks.ListBlock",
                                (47,),
                                {"label": "Results", "min_num": 1},
                            ),
                            49: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 2),
                                        ("intro", 41),
                                        ("scale", 43),
                                        ("statements", 45),
                                        ("results", 48),
                                    ]
                                ],
                                {},
                            ),
                            50: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": content.choices.sources, "label": "Source"},
                            ),
                            51: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Section", "max_length": 80, "required": False},
                            ),
                            52: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Pages", "max_length": 40, "required": False},
                            ),
                            53: (
                                "content.blocks.LineBlock",
                                (),
                                {"label": "Note", "required": False},
                            ),
                            54: (
                                "wagtail.blocks.StructBlock",
                                [[("source", 50), ("section", 51), ("pages", 52), ("note", 53)]],
                                {},
                            ),
                            55: (
                                "wagtail.blocks.ListBlock",
                                (54,),
                                {"label": "Sources", "min_num": 1},
                            ),
                            56: ("wagtail.blocks.StructBlock", [[("items", 55)]], {}),
                        },
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
