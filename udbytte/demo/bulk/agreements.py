"""Agreements of the bulk data: each stands somewhere in the lifecycle, and its log tells how it came there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db.backends.utils import CursorWrapper

from udbytte.demo import texts
from udbytte.models.encrypted import content_cipher
from udbytte.models.triggers import AGREEMENT_COLUMNS

from .lives import lives

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
            AND coalesce(r.signup_deadline, r.starts_on) > %(today)s
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
    CREATE TEMP TABLE ending AS SELECT DISTINCT ON (life) * FROM happens ORDER BY life, number DESC
    """,
    """
    CREATE TEMP TABLE made AS SELECT d.j AS id, p.*, d.kind, c.life, h.number AS turns, h.after AS stage, h.step,
        h.owner, h.dropping,
        CASE WHEN p.area < 1 + %(areas)s THEN %(units)s + p.area - 1 ELSE p.employment END AS coordinator,
        p.area AS budget_owner,
        CASE WHEN p.employment <= %(units)s THEN p.manager
             WHEN p.employment + %(houses)s <= %(employees)s THEN p.employment + %(houses)s
             WHEN p.employment - %(houses)s > %(units)s THEN p.employment - %(houses)s ELSE p.manager END AS helper,
        CASE WHEN h.after IN ('attended', 'unknown', 'used', 'told', 'learned') THEN coalesce(o.id, 0)
            ELSE a.id END AS any_run
    FROM (SELECT j, (j - 1) %% (SELECT max(of) FROM planned) AS n, pg_temp.draw(j, 22) AS chosen,
            CASE WHEN pg_temp.draw(j, 21) < 0.55 THEN 'course' ELSE 'practice' END AS kind,
            floor(pg_temp.draw(j, 23) * (SELECT max(of) FROM run_ahead))::int AS ahead,
            floor(pg_temp.draw(j, 23) * (SELECT max(of) FROM run_over))::int AS over
        FROM generate_series(1, %(agreements)s) j OFFSET 0) d
    JOIN planned p ON p.n = d.n
    JOIN chance c ON c.place = p.place AND c.kind = d.kind AND d.chosen >= c.low AND d.chosen < c.high
    JOIN ending h ON h.life = c.life
    JOIN run_ahead a ON a.n = d.ahead
    JOIN run_over o ON o.n = d.over
    """,
    "CREATE UNIQUE INDEX ON made (id)",
    "ANALYZE made",
)
# A step is at most so many days late that it has not moved: the follow-up of each day has moved what was later.
AGREEMENTS = """
    INSERT INTO udbytte_agreement (id, plan_id, goal_id, employment_id, employee_id, unit_id, round_id, kind, title,
        purpose, checked_by, turn_to, decided_by, planned_from, planned_to, if_then, first_use,
        estimated_price, course_id, run_id,
        method_id, agreed_on, stage, step, step_owner_id, step_due, step_since, stray, handed_over, proposed_by,
        drop_reason, closed_on, turn, starts_on, ends_on, answer_due_on, registered_on, went, price, actual_price,
        budget_id, from_catalogue, coordinated_on, answered_on, lost_from, granted_outside, reference,
        proposal, line_level, line_days, line_used)
    SELECT m.id, m.plan, m.plan, m.employment, m.employment, m.unit, m.round, m.kind, coalesce(c.title, w.name_da), '',
        '', '', '',
        m.held_on + 40, greatest(m.held_on + 90, %(today)s + floor(pg_temp.draw(m.id, 24) * 60)::int), %(if_then)s, '',
        CASE WHEN m.kind = 'course' THEN c.price END, c.id, CASE WHEN has.run THEN r.id END, w.id, m.held_on,
        m.stage, m.step,
        CASE m.owner WHEN 'employee' THEN m.employment WHEN 'manager' THEN m.manager
            WHEN 'coordinator' THEN m.coordinator WHEN 'budget_owner' THEN m.budget_owner
            WHEN 'helper' THEN m.helper END,
        CASE WHEN m.step <> '' THEN greatest(l.day + 1,
            CASE WHEN m.step = 'go' THEN r.ends_on + 1
                 WHEN m.step IN ('register', 'confirm_seat', 'answer')
                 THEN %(today)s - 4 + floor(pg_temp.draw(m.id, 25) * 30)::int
                 ELSE %(today)s - 13 + floor(pg_temp.draw(m.id, 25) * 78)::int END) END,
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
        CASE WHEN m.stage = 'dropped' THEN 'agreed' ELSE '' END, 0, '',
        CASE WHEN m.dropping <> '' THEN 'drop' ELSE '' END, 0, 0, 0
    FROM made m
    LEFT JOIN udbytte_courserun r ON r.id = m.any_run AND m.kind = 'course'
    LEFT JOIN udbytte_course c ON c.id = r.course_id
    LEFT JOIN udbytte_practicemethod w
        ON m.kind = 'practice' AND w.position = floor(power(pg_temp.draw(m.id, 27), 2) * 16)
    CROSS JOIN LATERAL (SELECT
        m.kind = 'course' AND m.stage NOT IN ('agreed', 'dropped') AS run,
        m.kind = 'course' AND m.stage IN ('funded', 'waitlisted', 'registered', 'attended', 'unknown', 'used', 'told',
            'learned') AS money,
        m.kind = 'course' AND m.stage IN ('registered', 'attended', 'unknown', 'used', 'told', 'learned') AS seat,
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
REST = (
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
    INSERT INTO udbytte_followuprun ("on", finished_at, report)
    SELECT %(today)s - n, now(), '{}' FROM generate_series(0, 100) n
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
    SELECT a.step_owner_id, a.id, 'bulk:' || a.id, 'step', a.step_due, false, %(told)s, l.id
    FROM udbytte_agreement a JOIN udbytte_email l ON l.person_id = a.step_owner_id WHERE a.step_due < %(today)s
    """,
    "DROP TABLE happens, share, chance, ending, run_ahead, run_over, planned, made",
)

# From the log: what an agreement was on the days before its last entry. Of entries on one day, the last one counts.
COUNT_FROM_LOG = (
    """
    CREATE TEMP TABLE read_log AS
    SELECT l.*, lag(l."on") OVER w AS before, lead(l."on") OVER w AS after, l.number = 1 AS first
    FROM udbytte_logentry l WINDOW w AS (PARTITION BY l.agreement_id ORDER BY l.number)
    """,
    f"""
    INSERT INTO udbytte_countedagreement (agreement_id, since, until, {AGREEMENT_COLUMNS})
    SELECT a.id, CASE WHEN NOT l.first THEN l."on" END, l.after, c.round_id, c.unit_id, c.employee_id, c.method_id,
        c.kind, c.agreed_on, c.planned_to, l.to_stage, l.step, l.due, c.stray AND l.owner_id = a.step_owner_id,
        coalesce(l.owner_id = a.employee_id, false), false,
        CASE WHEN l.to_stage = 'dropped' THEN c.drop_reason ELSE '' END,
        CASE WHEN l.to_stage = 'dropped' THEN l.from_stage ELSE '' END,
        CASE WHEN l.step = '' THEN l."on" END, c.starts_on, c.ends_on, c.answer_due_on, c.coordinated_on,
        c.registered_on, c.answered_on, CASE WHEN l."on" >= c.answered_on THEN c.went ELSE '' END,
        c.has_run AND l.to_stage <> 'agreed', c.from_catalogue, c.newness
    FROM read_log l JOIN udbytte_agreement a ON a.id = l.agreement_id
    JOIN udbytte_countedagreement c ON c.agreement_id = a.id AND c.until IS NULL AND c.since IS NULL
    WHERE l.after > l."on"
    """,  # noqa: S608 (our own text)
    """
    UPDATE udbytte_countedagreement c SET since = l."on" FROM read_log l
    WHERE l.agreement_id = c.agreement_id AND l.after IS NULL AND NOT l.first AND c.until IS NULL AND c.since IS NULL
    """,
    "DROP TABLE read_log",
)


def write_agreements(cursor: CursorWrapper, values: dict[str, Any], say: Callable[[str], None]) -> None:
    """Write `values["agreements"]` agreements with their logs, helpers, check-ins, outcomes, nominations and emails."""
    encrypt = content_cipher().encrypt
    values = values | {
        "if_then": encrypt("Hvis det er min første vagt, når jeg er tilbage, så prøver jeg én ting fra kurset."),
        "reasons": ["no_time", "priorities", "no_money", "no_place", "not_offered", "changed_job", "irrelevant"],
        "roles": ["mentor", "buddy", "supervisor", "side_by_side", "colleague"],
        "outcomes": [encrypt(text) for outcomes in texts.COURSE_OUTCOMES.values() for text in outcomes],
        "nomination": encrypt(texts.NOMINATIONS[0][0]),
        "told": json.dumps({"event": encrypt("agree")}),
    }
    events, shares = lives()
    for statement in TABLES:
        cursor.execute(statement)
    cursor.executemany("INSERT INTO happens VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", events)
    cursor.executemany("INSERT INTO share VALUES (%s, %s, %s, %s)", shares)
    for statement in PREPARE:
        cursor.execute(statement, values)
    say("agreements")
    cursor.execute(AGREEMENTS, values)
    say("their log")
    cursor.execute("ANALYZE udbytte_agreement")
    cursor.execute(LOG, values)
    cursor.execute("ANALYZE udbytte_logentry")
    say("helpers, check-ins, outcomes, letters")
    for statement in REST:
        cursor.execute(statement, values)
    say("what was counted on which days")
    cursor.execute("ANALYZE udbytte_countedagreement")  # else the statements join it row by row
    for statement in COUNT_FROM_LOG:
        cursor.execute(statement)
