"""Addresses in a file to which the mail server can send nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext as _

from udbytte.domain.notifications.mail_answers import is_plain
from udbytte.imports.readers.problems import Problem
from udbytte.services.notifications.smtp import Connection, NotSent

from . import staging
from .check import PEOPLE
from .rows import PersonRow


def undeliverable_addresses(file: str) -> Iterator[Problem]:
    """A note about each address with letters such as å before the @, unless the mail server takes these (SMTPUTF8).

    The server is asked only if there is such an address. If it does not answer, the note is written.
    """
    people = staging.stream(PEOPLE + " WHERE email ~ '[^[:ascii:]]' ORDER BY place")
    rows = (row for columns in people if not is_plain((row := PersonRow(file, *columns)).email or ""))
    first = next(rows, None)
    if first is not None and not _server_takes_them():
        message = _(
            "The mail server does not take characters such as æ, ø and å before the @. "
            "Emails to this address do not arrive."
        )
        for row in chain((first,), rows):
            yield Problem(row.file, row.row, "email", message, row.name)


def _server_takes_them() -> bool:
    connection = Connection()
    try:
        return connection.offers_smtputf8()
    except NotSent:
        return False
    finally:
        connection.close()
