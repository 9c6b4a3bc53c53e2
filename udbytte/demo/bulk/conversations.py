"""Two rounds of the bulk data, with budgets, conversations, plans and goals."""

from __future__ import annotations

from datetime import date, timedelta

from udbytte.demo import texts
from udbytte.models import Round, Unit

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


def make_rounds(on: date) -> None:
    """Make last year's round, which is closed, and this year's, whose conversations are being held."""
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
