"""A large workplace in minutes, for measuring: written by SQL, past the services but never past the constraints.

The agreements of a large workplace, by SQL: each stands somewhere in the lifecycle, with its log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import translation

from udbytte.domain.lifecycle import CONFIRM_DROP, STEPS, TRANSITIONS, Event, Kind, Party, Stage
from udbytte.models import Agreement, Conversation, LogEntry, Person, Round, Unit

from . import names, texts
from .courses import make_courses

_E = Event
_BOOKED = (_E.CHOOSE_RUN, _E.FUND, _E.REGISTER, _E.GO, _E.USE, _E.TELL, _E.TALK)
_ASKED_FIRST = (_E.CHOOSE_RUN, _E.NOMINATE, _E.GRANT, _E.REGISTER, _E.GO, _E.USE, _E.TELL, _E.TALK)
_WAITED = (_E.CHOOSE_RUN, _E.FUND, _E.WAITLIST)
_PRACTISED = (_E.ASK, _E.ACCEPT, _E.START, _E.CHECK_IN, _E.FINISH, _E.TELL, _E.TALK)
_STUCK = (_E.ASK, _E.ACCEPT, _E.START, _E.CHECK_IN, _E.GET_STUCK)
_DROPPED = (_E.PROPOSE_DROP, _E.CONFIRM_DROP)
# kind, events, and how many in a thousand of the kind stop after each event (the first: right after agreeing),
# in the closed round and in the present one.
LIVES: tuple[tuple[Kind, tuple[Event, ...], tuple[int, ...], tuple[int, ...]], ...] = (
    (Kind.COURSE, _BOOKED, (20, 10, 10, 30, 20, 20, 30, 380), (160, 90, 70, 140, 50, 30, 20, 20)),
    (Kind.COURSE, _ASKED_FIRST, (0, 0, 5, 5, 30, 20, 20, 20, 170), (0, 0, 90, 40, 90, 20, 20, 10, 10)),
    (Kind.COURSE, _WAITED, (0, 0, 0, 10), (0, 0, 0, 40)),
    (Kind.COURSE, _DROPPED, (0, 10, 190), (0, 20, 80)),
    (Kind.PRACTICE, _PRACTISED, (20, 10, 10, 20, 60, 40, 40, 600), (170, 120, 110, 120, 210, 50, 40, 80)),
    (Kind.PRACTICE, _STUCK, (0, 0, 0, 0, 0, 5), (0, 0, 0, 0, 0, 30)),
    (Kind.PRACTICE, _DROPPED, (0, 10, 190), (0, 20, 80)),
)


def _lives() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """From the table of the lifecycle: rows of what happens in each life, and rows of how likely each life is."""
    events: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    life = 0
    for kind, path, *counts in LIVES:
        for length in range(len(path) + 1):
            if not any(count[length] for count in counts):
                continue
            life += 1
            before, dropping = Stage.AGREED, ""
            events.append(_event(life, 1, kind, _E.AGREE, "", Stage.AGREED, ""))
            for number, event in enumerate(path[:length], start=2):
                after = TRANSITIONS[kind, before, event].to
                dropping = Party.EMPLOYEE.value if event is _E.PROPOSE_DROP else ""
                events.append(_event(life, number, kind, event, before, after, dropping))
                before = after
            shares += [(place, kind.value, life, count[length]) for place, count in enumerate(counts)]
    return events, shares


def _event(
    life: int, number: int, kind: Kind, event: Event, before: str, after: Stage, dropping: str
) -> tuple[Any, ...]:
    """One row of a log to be: with the step that follows, and whose that is."""
    step = CONFIRM_DROP if dropping else STEPS.get((kind, after))
    row = TRANSITIONS.get((kind, Stage(before), event)) if before else None
    acts = sorted(row.by) if row is not None else [Party.MANAGER]
    party = (
        Party.MANAGER
        if event is _E.CONFIRM_DROP
        else Party.EMPLOYEE
        if Party.EMPLOYEE in acts
        else acts[0]
        if acts
        else None
    )
    name, owner = (step.name, step.owner.value) if step is not None else ("", "")
    return (
        life,
        number,
        kind.value,
        event.value,
        before,
        after.value,
        name,
        owner,
        dropping,
        party.value if party is not None else "",
    )


TABLES = (
    "CREATE TEMP TABLE happens (life int, number int, kind text, event text, before text, after text, step text,"
    " owner text, dropping text, party text)",
    "CREATE TEMP TABLE share (place int, kind text, life int, thousandths int)",
)
PREPARE = (
    """
    CREATE TEMP TABLE chance AS SELECT place, kind, life,
        (sum(thousandths) OVER w - thousandths)::float / sum(thousandths) OVER (PARTITION BY place, kind) AS low,
        sum(thousandths) OVER w::float / sum(thousandths) OVER (PARTITION BY place, kind) AS high
    FROM share WINDOW w AS (PARTITION BY place, kind ORDER BY life)
    """,
    """
    CREATE TEMP TABLE run_ahead AS SELECT row_number() OVER (ORDER BY r.starts_on, r.id) - 1 AS n, r.*,
        count(*) OVER () AS of FROM udbytte_courserun r
        WHERE r.cancelled_on IS NULL AND r.starts_on > %(today)s
    """,
    """
    CREATE TEMP TABLE run_over AS SELECT row_number() OVER (ORDER BY r.starts_on, r.id) - 1 AS n, r.*,
        count(*) OVER () AS of FROM udbytte_courserun r
        WHERE r.cancelled_on IS NULL AND r.ends_on < %(today)s
    """,
    """
    CREATE TEMP TABLE planned AS SELECT row_number() OVER (ORDER BY hashint8extended(c.id, 1)) - 1 AS n, c.id AS plan,
        count(*) OVER () AS of, c.employment_id AS employment, e.unit_id AS unit, e.line_manager_id AS manager,
        c.round_id AS round, c.held_on, (CASE WHEN r.closed_on IS NULL THEN 1 ELSE 0 END) AS place,
        split_part(u.path, '/', 2)::int AS area, split_part(u.path, '/', 3) AS centre
    FROM udbytte_conversation c JOIN udbytte_round r ON r.id = c.round_id JOIN udbytte_employment e
        ON e.id = c.employment_id JOIN udbytte_unit u ON u.id = e.unit_id
    WHERE c.held_on IS NOT NULL AND c.employment_id > 1 + %(areas)s
    """,
    "CREATE UNIQUE INDEX ON planned (n)",
    "ANALYZE planned",
    """
    CREATE TEMP TABLE made AS SELECT j AS id, p.*, d.kind, c.life, h.number AS turns, h.after AS stage, h.step,
        h.owner, h.dropping,
        CASE WHEN p.area < 1 + %(areas)s THEN %(units)s + p.area - 1 ELSE p.employment END AS coordinator,
        p.area AS budget_owner,
        CASE WHEN p.employment <= %(units)s THEN p.manager
             WHEN p.employment + %(houses)s <= %(employees)s THEN p.employment + %(houses)s
             WHEN p.employment - %(houses)s > %(units)s THEN p.employment - %(houses)s ELSE p.manager END AS helper,
        CASE WHEN h.after IN ('attended', 'used', 'told', 'learned') THEN coalesce(o.id, 0) ELSE a.id END AS any_run
    FROM generate_series(1, %(agreements)s) j
    JOIN planned p ON p.n = (j - 1) %% (SELECT max(of) FROM planned)
    CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.draw(j, 21) < 0.55 THEN 'course' ELSE 'practice' END AS kind) d
    JOIN chance c ON c.place = p.place AND c.kind = d.kind
        AND pg_temp.draw(j, 22) >= c.low AND pg_temp.draw(j, 22) < c.high
    JOIN LATERAL (SELECT * FROM happens h WHERE h.life = c.life ORDER BY number DESC LIMIT 1) h ON true
    JOIN run_ahead a ON a.n = floor(pg_temp.draw(j, 23) * a.of)::int
    JOIN run_over o ON o.n = floor(pg_temp.draw(j, 23) * o.of)::int
    """,
    "CREATE UNIQUE INDEX ON made (id)",
    "ANALYZE made",
)
AGREEMENTS = """
    INSERT INTO udbytte_agreement (id, plan_id, goal_id, employment_id, employee_id, unit_id, round_id, kind, title,
        purpose, checked_by, turn_to, decided_by, planned_from, planned_to, if_when, if_where, if_with, first_use,
        estimated_price, course_id, run_id,
        method_id, agreed_on, stage, step, step_owner_id, step_due, step_since, stray, handed_over, dropping,
        drop_reason, closed_on, turn, starts_on, ends_on, answer_due_on, registered_on, went, price, actual_price,
        budget_id, from_catalogue, coordinated_on, answered_on, dropped_from, granted_outside, reference)
    SELECT m.id, m.plan, m.plan, m.employment, m.employment, m.unit, m.round, m.kind, coalesce(c.title, w.name_da), '',
        '', '', '',
        m.held_on + 40, greatest(m.held_on + 90, %(today)s + floor(pg_temp.draw(m.id, 24) * 60)::int), %(if_when)s, '',
        '', '', CASE WHEN m.kind = 'course' THEN c.price END, c.id, CASE WHEN has.run THEN r.id END, w.id, m.held_on,
        m.stage, m.step,
        CASE m.owner WHEN 'employee' THEN m.employment WHEN 'manager' THEN m.manager
            WHEN 'coordinator' THEN m.coordinator WHEN 'budget_owner' THEN m.budget_owner
            WHEN 'helper' THEN m.helper END,
        CASE WHEN m.step <> '' THEN greatest(l.day + 1,
            CASE WHEN m.step = 'go' THEN r.ends_on + 1
                 ELSE %(today)s - 25 + floor(pg_temp.draw(m.id, 25) * 90)::int END) END,
        CASE WHEN m.step <> '' THEN l.day END, false, false, m.dropping,
        CASE WHEN m.stage = 'dropped' OR m.dropping <> ''
            THEN (%(reasons)s::text[])[1 + floor(pg_temp.draw(m.id, 26) * cardinality(%(reasons)s::text[]))::int]
            ELSE '' END,
        CASE WHEN m.step = '' THEN l.day END, m.turns, CASE WHEN has.run THEN r.starts_on END,
        CASE WHEN has.run THEN r.ends_on END,
        CASE WHEN has.run THEN r.ends_on + 75 ELSE greatest(m.held_on + 90, %(today)s) + 14 END,
        CASE WHEN has.seat THEN l.day - 5 END, CASE WHEN has.gone THEN 'yes' ELSE '' END,
        CASE WHEN has.money THEN coalesce(r.price, c.price) END, CASE WHEN has.gone THEN coalesce(r.price, c.price) END,
        CASE WHEN has.money AND m.centre <> '' THEN (SELECT b.id FROM udbytte_budget b
            WHERE b.unit_id = m.centre::int AND b.round_id = m.round) END,
        m.kind = 'course' AND has.run, CASE WHEN has.run THEN m.held_on + 7 END,
        CASE WHEN has.gone THEN r.ends_on + 1 END,
        CASE WHEN m.stage = 'dropped' THEN 'agreed' ELSE '' END, 0, ''
    FROM made m
    LEFT JOIN udbytte_courserun r ON r.id = m.any_run AND m.kind = 'course'
    LEFT JOIN udbytte_course c ON c.id = r.course_id
    LEFT JOIN udbytte_practicemethod w
        ON m.kind = 'practice' AND w.position = floor(power(pg_temp.draw(m.id, 27), 2) * 16)
    CROSS JOIN LATERAL (SELECT
        m.kind = 'course' AND m.stage NOT IN ('agreed', 'dropped') AS run,
        m.kind = 'course' AND m.stage IN ('funded', 'waitlisted', 'registered', 'attended', 'used', 'told', 'learned')
            AS money,
        m.kind = 'course' AND m.stage IN ('registered', 'attended', 'used', 'told', 'learned') AS seat,
        m.kind = 'course' AND m.stage IN ('attended', 'used', 'told', 'learned') AS gone) has
    CROSS JOIN LATERAL (SELECT m.held_on + (%(today)s - m.held_on) * (m.turns - 1) / (m.turns + 1) AS day) l
    ORDER BY m.id
"""
_WHO = """CASE h.{0} WHEN 'employee' THEN m.employment WHEN 'manager' THEN m.manager
        WHEN 'coordinator' THEN m.coordinator WHEN 'budget_owner' THEN m.budget_owner WHEN 'helper' THEN m.helper END"""
LOG = f"""
    INSERT INTO udbytte_logentry (agreement_id, number, at, "on", event, by_id, party, from_stage, to_stage, step,
        owner_id, due, facts)
    SELECT m.id, h.number, now(), d.day, h.event, {_WHO.format("party")}, h.dropping, h.before, h.after, h.step,
        {_WHO.format("owner")},
        CASE WHEN h.number = m.turns THEN a.step_due WHEN h.step <> '' THEN d.day + 14 END, '{{}}'
    FROM made m JOIN udbytte_agreement a ON a.id = m.id JOIN happens h ON h.life = m.life
    CROSS JOIN LATERAL
        (SELECT m.held_on + (%(today)s - m.held_on) * (h.number - 1) / (m.turns + 1) AS day) d
    ORDER BY m.id, h.number
"""  # noqa: S608 (our own text)
BESIDES = (
    """
    INSERT INTO udbytte_helper (agreement_id, person_id, role, asked_on, answered_on, said_yes, ended_on)
    SELECT m.id, m.helper, (%(roles)s::text[])[1 + floor(pg_temp.draw(m.id, 30) * 5)::int], m.held_on + 3,
        CASE WHEN m.stage <> 'asked' THEN m.held_on + 6 END, CASE WHEN m.stage <> 'asked' THEN true END, NULL
    FROM made m WHERE m.kind = 'practice' AND m.stage IN ('asked', 'staffed', 'under_way', 'stuck', 'done', 'told',
        'learned')
    """,
    """
    INSERT INTO udbytte_checkin (agreement_id, by_id, by_helper, asked_on, answered_on, happens, learns, line)
    SELECT l.agreement_id, CASE WHEN k.helper THEN m.helper ELSE m.employment END, k.helper, l."on",
        CASE WHEN NOT k.helper OR pg_temp.draw(m.id, 31) < 0.7 THEN l."on" + 2 END,
        CASE WHEN NOT k.helper OR pg_temp.draw(m.id, 31) < 0.7 THEN pg_temp.draw(m.id, 32) < 0.85 END,
        CASE WHEN NOT k.helper OR pg_temp.draw(m.id, 31) < 0.7 THEN pg_temp.draw(m.id, 33) < 0.75 END, ''
    FROM udbytte_logentry l JOIN made m ON m.id = l.agreement_id
    JOIN (VALUES (false), (true)) k(helper) ON NOT k.helper OR pg_temp.draw(m.id, 34) < 0.3
    WHERE l.event = 'check_in'
    """,
    """
    INSERT INTO udbytte_outcome (agreement_id, learned, newness, in_use, hindrances, recommends, shared, told_on,
        talked_on)
    SELECT m.id, (%(outcomes)s::text[])[1 + floor(pg_temp.draw(m.id, 35) * cardinality(%(outcomes)s::text[]))::int],
        CASE WHEN pg_temp.draw(m.id, 36) < 0.5 THEN 'much' WHEN pg_temp.draw(m.id, 36) < 0.9 THEN 'something'
            ELSE 'nothing' END,
        CASE WHEN pg_temp.draw(m.id, 37) < 0.5 THEN 'daily' ELSE 'sometimes' END,
        CASE WHEN pg_temp.draw(m.id, 38) < 0.4 THEN '["time"]' ELSE '[]' END::jsonb, pg_temp.draw(m.id, 39) < 0.8,
        pg_temp.draw(m.id, 40) < 0.3, l."on",
        CASE WHEN m.stage = 'learned' THEN a.closed_on END
    FROM made m JOIN udbytte_agreement a ON a.id = m.id
    JOIN udbytte_logentry l ON l.agreement_id = m.id AND l.event = 'tell'
    """,
    """
    INSERT INTO udbytte_nomination (agreement_id, price, reason, by_id, "on", decided_by_id, decided_on,
        granted, answer)
    SELECT m.id, a.estimated_price, %(nomination)s, m.manager, l."on",
        CASE WHEN g.id IS NOT NULL THEN m.budget_owner END,
        g."on", CASE WHEN g.id IS NOT NULL THEN true END, ''
    FROM made m JOIN udbytte_agreement a ON a.id = m.id
    JOIN udbytte_logentry l ON l.agreement_id = m.id AND l.event = 'nominate'
    LEFT JOIN udbytte_logentry g ON g.agreement_id = m.id AND g.event = 'grant'
    """,
    """
    UPDATE udbytte_budget b SET amount = s.total * 5 / 4 + 20000
    FROM (SELECT budget_id, sum(coalesce(actual_price, price)) AS total FROM udbytte_agreement
        WHERE budget_id IS NOT NULL GROUP BY budget_id) s WHERE s.budget_id = b.id
    """,
    """
    INSERT INTO udbytte_email (person_id, key, kind, "on", "to", subject, text, html, calendar, message_id, created_at,
        next_try_at, tries, sent_at, error)
    SELECT p.id, 'bulk', 'digest', %(today)s - 7, p.email, 'Dine næste skridt', %(notes)s, '', '',
        'bulk.' || p.id || '@example.test', now(), now(), 1, now(), ''
    FROM udbytte_person p WHERE p.id IN (SELECT step_owner_id FROM udbytte_agreement WHERE step_due < %(today)s)
    """,
    """
    INSERT INTO udbytte_notification (person_id, agreement_id, cause, kind, "on", urgent, facts, email_id)
    SELECT a.step_owner_id, a.id, 'bulk:' || a.id, 'step', a.step_due, false, '{"event": "agree"}', l.id
    FROM udbytte_agreement a JOIN udbytte_email l ON l.person_id = a.step_owner_id WHERE a.step_due < %(today)s
    """,
    "DROP TABLE happens, share, chance, run_ahead, run_over, planned, made",
)


def write_agreements(cursor: CursorWrapper, given: dict[str, Any], say: Callable[[str], None]) -> None:
    """Write `given["agreements"]` agreements with logs, helpers, check-ins, outcomes, nominations, letters, notices."""
    given = given | {
        "if_when": "På den første vagt, når jeg er tilbage",
        "reasons": ["no_time", "priorities", "no_money", "no_place", "not_offered", "changed_job", "irrelevant"],
        "roles": ["mentor", "buddy", "supervisor", "side_by_side", "colleague"],
        "outcomes": [*texts.OUTCOMES_COURSE, *texts.OUTCOMES_PRACTICE],
        "nomination": texts.NOMINATIONS[0],
    }
    events, shares = _lives()
    for statement in TABLES:
        cursor.execute(statement)
    cursor.executemany("INSERT INTO happens VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", events)
    cursor.executemany("INSERT INTO share VALUES (%s, %s, %s, %s)", shares)
    for statement in PREPARE:
        cursor.execute(statement, given)
    say("agreements")
    cursor.execute(AGREEMENTS, given)
    say("their log")
    cursor.execute("ANALYZE udbytte_agreement")
    cursor.execute(LOG, given)
    cursor.execute("ANALYZE udbytte_logentry")
    say("helpers, check-ins, outcomes, letters")
    for statement in BESIDES:
        cursor.execute(statement, given)
    say("what was counted on which days")
    cursor.execute("ANALYZE udbytte_countedagreement")  # else the function joins it row by row
    cursor.execute("SELECT udbytte_count_from_log()")


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
