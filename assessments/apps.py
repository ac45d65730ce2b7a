from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from assessments import known, panels, tries
        from assessments.packs import Quizzes, Topics
        from assessments.reviews import Questions
        from content.packs import registry
        from courses import coverage, holding, links, reach, resume, waiting
        from courses.panels import register
        from courses.people import messages
        from courses.progress import reviews

        register("person", panels.person_panels)
        register("module", panels.module_panels)
        register("dashboard", panels.dashboard_panels)
        register("profile", panels.profile_panels)
        waiting.register(panels.waiting)
        registry.register("topic", Topics())
        registry.register("quiz", Quizzes())
        resume.register("quiz", panels.unfinished)
        links.register("quiz", panels.reviews)
        links.register(reviews.KIND, panels.reviews)
        holding.register(panels.held)
        reviews.register(Questions())
        reach.register(known.measures)
        coverage.register(known.taught)
        known.watch()
        user_logged_in.connect(tries.forget_at_sign_in, dispatch_uid="tries")
        messages.register(
            "marked",
            messages.Kind(
                "pencil",
                _("See what was written"),
                name=_("What you wrote in a quiz is marked"),
                group="feedback",
            ),
        )
        messages.register(
            "regraded",
            messages.Kind(
                "refresh",
                _("See the result"),
                name=_("An answer of yours is marked again"),
                group="answers",
                needed=messages.DECIDED,
            ),
        )
