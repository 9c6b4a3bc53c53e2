"""History of what the figures count: before a value changes, the days until now get a row of their own.

A service that changes a value which `models.Counted` repeats calls one of these functions first, with the day of the
change. The database updates the present row itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from udbytte.models import CountedAgreement, CountedConversation


def preserve_agreement_history(agreements: Iterable[int], *, on: date) -> None:
    """Keep what the figures count of these agreements (ids) before the day."""
    _begin_row(CountedAgreement, "agreement_id", list(agreements), on)


def preserve_conversation_history(conversations: Iterable[int], *, on: date) -> None:
    """Keep what the figures count of these conversations (ids) before the day."""
    _begin_row(CountedConversation, "conversation_id", list(conversations), on)


def _begin_row(model: type[CountedAgreement] | type[CountedConversation], key: str, pks: list[int], on: date) -> None:
    """End the present rows on the day and begin equal ones. A row that began on the day or later is left as it is."""
    if not pks:
        return
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if field.column not in ("id", "since", "until")]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH ended AS (
                UPDATE {table} SET until = %(on)s
                WHERE {key} = ANY(%(pks)s) AND until IS NULL AND (since IS NULL OR since < %(on)s) RETURNING {names}
            )
            INSERT INTO {table} (since, {names}) SELECT %(on)s, {names} FROM ended
            """,  # noqa: S608 (names of our own tables)
            {"on": on, "pks": pks},
        )
