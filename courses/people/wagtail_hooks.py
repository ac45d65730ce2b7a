"""What Wagtail's admin shows of people; for superusers, since no group is given these rights."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.people.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    return PeopleGroup()


@hooks.register("construct_help_menu")
def no_news(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's news and guide are pages of another site."""
    menu_items.clear()
