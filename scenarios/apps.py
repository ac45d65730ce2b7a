from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScenariosConfig(AppConfig):
    name = "scenarios"
    verbose_name = _("Scenarios")

    def ready(self) -> None:
        from content import checks
        from content.packs import registry
        from courses import coverage, links, panels, reach, resume, waiting
        from courses.people import messages
        from scenarios import registered, sheets
        from scenarios.packs import Stories

        registry.register("story", Stories())
        checks.register(registered.findings)
        checks.wait(registered.waiting)
        reach.register(registered.measures)
        coverage.register(registered.taught)
        resume.register("scenario", registered.unfinished)
        links.register("scenario", registered.debriefs)
        panels.register("person", registered.on_person)
        waiting.register(registered.sheets_waiting)
        panels.register("module", registered.on_module)
        messages.register(
            sheets.SHARED,
            messages.Kind(
                "people",
                _("Open the sheet"),
                name=_("Somebody shares a supervision sheet with you"),
                group="team",
            ),
        )
        messages.register(
            sheets.COMMENTED,
            messages.Kind(
                "pencil",
                _("See what was written"),
                name=_("Your supervision sheet is commented on"),
                group="feedback",
            ),
        )
