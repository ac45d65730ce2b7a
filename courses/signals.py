"""What follows when pages, teams and requirements change: signals connected by the app."""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses import actions
from courses.models import CoursePage, Path
from courses.outline import outdate
from courses.people.models import Membership
from courses.people.signals import places_given
from courses.progress.models import Competence, Policy, Requirement


def connect() -> None:
    """Listen; called once, when the app is ready."""
    for signal in (page_published, page_unpublished):
        signal.connect(parts_may_have_changed, dispatch_uid="courses.parts")
        signal.connect(outdate, dispatch_uid="courses.outline")
    post_page_move.connect(part_moved, dispatch_uid="courses.moved")
    post_page_move.connect(outdate, dispatch_uid="courses.outline")
    post_delete.connect(page_deleted, dispatch_uid="courses.deleted")
    for model in (PageViewRestriction, Path, Requirement, Policy, Competence):
        post_save.connect(outdate, sender=model, dispatch_uid="courses.outline")
        post_delete.connect(outdate, sender=model, dispatch_uid="courses.outline")
    post_save.connect(new_member, sender=Membership, dispatch_uid="courses.new_member")
    places_given.connect(new_members, dispatch_uid="courses.new_members")


def parts_may_have_changed(instance: Page, **_signal: Any) -> None:
    """A part of a module, or a module, was published or unpublished."""
    specific = instance.specific
    course = specific if isinstance(specific, CoursePage) else _module_above(instance)
    if course:
        _update_later(course.pk)


def part_moved(
    instance: Page, parent_page_before: Page, parent_page_after: Page, **_signal: Any
) -> None:
    for parent in {parent_page_before.pk, parent_page_after.pk}:
        if CoursePage.objects.filter(pk=parent).exists():
            _update_later(parent)


def page_deleted(instance: Any, **_signal: Any) -> None:
    """A deleted part is asked for no longer; a deleted module leaves its requirement behind."""
    if not hasattr(instance, "activity_kind"):
        if isinstance(instance, CoursePage):
            outdate()
        return
    outdate()
    if course := _module_above(instance):
        _update_later(course.pk)


def new_member(instance: Membership, created: bool, raw: bool = False, **_signal: Any) -> None:
    if created and not raw:
        actions.welcome(instance, timezone.localdate())


def new_members(places: Collection[Membership], **_signal: Any) -> None:
    actions.welcome_all(places, timezone.localdate())


def _module_above(page: Page) -> CoursePage | None:
    above = page.path[: -Page.steplen]
    found: CoursePage | None = CoursePage.objects.filter(path=above).first()
    return found


def _update_later(course: int) -> None:
    # After the commit: loading a pack publishes many parts, and asks for all of them at once.
    transaction.on_commit(partial(_update, course))


def _update(pk: int) -> None:
    if course := CoursePage.objects.filter(pk=pk).first():
        actions.update_requirement(course, timezone.localdate())
