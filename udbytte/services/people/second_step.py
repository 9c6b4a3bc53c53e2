"""The second step of logging in: whose roles ask for it, and its reset by two administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udbytte.access.people import is_administrator
from udbytte.emails.account import second_step_reset, second_step_reset_asked
from udbytte.models import AuditKind, Person, RoleAssignment, SecondStepReset
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.account_emails import account_email, wake_worker

from .audit import note
from .sessions import end_all_sessions

RESET_HOLDS = timedelta(hours=24)
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # emergency codes alone are no second step


def is_second_step_required(person: Person, on: date) -> bool:
    """Whether a role that the person has on the day must have a second step (UDBYTTE_SECOND_STEP_FOR)."""
    if not settings.SECOND_STEP_FOR:
        return False
    return RoleAssignment.objects.on(on).filter(person=person, role__in=settings.SECOND_STEP_FOR).exists()


def has_second_step(person: Person) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=STEPS).exists())


def open_reset(person: Person, now: datetime) -> SecondStepReset | None:
    """What an administrator has asked for and no second one has confirmed yet, for a day."""
    since = now - RESET_HOLDS
    return SecondStepReset.objects.filter(person=person, asked_at__gt=since, done_at__isnull=True).first()


@transaction.atomic
def reset_second_step(person: Person, *, by: Person, now: datetime, on: date) -> bool:
    """Ask to reset somebody's second step, or confirm what another administrator has asked. Whether it is reset now.

    It takes two administrators, neither of whom is the person. The person is told both times, and is logged out.
    """
    if not is_administrator(by, on):
        raise NotPermitted
    if by == person:
        raise Refused(_("Two other administrators must reset your second step."))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not has_second_step(person):
        raise Refused(_("%(name)s has no second step.") % {"name": person.name})
    asked = open_reset(person, now)
    if asked is None:
        SecondStepReset.objects.create(person=person, asked_by=by, asked_at=now)
        note(AuditKind.RESET_ASKED, by=by, about=person, on=on)
        _tell(person, second_step_reset_asked)
        return False
    if asked.asked_by == by:
        raise Refused(_("You have asked already. Another administrator must confirm it."))
    asked.done_by, asked.done_at = by, now
    asked.save(update_fields=["done_by", "done_at"])
    Authenticator.objects.filter(user=person).delete()
    end_all_sessions(person, by=by, on=on)
    note(AuditKind.SECOND_STEP_RESET, by=by, about=person, on=on)
    _tell(person, second_step_reset)
    return True


def _tell(person: Person, words: Callable[[Person], tuple[str, str]]) -> None:
    if not person.email:
        return
    with translation.override(person.language):
        subject, text = words(person)
    account_email(person=person, to=person.email, subject=subject, text=text, html="", now=timezone.now()).save()
    wake_worker()
