"""Stories, their published versions, the pages that offer them, and runs through them."""

import datetime
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from content.bilingual import both, pick, say
from content.models import BasePage
from content.versions import Version, digest
from courses.people.models import Team
from courses.progress.models import Competence, Subject
from scenarios import conversations, engine
from scenarios.blocks import EndingBlock, SceneBlock, VariableBlock, from_stream, to_stream
from scenarios.lint import lint
from scenarios.structure import MAX_TURNS, Finding, StoryInvalid
from scenarios.supervision import Sheet as Sheet
from scenarios.supervision import SheetComment as SheetComment

if TYPE_CHECKING:
    from courses.people.models import User


class StoryQuerySet(models.QuerySet["Story"]):
    def with_book_for(self, user: "User", today: datetime.date) -> Self:
        """The stories whose printable book, with all that lies ahead, a person may have.

        Those who write stories: all. Those who lead a team on this day: what is offered now.
        """
        if user.has_perm("scenarios.view_story"):
            return self
        if not Team.objects.led_by(user, today).exists():
            return self.none()
        offered = ScenarioPage.objects.live().filter(story=OuterRef("pk"), archived=False)
        return self.filter(Exists(offered), archived=False)


class Story(
    WorkflowMixin,
    PreviewableMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    models.Model,
):
    """A branching conversation: one structure, each text in both languages.

    A draft may be unsound; publishing one raises `StoryInvalid`, and a sound one makes a version.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    module = models.SlugField(
        _("module"), max_length=80, blank=True, help_text=_("The key of the module it belongs to.")
    )
    key = models.SlugField(
        _("key"), max_length=60, help_text=_("Small letters, digits and hyphens.")
    )
    title_lv = models.CharField(_("title (Latvian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    summary_lv = models.TextField(_("summary (Latvian)"), blank=True, max_length=500)
    summary_en = models.TextField(_("summary (English)"), blank=True, max_length=500)
    intro_lv = models.TextField(_("situation and your role (Latvian)"), blank=True, max_length=4000)
    intro_en = models.TextField(_("situation and your role (English)"), blank=True, max_length=4000)
    start = models.CharField(
        _("first scene"), max_length=60, help_text=_("The key of the scene that opens the story.")
    )
    max_turns = models.PositiveSmallIntegerField(
        _("most turns"),
        default=engine.MAX_TURNS,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_TURNS)],
        help_text=_("A conversation that has not ended by then ends there."),
    )
    end_of_turns = models.CharField(
        _("ending for it"),
        max_length=60,
        blank=True,
        help_text=_("The key of an ending. Left empty, the conversation ends without an outcome."),
    )
    # Empty for no: a field that says nothing leaves what a pack loaded before as it was.
    conversation = models.BooleanField(
        _("coded conversation"),
        null=True,
        blank=True,
        help_text=_("Its choices carry behaviours, and the debrief counts them."),
    )
    stage = models.CharField(
        _("the client's stage of change"),
        max_length=20,
        blank=True,
        choices=conversations.stages,
        help_text=_("A scene may say another."),
    )
    next_scenarios = models.JSONField(
        _("scenarios to play next"), default=list, blank=True
    )  # "module/scenario", the most fitting first
    competences = models.JSONField(_("competences"), default=list, blank=True)  # keys
    variables = StreamField(
        [("variable", VariableBlock())], verbose_name=_("variables"), blank=True, collapsed=True
    )
    scenes = StreamField([("scene", SceneBlock())], verbose_name=_("scenes"), collapsed=True)
    endings = StreamField([("ending", EndingBlock())], verbose_name=_("endings"), collapsed=True)
    pack_hash = models.CharField(max_length=64, blank=True, editable=False)
    pack_offered = models.CharField(max_length=64, blank=True, editable=False)
    archived = models.BooleanField(_("archived"), default=False)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="story")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="story",
        for_concrete_model=False,
    )

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["title_lv"]

    def __str__(self) -> str:
        return pick(self, "title") or self.key

    @property
    def revisions(self) -> Any:
        return self._revisions

    @property
    def path(self) -> str:
        """Where it stands in a pack: "burnout/friday-request"; empty outside any module."""
        return f"{self.module}/{self.key}" if self.module else ""

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def summary(self) -> str:
        return pick(self, "summary")

    @property
    def scene_count(self) -> int:
        return len(self.scenes.raw_data)

    def data(self) -> dict[str, Any]:
        """The story as one value: what versions keep, what the linter and the engine read."""
        return {
            "key": self.key,
            "title": both(self.title_lv.strip(), self.title_en.strip()),
            "summary": both(*map(_unix, (self.summary_lv, self.summary_en))),
            "intro": both(*map(_unix, (self.intro_lv, self.intro_en))),
            "start": self.start.strip(),
            "max_turns": self.max_turns,
            "end_of_turns": self.end_of_turns.strip(),
            "conversation": bool(self.conversation),
            "stage": self.stage,
            "competences": list(self.competences or ()),
            "next_scenarios": list(self.next_scenarios or ()),
            "variables": from_stream("variable", self.variables.get_prep_value()),
            "scenes": from_stream("scene", self.scenes.get_prep_value()),
            "endings": from_stream("ending", self.endings.get_prep_value()),
        }

    @staticmethod
    def fields_of(data: dict[str, Any]) -> dict[str, Any]:
        """Values of the model's fields for whole data, streams as raw data (see `data.whole`)."""
        fields: dict[str, Any] = {
            f"{name}_{code}": data[name][code]
            for name in ("title", "summary", "intro")
            for code in ("lv", "en")
        }
        fields |= {name: data[name] for name in PLAIN}
        fields["conversation"] = data["conversation"] or None
        fields["variables"] = to_stream("variable", data["variables"])
        fields["scenes"] = to_stream("scene", data["scenes"])
        fields["endings"] = to_stream("ending", data["endings"])
        return fields

    def findings(self) -> list[Finding]:
        """What the linter says of the story as it stands."""
        known = Competence.objects.filter(archived=False).values_list("key", flat=True)
        return lint(self.data(), set(known))

    # Publishing ---------------------------------------------------------------------------

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Make the revision live and, where it differs, a version. Raises `StoryInvalid`."""
        candidate: Story = revision.as_object()
        if errors := [finding for finding in candidate.findings() if finding.is_error]:
            raise StoryInvalid(errors)
        super().publish(revision, *args, **kwargs)
        live = Story.objects.select_for_update().get(pk=self.pk)
        if live.live:
            live.make_version()

    @transaction.atomic
    def make_version(self) -> "StoryVersion":
        """The version that holds what the story says now: the latest one, or a new one."""
        data = self.data()
        latest = self.latest_version()
        if latest is not None and latest.hash == digest(data):
            return latest
        number = latest.number + 1 if latest else 1
        return StoryVersion.objects.create(story=self, number=number, data=data)

    def latest_version(self) -> "StoryVersion | None":
        """What a new run is pinned to; nothing before the first publication."""
        return self.versions.order_by("-number").defer("data").first()

    # Preview ------------------------------------------------------------------------------

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("lv", _("Latvian")), ("en", _("English"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The first scene as a learner meets it, in the language asked for."""
        from scenarios.presenter import preview

        with translation.override(mode_name or "lv"):
            response = TemplateResponse(request, "scenarios/preview.html", preview(self))
            return response.render()


PLAIN = (
    *("key", "start", "max_turns", "end_of_turns", "conversation", "stage", "competences"),
    "next_scenarios",
)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class StoryVersion(Version):
    """A story as it was published; runs are pinned to it."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="versions")

    class Meta(Version.Meta):
        abstract = False
        verbose_name = _("story version")
        verbose_name_plural = _("story versions")
        constraints = [
            models.UniqueConstraint("story", "number", name="one_story_version_each_number"),
        ]

    @cached_property
    def parsed(self) -> engine.Story:
        return _parsed(self.pk, self.hash)


@lru_cache(maxsize=32)
def _parsed(pk: int, digest: str) -> engine.Story:
    """The engine's story of a version: immutable, so a process may keep it."""
    return engine.build(StoryVersion.objects.only("data").get(pk=pk).data)


class ScenarioPage(BasePage):
    """The thin page, one for each language, that offers a story inside a module."""

    story = models.ForeignKey(
        Story, models.PROTECT, related_name="pages", verbose_name=_("story"), null=True
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)

    activity_kind = "scenario"
    done_verb = "finished"
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    template = "scenarios/scenario_page.html"

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Both languages play the same story: the last one saved says which."""
        super().save(*args, **kwargs)
        type(self).objects.filter(translation_key=self.translation_key).exclude(
            Q(pk=self.pk) | Q(story=self.story_id)
        ).update(story=self.story_id)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from scenarios.presenter import page_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | page_context(self, request.user)


class Mode(models.TextChoices):
    """Whether a run counts; what the coach says is held back until its end if it does.

    In practice the coach speaks at once, and one may go back to a checkpoint.
    """

    PRACTICE = "practice", _("practice")
    ASSESSED = "assessed", _("assessed")


class RunQuerySet(models.QuerySet["ScenarioRun"]):
    def of(self, user: "User") -> Self:
        """A person's own runs."""
        return self.filter(subject__person=user.pk)

    def open(self) -> Self:
        return self.filter(finished_at__isnull=True)

    def finished(self) -> Self:
        return self.filter(finished_at__isnull=False)

    def pinned(self) -> Self:
        """With the version each run is pinned to, but not its data: that is kept parsed."""
        return self.select_related("version", "subject").defer("version__data")


class ScenarioRun(models.Model):
    """One conversation, pinned to a version. Its state is replayed from its turns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="scenario_runs")
    version = models.ForeignKey(StoryVersion, models.PROTECT, related_name="runs")
    page_key = models.UUIDField()  # translation_key of the page it was started from
    mode = models.CharField(_("mode"), max_length=20, choices=Mode, default=Mode.ASSESSED)
    # What was assigned when it began, or since: nothing takes back that practice is enough.
    asked = models.CharField(_("asked for"), max_length=20, choices=Mode, blank=True)
    continues = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="continued_by"
    )
    given = models.JSONField(default=list, blank=True)  # choices it begins with, of that other run
    token = models.UUIDField()  # of the form that started it: twice is once
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    ending = models.CharField(_("ending"), max_length=60, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["subject", "page_key"])]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "page_key", "mode"],
                condition=Q(finished_at__isnull=True),
                name="one_open_run_each",
            ),
            models.UniqueConstraint("subject", "token", name="one_run_each_token"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, ending="")
                | Q(finished_at__isnull=False) & ~Q(ending=""),
                name="finished_run_has_an_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_key}, {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The scene it stands at, or its debrief once it is over."""
        return reverse("scenarios:debrief" if self.is_over else "scenarios:run", args=[self.pk])

    @property
    def story(self) -> engine.Story:
        return self.version.parsed

    @cached_property
    def taken(self) -> list["Turn"]:
        """The turns on record, oldest first."""
        return list(self.turns.order_by("number"))

    @cached_property
    def road(self) -> engine.Road:
        """The road as it stands, replayed: what was taken back is not on it."""
        return engine.Road(self.story, [*self.given, *(turn.move for turn in self.taken)])

    @property
    def states(self) -> list[engine.State]:
        """Every state on the road; the last is where the conversation stands."""
        return self.road.states

    @property
    def on_road(self) -> list["Turn | None"]:
        """The turns on the road as it stands, oldest first; None for those it began with."""
        kept: list[Turn | None] = [None] * len(self.given)
        for turn in self.taken:
            if turn.back_to is None:
                kept.append(turn)
            else:
                del kept[turn.back_to :]
        return kept

    @property
    def state(self) -> engine.State:
        return self.states[-1]

    @property
    def next_turn(self) -> int:
        return len(self.taken) + 1

    @property
    def counts(self) -> bool:
        """Whether it is evidence."""
        return self.mode == Mode.ASSESSED

    @property
    def finishes(self) -> bool:
        """Whether its end finishes its part of the module."""
        return self.counts or self.asked == Mode.PRACTICE

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def reached(self) -> engine.Ending | None:
        """The ending of a finished run."""
        return self.story.endings.get(self.ending)

    @property
    def ending_title(self) -> str:
        return say(self.reached.title) if self.reached else ""


class TurnKind(models.TextChoices):
    """What a turn did."""

    CHOICE = "choice", _("choice")
    REWIND = "rewind", _("back to a checkpoint")


class Turn(models.Model):
    """One choice as it was made, and where it led; or, in practice, a way back to a checkpoint.

    A rewind is a turn like any other: what was chosen before it stays on record.
    """

    run = models.ForeignKey(ScenarioRun, models.CASCADE, related_name="turns")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=TurnKind, default=TurnKind.CHOICE)
    scene = models.CharField(max_length=60)
    choice = models.CharField(max_length=60, blank=True)
    back_to = models.PositiveSmallIntegerField(null=True, blank=True)  # turns of the road it keeps
    state_after = models.JSONField()  # {"scene", "values": {variable: value}}
    token = models.UUIDField()  # of the form it was sent with: twice is once
    taken_at = models.DateTimeField(default=timezone.now)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)  # since the scene was shown

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("run", "number", name="one_turn_each_number"),
            models.UniqueConstraint("run", "token", name="one_turn_each_token"),
            models.CheckConstraint(
                condition=Q(kind="choice", back_to__isnull=True) & ~Q(choice="")
                | Q(kind="rewind", back_to__isnull=False, choice=""),
                name="turn_is_a_choice_or_a_rewind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.scene}/{self.choice or self.kind}"

    @property
    def move(self) -> str | engine.Back:
        return self.choice if self.back_to is None else engine.Back(self.back_to)


class Question(models.TextChoices):
    """What a debrief asks its player to think about."""

    MOMENT = "moment", _("Which moment stays with you, and why?")
    OTHERWISE = "otherwise", _("What would you say differently another time?")
    WORK = "work", _("Whom at work does this remind you of, and what will you try with them?")


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def of(self, user: "User") -> Self:
        """What a person wrote herself; nobody else reads it."""
        return self.filter(person=user.pk)


class Reflection(models.Model):
    """What a person wrote for herself after a run: no evidence, and it goes with her."""

    run = models.ForeignKey(ScenarioRun, models.CASCADE, related_name="reflections")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="scenario_reflections"
    )
    question = models.CharField(_("question"), max_length=20, choices=Question)
    text = models.TextField(_("text"), max_length=4000)
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        constraints = [
            models.UniqueConstraint(
                "run", "person", "question", name="one_reflection_each_question"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="reflection_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}, {self.question}"
