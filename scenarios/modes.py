"""How a scenario is to be played: what those who assigned its module or a path asked for."""

import datetime
from uuid import UUID

from courses.models import Assignment
from courses.outline import outline
from scenarios.models import Mode

STRICTEST_FIRST = (Mode.ASSESSED, Mode.PRACTICE)


def asked_mode(person: int | None, page_key: UUID, today: datetime.date) -> str:
    """The mode that was assigned to a person for a scenario, empty where she chooses; one query.

    Where assignments differ, the stricter one.
    """
    known = outline()
    found = known.part(page_key)
    if person is None or found is None:
        return ""
    module = found[0].key
    paths = [route.key for route in known.routes.values() if module in route.modules_on(today)]
    asked = Assignment.objects.asked_of(person, module, paths, today).order_by()
    modes = set(asked.values_list("scenario_mode", flat=True).distinct())
    return next((mode for mode in STRICTEST_FIRST if mode in modes), "")
