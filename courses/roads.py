"""A person's way through a module: which parts are done, what comes next, and by when."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from courses.models import Enrolment, Target
from courses.outline import Module, Outline, Part, outline
from courses.people.prepared import Prepared
from courses.progress.models import Activity, Standing, Subject
from courses.progress.rules import applying
from courses.resume import Place, unfinished

SOON = datetime.timedelta(days=7)


def shown_state(state: str, due_on: datetime.date | None, today: datetime.date) -> str:
    """A requirement's state with its due day: none, started, due (within a week), overdue, …

    The one answer for learners, leads and lists.
    """
    if state in {Standing.State.MET, Standing.State.EXPIRED} or due_on is None:
        return state
    if due_on < today:
        return "overdue"
    return "due" if due_on - today <= SOON else state


@dataclass(frozen=True)
class Step:
    """A part of a module and how far a person is with it: none, started, met or new."""

    part: Part
    state: str
    is_asked: bool = True  # else it is offered in addition, or applies to another setting

    @property
    def title(self) -> str:
        return self.part.title

    @property
    def url(self) -> str:
        return self.part.url

    @property
    def kind(self) -> str:
        return self.part.kind


@dataclass(frozen=True)
class NextPart:
    """Where to go on: a part, and the very place in it where it was left."""

    part: Part
    place: Place | None = None

    @property
    def url(self) -> str:
        return self.place.url if self.place else self.part.url


@dataclass(frozen=True)
class Road:
    """One person on one module on one day."""

    module: Module
    state: str  # as `Standing`: none, started, met, expired
    shown: str  # with the due day, as `shown_state`
    steps: tuple[Step, ...]
    next: NextPart | None
    due_on: datetime.date | None = None
    since: datetime.date | None = None
    touched: datetime.datetime | None = None
    is_assigned: bool = False

    @property
    def asked(self) -> list[Step]:
        """The parts that the module asks of her."""
        return [step for step in self.steps if step.is_asked]

    @property
    def done(self) -> int:
        return sum(1 for step in self.asked if step.state == "met")

    @property
    def total(self) -> int:
        return len(self.asked)

    @property
    def is_met(self) -> bool:
        return self.state == Standing.State.MET

    @property
    def is_open(self) -> bool:
        """Whether something is asked of her here."""
        return self.module.is_open and not self.is_met

    @property
    def new(self) -> list[Part]:
        """What was added since she finished."""
        return [step.part for step in self.steps if step.state == "new"]

    @property
    def minutes_left(self) -> int:
        return sum(step.part.minutes for step in self.asked if step.state != "met")


STANDINGS = Prepared(lambda subject: Standing.objects.filter(subject=subject), UUID(int=1))
ENROLMENTS = Prepared(
    lambda subject: Enrolment.objects.filter(subject=subject, ended_at=None).order_by("cycle"),
    UUID(int=1),
)


class Record:
    """What is on record about one person, read once: five queries whatever its size.

    With `places=False` unfinished attempts and runs are left out.
    """

    def __init__(
        self, subject: Subject, known: Outline, today: datetime.date, *, places: bool = True
    ) -> None:
        self.subject, self.outline, self.today = subject, known, today
        self.acts: dict[UUID, set[str]] = defaultdict(set)
        self.touched: dict[UUID, datetime.datetime] = {}
        rows = (
            Activity.objects.filter(subject=subject)
            .order_by()
            .values_list("object_key", "verb")
            .annotate(last=Max("happened_at"))
        )
        for key, verb, last in rows:
            self.acts[key].add(verb)
            self.touched[key] = max(last, self.touched.get(key, last))
        self.standings = {(row.kind, row.key): row for row in STANDINGS.all(subject.pk)}
        self.enrolments: dict[UUID, Enrolment] = {
            row.target_key: row for row in ENROLMENTS.all(subject.pk)
        }
        self.places: dict[UUID, Place] = {}
        if places:
            begun = [
                (part.kind, part.key)
                for module in known.open_modules
                for part in module.open_parts
                if part.verb not in self.acts.get(part.key, ())
            ]
            self.places = unfinished(subject, begun)

    def state(self, key: UUID) -> str:
        """The state of a requirement today."""
        standing = self.standings.get((Standing.Kind.REQUIREMENT, key))
        return standing.state_on(self.today) if standing else Standing.State.NONE

    def level(self, key: UUID) -> Standing | None:
        """Where she stands on a competence, if anything was shown."""
        return self.standings.get((Standing.Kind.COMPETENCE, key))

    def road(self, module: Module) -> Road:
        """Her way through a module."""
        state = self.state(module.key)
        enrolment = self.enrolments.get(module.key)
        required = [part for part in module.open_parts if not part.is_beside]
        asked = {part.key for part in applying(required, enrolment.setting if enrolment else "")}
        steps = tuple(
            Step(part, self._step(part, state, part.key in asked), part.key in asked)
            for part in module.open_parts
        )
        due_on = enrolment.due_on if enrolment and module.is_open else None
        standing = self.standings.get((Standing.Kind.REQUIREMENT, module.key))
        touched = [self.touched[part.key] for part in module.parts if part.key in self.touched]
        return Road(
            module=module,
            state=state,
            shown=shown_state(state, due_on, self.today),
            steps=steps,
            next=None if state == Standing.State.MET else next_step(steps, self.places),
            due_on=due_on,
            since=standing.since if standing else None,
            touched=max(touched, default=None),
            is_assigned=enrolment is not None,
        )

    def roads(self) -> list[Road]:
        """Every module she is enrolled on or has begun, in the order of the outline."""
        return [
            self.road(module)
            for key, module in self.outline.modules.items()
            if key in self.enrolments or self.state(key) != Standing.State.NONE
        ]

    def path_keys(self) -> list[UUID]:
        """Paths she is enrolled on."""
        return [
            row.target_key
            for row in self.enrolments.values()
            if row.target_kind == Target.PATH and row.target_key in self.outline.routes
        ]

    def _step(self, part: Part, module_state: str, is_asked: bool) -> str:
        if part.verb in self.acts.get(part.key, ()):
            return "met"
        if module_state == Standing.State.MET and is_asked:
            return "new"
        return "started" if part.key in self.acts or part.key in self.places else "none"


def next_step(steps: Iterable[Step], places: dict[UUID, Place]) -> NextPart | None:
    """What comes next: what was left unfinished last, else the first part not done."""
    ahead = [step for step in steps if step.state != "met" and step.part.url]
    left = [step.part for step in ahead if step.part.key in places]
    if left:
        part = max(left, key=lambda part: places[part.key].since)
        return NextPart(part, places[part.key])
    asked = [step.part for step in ahead if step.is_asked]
    return NextPart(asked[0]) if asked else None


def next_part(subject: Subject, module: Module, today: datetime.date) -> NextPart | None:
    """Where this person goes on in a module, or None when nothing is left to do."""
    return Record(subject, outline(), today).road(module).next
