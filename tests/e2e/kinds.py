"""Questions of every kind in an attempt of somebody's, and how each is answered by keys alone."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.keyboard import Keyboard
from tests.e2e.words import words

# Answers, for each of some new people, the addresses of one question of each kind in an attempt
# begun, each explained as soon as it is answered. Of the quiz there is no page in the site: no
# other test meets it.
SEED = """
import uuid
from django.urls import reverse
from django.utils import translation
from assessments.actions import start_attempt
from assessments.models import QuizPage
from courses.people.models import User
from courses.progress.models import Subject
from tests.assessments.factories import QuestionFactory, QuizFactory
from theme.kinds import QUESTIONS

asked = []
for data in QUESTIONS.values():
    question = QuestionFactory(key=f"burnout/sheet-{data['kind']}")
    question.versions.create(number=2, data=data | {"uuid": str(question.uuid)})
    asked.append(question)
quiz = QuizFactory(key="burnout/sheet", questions=asked, explained=True)
page = QuizPage(title="Kinds", quiz=quiz, translation_key=uuid.uuid4(), live=True)
answer = {}
for who in %r:
    person = User.objects.create_user(username=who, language="en")
    attempt = start_attempt(Subject.objects.for_user(person), page, uuid.uuid4())
    with translation.override("en"):
        answer[who] = {
            data["kind"]: reverse("assessments:question", args=[attempt.pk, number])
            for number, data in enumerate(QUESTIONS.values(), start=1)
        }
"""


def right_of(data: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """A response to a question that is right."""
    body = data.get("body") or {}

    def keys(options: list[dict[str, Any]]) -> list[str]:
        return [option["key"] for option in options if option["right"]]

    match data["kind"]:
        case "matching":
            return {"pairs": body["pairs"]}
        case "ordering":
            return {"order": body["order"]}
        case "grouping":
            return {"groups": body["belongs"]}
        case "cloze":
            return {
                "gaps": {
                    gap["key"]: keys(gap["options"])[0]
                    if gap["mode"] == "choose"
                    else gap["accepted"][language][0]
                    for gap in body["gaps"]
                }
            }
        case "number" | "estimate":
            return {"number": str(body["value"])}
        case "short-text":
            return {"text": body["accepted"][0][language][0]}
        case "open":
            return {"text": "Something of my own."}
    return {"chosen": keys(data["options"])}


class Answerer:
    """Answers questions by keys alone; finds every field by its role and name."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page, self.keys, self.language = page, Keyboard(page), language
        self.say = words(language)

    def text(self, row: dict[str, Any]) -> str:
        return str(row["text"][self.language])

    def answer(self, data: dict[str, Any], response: dict[str, Any]) -> None:
        """Fill in the question shown; nothing is sent yet."""
        stem = data["stem"][self.language]
        question = self.page.get_by_role("group", name=stem, exact=True)
        expect(question).to_be_visible()
        fill: Callable[..., None] = getattr(self, data["kind"].replace("-", "_"))
        fill(question, data, response)

    def send(self) -> None:
        self.keys.follow(self.page.get_by_role("button", name=self.say("Answer"), exact=True))

    # Of each kind ---------------------------------------------------------------------------

    def single(self, question: Locator, data: Any, response: Any) -> None:
        texts = {option["key"]: self.text(option) for option in data["options"]}
        self.radio(question, texts[response["chosen"][0]])

    def true_false(self, question: Locator, data: Any, response: Any) -> None:
        self.radio(question, self.say(response["chosen"][0].capitalize()))

    def multiple(self, question: Locator, data: Any, response: Any) -> None:
        for option in data["options"]:
            box = question.get_by_role("checkbox", name=self.text(option), exact=True)
            if box.is_checked() != (option["key"] in response["chosen"]):
                self.keys.press(box, "Space")

    def matching(self, question: Locator, data: Any, response: Any) -> None:
        right = {row["key"]: self.text(row) for row in data["body"]["right"]}
        for row in data["body"]["left"]:
            if row["key"] in response["pairs"]:
                self.pick(question, self.text(row), right[response["pairs"][row["key"]]])

    def grouping(self, question: Locator, data: Any, response: Any) -> None:
        groups = {row["key"]: self.text(row) for row in data["body"]["groups"]}
        for row in data["body"]["items"]:
            if row["key"] in response["groups"]:
                card = question.get_by_role("group", name=self.text(row), exact=True)
                self.radio(card, groups[response["groups"][row["key"]]])

    def ordering(self, question: Locator, data: Any, response: Any) -> None:
        """Where scripts run items move by buttons; else each is given its place."""
        texts = {row["key"]: self.text(row) for row in data["body"]["items"]}
        wanted = [texts[key] for key in response["order"]]
        if not question.get_by_role("button").count():
            for place, item in enumerate(wanted, start=1):
                self.pick(question, self.say("Place: %(item)s") % {"item": item}, str(place))
            return
        for place, item in enumerate(wanted):
            while (at := self.order(question).index(item)) > place:
                button = question.get_by_role(
                    "button", name=f"{self.say('Move up')}: {item}", exact=True
                )
                self.keys.press(button)
                expect(button).to_be_focused()
                said = self.say("{item}: now {place} of {count}").format(
                    item=item, place=at, count=len(wanted)
                )
                expect(question.get_by_role("status")).to_have_text(said)
        assert self.order(question) == wanted

    def order(self, question: Locator) -> list[str]:
        rows = question.get_by_role("list").get_by_role("listitem")
        return [row.locator(".order-text").inner_text() for row in rows.all()]

    def cloze(self, question: Locator, data: Any, response: Any) -> None:
        gaps = data["body"]["gaps"]
        for number, gap in enumerate(gaps, start=1):
            value = response["gaps"].get(gap["key"])
            name = self.say("Gap %(number)s of %(count)s") % {
                "number": number,
                "count": len(gaps),
            }
            if value is None:
                continue
            if gap["mode"] == "choose":
                texts = {option["key"]: self.text(option) for option in gap["options"]}
                self.pick(question, name, texts[value])
            else:
                self.keys.write(question.get_by_role("textbox", name=name, exact=True), value)

    def number(self, question: Locator, data: Any, response: Any) -> None:
        self.keys.write(
            question.get_by_role("textbox", name=self.say("Your answer")), response["number"]
        )

    def estimate(self, question: Locator, data: Any, response: Any) -> None:
        self.keys.write(
            question.get_by_role("textbox", name=self.say("Your guess")), response["number"]
        )

    def short_text(self, question: Locator, data: Any, response: Any) -> None:
        self.keys.write(
            question.get_by_role("textbox", name=self.say("Your answer")), response["text"]
        )

    def open(self, question: Locator, data: Any, response: Any) -> None:
        self.keys.write(
            question.get_by_role("textbox", name=self.say("Your answer")), response["text"]
        )

    # By keys --------------------------------------------------------------------------------

    def radio(self, group: Locator, name: str) -> None:
        wanted = group.get_by_role("radio", name=name, exact=True)
        expect(wanted).to_have_count(1)
        self.keys.choose(group, wanted.get_attribute("value") or "")

    def pick(self, question: Locator, name: str, option: str) -> None:
        """Choose from a list: open it, go down to what is wanted, take it."""
        field = question.get_by_role("combobox", name=name, exact=True)
        self.keys.reach(field)
        texts: list[str] = field.evaluate("field => [...field.options].map(each => each.text)")
        for key in ["Space", "Home", *["ArrowDown"] * texts.index(option), "Enter"]:
            self.page.keyboard.press(key)
        shown = field.evaluate("field => field.selectedOptions[0].text")
        assert shown == option, f"{name}: {shown}, not {option}"
