"""Partners for the first use of a course: those on the same course date who both want one are told of each other."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from udbytte.access.practice import is_asked_for_partner, partners_of
from udbytte.domain.notifications import PartnerFound
from udbytte.models import Agreement, CourseRun, PartnerWish, Person
from udbytte.services.errors import NotPermitted, NotPossible
from udbytte.services.locks import lock_rows_in_order
from udbytte.services.notifications.notify import notify


@transaction.atomic
def answer_partner_question(agreement: Agreement, *, wants: bool, by: Person, on: date) -> PartnerWish:
    """Store whether the employee wants a partner. Those who both want one are told of each other, in their emails.

    The answer can change until there is a partner. The course date is locked, so that two who say yes at the same
    moment find each other. Raises NotPermitted for anybody but the employee, and NotPossible if nobody else goes, or
    to take back a yes that others know of.
    """
    if agreement.employee_id != by.pk:
        raise NotPermitted
    lock_rows_in_order(CourseRun, [agreement.run_id] if agreement.run_id is not None else [])
    row = Agreement.objects.select_related("employee").get(pk=agreement.pk)
    if not is_asked_for_partner(row) or (not wants and partners_of(row).exists()):
        raise NotPossible
    wish, _made = PartnerWish.objects.update_or_create(agreement=row, defaults={"wants": wants, "answered_on": on})
    for other in partners_of(row):
        _tell(row, other, on)
        _tell(other, row, on)
    return wish


def _tell(agreement: Agreement, partner: Agreement, on: date) -> None:
    """Tell the employee of an agreement who else wants a partner, once."""
    facts = PartnerFound(who=partner.employee.name, email=partner.employee.email or "")
    notify(agreement.employee, facts, on=on, cause=f"partner:{agreement.pk}:{partner.pk}", agreement=agreement)
