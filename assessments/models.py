"""The question bank, quizzes, and attempts at them."""

from content.models import BasePage


class QuizPage(BasePage):
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
