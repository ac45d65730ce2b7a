"""Branching stories, and runs through them."""

from content.models import BasePage


class ScenarioPage(BasePage):
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
