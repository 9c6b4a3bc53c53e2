"""What the database itself does when rows change, whoever changes them. The models declare it in `Meta.triggers`.

It refuses changes (`Refuse`), marks stored tallies as stale (`mark_stale`), and copies what the figures count
(`copy_agreements`, `copy_conversations`). docs/decisions/0005-triggers.md says why.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.models import Model

# Transition tables: all rows that one statement wrote, as they were before it and after it.
OLD, NEW = "old_rows", "new_rows"
TRANSITION_TABLES = {pgtrigger.Insert: (NEW,), pgtrigger.Update: (OLD, NEW), pgtrigger.Delete: (OLD,)}

AGREEMENT_COLUMNS = (
    "round_id, unit_id, employee_id, method_id, kind, agreed_on, planned_to, stage, step, step_due, stray, owned, "
    "moved_away, drop_reason, lost_from, closed_on, starts_on, ends_on, answer_due_on, coordinated_on, registered_on, "
    "answered_on, went, has_run, from_catalogue, newness"
)
AGREEMENT_NOW = """
    a.round_id, a.unit_id, a.employee_id, a.method_id, a.kind, a.agreed_on, a.planned_to, a.stage, a.step, a.step_due,
    a.stray, coalesce(a.step_owner_id = a.employee_id, false),
    a.line_level > 0 AND (a.line_level > 1 AND NOT a.handed_over OR coalesce(a.step_owner_id = (SELECT
    e.line_manager_id FROM udbytte_employment e WHERE e.id = a.employment_id), false)), a.drop_reason, a.lost_from,
    a.closed_on, a.starts_on, a.ends_on, a.answer_due_on, a.coordinated_on, a.registered_on, a.answered_on, a.went,
    a.run_id IS NOT NULL, a.from_catalogue, coalesce(o.newness, '')
    FROM udbytte_agreement a LEFT JOIN udbytte_outcome o ON o.agreement_id = a.id"""
CONVERSATION_COLUMNS = "round_id, unit_id, person_id, planned, held_on, declined_on, rests_until, no_course"
CONVERSATION_NOW = """
    v.round_id, e.unit_id, e.person_id, v.planned_at IS NOT NULL, v.held_on, v.declined_on, v.rests_until,
    coalesce(p.no_course_reason, '') <> ''
    FROM udbytte_conversation v JOIN udbytte_employment e ON e.id = v.employment_id
    LEFT JOIN udbytte_developmentplan p ON p.conversation_id = v.id"""

OF_AGREEMENT = "SELECT a.round_id, a.unit_id FROM changed c JOIN udbytte_agreement a ON a.id = c.agreement_id"
OF_PERSON = """
    SELECT v.round_id, e.unit_id FROM changed c JOIN udbytte_employment e ON e.person_id = c.person_id
    JOIN udbytte_conversation v ON v.employment_id = e.id AND v.round_id = c.round_id"""
OF_UNITS_BELOW = """
    SELECT c.round_id, u.id FROM changed c JOIN udbytte_unit t ON t.id = c.unit_id
    JOIN udbytte_unit u ON u.path >= t.path AND u.path < t.path || '~'"""
OF_COUNTED = "SELECT round_id, unit_id FROM changed"


class Refuse(pgtrigger.Protect):
    """Refuses the operation with the reason `why`. It arrives as an IntegrityError, like a broken constraint."""

    def __init__(self, *, why: str, **options: Any) -> None:
        self.why = why
        super().__init__(**options)

    def get_func(self, model: Model) -> str:
        return f"RAISE EXCEPTION '{self.why}' USING ERRCODE = 'restrict_violation';"


RETENTION = "current_setting('udbytte.retention', true)"


def append_only(why: str, *, sets_once: str = "", erases: str = "") -> tuple[pgtrigger.Trigger, ...]:
    """No row is changed or deleted. Deleting by retention limit, or an agreement that was added by mistake, says
    `SET LOCAL udbytte.retention = 'on'` first (`services.privacy.erase.retention_door`).

    `sets_once` is a column that may alone be changed, from false to true. `erases` is one that retention may alone
    change, to take people's words out of it.
    """
    changes: dict[str, Any] = {}
    allowed = []
    if sets_once:
        allowed.append(f"NOT OLD.{sets_once} AND NEW.{sets_once} AND {_others_stay(sets_once)}")
    if erases:
        allowed.append(f"{RETENTION} IS NOT DISTINCT FROM 'on' AND {_others_stay(erases)}")
    if allowed:
        changes["condition"] = pgtrigger.Condition(f"NOT ({' OR '.join(f'({each})' for each in allowed)})")
    no_retention = pgtrigger.Condition(f"{RETENTION} IS DISTINCT FROM 'on'")
    return (
        Refuse(name="no_update", operation=pgtrigger.Update, why=why, **changes),
        Refuse(name="no_delete", operation=pgtrigger.Delete, condition=no_retention, why=why),
    )


def _others_stay(column: str) -> str:
    return f"(to_jsonb(NEW) - '{column}') = (to_jsonb(OLD) - '{column}')"


def mark_stale(counted_in: str) -> tuple[pgtrigger.Trigger, ...]:
    """Mark the rounds and units that changed rows are counted in. `counted_in` is a query of them from `changed`.

    A statement marks each unit and round once. A mark is not unique, so that two who write for the same unit do not
    wait for each other.
    """
    insert = "INSERT INTO udbytte_staletally (round_id, unit_id) SELECT DISTINCT * FROM ({}) AS s"
    return tuple(
        _after_statement(
            "mark_stale",
            operation,
            *(insert.format(counted_in.replace("FROM changed", f"FROM {table}")) for table in tables),
        )
        for operation, tables in TRANSITION_TABLES.items()
    )


def copy_agreements(agreement_id: str) -> tuple[pgtrigger.Trigger, ...]:
    """Keep the counted agreements in line with written rows; `agreement_id` is the column that names the agreement."""
    rows = f"SELECT a.id, NULL::date, {AGREEMENT_NOW} WHERE a.id IN (SELECT {agreement_id} FROM {NEW})"  # noqa: S608
    return _copy("udbytte_countedagreement", "agreement_id", AGREEMENT_COLUMNS, rows)


def copy_conversations(conversation_id: str) -> tuple[pgtrigger.Trigger, ...]:
    """Keep the counted conversations in line with written rows; `conversation_id` names the conversation."""
    rows = f"SELECT v.id, v.opened_on, {CONVERSATION_NOW} WHERE v.id IN (SELECT {conversation_id} FROM {NEW})"  # noqa: S608
    return _copy("udbytte_countedconversation", "conversation_id", CONVERSATION_COLUMNS, rows)


def _copy(table: str, key: str, columns: str, rows: str) -> tuple[pgtrigger.Trigger, ...]:
    """Bring the rows that hold now in line with `rows`, and write only what differs."""
    stored = ", ".join(f"c.{column}" for column in columns.split(", "))
    new = ", ".join(f"EXCLUDED.{column}" for column in columns.split(", "))
    statement = f"""
        INSERT INTO {table} AS c ({key}, since, {columns}) {rows}
        ON CONFLICT ({key}) WHERE until IS NULL DO UPDATE SET ({columns}) = ROW ({new})
        WHERE ({stored}) IS DISTINCT FROM ({new})"""
    return tuple(
        _after_statement("copy_counted", operation, statement) for operation in (pgtrigger.Insert, pgtrigger.Update)
    )


def _after_statement(name: str, operation: pgtrigger.Operation, *statements: str) -> pgtrigger.Trigger:
    """Run the statements once after each statement that writes rows.

    By EXECUTE, so that each is planned for the rows at hand: a plan that plpgsql keeps from a bulk import could make
    each later change of a single row read whole tables.
    """
    tables = TRANSITION_TABLES[operation]
    return pgtrigger.Trigger(
        name=f"{operation}_{name}".lower(),
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]
            old=OLD if OLD in tables else None, new=NEW if NEW in tables else None
        ),
        func=" ".join((*(f"EXECUTE $sql${_on_one_line(each)}$sql$;" for each in statements), "RETURN NULL;")),
    )


def _on_one_line(statement: str) -> str:
    return " ".join(statement.split())


# A conversation of somebody who moves to another unit goes along.
COUNT_IN_NEW_UNIT = pgtrigger.Trigger(
    name="count_in_new_unit",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("unit"),
    func=(
        "UPDATE udbytte_countedconversation c SET unit_id = NEW.unit_id FROM udbytte_conversation v "
        "WHERE v.id = c.conversation_id AND c.until IS NULL AND v.employment_id = NEW.id; RETURN NULL;"
    ),
)
# A unit that moves changes all sums above it.
FORGET_TALLIES = pgtrigger.Trigger(
    name="forget_tallies",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("path", "parent"),
    func="DELETE FROM udbytte_unittally; RETURN NULL;",
)
PAST_STAYS = Refuse(
    name="past_stays",
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__until__isnull=False),
    why="what was counted on a day that has been stays as it is",
)
