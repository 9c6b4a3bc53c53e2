"""A manager asks those of the team who learn in practice without anybody beside them who could help."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ..access.agreements import agreements_of_reports
from ..domain.lifecycle import Kind
from ..domain.notifications import WhoHelps
from ..models import Agreement, Person
from .notices import notify


def without_helper(manager: Person, on: date) -> list[Agreement]:
    """The open practice agreements of the manager's present reports for which somebody is to be found."""
    reports = agreements_of_reports(manager, on)
    alone = reports.filter(kind=Kind.PRACTICE, step="find_helper", closed_on__isnull=True)
    return list(alone.select_related("employee").order_by("pk"))


@transaction.atomic
def ask_who_helps(*, by: Person, on: date) -> int:
    """Ask each employee on the team whose practice agreement has nobody who helps, in their letter.

    At most once in a calendar week for each agreement. Returns how many people were asked now.
    """
    week = "{}-{}".format(*on.isocalendar()[:2])
    asked: set[int] = set()
    for agreement in without_helper(by, on):
        facts, cause = WhoHelps(by=by.given_name), f"who-helps:{agreement.pk}:{week}"
        if notify(agreement.employee, facts, on=on, cause=cause, agreement=agreement):
            asked.add(agreement.employee_id)
    return len(asked)
