"""Every address of the site: who looks at it, with which arguments, or why it shows no page."""

from django.urls import URLPattern, URLResolver

from content.models import BasePage
from theme.demo import PASSWORD

# What an address is for when it shows no page of its own, and why.
NO_PAGE = {
    "healthz": "a probe",
    "readyz": "a probe",
    "csp_report": "takes reports",
    "left": "POST only",
    "media": "files",
    "wagtaildocs_serve": "files",
    "wagtaildocs_authenticate_with_password": "Wagtail's; no private documents",
    "wagtailcore_authenticate_with_password": "Wagtail's; asked only by pages under a password",
    "wagtailcore_login": "sends on to account_login",
    "wagtail_serve": "every page of the tree; see PAGES",
    "assessments:start": "POST only",
    "assessments:try_start": "POST only",
    "assessments:try_save": "POST only",
    "assessments:try_attempt": "only once it is begun; see the moments",
    "assessments:try_question": "only once it is begun; see the moments",
    "assessments:try_finish": "only once it is begun; see the moments",
    "assessments:try_result": "only once it is begun; see the moments",
    "assessments:save": "POST only",
    "assessments:more_time": "POST only",
    "assessments:mark": "POST only",
    "assessments:correct": "POST only",
    "assessments:marking_attempt": "nobody of the demo has an open answer to mark",
    "content:self_check": "POST only; see the moments",
    "courses:mark_read": "POST only",
    "courses:pause_reviews": "POST only",
    "courses:observe": "POST only",
    "courses:credit": "POST only",
    "courses:refresher": "POST only",
    "scenarios:choose": "POST only; see the moments",
    "scenarios:rewind": "POST only; see the moments",
    "scenarios:again": "POST only; its form is on the debrief of practice",
    "scenarios:reflect": "POST only; its form is on the debrief",
    "scenarios:start": "POST only",
    "scenarios:book_pdf": "a PDF",
    "people:sheet": "POST only; see the moments",
    "people:stay": "POST only",
    "people:file": "only once a file was sent; see the moments",
    "people:file_template": "a file",
    "people:end_substitute": "POST only",
    "people:export_people": "a file",
    "people:account": "POST only",
    "people:read_messages": "POST only",
    "people:invite_again": "POST only",
    "people:withdraw": "POST only",
    "people:open_message": "sends on",
    "theme:colour_scheme": "POST only",
    "certificates:download": "a PDF",
    "mfa_download_recovery_codes": "a text file",
    "mfa_login_webauthn": "JSON for passkeys",
    "mfa_authenticate": "only between password and code; see the moments",
    "account_email": "sends on to people:settings",
    "account_signup": "closed; nobody signs up",
    "account_set_password": "only for accounts without a password, which come in by invitation",
    "account_confirm_email": "addresses are confirmed at people:confirm_email",
    "account_confirm_login_code": "codes by mail are off",
    "account_email_verification_sent": "no address is verified by allauth",
    "account_inactive": "sign-in says the same on its own page",
    "account_reset_password_from_key_done": "shown after a POST; see test_people",
}
# What is not there, or no longer, has a designed page with its own status.
REFUSED = {"people:confirm_email": 410, "404": 404}
# People beside the demo's: with a second step and two teams to lead, in no team, at the very
# beginning, invited.
KEEPER, ALONE, PLAYER, INVITED = "ruta.kalve", "uga.riekstins", "baiba.suna", "zigurds.paegle"
PEOPLE = f"""
import datetime, uuid
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData)
from courses.people.invitations import Invitee, invite, new_code
from courses.people.models import Membership, Team, User

team = Team.objects.get(name="Resocializācijas daļa")
lead = User.objects.get(username="ilze.kalnina")
for username, first, last in (
    ("{KEEPER}", "Rūta", "Kalve"), ("{ALONE}", "Uģa", "Riekstiņš"), ("{PLAYER}", "Baiba", "Sūna"),
):
    User.objects.create_user(username, password="{PASSWORD}", first_name=first, last_name=last)
Membership.objects.create(
    person=User.objects.get(username="{PLAYER}"), team=team, role="learner",
    setting=team.setting, starts_on=datetime.date.today())
keeper = User.objects.get(username="{KEEPER}")
for other in (team, Team.objects.get(name="Pieaugušo atbalsta nodaļa")):
    Membership.objects.create(
        person=keeper, team=other, role="lead", setting=other.setting,
        starts_on=datetime.date.today())
TOTP.activate(keeper, generate_totp_secret())
RecoveryCodes.activate(keeper)
pair = generate_private_key(SECP256R1()).public_key()
attested = AttestedCredentialData.create(Aaguid.NONE, b"key", ES256.from_cryptography_key(pair))
flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
data = AuthenticatorData.create(b"0" * 32, flags, 0, attested)
attestation = websafe_encode(AttestationObject.create("none", data, dict()))
said = CollectedClientData.create("webauthn.create", b"challenge", "http://127.0.0.1")
credential = dict(
    clientExtensionResults=dict(), id="a2V5", rawId="a2V5", type="public-key",
    response=dict(attestationObject=attestation, clientDataJSON=websafe_encode(said)))
Authenticator.objects.create(
    user=keeper, type="webauthn", data=dict(name="Telefons", credential=credential))
made = [
    invite(Invitee(first, last, email="", language="lv", team=team,
                   starts_on=datetime.date.today()), by=lead, printed=True, token=uuid.uuid4())
    for first, last in (("Zigurds", "Paegle"), ("Austra", "Ķēniņa"))
]
answer = new_code(made[1])  # an invitation to open; the other one's sheet is printed
"""
# Answers [[name, who looks, address]]; "-" is nobody in particular.
ADDRESSES = """
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import translation
from assessments.models import Attempt
from certificates.models import Award
from content.cards import cards
from courses.models import Path
from courses.people.models import Membership, Team, User
from courses.progress.models import Evidence
from scenarios.models import ScenarioRun, Sheet, Story

def user(name):
    return User.objects.get(username=name)

def one(model, name, over):
    return model.objects.filter(subject__person=user(name), finished_at__isnull=not over).first().pk

A, L, R, KEEPER = "anna.eglite", "ilze.kalnina", "juris.lacis", "%(keeper)s"
place = Membership.objects.get(person=user(A), role="learner").pk
leads = Membership.objects.filter(person=user(L), role="lead").first().pk
team = Team.objects.get(name="Resocializācijas daļa").pk
attempt, done = one(Attempt, "peteris.abols", False), one(Attempt, A, True)
key = user(KEEPER).authenticator_set.get(type="webauthn").pk
observation = Evidence.objects.filter(subject__person=user(A), kind="observation").first().pk
award = Award.objects.filter(subject__person=user(A)).first()
card = next(iter(cards("lv").values()))[0]
sheet = Sheet.objects.get(person=user(A))
fresh = ScenarioRun.objects.filter(subject__person=user(A), sheet=None, finished_at__isnull=False).first().pk
wanted = {
    "account_login": ("-", []), "account_logout": (A, []), "account_reset_password": ("-", []),
    "account_reset_password_done": ("-", []),
    "account_reset_password_from_key": ("-", [user_pk_to_url_str(user("janis.liepa")), "wrong-key"]),
    "account_change_password": (A, []), "account_reauthenticate": (A, []),
    "mfa_index": (KEEPER, []), "mfa_activate_totp": (A, []), "mfa_list_webauthn": (KEEPER, []),
    "mfa_add_webauthn": (A, []), "mfa_reauthenticate": (KEEPER, []),
    "mfa_reauthenticate_webauthn": (KEEPER, []), "mfa_deactivate_totp": (KEEPER, []),
    "mfa_edit_webauthn": (KEEPER, [key]), "mfa_remove_webauthn": (KEEPER, [key]),
    "mfa_generate_recovery_codes": (KEEPER, []), "mfa_view_recovery_codes": (KEEPER, []),
    "assessments:attempt": ("peteris.abols", [attempt]),
    "assessments:question": ("peteris.abols", [attempt, 1]),
    "assessments:finish": ("peteris.abols", [attempt]),
    "assessments:review": (A, [done]),
    "assessments:marking": (L, []), "assessments:sure": (A, []), "assessments:categories": (A, []),
    "assessments:time": (L, [user(A).pk]),
    "scenarios:run": ("sanita.vitola", [one(ScenarioRun, "sanita.vitola", False)]),
    "scenarios:debrief": (A, [one(ScenarioRun, A, True)]),
    "scenarios:sheet": (A, [sheet.run_id]), "scenarios:shared_sheet": (L, [sheet.pk]),
    "scenarios:book": (L, [Story.objects.get(key="flat-voice").uuid]),
    "certificates:list": (A, []), "certificates:check": ("-", []),
    "certificates:verify": ("-", [award.number]),
    "courses:home_dashboard": (A, []), "courses:profile": (A, []),
    "courses:competence": (A, ["self-care"]), "courses:history": (A, []),
    "courses:review": (A, []), "courses:over_time": (A, []),
    "content:card": (A, [card.page, card.block]), "courses:cards": (A, []),
    "courses:paths": (A, []), "courses:path": (A, [Path.objects.first().key]),
    "courses:team": (KEEPER, []), "courses:team_detail": (L, [team]),
    "courses:team_help": (L, [team]), "courses:team_modules": (L, [team]),
    "courses:team_competences": (L, [team]), "courses:remind": (L, [team]),
    "courses:assign": (L, []), "courses:assign_team": (L, [team]),
    "courses:person": (L, [user(A).pk]),
    "courses:person_competence": (L, [user(A).pk, "self-care"]),
    "courses:person_over_time": (L, [user(A).pk]),
    "courses:judgement": (L, [user(A).pk, observation]),
    "people:invitation": ("-", []), "people:accept": ("-", ["%(code)s"]),
    "people:invite": (L, []), "people:invited": (L, [user("%(invited)s").pk]),
    "people:people": (R, []), "people:person": (R, [user(A).pk]),
    "people:change_person": (R, [user(A).pk]), "people:add_place": (R, [user(A).pk]),
    "people:change_place": (R, [place]), "people:teams": (R, []), "people:new_team": (R, []),
    "people:send_file": (R, []),
    "people:transfer": (R, [user(A).pk]), "people:substitute": (L, [leads]),
    "people:change_team": (R, [team]), "people:access_log": (R, []),
    "people:settings": (A, []), "people:change_email": (A, []),
    "people:notices": (A, []), "people:leave": (A, []), "people:leave_of": (L, [user(A).pk]),
    "people:confirm_email": (A, ["wrong-token"]), "people:messages": (A, []), "people:kept": (A, []),
}
answer = []
for language in ("lv", "en"):
    with translation.override(language):
        for name, (who, args) in wanted.items():
            answer.append([name, who, reverse(name, args=args)])
# The same pages as people at other points of the road find them.
own = ["courses:home_dashboard", "courses:profile", "courses:competence", "courses:history",
       "certificates:list", "people:messages"]
with translation.override("lv"):
    for who in ("janis.liepa", "liga.berzina", "guntis.balodis", "dace.krumina", "%(alone)s"):
        for name in own:
            answer.append([name, who, reverse(name, args=["self-care"] if "competence" in name else [])])
    for who in (L, "juris.lacis", "elina.priede"):
        answer.append(["courses:home_dashboard", who, reverse("courses:home_dashboard")])
    done = one(Attempt, "guntis.balodis", True)
    answer.append(["assessments:review", "guntis.balodis", reverse("assessments:review", args=[done])])
    answer.append(["courses:person", L, reverse("courses:person", args=[user("janis.liepa").pk])])
    answer.append(["scenarios:sheet", A, reverse("scenarios:sheet", args=[fresh])])
"""
# Answers {person: session} for people signed in a moment ago; no second step is asked of it.
SESSIONS = """
import time
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from courses.people.models import User

store = import_module(settings.SESSION_ENGINE).SessionStore
answer = {}
for person in User.objects.filter(username__in=%r):
    session = store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + 600, "reauthenticated": True}]
    session.create()
    answer[person.username] = session.session_key
"""
# Answers [[model, address, kinds of blocks]] of every page that is live.
PAGES = """
from content.models import BasePage
from wagtail.models import Page
pages = [page for page in Page.objects.live().specific() if isinstance(page, BasePage)]
answer = [[type(page).__name__, page.url, [
    block.block_type for name in ("body", "about") if hasattr(page, name) for block in getattr(page, name)
]] for page in pages]
"""
# Answers {name: HTML} of pages and letters that stand at no address.
RENDERED = """
import datetime
from pathlib import Path
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure
from courses.people.models import User
from theme import sheet

base = settings.BASE_DIR
letters = [
    str(path.relative_to(folder))
    for folder in (base / "theme" / "templates", base / "courses" / "people" / "templates")
    for path in sorted(folder.rglob("*.html"))
    if path.parent.name in ("email", "mail", "messages") and not path.name.startswith("base")
]
person = User.objects.get(username="anna.eglite")
link = settings.PUBLIC_URL + "/lv/x/?a=1&b=2"
given = {
    "person": person, "user": person, "by": "Ilze Kalniņa", "team": "Resocializācijas daļa",
    "title": "Izdegšanas novēršana", "due": datetime.date(2026, 12, 1),
    "until": datetime.date(2026, 12, 1), "site_url": settings.PUBLIC_URL, "action_url": link,
    "password_reset_url": link, "activate_url": link,
}
broken = {"500": defaults.server_error(RequestFactory().get("/")).content.decode(),
          "400": defaults.bad_request(RequestFactory().get("/"), Exception()).content.decode()}
answer = {"lv": broken, "en": {}}
for language in ("lv", "en"):
    request = RequestFactory().get(f"/{language}/my/")
    with translation.override(language):
        answer[language]["components"] = sheet.components(request).content.decode()
        answer[language]["kinds of questions"] = sheet.kinds(request).content.decode()
        answer[language]["403"] = render_to_string("403.html", request=request)
        answer[language]["403 csrf"] = csrf_failure(request).content.decode()
        answer[language]["429"] = render_to_string("429.html", request=request)
        for name in letters:
            answer[language][name] = render_to_string(name, given | {"language": language})
"""


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    """Names of all addresses of the site, without Wagtail's admin."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern).startswith("admin"):
                continue
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= names(entry, space)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(prefix + entry.name)
    return found


def page_models() -> set[str]:
    found, queue = set(), [BasePage]
    while queue:
        model = queue.pop()
        queue += model.__subclasses__()
        if not model._meta.abstract:
            found.add(model.__name__)
    return found
