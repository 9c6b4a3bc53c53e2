"""Ballots of the self-check: signed, for one check and one time each, and without whose they are.

The mark of a ballot is made of check and person with the installation's secret. It is the same each time it is made, so
that nobody has two, and nothing that is kept leads from it to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "udbytte.ballot"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A right to answer once. `mark` names no person."""

    check: int
    mark: str


class BadBallot(Exception):
    """The ballot was not made here, or was cut or changed on its way."""


def mark_of_ballot(check: int, person: int) -> str:
    """The mark of the ballot that a person has in a check."""
    return salted_hmac(SALT, f"{check}:{person}", algorithm="sha256").hexdigest()


def make_ballot(check: int, person: int) -> str:
    """The token of a link /selvtjek/stem/<token>/."""
    return signing.dumps([check, mark_of_ballot(check, person)], salt=SALT)


def read_ballot(token: str) -> Ballot:
    """The ballot of a token. Raises BadBallot when it was not made here."""
    try:
        check, mark = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadBallot from error
    return Ballot(check, mark)
