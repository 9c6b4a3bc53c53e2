"""What was true on a day stays so: before what is counted changes, the days until then get a row of their own.

A service that changes anything which `models.Counted` repeats calls one of these first, for the day of the change. The
database keeps the row of what holds now in line by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from udbytte.models import CountedAgreement, CountedConversation


def preserve_agreement_history(agreements: Iterable[int], *, on: date) -> None:
    """From the day on, agreements (their ids) may count otherwise than before."""
    _begin_row(CountedAgreement, "agreement_id", list(agreements), on)


def preserve_conversation_history(conversations: Iterable[int], *, on: date) -> None:
    """From the day on, conversations (their ids) may count otherwise than before."""
    _begin_row(CountedConversation, "conversation_id", list(conversations), on)


def _begin_row(model: type[CountedAgreement] | type[CountedConversation], key: str, pks: list[int], on: date) -> None:
    """End the rows that hold now, and begin the same anew on the day; one that began on it or later is left alone."""
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
