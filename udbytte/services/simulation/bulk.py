"""A large workplace in minutes, for measuring: written by SQL, past the services but never past the constraints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from ...models import Agreement, Conversation, LogEntry, Person, Round, Unit
from . import names, texts
from .bulk_agreements import write_agreements
from .courses import make_courses

Say = Callable[[str], None]

# A number from 0 to 1 for row `i`, a different one for each `salt`; the seed is in the salt.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(i bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, salt + {seed}) & 1048575)::double precision / 1048576 $$
"""
# Units: 1 is the root, then areas, then centres, then houses. Person n of the first `units` is the first of unit n,
# and manages it; every ninth house has no manager of its own. All others work in houses.
ORGANISATION = (
    """
    CREATE TEMP TABLE tree AS SELECT n AS id,
        CASE WHEN n = 1 THEN NULL WHEN n <= 1 + %(areas)s THEN 1
             WHEN n <= 1 + %(areas)s + %(centres)s THEN 2 + (n - 2 - %(areas)s) %% %(areas)s
             ELSE 2 + %(areas)s + (n - 2 - %(areas)s - %(centres)s) %% %(centres)s END AS parent,
        n <= 1 + %(areas)s + %(centres)s OR n %% 9 <> 0 AS managed
    FROM generate_series(1, %(units)s) n
    """,
    """
    INSERT INTO udbytte_unit (id, external_id, name, parent_id, path, starts_on)
    WITH RECURSIVE down AS (
        SELECT id, parent, id || '/' AS path, 1 AS depth FROM tree WHERE parent IS NULL
        UNION ALL SELECT t.id, t.parent, d.path || t.id || '/', d.depth + 1 FROM tree t JOIN down d ON d.id = t.parent)
    SELECT id, 'bulk:' || id,
        CASE WHEN depth = 1 THEN 'Engby Kommune' WHEN depth = 2 THEN (%(area_names)s::text[])[1 + id %% 5] || ' ' || id
             WHEN depth = 3 THEN 'Center ' || (%(places)s::text[])[1 + id %% 30] || ' ' || id
             ELSE 'Huset ' || (%(places)s::text[])[1 + id %% 30] || ' ' || id END,
        parent, path, %(long_ago)s
    FROM down ORDER BY depth, id
    """,
    """
    INSERT INTO udbytte_person (id, password, external_id, email, given_name, family_name, language, digest_weekday,
        wants_mail, mail_refusal, is_active, calendar_feeds)
    SELECT i, '!', 'bulk:' || i, 'person.' || i || '@example.test',
        (%(given)s::text[])[1 + floor(pg_temp.draw(i, 1) * cardinality(%(given)s::text[]))::int],
        (%(family)s::text[])[1 + floor(pg_temp.draw(i, 2) * cardinality(%(family)s::text[]))::int],
        CASE WHEN pg_temp.draw(i, 3) < 0.03 THEN 'en' ELSE 'da' END,
        CASE WHEN pg_temp.draw(i, 4) < 0.6 THEN 1 ELSE 1 + floor(pg_temp.draw(i, 5) * 5)::int END,
        pg_temp.draw(i, 6) > 0.05, '', true, 0
    FROM generate_series(1, %(employees)s) i
    """,
    """
    CREATE TEMP TABLE works AS SELECT i AS id,
        CASE WHEN i <= %(units)s THEN i ELSE %(first_house)s + (i - %(units)s - 1) %% %(houses)s END AS unit
    FROM generate_series(1, %(employees)s) i
    """,
    """
    INSERT INTO udbytte_employment (id, external_id, person_id, unit_id, title, line_manager_id, starts_on)
    SELECT w.id, 'bulk:' || w.id, w.id, w.unit,
        (%(jobs)s::text[])[1 + floor(pg_temp.draw(w.id, 7) * cardinality(%(jobs)s::text[]))::int],
        CASE WHEN t.managed AND w.id <> t.id THEN t.id ELSE t.parent END,
        %(today)s::date - 30 - floor(pg_temp.draw(w.id, 8) * 3000)::int
    FROM works w JOIN tree t ON t.id = w.unit ORDER BY w.id
    """,
    """
    INSERT INTO udbytte_managerrole (id, external_id, person_id, unit_id, holds_conversations, starts_on)
    SELECT id, 'bulk:' || id, id, id, true, %(long_ago)s FROM tree WHERE managed
    """,
    """
    INSERT INTO udbytte_roleassignment (person_id, role, unit_id, starts_on)
    SELECT %(units)s + n, 'coordinator', 1 + n, %(long_ago)s::date FROM generate_series(1, %(areas)s - 1) n
    UNION ALL SELECT 1 + n, 'budget_owner', 1 + n, %(long_ago)s FROM generate_series(1, %(areas)s) n
    UNION ALL SELECT %(units)s + %(areas)s + n, 'hr', NULL, %(long_ago)s FROM generate_series(0, 2) n
    UNION ALL SELECT %(units)s + %(areas)s + 3, 'works_council', NULL, %(long_ago)s
    UNION ALL SELECT %(units)s + %(areas)s + 4, 'administrator', NULL, %(long_ago)s
    """,
)
CONVERSATIONS = (
    """
    INSERT INTO udbytte_budget (id, unit_id, round_id, amount, published_on)
    SELECT r.place * %(units)s + t.id, t.id, r.id, 0, r.announced_on
    FROM (SELECT id, announced_on, row_number() OVER (ORDER BY announced_on) - 1 AS place FROM udbytte_round) r, tree t
    WHERE t.id > 1 + %(areas)s AND t.id <= 1 + %(areas)s + %(centres)s
    """,
    """
    INSERT INTO udbytte_conversation (id, round_id, employment_id, kind, manager_id, planned_at, place, held_on, notes)
    SELECT id, round_id, employment_id, kind, manager_id, held_on + time '10:00' AT TIME ZONE 'UTC', 'Mødelokalet',
        held_on, CASE WHEN held_on IS NULL THEN '' ELSE %(notes)s END
    FROM (
        SELECT r.place * %(employees)s + e.id AS id, r.id AS round_id, e.id AS employment_id,
            CASE WHEN e.id <= %(units)s THEN 'leader' ELSE 'individual' END AS kind, e.line_manager_id AS manager_id,
            CASE WHEN e.line_manager_id IS NOT NULL AND pg_temp.draw(e.id, 10 + r.place) < r.share
                 THEN r.conversations_from + floor(pg_temp.draw(e.id, 12 + r.place)
                    * (least(r.conversations_to, %(today)s) - r.conversations_from))::int END AS held_on
        FROM (SELECT *, row_number() OVER (ORDER BY announced_on) - 1 AS place,
                CASE WHEN closed_on IS NULL THEN 0.66 ELSE 0.93 END AS share FROM udbytte_round) r,
            udbytte_employment e) made
    ORDER BY id
    """,
    """
    INSERT INTO udbytte_developmentplan (id, conversation_id, no_course_reason, employee_signed_on, manager_signed_on,
        manager_signed_by_id, signed_text)
    SELECT id, id, CASE WHEN pg_temp.draw(id, 14) < 0.2 THEN %(no_course)s ELSE '' END, held_on, held_on, manager_id,
        '{"goals": [], "agreements": [], "no_course_reason": ""}'
    FROM udbytte_conversation WHERE held_on IS NOT NULL ORDER BY id
    """,
    """
    INSERT INTO udbytte_goal (id, plan_id, text, sign)
    SELECT id, id, (%(goals)s::text[])[1 + floor(pg_temp.draw(id, 15) * cardinality(%(goals)s::text[]))::int], ''
    FROM udbytte_developmentplan ORDER BY id
    """,
    """
    INSERT INTO udbytte_rulesconfirmation (round_id, person_id, confirmed_on)
    SELECT c.round_id, e.person_id, r.announced_on + 1 + floor(pg_temp.draw(c.id, 16) * 30)::int
    FROM udbytte_conversation c JOIN udbytte_employment e ON e.id = c.employment_id
        JOIN udbytte_round r ON r.id = c.round_id
    WHERE pg_temp.draw(c.id, 17) < 0.7
    """,
    """
    INSERT INTO udbytte_cataloguevisit (round_id, person_id, first_on)
    SELECT c.round_id, e.person_id, r.announced_on + 5 + floor(pg_temp.draw(c.id, 18) * 60)::int
    FROM udbytte_conversation c JOIN udbytte_employment e ON e.id = c.employment_id
        JOIN udbytte_round r ON r.id = c.round_id
    WHERE pg_temp.draw(c.id, 19) < 0.35
    """,
)
WITH_IDS = "unit person employment managerrole budget conversation developmentplan goal agreement".split()


def fill(*, employees: int, agreements: int, seed: int, on: date, say: Say) -> dict[str, object]:
    """Fill an empty database with that many of each, as on the day; returns how many of what were made.

    All constraints and foreign keys hold, each log replays to its agreement's state, and line managers are those of the
    rule. The same seed, sizes and day give the same content.
    """
    sizes = _sizes(employees)
    given: dict[str, Any] = sizes | {
        "agreements": agreements,
        "today": on,
        "long_ago": on - timedelta(days=4000),
        "given": list(names.GIVEN),
        "family": list(names.FAMILY),
        "places": list(names.PLACES),
        "area_names": [name for name, _kinds, _jobs in names.AREAS],
        "jobs": [job for _name, _kinds, jobs in names.AREAS for job in jobs],
        "goals": [text for text, _sign in texts.GOALS],
        "no_course": texts.NO_COURSE,
        "notes": "Vi talte om året, der gik, og om hvad der skal til for at få tid til at lære.",
    }
    with translation.override("da"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DRAW.format(seed=int(seed) * 1000))
        say("units and people")
        for statement in ORGANISATION:
            cursor.execute(statement, given)
        make_courses(first=on - timedelta(days=550), last=on, rng=Random(seed))  # noqa: S311
        _make_rounds(on)
        say("conversations and plans")
        for statement in CONVERSATIONS:
            cursor.execute(statement, given)
        write_agreements(cursor, given, say)
        for name in WITH_IDS:
            table = f"udbytte_{name}"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        cursor.execute("DROP TABLE tree, works")
    with connection.cursor() as cursor:
        say("statistics")
        cursor.execute("ANALYZE")
    return {
        "employees": Person.objects.count(),
        "units": Unit.objects.count(),
        "conversations": Conversation.objects.count(),
        "agreements": Agreement.objects.count(),
        "log_entries": LogEntry.objects.count(),
    }


def _sizes(employees: int) -> dict[str, int]:
    """Units as in a municipality: one for twenty people, a centre for twelve houses, an area for forty centres."""
    units = max(12, employees // 20)
    centres = max(3, units // 13)
    areas = max(3, min(12, centres // 3))
    first_house = 2 + areas + centres
    return {
        "employees": employees,
        "units": units,
        "centres": centres,
        "areas": areas,
        "first_house": first_house,
        "houses": units - first_house + 1,
    }


def _make_rounds(on: date) -> None:
    """Last year's round, closed, and this year's, with conversations still going on."""
    root = Unit.objects.get(parent__isnull=True)
    for number, ago in enumerate((430, 90)):
        announced = on - timedelta(days=ago)
        round_ = Round.objects.create(
            name=f"MUS {announced.year + number}",
            announced_on=announced,
            conversations_from=announced + timedelta(days=14),
            conversations_to=announced + timedelta(days=120),
            closes_on=announced + timedelta(days=364),
            procedure=texts.PROCEDURE,
            criteria=texts.CRITERIA,
            possibilities=texts.POSSIBILITIES,
            money=texts.MONEY,
            published_on=announced,
            closed_on=on - timedelta(days=90) if ago > 365 else None,
        )
        round_.units.add(root)
