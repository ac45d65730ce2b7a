"""What Wagtail's admin shows of people; for superusers, since no group is given these rights."""

from wagtail import hooks

from courses.people.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    return PeopleGroup()
