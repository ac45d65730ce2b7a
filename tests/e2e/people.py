"""People who come into the site for one test."""

from playwright.sync_api import Page

from tests.e2e.keyboard import Keyboard
from tests.e2e.site import Site
from theme.demo import PASSWORD

INVITE = """
import datetime, uuid
from courses.people.invitations import Invitee, invite, new_code, address
from courses.people.models import Team, User
lead = User.objects.get(username="ilze.kalnina")
team = Team.objects.get(name="Resocializācijas daļa")
made = invite(
    Invitee("{first}", "{last}", email="", language="{language}", team=team,
            starts_on=datetime.date.today()),
    by=lead, printed=True, token=uuid.uuid4(),
)
answer = [address(new_code(made), "{language}"), made.person.username]
"""


def invited(site: Site, first: str, last: str, language: str) -> tuple[str, str]:
    """(address of the invitation, user name) of a new learner in the prison's team."""
    address, username = site.ask(INVITE.format(first=first, last=last, language=language))
    return address, username


def sign_in(page: Page, username: str, language: str = "lv", password: str = PASSWORD) -> None:
    """By keyboard, through the form."""
    page.goto(f"/{language}/account/login/")
    keys = Keyboard(page)
    keys.write(page.locator("input[name=login]"), username)
    keys.write(page.locator("input[name=password]"), password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
