"""The organisation of the demo has lived through all five modules, as its record agrees."""

import pytest

from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

LIVED = """
from certificates.models import Award
from courses.models import Path
from courses.outline import read
from courses.people.models import Team
from courses.progress.models import Evidence, Subject
from courses.progress.projection import differences
from courses import maps
from courses.models import Glance
from assessments.models import Attempt
from scenarios.models import ScenarioRun
from django.utils import timezone
from theme import demo

today = timezone.localdate()
lived = [person.username for person in (*demo.PRISON, *demo.MUNICIPAL)]
known = {str(pk) for pk in Subject.objects.filter(person__username__in=lived).values_list("pk", flat=True)}
teams = list(Team.objects.filter(name__in=["Resocializācijas daļa", "Pieaugušo atbalsta nodaļa"]))
people = {pk for team in teams for pk in Glance.objects.in_team(team, today).values_list("pk", flat=True)}
modules, cells, _archived = maps.module_cells(people, read("lv"), today)
answer = {
    "modules": [module.name for module in modules],
    "states": {
        module.name: sorted({cell.state for (_person, key), cell in cells.items() if key == module.key})
        for module in modules
    },
    "awards": sorted(
        [Path.objects.get(uuid=award.requirement_key).key, award.subject.person.username]
        for award in Award.objects.filter(kind="path")
    ),
    "observed": Evidence.objects.filter(kind="observation").values("competence").distinct().count(),
    "open": [Attempt.objects.filter(finished_at=None).exists(),
             ScenarioRun.objects.filter(finished_at=None).exists(),
             ScenarioRun.objects.filter(mode="practice").exists(),
             Attempt.objects.filter(passed=False).exists()],
    "late": any(cell.state == "overdue" for cell in cells.values()),
    # Other tests' people may have rows that were made past the record's own door.
    "differences": [line for line in differences(today) if any(pk in line for pk in known)],
}
"""
FIVE = ["ethics", "change-stages", "motivational-interviewing", "client-groups", "burnout"]


def test_its_people_stand_at_every_point_of_the_path(site: Site) -> None:
    lived = site.ask(LIVED)
    assert lived["modules"] == FIVE
    for module, states in lived["states"].items():
        assert "met" in states, module
        assert {"none", "started"} & set(states), module
    assert [key for key, _who in lived["awards"]] == ["onboarding-municipal", "onboarding-prison"]
    assert lived["observed"] >= 5
    assert lived["open"] == [True] * 4
    assert lived["late"]
    assert lived["differences"] == []
