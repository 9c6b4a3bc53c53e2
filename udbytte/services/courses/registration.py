"""Registering by email, and cancelling a place: what the coordinator tells the provider."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from udbytte.access.agreements import course_agreements_served_by
from udbytte.access.courses import may_correct_courses
from udbytte.domain.lifecycle import Event, Stage
from udbytte.domain.notifications import EventHappened
from udbytte.emails.calendar import host
from udbytte.models import Agreement, Course, Email, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, require_text_fits
from udbytte.services.figures.history import preserve_agreement_history
from udbytte.services.locks import Lock, lock_row, wait_for_lock
from udbytte.services.notifications.notify import notify

LONGEST = 5000  # characters
LONGEST_SUBJECT = 200
MOST_A_DAY = 5  # emails to providers from one person
MOST_FOR_ONE = 3  # emails to providers about one agreement, from all senders


def registration_template(agreement: Agreement, by: Person) -> tuple[str, str]:
    """Subject and text of a registration, in Danish because providers read it.

    The coordinator may change it before sending.
    """
    run = agreement.run
    if run is None:
        raise NotPossible
    employee = agreement.employee
    with override("da"):
        days = f"{agreement.starts_on or run.starts_on:%d.%m.%Y}–{agreement.ends_on or run.ends_on:%d.%m.%Y}"
        subject = _("Registration: %(course)s, %(days)s") % {"course": run.course.title, "days": days}
        lines = [
            _("Dear %(provider)s") % {"provider": run.course.provider or _("provider")},
            "",
            _("We would like to register a participant:"),
            "",
            _("Course: %(course)s") % {"course": " ".join(filter(None, (run.course.title, run.course.code)))},
            _("Date: %(run)s") % {"run": ", ".join(filter(None, (days, run.place, run.key)))},
            _("Participant: %(name)s") % {"name": ", ".join(filter(None, (employee.name, employee.email)))},
            _("Workplace: %(unit)s") % {"unit": agreement.unit.name},
            "",
            _("Please confirm the place by replying to this email."),
            "",
            _("Kind regards"),
            by.name,
        ]
    return subject, "\n".join(lines)


@transaction.atomic
def email_provider(
    agreement: Agreement, *, to: str, subject: str, text: str, by: Person, on: date, turn: int
) -> Agreement:
    """Send a registration to the provider by email.

    The step stays with the sender, because the provider's answer counts. A coordinator or HR may write to any address,
    and it is stored on the course with who entered it. Everybody else writes only to the address that is stored.
    Raises Refused for another address or an invalid one, MissingFact for an empty text, TooLong, Refused above
    `MOST_A_DAY` and `MOST_FOR_ONE`, and what `take_step` raises.
    """
    to, text = to.strip(), text.strip()
    enters_address = may_correct_courses(by, on)
    if not enters_address:
        _require_stored_address(agreement, to)
    try:
        validate_email(to)
    except ValidationError:
        raise Refused(_("This is not an e-mail address. Write it as name@example.dk."), "to") from None
    if not text:
        raise MissingFact("text")
    if not by.email:
        raise Refused(_("You have no e-mail that the provider could answer to."), "to")
    wait_for_lock(Lock.PROVIDERS, about=by.pk)
    after = take_step(agreement, Event.WRITE_PROVIDER, by=by, on=on, turn=turn, to=to)
    _see_limits(after, by, on)
    if enters_address and after.run is not None and after.run.course.confirmed_signup_email != to:
        Course.objects.filter(pk=after.run.course_id).update(signup_email=to, signup_email_by=by)
    key = f"provider:{after.pk}:{after.turn}"
    Email.objects.create(
        person=by,
        key=key,
        kind="provider",
        on=on,
        to=to,
        subject=require_text_fits(" ".join(subject.split()), LONGEST_SUBJECT, "subject"),
        text=require_text_fits(text, LONGEST, "text"),
        message_id=f"<{key.replace(':', '-')}@{host()}>",
        next_try_at=timezone.now(),
    )
    return after


def _require_stored_address(agreement: Agreement, to: str) -> None:
    """Refused unless the provider's email in the catalogue is this one."""
    address = agreement.run.course.confirmed_signup_email if agreement.run is not None else ""
    if not address:
        raise Refused(_("The catalogue has no e-mail for registrations to this course."), "to")
    if to.casefold() != address.casefold():
        raise Refused(_("You can write to %(address)s, as the catalogue has it.") % {"address": address}, "to")


def _see_limits(agreement: Agreement, by: Person, on: date) -> None:
    """Refused if the email that is about to be sent is one too many. The log has it already."""
    if agreement.log.filter(event=Event.WRITE_PROVIDER).count() > MOST_FOR_ONE:
        words = {"count": MOST_FOR_ONE}
        raise Refused(_("%(count)s emails have been sent about this course. Call the provider instead.") % words)
    if Email.objects.filter(person=by, kind="provider", on=on).count() >= MOST_A_DAY:
        words = {"count": MOST_A_DAY}
        raise Refused(_("You have sent %(count)s emails to providers today. Send the next one tomorrow.") % words)


@transaction.atomic
def cancel_lapsed_seat(agreement: Agreement, *, by: Person, on: date) -> None:
    """Note that the waiting-list place of a lapsed agreement is cancelled at the provider, and tell the two.

    The agreement has no step, and its course date is taken off it. Raises NotPermitted for anybody but a coordinator of
    the unit, NotPossible where there is no such place, or no longer.
    """
    row = lock_row(Agreement.objects.select_related("employee", "employment__line_manager"), agreement.pk)
    if not course_agreements_served_by(by, on).filter(pk=row.pk).exists():
        raise NotPermitted
    if row.stage != Stage.LAPSED or row.lost_from != Stage.WAITLISTED or row.run_id is None:
        raise NotPossible
    preserve_agreement_history([row.pk], on=on)
    row.run, row.starts_on, row.ends_on, row.registered_on, row.reference = None, None, None, None, ""
    row.save()
    manager = row.employment.line_manager
    for person in filter(None, (row.employee, manager)):
        if person.is_active and person.pk != by.pk:
            cancelled = EventHappened(event=Event.CANCEL_SEAT, by=by.name)
            notify(person, cancelled, on=on, cause=f"lapsed-seat:{row.pk}:{row.turn}", agreement=row)
