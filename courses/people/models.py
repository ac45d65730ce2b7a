"""People, the teams they work in, and what is written down about access to their records."""

import datetime
import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from courses.people.notices import Digest


class Setting(models.TextChoices):
    """Where a person works; the same problem often has other steps inside and outside."""

    PRISON = "prison", _("Prison")
    MUNICIPAL = "municipal", _("Municipality")


class Role(models.TextChoices):
    LEARNER = "learner", _("Learner")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


# Whose work it is to look after people and teams, and who may look at that without changing it.
RUNS = (Role.ADMINISTRATOR,)
OVERSEES = (Role.ADMINISTRATOR, Role.AUDITOR)


class UserQuerySet(models.QuerySet["User"]):
    def learners_of(self, leader: "User", today: datetime.date) -> Self:
        """The people in the teams that `leader` leads on this day, sub-teams included."""
        return self.filter(
            Exists(
                Membership.objects.on(today)
                .filter(person=OuterRef("pk"), role=Role.LEARNER)
                .within_reach_of(leader, (Role.LEAD,), today)
            ),
            is_active=True,
        ).exclude(pk=leader.pk)

    def leads_of(self, learner: "User", today: datetime.date) -> Self:
        """Who leads a person on this day: those of whom she is one of the `learners_of`."""
        placed = (
            Membership.objects.on(today)
            .filter(person=learner, role=Role.LEARNER)
            .annotate(above=ExpressionWrapper(OuterRef("team__path"), models.CharField()))
            .filter(team__path__startswith=F("above"))
        )
        leading = Membership.objects.on(today).filter(person=OuterRef("pk"), role=Role.LEAD)
        return self.filter(Exists(leading.filter(Exists(placed))), is_active=True).exclude(
            pk=learner.pk
        )

    def invitable_by(self, inviter: "User", today: datetime.date) -> Self:
        """Whom `inviter` may send or hand another invitation on this day.

        A lead her learners; an administrator whom she may administer; never oneself, and nobody
        who works in Wagtail's admin except by a superuser.
        """
        people = self.filter(is_active=True).exclude(pk=inviter.pk)
        if inviter.is_superuser:
            return people
        reach = Membership.objects.on(today).filter(person=OuterRef("pk"))
        led = reach.filter(role=Role.LEARNER).within_reach_of(inviter, (Role.LEAD,), today)
        run = User.objects.run_by(inviter, today)
        return people.filter(
            Exists(led) & ~Exists(reach.exclude(role=Role.LEARNER)) | Q(pk__in=run.values("pk")),
            is_superuser=False,
            groups__isnull=True,
        )

    def reached_by(
        self,
        person: "User",
        roles: tuple[str, ...],
        today: datetime.date,
        *,
        to_come: bool = True,
    ) -> Self:
        """The people of the teams where, or above which, a person holds one of the roles.

        Those whose place there is in force or, unless told otherwise, to come; and of those who
        have no place anywhere any more, those who had their last one there.
        """
        own = Membership.objects.filter(person=OuterRef("pk"))
        lasting = own.lasting(today)
        there = lasting if to_come else own.on(today)
        last = Membership.objects.filter(pk=OuterRef("last"))
        return self.alias(last=Subquery(own.order_by("-ends_on", "-pk").values("pk")[:1])).filter(
            Exists(there.within_reach_of(person, roles, today))
            | Exists(last.within_reach_of(person, roles, today)) & ~Exists(lasting)
        )

    def run_by(self, administrator: "User", today: datetime.date) -> Self:
        """Whose name, address and account an administrator may change on this day.

        Never oneself; nobody who may do anything beyond her teams, since whoever changes an
        address can sign in under it; and nobody who works in Wagtail's admin.
        """
        lasting = Membership.objects.lasting(today).filter(person=OuterRef("pk"))
        return (
            self.reached_by(administrator, RUNS, today)
            .filter(
                ~Exists(lasting.beyond_reach_of(administrator, RUNS, today)),
                is_superuser=False,
                groups__isnull=True,
            )
            .exclude(pk=administrator.pk)
        )


class People(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Users, found by user name or e-mail address whatever their case."""


class User(AbstractUser):
    """A person who signs in by e-mail address or by the user name issued to her."""

    class Language(models.TextChoices):
        LATVIAN = "lv", _("Latvian")
        ENGLISH = "en", _("English")

    # Empty for people who sign in by their user name only; null, as it is unique.
    email = models.EmailField(  # type: ignore[assignment]
        _("e-mail address"), unique=True, null=True, blank=True
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.LATVIAN
    )

    objects = People()  # type: ignore[misc]

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.username.lower()
        self.email = self.email.lower() if self.email else None
        super().save(*args, **kwargs)


def display_name(user: User) -> str:
    """How allauth's pages call a person."""
    return str(user)


class TeamQuerySet(MP_NodeQuerySet):
    def led_by(self, person: User, today: datetime.date) -> Self:
        """The teams a person leads on this day, sub-teams included."""
        return self.reached_by(person, (Role.LEAD,), today)

    def reached_by(self, person: User, roles: tuple[str, ...], today: datetime.date) -> Self:
        return self.filter(_held_above("path", person, roles, today))

    def open_to_invite(self, person: User, today: datetime.date) -> Self:
        """The teams a person may invite people to on this day."""
        if person.is_superuser:
            return self
        return self.reached_by(person, (Role.LEAD, Role.ADMINISTRATOR), today)


class TeamManager(MP_NodeManager.from_queryset(TeamQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TeamQuerySet:
        return TeamQuerySet(self.model, using=self._db).order_by("path")


class Team(MP_Node):
    """An institution or one of its departments; rights reach down the tree."""

    class Kind(models.TextChoices):
        INSTITUTION = "institution", _("Institution")
        DEPARTMENT = "department", _("Department")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INSTITUTION)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    code = models.CharField(
        _("code"),
        max_length=40,
        blank=True,
        help_text=_("What the team is called in other systems; files of people may name it so."),
    )

    objects = TeamManager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: datetime.date) -> Self:
        """Memberships in force on a day; both dates count in.

        A substitute's is so no longer than the one she stands in for.
        """
        lead = Q(substitute_for__ends_on__isnull=True) | Q(substitute_for__ends_on__gte=day)
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), lead, starts_on__lte=day)

    def lasting(self, day: datetime.date) -> Self:
        """Memberships in force on a day, and those to come."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def within_reach_of(self, person: User, roles: tuple[str, ...], day: datetime.date) -> Self:
        """Memberships in the teams, or below the teams, where a person holds one of the roles."""
        return self.filter(_held_above("team__path", person, roles, day))

    def beyond_reach_of(self, person: User, roles: tuple[str, ...], day: datetime.date) -> Self:
        """All the others."""
        return self.filter(~_held_above("team__path", person, roles, day))

    def run_by(self, administrator: User, day: datetime.date) -> Self:
        """The places in her teams that an administrator may give and end: everybody's but hers."""
        people = User.objects.reached_by(administrator, RUNS, day).exclude(pk=administrator.pk)
        return self.within_reach_of(administrator, RUNS, day).filter(person__in=people)

    def to_stand_in_for(self, user: User, day: datetime.date) -> Self:
        """The leads' places for which a person may appoint a substitute: hers, and those she runs.

        Whoever stands in appoints nobody in turn.
        """
        run = Membership.objects.run_by(user, day).values("pk")
        leading = self.lasting(day).filter(role=Role.LEAD, substitute_for=None)
        return leading.filter(Q(person=user) | Q(pk__in=run), person__is_active=True)

    def substitutes_ended_by(self, user: User, day: datetime.date) -> Self:
        """The substitutes' places, in force or to come, that a person may end."""
        places = Membership.objects.to_stand_in_for(user, day)
        return self.lasting(day).filter(substitute_for__in=places)


def _held_above(path: str, person: User, roles: tuple[str, ...], day: datetime.date) -> Exists:
    """Whether a person holds one of the roles in the team with this path, or in one above it."""
    return Exists(
        Membership.objects.on(day)
        .filter(person=person, role__in=roles)
        .annotate(below=ExpressionWrapper(OuterRef(path), models.CharField()))
        .filter(below__startswith=F("team__path"))
    )


class Membership(models.Model):
    """What a person is in a team, from one day to another; several at once are usual."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="memberships", verbose_name=_("team")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.LEARNER)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    substitute_for = models.ForeignKey(
        "self",
        models.CASCADE,  # with nobody to stand in for there is nothing to do
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("substitute for"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["team", "role"]), models.Index(fields=["person", "role"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.team}"

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, now: datetime.datetime) -> Self:
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)


class Invitation(models.Model):
    """A one-time way in for a person who has no password yet, by e-mail or on paper.

    Only the hash of its code is kept, so a copy of the database opens no account. The code is
    made when the mail is sent or the sheet is printed; until then there is no hash either.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(
        User, models.CASCADE, related_name="invitations", verbose_name=_("person")
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    code_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    printed = models.BooleanField(_("handed over on paper"), default=False)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="invitations_made"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4)  # of the form: twice is once

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.person}, {self.made_at:%Y-%m-%d}"

    def state(self, now: datetime.datetime) -> State:
        if self.used_at:
            return self.State.USED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.EXPIRED if self.expires_at <= now else self.State.OPEN


class KeptForm(models.Model):
    """What a person was sending when her session had timed out; offered after the next login."""

    person = models.ForeignKey(User, models.CASCADE, related_name="kept_forms")
    path = models.CharField(max_length=500)  # where it was being sent
    page = models.CharField(max_length=500, blank=True)  # where the form stood
    fields = models.JSONField()  # {name: [values]}, passwords and tokens left out
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-kept_at"]

    def __str__(self) -> str:
        return self.path


class PeopleFile(models.Model):
    """A file of people between its preview and the moment it is agreed to; then it is emptied."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="people_files")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    invites = models.BooleanField(default=False)
    makes_teams = models.BooleanField(default=False)
    lines = models.JSONField(default=list)  # of the preview that was shown
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # of the plan that was shown
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """Something a person is told, in the site and by e-mail, once for each key."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(  # the letter that tells it, or told it
        Digest, models.SET_NULL, null=True, blank=True, related_name="messages"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at"])]

    def __str__(self) -> str:
        return self.key


REFUSED = "was_refused"  # what somebody asked for who may not


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def within_reach_of(self, person: User, day: datetime.date) -> Self:
        """What was done about the people and the teams that a person oversees on a day."""
        people = User.objects.reached_by(person, OVERSEES, day)
        teams = Team.objects.reached_by(person, OVERSEES, day).values_list("pk", flat=True)
        return self.filter(
            Q(about__in=people)
            | Q(action=REFUSED, actor__in=people)
            | Q(about=None, object_kind="team", object_key__in=[str(pk) for pk in teams])
        )


class AuditEntry(models.Model):
    """Who saw, changed or exported what, and about whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="audit_entries"
    )
    about = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="audit_entries_about"
    )
    action = models.CharField(_("action"), max_length=60)
    object_kind = models.CharField(max_length=40, blank=True)
    object_key = models.CharField(max_length=100, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
