"""The first administrator and HR: from the command line, or from the page that a one-time code opens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from udbytte.access.people import has_administrator
from udbytte.models import Person, Role, RoleAssignment, SetupCode
from udbytte.services.errors import Refused

from .roles import add_person, give_role

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels and no look-alikes; 16 of them are 69 bits
GROUPS, LETTERS_IN_GROUP = 4, 4
MOST_TRIES = 10
ONLY = 1  # the key of the only row


@dataclass(frozen=True)
class Newcomer:
    """Somebody by address; the name is used if the address is in no import."""

    email: str
    name: str


@transaction.atomic
def new_setup_code(*, on: date) -> str | None:
    """Make a code, which ends the one before; None once there is an administrator."""
    SetupCode.objects.all().delete()
    if has_administrator(on):
        return None
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(LETTERS_IN_GROUP)) for _group in range(GROUPS))
    code = "-".join(groups)
    SetupCode.objects.create(pk=ONLY, digest=_digest(code), made_at=timezone.now())
    return code


def _digest(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter in LETTERS)
    return salted_hmac("udbytte.setup-code", letters, algorithm="sha256").hexdigest()


def check_setup_code(typed: str) -> None:
    """Refused unless it is the code. A wrong try is counted whatever follows, and ten of them end the code."""
    with transaction.atomic():
        row = SetupCode.objects.select_for_update().first()
        is_right = (
            row is not None and row.wrong_tries < MOST_TRIES and constant_time_compare(row.digest, _digest(typed))
        )
        if row is not None and not is_right and row.wrong_tries < MOST_TRIES:
            row.wrong_tries += 1
            row.save(update_fields=["wrong_tries"])
    if is_right:
        return
    if row is None or row.wrong_tries >= MOST_TRIES:
        raise Refused(_("The code does not work any more. Start the web server again: it writes a new one."), "code")
    raise Refused(_("This is not the code. It stands in the log of the web server."), "code")


@transaction.atomic
def set_up_with_code(typed: str, *, administrator: Newcomer, hr: Newcomer, on: date) -> None:
    """Give the first two roles, and end the code. Refused if somebody was first."""
    row = SetupCode.objects.select_for_update().first()
    if row is None or has_administrator(on) or not constant_time_compare(row.digest, _digest(typed)):
        raise Refused(_("Somebody has set Udbytte up meanwhile."))
    give_first_role(Role.ADMINISTRATOR, administrator, field="administrator", on=on)
    give_first_role(Role.HR, hr, field="hr", on=on)
    row.delete()


@transaction.atomic
def give_first_role(role: Role, newcomer: Newcomer, *, field: str = "", on: date) -> RoleAssignment:
    """Give a role for the whole organisation. The person is made if the address is in no import."""
    person = Person.objects.filter(email__iexact=newcomer.email.strip()).first()
    if person is None:
        given, _space, family = " ".join(newcomer.name.split()).rpartition(" ")
        if not (given or family):
            raise Refused(_("Write the name: this address is in no import."), f"{field}_name")
        try:
            person = add_person(email=newcomer.email, given_name=given or family, family_name=family if given else "")
        except Refused as refused:
            raise Refused(refused.message, field) from None
    held = RoleAssignment.objects.on(on).filter(person=person, role=role, unit=None).first()
    return held or give_role(person=person, role=role, unit=None, by=None, on=on)
