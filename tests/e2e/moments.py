"""Pages as they look after something was done on them: answered, refused, unfolded."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from playwright.sync_api import Page

from tests.e2e.answers import fill_in_somehow
from theme.demo import PASSWORD

Act = Callable[[Page], None]
NARROW = {"width": 320, "height": 640}

PLACES = """
from django.urls import reverse
from django.utils import translation
from assessments.models import QuizPage
from courses.models import LessonPage
from courses.people.models import Invitation, Team
from scenarios.models import ScenarioPage
answer = {}
for language in ("lv", "en"):
    with translation.override(language):
        lessons = list(LessonPage.objects.live().filter(locale__language_code=language).order_by("path"))
        having = lambda words: next(page.url for page in lessons if words in str(page.body.raw_data))
        invitation = Invitation.objects.filter(token__isnull=False, used_at__isnull=True, printed=True).first()
        team = Team.objects.get(name="Resocializācijas daļa")
        answer[language] = {
            "check": having("self_check"), "private": having("private_check"),
            "term": having('linktype="term"'),
            "quiz": QuizPage.objects.live().get(quiz__key="burnout/quiz", locale__language_code=language).url,
            "story": ScenarioPage.objects.live().filter(locale__language_code=language).first().url,
            "my": reverse("courses:home_dashboard"), "login": reverse("account_login"),
            "password": reverse("account_change_password"), "invitation": reverse("people:invitation"),
            "verify": reverse("certificates:check"), "invite": reverse("people:invite"),
            "invited": reverse("people:invited", args=[invitation.person.pk]),
            "assign": reverse("courses:assign_team", args=[team.pk]),
            "team": reverse("courses:team_modules", args=[team.pk]),
            "account": reverse("people:settings"),
            "competence": reverse("courses:competence", args=["self-care"]),
        }
"""


class Moment(NamedTuple):
    """What `who` does at an address before one looks."""

    name: str
    who: str
    address: str
    act: Act


def moments(place: dict[str, str], player: str, keeper: str) -> Iterator[Moment]:
    """All, at the addresses of a language; `player` has begun nothing, `keeper` has a second step."""
    anna, ilze, nobody = "anna.eglite", "ilze.kalnina", "-"
    for name, who, where, act in (
        ("term opened", anna, "term", open_term),
        ("self-check answered", anna, "check", check_oneself),
        ("private check weighed", anna, "private", weigh),
        ("account menu opened", anna, "my", open_account),
        ("menu opened on a phone", anna, "my", open_menu),
        ("idle warning", anna, "my", warn_idle),
        ("new password refused", anna, "password", fill(oldpassword="x", password1="y")),
        ("account saved", anna, "account", fill()),
        ("quiz begun", player, "quiz", begin),
        (
            "question without an answer",
            player,
            "quiz",
            then(begin, send("form.question .actions .button")),
        ),
        ("question answered", player, "quiz", then(begin, answer)),
        ("quiz that may be tried out", nobody, "quiz", look),
        ("try-out begun", nobody, "quiz", begin),
        (
            "try-out question without an answer",
            nobody,
            "quiz",
            then(begin, send("form.question .actions .button")),
        ),
        ("try-out about to be finished", nobody, "quiz", then(begin, overview)),
        ("try-out finished", nobody, "quiz", then(begin, answer, overview, finish)),
        ("review begun", anna, "competence", begin_review),
        ("review question answered", anna, "competence", then(begin_review, answer)),
        ("review ended", anna, "competence", then(begin_review, answer, go_on, stop_review)),
        ("story begun", player, "story", begin),
        ("nothing chosen", player, "story", then(begin, choose_nothing)),
        ("story after two turns", player, "story", then(begin, choose, choose)),
        ("practice after a turn", player, "story", then(practise, choose)),
        ("practice gone back", player, "story", then(practise, choose, go_back)),
        ("assignment refused", ilze, "assign", fill(due_on="2020-01-01")),
        ("assignment to be confirmed", ilze, "assign", fill(target=1, whom=1)),
        ("nobody in this state", ilze, "team", nobody_expired),
        ("invitation refused", ilze, "invite", fill(last_name="")),
        ("invitation sheet", ilze, "invited", send("main form[action$='/sheet/'] button")),
        ("sign-in refused", nobody, "login", sign_in("nobody.here")),
        ("second step", nobody, "login", sign_in(keeper)),
        ("invitation not found", nobody, "invitation", fill(code="AAAA-BBBB")),
        ("certificate not found", nobody, "verify", fill(number="TILTS-0000")),
    ):
        yield Moment(name, who, place[where], act)


def then(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for each in acts:
            each(page)

    return act


def send(selector: str) -> Act:
    """Press a button that leads to a page."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def fill(**values: str | int) -> Act:
    """Write into fields by name (a number: that option), and send past the browser's checks."""

    def act(page: Page) -> None:
        form = page.locator("main form.form").first
        form.evaluate("form => { form.noValidate = true; }")
        for name, value in values.items():
            field = form.locator(f"[name={name}]").first
            if isinstance(value, int):
                field.select_option(index=value)
            else:
                field.fill(value)
        with page.expect_navigation():
            form.locator(".actions .button").first.click()

    return act


def sign_in(who: str) -> Act:
    """With a password, from the beginning: a sign-in half done before is forgotten."""

    def act(page: Page) -> None:
        page.context.clear_cookies()
        page.reload()
        fill(login=who, password=PASSWORD)(page)

    return act


begin_review = send("main form[action$='/refresher/'] button")
go_on = send("main .actions .button.large")
stop_review = send("main .question-nav button")
practise = send("main button[name=mode][value=practice], main .is-practice a.button")
go_back = send(".ways-back button")
begin = send("main .next-step .button, main form[action$='/start/'] .button")


def look(page: Page) -> None:
    """Nothing: the page as it is."""


overview = send(".question-nav a[href$='/finish/']")
finish = send("main form button.large")


def check_oneself(page: Page) -> None:
    check = page.locator("[data-self-check]").first
    check.locator("label").first.click()
    check.locator("button").click()
    page.locator("[data-self-check] .explanation").first.wait_for()


def weigh(page: Page) -> None:
    for group in page.locator("[data-private-check] [role=radiogroup]").all():
        group.locator("label").last.click()
    page.locator("[data-private-check] .actions button").first.click()
    page.locator("[data-private-check] [role=status] .callout-title").wait_for()


def open_term(page: Page) -> None:
    page.locator("main .term").first.click()
    page.locator(".popover:popover-open").wait_for()


def open_account(page: Page) -> None:
    page.locator("[popovertarget=account]").click()
    page.locator("#account:popover-open").wait_for()


def open_menu(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.locator(".menu-button").click()
    page.locator("#menu:popover-open").wait_for()


def warn_idle(page: Page) -> None:
    page.evaluate("document.querySelector('#idle').showModal()")


def answer(page: Page) -> None:
    fill_in_somehow(page)
    send("form.question .actions .button")(page)


def choose(page: Page) -> None:
    send("form.choices button")(page)


def choose_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.evaluate("document.querySelector('form.choices').submit()")


def nobody_expired(page: Page) -> None:
    page.select_option("#filter-state", "expired")
    send("form.filters .button")(page)
