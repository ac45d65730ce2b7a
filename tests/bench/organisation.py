"""An organisation by bulk SQL for `tests.bench.teams`: a tree of teams, people, what each has done."""

import datetime
from dataclasses import dataclass
from uuid import uuid4

MODULES, COMPETENCES = 31, 8

PEOPLE = """
SET session_replication_role = replica;
SELECT setseed(0.5);
INSERT INTO people_user (password, is_superuser, username, first_name, last_name, is_staff,
        is_active, date_joined, email, language, last_login)
    SELECT '!', false, 'person' || n, first, last || n, false, true, now() - interval '200 days',
        'person' || n || '@example.org', 'lv', CASE WHEN n %% 20 > 0 THEN now() END
    FROM generate_series(1, %(people)s) n,
        LATERAL (SELECT (ARRAY['Anna', 'Ēriks', 'Māra', 'Žanis'])[1 + n %% 4] AS first,
            (ARRAY['Bērziņa', 'Čakste', 'Āboliņš', 'Ozola', 'Šmite'])[1 + n %% 5] AS last) names;
INSERT INTO people_membership (role, setting, starts_on, person_id, team_id)
    SELECT 'learner', CASE WHEN u.id %% 3 > 0 THEN 'prison' ELSE 'municipal' END,
        current_date - (u.id %% 300)::int, u.id, (%(teams)s)[1 + u.id %% array_length(%(teams)s, 1)]
    FROM people_user u WHERE username LIKE 'person%%';
INSERT INTO progress_subject (id, person_id)
    SELECT gen_random_uuid(), id FROM people_user WHERE username LIKE 'person%%';
INSERT INTO courses_enrolment (target_kind, target_key, cycle, requirement_version, setting, due_on,
        enrolled_at, subject_id)
    SELECT 'module', key, 1, 1, '', current_date + ((s.person_id * 7 + place * 5) %% 120)::int
        - CASE WHEN s.person_id %% 6 = 0 THEN 60 ELSE 0 END, now() - interval '60 days', s.id
    FROM progress_subject s, unnest(%(modules)s::uuid[]) WITH ORDINALITY AS module(key, place);
INSERT INTO progress_standing (kind, key, policy, state, strength, done, total, since, changes_on,
        next_state, subject_id, moved_on, moved_from)
    SELECT 'requirement', key, '1', state, 0, CASE state WHEN 'met' THEN 1 ELSE 0 END, 1,
        CASE state WHEN 'met' THEN current_date - (s.person_id + place)::int %% 200 END, NULL, '',
        s.id, current_date - (s.person_id + place)::int %% 200, 'none'
    FROM progress_subject s, unnest(%(modules)s::uuid[]) WITH ORDINALITY AS module(key, place),
        LATERAL (SELECT CASE WHEN (s.person_id * 3 + place) %% 10 < 7 OR s.person_id %% 6 > 0
            AND (s.person_id * 7 + place * 5) %% 120 < 30 THEN 'met'
            WHEN (s.person_id + place) %% 2 = 0 THEN 'started' ELSE 'none' END AS state) now;
INSERT INTO progress_standing (kind, key, policy, state, strength, done, total, since, changes_on,
        next_state, subject_id, missed_on, moved_on, moved_from)
    SELECT 'competence', key, '1', ((s.person_id + place) %% 5)::text, 0.5, 6, 8,
        current_date - 20, NULL, '', s.id,
        CASE WHEN s.person_id %% 40 = 0 AND place = 1 THEN current_date - 9 END,
        current_date - (s.person_id + place)::int %% 300, '0'
    FROM progress_subject s, unnest(%(competences)s::uuid[]) WITH ORDINALITY AS it(key, place);
INSERT INTO progress_activity (id, verb, object_kind, object_key, object_version, happened_at,
        recorded_at, origin, subject_id)
    SELECT gen_random_uuid(), 'read', 'lesson', key, '', moment, moment,
        'bench/' || s.person_id || '/' || place, s.id
    FROM progress_subject s, unnest(%(lessons)s::uuid[]) WITH ORDINALITY AS lesson(key, place),
        LATERAL (SELECT now() - make_interval(days => (s.person_id %% 16 + place)::int) AS moment) at;
INSERT INTO courses_glance (person_id, is_stale, is_active, name_key, plain_name, asked, unbegun,
        finished, needs)
    SELECT id, true, true, '', '', 0, 0, 0, '[]' FROM people_user WHERE username LIKE 'person%%';
SET session_replication_role = DEFAULT;
"""


@dataclass(frozen=True)
class Place:
    """Whose pages are measured: the lead of all and of one department, and these teams."""

    lead: int
    top: int
    department: int


def shape(people: int) -> tuple[int, int]:
    """Institutions, and departments in each: 301 teams for ten thousand people, 4 for a hundred."""
    return (12, 24) if people > 1000 else (1, 2)


def make(people: int) -> Place:
    """The organisation in the database that is in use."""
    from django.db import connection
    from wagtail.models import Locale, Page, Site

    from courses.models import CoursePage, HomePage, LessonPage
    from courses.people.models import Membership, Role, Team, User
    from courses.progress.models import Competence, Requirement

    institutions, departments = shape(people)
    top = Team.add_root(name="Pārvalde", kind="institution", setting="prison")
    leaves: list[Team] = []
    for number in range(institutions):
        above = Team.objects.get(pk=top.pk).add_child(
            name=f"Iestāde {number + 1}", kind="institution", setting="prison"
        )
        for place in range(departments):
            leaves.append(
                Team.objects.get(pk=above.pk).add_child(
                    name=f"{number + 1}. iestādes {place + 1}. daļa",
                    kind="department",
                    setting="prison",
                )
            )
    lead = User.objects.create(username="lead", first_name="Ilze", last_name="Kalniņa")
    Membership.objects.create(
        person=lead,
        team=top,
        role=Role.LEAD,
        setting="prison",
        starts_on=datetime.date.today() - datetime.timedelta(days=100),
    )
    locale = Locale.objects.get_or_create(language_code="lv")[0]
    home = HomePage(title="Tilts", slug="tilts", locale=locale)
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    modules, lessons = [], []
    for number in range(MODULES):
        module = CoursePage(
            title=f"Modulis {number + 1}: saruna",
            slug=f"m{number}",
            key=f"module-{number}",
            order=number,
            locale=locale,
        )
        home.add_child(instance=module)
        lesson = LessonPage(title="Nodarbība", slug="n", key=f"lesson-{number}", locale=locale)
        module.add_child(instance=lesson)
        modules.append(module.translation_key)
        lessons.append(lesson.translation_key)
        parts = [{"verb": "read", "kind": "lesson", "key": str(lesson.translation_key)}]
        if not Requirement.objects.filter(key=module.translation_key).exists():
            Requirement.objects.create(
                kind="module",
                key=module.translation_key,
                version=1,
                effective_from=datetime.date(2026, 1, 1),
                parts=parts,
            )
    competences = [
        Competence.objects.create(
            uuid=uuid4(),
            key=f"competence-{number}",
            name_lv=f"Kompetence {number + 1}",
            name_en=f"Competence {number + 1}",
            levels=[{"level": level, "text": {"lv": "", "en": ""}} for level in range(5)],
            order=number,
        ).uuid
        for number in range(COMPETENCES)
    ]
    values = {
        "people": people,
        "teams": [team.pk for team in leaves],
        "modules": modules,
        "lessons": lessons,
        "competences": competences,
    }
    with connection.cursor() as cursor:
        for statement in PEOPLE.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
    return Place(lead.pk, top.pk, leaves[0].pk)


def settle() -> None:
    """Have the database know what it holds, as it does after a night."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
