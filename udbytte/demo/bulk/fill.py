"""Fills an empty database with a large workplace in minutes, for measuring.

The rows are written by SQL, past the services but never past the constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import translation

from udbytte.demo import names, texts
from udbytte.demo.courses import make_courses
from udbytte.demo.goals import Work, goals_of
from udbytte.models import Agreement, Conversation, LogEntry, Person, Unit
from udbytte.models.encrypted import content_cipher

from .agreements import write_agreements
from .conversations import CONVERSATIONS, make_rounds
from .organisation import ORGANISATION

Say = Callable[[str], None]
# A number from 0 to 1 for row `i`. Each `salt` gives another number; the seed is added to it.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(i bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, salt + {seed}) & 1048575)::double precision / 1048576 $$
"""
WITH_IDS = "unit person employment managerrole budget conversation developmentplan goal agreement".split()


def fill_with_bulk_data(*, employees: int, agreements: int, seed: int, on: date, say: Say) -> dict[str, object]:
    """Fill an empty database with so many employees and agreements, as they are on the day. Returns how many rows of
    each kind were made.

    All constraints and foreign keys hold, each log replays to the state of its agreement, and line managers follow the
    rule. The same seed, sizes and day give the same content. `say` gets a line about each part that begins.
    """
    sizes, encrypt = _sizes(employees), content_cipher().encrypt
    values: dict[str, Any] = sizes | {
        "agreements": agreements,
        "today": on,
        "long_ago": on - timedelta(days=4000),
        "given": list(names.GIVEN),
        "family": list(names.FAMILY),
        "places": list(names.PLACES),
        "area_names": [name for name, _kinds, _jobs in names.AREAS],
        "jobs": [job for _name, _kinds, jobs in names.AREAS for job in jobs],
        "goals": [encrypt(text) for text, _sign in goals_of(Work.CARE)],
        "no_course": encrypt(texts.NO_COURSE[0]),
        "notes": encrypt("Vi talte om året, der gik, og om hvad der skal til for at få tid til at lære."),
    }
    with (
        translation.override("da"),
        transaction.atomic(),
        connection.cursor() as cursor,
        _foreign_keys_and_indexes_at_the_end(cursor, say),
    ):
        # Else sorting, joining and making indexes go through files.
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(DRAW.format(seed=int(seed) * 1000))
        say("units and people")
        for statement in ORGANISATION:
            cursor.execute(statement, values)
        make_courses(first=on - timedelta(days=550), last=on, rng=Random(seed))  # noqa: S311
        make_rounds(on)
        say("conversations and plans")
        for statement in CONVERSATIONS:
            cursor.execute(statement, values)
        write_agreements(cursor, values, say)
        for name in WITH_IDS:
            table = f"udbytte_{name}"
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT setval({sequence}, greatest(max(id), nextval({sequence}))) FROM {table}")  # noqa: S608
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


@contextmanager
def _foreign_keys_and_indexes_at_the_end(cursor: CursorWrapper, say: Say) -> Iterator[None]:
    """Check foreign keys and fill indexes for all rows at once: row by row takes longer than writing the rows.

    What is unique stays, and is checked with each row.
    """
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indrelid"
        " WHERE NOT indisunique AND relnamespace = current_schema()::regnamespace ORDER BY 1"
    )
    indexes = cursor.fetchall()
    cursor.execute("; ".join(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _key in keys))
    cursor.execute("; ".join(f"DROP INDEX {name}" for name, _made_by in indexes))
    yield
    say("indexes and foreign keys")
    cursor.execute("; ".join(made_by for _name, made_by in indexes))
    cursor.execute("; ".join(f"ALTER TABLE {table} ADD CONSTRAINT {name} {key}" for table, name, key in keys))


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
