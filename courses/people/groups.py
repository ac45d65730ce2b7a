"""The groups of people who work on texts: what each may do in Wagtail's admin.

An editor writes and submits, a practitioner is asked whether a text holds in practice, a moderator
publishes. None of them sees anybody's record. People and teams are looked after on the site's own
pages, by administrators within their teams, and in Wagtail's admin by superusers.
"""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowMixin,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import get_snippet_models

EDITOR, PRACTITIONER, MODERATOR = "editor", "practitioner", "moderator"

PAGES = {
    EDITOR: ("add", "change"),
    MODERATOR: ("add", "change", "publish", "lock", "unlock"),
}
SNIPPETS = {
    EDITOR: ("add", "change", "view"),
    PRACTITIONER: ("view",),
    MODERATOR: ("add", "change", "view", "publish", "lock", "unlock"),
}
FILES = {
    EDITOR: ("add", "change", "choose"),
    MODERATOR: ("add", "change", "delete", "choose"),
}
FILE_MODELS = (("wagtailimages", "image"), ("wagtaildocs", "document"))


@transaction.atomic
def ensure() -> dict[str, Group]:
    """Make the three groups, their permissions and the review; what is there already stays.

    Safe to call as often as one likes, once the migrations of all apps are applied.
    """
    groups = {
        name: Group.objects.get_or_create(name=name)[0]
        for name in (EDITOR, PRACTITIONER, MODERATOR)
    }
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for group in groups.values():
        group.permissions.add(access)
    _pages(groups)
    _snippets(groups)
    _files(groups)
    _review(groups[MODERATOR])
    # Wagtail's own two would stand beside ours with other rights.
    Group.objects.filter(name__in=("Editors", "Moderators"), user__isnull=True).delete()
    return groups


def _of_model(model: type[Model], names: tuple[str, ...]) -> list[Permission]:
    codes = [f"{name}_{model._meta.model_name}" for name in names]
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    return list(Permission.objects.filter(content_type=kind, codename__in=codes))


def _pages(groups: dict[str, Group]) -> None:
    root = Page.objects.filter(depth=1).first()
    if root is None:
        return
    for name, actions in PAGES.items():
        for permission in _of_model(Page, actions):
            GroupPagePermission.objects.get_or_create(
                group=groups[name], page=root, permission=permission
            )
        translate = Permission.objects.filter(
            content_type__app_label="simple_translation", codename="submit_translation"
        )
        groups[name].permissions.add(*translate)


def _snippets(groups: dict[str, Group]) -> None:
    for model in get_snippet_models():
        for name, actions in SNIPPETS.items():
            groups[name].permissions.add(*_of_model(model, actions))


def _files(groups: dict[str, Group]) -> None:
    root = Collection.objects.filter(depth=1).first()
    if root is None:
        return
    for name, actions in FILES.items():
        for app, model in FILE_MODELS:
            for permission in Permission.objects.filter(
                content_type__app_label=app,
                codename__in=[f"{action}_{model}" for action in actions],
            ):
                GroupCollectionPermission.objects.get_or_create(
                    group=groups[name], collection=root, permission=permission
                )


def _review(moderator: Group) -> None:
    """One review for all pages and snippets: a moderator approves."""
    task = GroupApprovalTask.objects.filter(groups=moderator).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name="Moderation")
        task.groups.add(moderator)
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name="Review before publishing")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    root = Page.objects.filter(depth=1).first()
    if root is not None:
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    for model in get_snippet_models():
        if issubclass(model, WorkflowMixin):
            WorkflowContentType.objects.get_or_create(
                content_type=ContentType.objects.get_for_model(model),
                defaults={"workflow": workflow},
            )
