"""People from a file: what is read, what is refused, what the preview says and what is done."""

import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from courses.actions import update_requirement
from courses.models import Enrolment
from courses.people.files import actions, columns, reading
from courses.people.models import (
    AuditEntry,
    Invitation,
    Membership,
    Message,
    PeopleFile,
    Role,
    Team,
    User,
)
from tests.conftest import signed_in
from tests.courses.factories import AssignmentFactory, LessonFactory
from tests.people.factories import MembershipFactory, TeamFactory

HEAD = "User name;E-mail address;First name;Last name;Language;Team;Role;Setting;First day;Last day"
DAY = timezone.localdate()


# Reading, without a database -------------------------------------------------------------


def read(text, encoding="utf-8"):
    return columns.read(reading.rows_of(text.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_is_read_as_spreadsheets_write_it(encoding, sign):
    text = sign.join(["Vārds", "Uzvārds", "Komanda"]) + "\r\n"
    text += sign.join(["Jānis", "Bērziņš", "Daļa"]) + "\r\n\r\n"
    (row,) = read(text, encoding)
    assert (row.first_name, row.last_name, row.team, row.row) == ("Jānis", "Bērziņš", "Daļa", 2)


def test_the_line_that_names_the_separator_is_no_heading():
    (row,) = read("sep=,\r\nFirst name,Last name\r\nAnna,Liepa\r\n")
    assert row.name == "Anna Liepa"


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def test_a_workbook_is_read_with_its_days_and_numbers():
    content = workbook(
        ["Vārds", "Uzvārds", "Komanda", "Pirmā diena"],
        ["Anna", "Liepa", 12.0, datetime.datetime(2026, 12, 1)],
        [None, None, None, None],
    )
    (row,) = columns.read(reading.rows_of(content))
    assert (row.team, row.starts_on, row.errors) == ("12", datetime.date(2026, 12, 1), {})


def test_formulas_are_the_text_they_are():
    content = workbook(["First name", "Last name"], ['=HYPERLINK("http://x","y")', "=1+1"])
    (row,) = columns.read(reading.rows_of(content))
    assert (row.first_name, row.last_name) == ('=HYPERLINK("http://x","y")', "=1+1")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", ["=1+1", "+371", "-2", "@SUM(A1)", "\tx", "'quoted'"])
def test_what_a_spreadsheet_would_work_out_is_written_as_text_and_read_back(kind, text):
    content = reading.file_of(kind, ["First name", "Last name"], [[text, "Liepa"]])
    if kind == "xlsx":
        cell = load_workbook(io.BytesIO(content)).active["A2"]
        assert cell.data_type == "s"
        assert not str(cell.value).startswith(reading.FORMULA)
    else:
        assert (
            not content.decode("utf-8-sig").splitlines()[1].lstrip('"').startswith(reading.FORMULA)
        )
    assert reading.rows_of(content)[1][0] == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2026", datetime.date(2026, 12, 31)),
        ("1.2.2026.", datetime.date(2026, 2, 1)),
        ("2026-02-01", datetime.date(2026, 2, 1)),
        ("2026-02-01 00:00:00", datetime.date(2026, 2, 1)),
        ("31.02.2026", None),
        ("02/01/2026", None),
        ("1.1.1066", None),
        ("soon", None),
    ],
)
def test_days(text, day):
    (row,) = read(f"First name;Last name;First day\nAnna;Liepa;{text}\n")
    assert row.starts_on == day
    assert ("starts_on" in row.errors) == (day is None)


def test_each_wrong_cell_is_named_with_its_column():
    (row,) = read(f"{HEAD}\n;no address;{'x' * 151};Lie\u200bpa;de;T;boss;sea;x;y\n")
    assert set(row.errors) == set(columns.HEADINGS) - {"username", "team"}
    assert "boss" in row.errors["role"]


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("role", Role)
def test_words_of_either_language_are_known(language, role):
    with translation.override(language):
        word = str(role.label).upper()
    (row,) = read(f"First name;Last name;Role\nA;B;{word}\n")
    assert (row.role, row.errors) == (role, {})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"First name;Last name\n",
        b"First name;Last name;Shoe size\nA;B;39\n",
        b"First name;Last name;First name\nA;B;C\n",
        b"Team\nX\n",
        b"\x00\x01\x02\x03",
        b"PK\x03\x04 no archive at all",
        b"First name;Last name\n" + b"x" * reading.MOST_BYTES,
        b"First name;Last name\n" + b"A;B\n" * (reading.MOST_ROWS + 1),
    ],
)
def test_what_is_no_file_of_people_is_refused_in_words(content):
    with pytest.raises(reading.FileRefused) as refused:
        columns.read(reading.rows_of(content))
    assert str(refused.value)


def test_a_workbook_that_is_huge_once_it_is_opened_is_not_opened():
    packed = io.BytesIO(workbook(["First name", "Last name"], ["A", "B"]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"0" * (reading.MOST_UNPACKED + 1))
    assert len(packed.getvalue()) < reading.MOST_BYTES
    with pytest.raises(reading.FileRefused) as refused, translation.override("en"):
        reading.rows_of(packed.getvalue())
    with translation.override("en"):
        assert "once it is unpacked" in str(refused.value.why)


# Preview and import ----------------------------------------------------------------------


@pytest.fixture
def prison(db):
    return TeamFactory(name="Daugavas cietums")


@pytest.fixture
def unit(prison):
    return TeamFactory(name="Resocializācijas daļa", parent=prison, code="RD-1")


@pytest.fixture
def town(db):
    return TeamFactory(name="Liepkalni", setting="municipal")


@pytest.fixture
def administrator(prison):
    return MembershipFactory(team=prison, role=Role.ADMINISTRATOR).person


@pytest.fixture
def runs(administrator):
    return signed_in(administrator)


@pytest.fixture
def worker(unit):
    return MembershipFactory(team=unit, person__first_name="Līga", person__last_name="Liepa").person


def url(name, *args):
    return reverse(f"people:{name}", args=args).replace("/lv/", "/en/")


def look(by, *rows, **options):
    content = "\n".join([HEAD, *rows]).encode()
    return actions.look(by, "people.csv", content, DAY, **options)


def errors(file):
    return {line["row"]: line["errors"] for line in file.lines if line["errors"]}


def test_new_people_come_in_with_their_places(administrator, unit, prison):
    file = look(
        administrator,
        ";anna@example.org;Anna;Liepa;en;Daugavas cietums / Resocializācijas daļa;Lead;;1.1.2026;",
        ";;Jānis;Ozoliņš;;RD-1;;municipal;;31.12.2030",
        ";anna@example.org;Anna;Liepa;;Daugavas cietums;Auditor;;;",
    )
    assert errors(file) == {}
    assert file.counts["people"] == 2
    assert not User.objects.filter(last_name="Liepa").exists()
    actions.carry_out(file, DAY)
    anna = User.objects.get(email="anna@example.org")
    assert (anna.username, anna.language, anna.has_usable_password()) == ("anna.liepa", "en", False)
    places = anna.memberships.order_by("starts_on").values_list("team", "role", "starts_on")
    assert list(places) == [
        (unit.pk, "lead", datetime.date(2026, 1, 1)),
        (prison.pk, "auditor", DAY),
    ]
    janis = User.objects.get(username="janis.ozolins").memberships.get()
    assert (janis.setting, janis.ends_on) == ("municipal", datetime.date(2030, 12, 31))
    assert not Invitation.objects.exists()
    assert AuditEntry.objects.filter(action="gave_place", actor=administrator).count() == 3
    assert AuditEntry.objects.filter(action="came_by_file", about=anna).exists()


ROWS = (
    ";anna@example.org;Anna;Liepa;en;RD-1;Lead;;1.1.2026;",
    ";;Jānis;Ozoliņš;;RD-1;;municipal;;",
    ";;Jānis;Ozoliņš;;Daugavas cietums;;;1.5.2026;31.5.2026",
)


def test_the_same_file_again_changes_nothing(administrator, unit):
    actions.carry_out(look(administrator, *ROWS), DAY)
    before = list(Membership.objects.order_by("pk").values())
    again = look(administrator, *ROWS)
    assert [line["state"] for line in again.lines] == ["same"] * 3
    actions.carry_out(again, DAY)
    assert list(Membership.objects.order_by("pk").values()) == before
    tomorrow = DAY + datetime.timedelta(days=1)
    later = actions.look(administrator, "x", "\n".join([HEAD, *ROWS]).encode(), tomorrow)
    assert {line["state"] for line in later.lines} == {"same"}


def test_so_does_what_was_downloaded(administrator, worker, unit, prison):
    MembershipFactory(person=worker, team=prison, role=Role.LEAD, ends_on=DAY)
    User.objects.filter(pk=worker.pk).update(first_name="=cmd|'x'!A1")
    for kind in ("csv", "xlsx"):
        content = actions.export(administrator, kind, DAY)
        file = actions.look(administrator, "x", content, DAY)
        assert {line["state"] for line in file.lines} == {"same"}, file.lines
        assert len(file.lines) == 2
    assert AuditEntry.objects.filter(action="exported_people").count() == 2


def test_what_is_there_is_changed_by_user_name(administrator, worker, unit):
    file = look(
        administrator,
        f"{worker.username};new@example.org;Līga;Kalna;;RD-1;;municipal;;31.12.2030",
    )
    assert errors(file) == {}
    (line,) = file.lines
    assert line["state"] == "changed"
    assert line["changes"] == [
        ["last_name", "Liepa", "Kalna"],
        ["email", worker.email, "new@example.org"],
        ["setting", "prison", "municipal"],
        ["ends_on", "", "2030-12-31"],
    ]
    actions.carry_out(file, DAY)
    worker.refresh_from_db()
    assert (worker.last_name, worker.email) == ("Kalna", "new@example.org")
    place = worker.memberships.get()
    assert (place.setting, place.ends_on) == ("municipal", datetime.date(2030, 12, 31))


def test_nobody_elsewhere_is_reached_or_told_of(administrator, unit, town):
    other = MembershipFactory(
        team=town, person__first_name="Dace", person__last_name="Kalna"
    ).person
    file = look(
        administrator,
        f"{other.username};;Dace;Kalna;;RD-1;;;;",
        "nobody.at.all;;Dace;Kalna;;RD-1;;;;",
        f";{other.email};Dace;Kalna;;RD-1;;;;",
        ";not-right@;Dace;Kalna;;RD-1;;;;",
        ";;Dace;Kalna;;Liepkalni;;;;",
        ";;Dace;Kalna;;Atlantis;;;;",
    )
    found = errors(file)
    assert found[2] == found[3]
    assert found[4] == found[5]
    assert found[6] == found[7]
    assert "Liepkalni" not in str(file.lines)
    other.refresh_from_db()
    assert other.memberships.get().team == town


def test_nobody_is_changed_who_may_do_more_than_she(administrator, worker, town, editor, unit):
    MembershipFactory(person=worker, team=town, role=Role.LEAD)
    MembershipFactory(person=editor, team=unit)
    root = MembershipFactory(team=unit, person__is_superuser=True).person
    rows = [f"{each.username};taken@example.org;;;;;;;;" for each in (worker, editor, root)]
    assert {*map(tuple, errors(look(administrator, *rows)).values())} == {("email",)}


def test_she_gives_herself_nothing(administrator, prison):
    for row in (
        f"{administrator.username};;;;;Daugavas cietums;Lead;;;",
        f";{administrator.email};;;;Daugavas cietums;Auditor;;;",
    ):
        assert errors(look(administrator, row))


def test_a_department_gives_no_role_above_itself(unit, worker):
    inside = MembershipFactory(team=unit, role=Role.ADMINISTRATOR).person
    file = look(inside, f"{worker.username};;;;;Daugavas cietums;Administrator;;;")
    assert "team" in errors(file)[2]
    fine = look(inside, f"{worker.username};;;;;RD-1;Administrator;;;")
    assert errors(fine) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [";a@example.org;A;B;;RD-1;;;1.1.2026;", ";a@example.org;A;B;;RD-1;;;1.1.2026;"],
        [";a@example.org;A;B;;RD-1;;;1.1.2026;", ";a@example.org;A;B;;RD-1;;;1.5.2026;"],
        [";a@example.org;A;B;;RD-1;;;;", ";a@example.org;A;Other;;Daugavas cietums;;;;"],
        [";a@example.org;A;B;;RD-1;;;2.1.2026;1.1.2026"],
        [";a@example.org;A;;;RD-1;;;;"],
        [";a@example.org;A;B;;;;;;"],
        [";;;B;;RD-1;;;;"],
        [";a@example.org;A;B;;;Lead;;;"],
        ["liga;x@example.org;;;;;;;;", "liga;y@example.org;;;;;;;;"],
        ["liga;x@example.org;;;;;;;;", "maris;x@example.org;;;;;;;;"],
        ["liga;;;;;RD-1;;;5.5.2026;"],
        ["liga;;;;;RD-1;;;;1.1.2020"],
        ["closed;;;Other;;;;;;"],
        [";;Līga;Liepa;;Daugavas cietums;;;;"],
    ],
)
def test_rows_that_are_refused(administrator, unit, rows):
    MembershipFactory(
        team=unit, person__username="liga", person__first_name="Līga", person__last_name="Liepa"
    )
    MembershipFactory(team=unit, person__username="maris")
    MembershipFactory(team=unit, person__username="closed", person__is_active=False)
    file = look(administrator, *rows)
    assert len(errors(file)) == 1
    assert [*errors(file)] == [len(rows) + 1]


def test_one_wrong_row_and_nothing_is_imported(runs, administrator, unit):
    file = look(administrator, ROWS[0], ";b@example.org;B;B;;Nowhere;;;;")
    page = runs.get(url("file", file.pk)).content.decode()
    assert "1 row is to be put right" in page
    assert "Import all of it" not in page
    runs.post(url("file", file.pk))
    assert not User.objects.filter(email="anna@example.org").exists()


def test_what_changed_since_the_preview_is_shown_once_more(runs, administrator, unit, worker):
    file = look(administrator, f"{worker.username};;Anna;;;;;;;")
    User.objects.filter(pk=worker.pk).update(first_name="Ilze")
    page = runs.post(url("file", file.pk), follow=True).content.decode()
    assert "Please look once more" in page
    assert "<del>Ilze</del>" in page
    worker.refresh_from_db()
    assert worker.first_name == "Ilze"
    runs.post(url("file", file.pk))
    worker.refresh_from_db()
    assert worker.first_name == "Anna"


def test_missing_teams_are_made_where_she_says_so(administrator, prison):
    row = ";a@example.org;A;B;;Daugavas cietums / Jaunā daļa / Grupa;;;;"
    assert errors(look(administrator, row))
    file = look(administrator, row, makes_teams=True)
    assert file.counts["teams"] == 2
    actions.carry_out(file, DAY)
    group = Team.objects.get(name="Grupa")
    assert [team.name for team in group.get_ancestors()] == ["Daugavas cietums", "Jaunā daļa"]
    assert User.objects.get(email="a@example.org").memberships.get().team == group
    assert look(administrator, row, makes_teams=True).lines[0]["state"] == "same"


def test_the_new_are_invited_in_their_language(
    administrator, unit, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        actions.carry_out(look(administrator, *ROWS, invites=True), DAY)
    assert [letter.to for letter in mailoutbox] == [["anna@example.org"]]
    assert "Welcome to Tilts" in mailoutbox[0].subject
    printed = Invitation.objects.get(printed=True)
    assert printed.person.username == "janis.ozolins"
    assert Message.objects.filter(kind="invitation").count() == 1


def test_the_new_get_what_their_team_was_assigned(administrator, unit):
    course = LessonFactory().get_parent().specific
    update_requirement(course, DAY)
    assignment = AssignmentFactory(team=unit, target_key=course.translation_key)
    actions.carry_out(look(administrator, *ROWS), DAY)
    people = Enrolment.objects.filter(assignment=assignment).values_list(
        "subject__person__username", flat=True
    )
    assert set(people) == {"janis.ozolins"}  # not she who leads


def test_sent_shown_agreed_to(runs, administrator, unit):
    content = "\n".join([HEAD, *ROWS]).encode()
    sent = {"file": SimpleUploadedFile("cilvēki.csv", content)}
    response = runs.post(url("send_file"), sent)
    file = PeopleFile.objects.get()
    assert response["Location"] == url("file", file.pk)
    page = runs.get(url("file", file.pk) + "?show=new").content.decode()
    assert "Anna Liepa" in page
    assert "Lead in Daugavas cietums / Resocializācijas daļa" in page
    done = runs.post(url("file", file.pk), follow=True).content.decode()
    assert "The file is imported." in done
    file.refresh_from_db()
    assert bytes(file.content) == b""
    count = User.objects.count()
    runs.post(url("file", file.pk))
    assert User.objects.count() == count


def test_a_file_is_its_senders_alone_and_not_for_long(runs, administrator, prison, unit):
    file = look(administrator, *ROWS)
    other = signed_in(MembershipFactory(team=prison, role=Role.ADMINISTRATOR).person)
    assert other.get(url("file", file.pk)).status_code == 404
    assert other.post(url("file", file.pk)).status_code == 404
    late = timezone.now() - datetime.timedelta(minutes=actions.MINUTES + 1)
    PeopleFile.objects.update(made_at=late)
    assert runs.post(url("file", file.pk)).status_code == 404
    assert actions.forget(timezone.now()) == 1


def test_what_cannot_be_read_is_said_beside_the_field(runs):
    response = runs.post(
        url("send_file"), {"file": SimpleUploadedFile("x.xls", b"\xd0\xcf\x11\xe0\x00")}
    )
    assert response.status_code == 422
    assert "neither a CSV file nor an Excel workbook" in response.content.decode()


def test_the_example_is_a_file_that_is_taken(runs, administrator, unit):
    for kind in ("csv", "xlsx"):
        content = runs.get(url("file_template", kind)).content
        file = actions.look(administrator, "x", content, DAY)
        assert (errors(file), file.counts["people"]) == ({}, 1)


def test_many_rows_cost_no_more_statements_than_few(administrator, unit):
    def statements(number):
        rows = [f";p{number}-{n}@example.org;P;N{n};;RD-1;;;;" for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            actions.carry_out(look(administrator, *rows, invites=True), DAY)
        return len(captured)

    statements(1)
    assert statements(3) == statements(60)
