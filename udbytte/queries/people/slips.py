"""The open questions of a manager's employees, for the slips that are printed for those without email."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q

from udbytte.access.agreements import agreements_of_reports
from udbytte.domain.lifecycle import WRITTEN_DOWN
from udbytte.models import Agreement, Person, WrittenAnswer
from udbytte.models.written_answers import UNANSWERED


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What an employee is asked now: the next step of an agreement, or whether what was written down is right."""

    agreement: Agreement
    written: WrittenAnswer | None

    @property
    def person(self) -> Person:
        return self.agreement.employee

    @property
    def needs_paper(self) -> bool:
        """Whether the question reaches the employee by no email."""
        return not self.person.email


def open_questions_of_team(manager: Person, on: date) -> list[OpenQuestion]:
    """One question for each of the manager's employees who has one, by name.

    What waits for a yes comes first, then what is due longest.
    """
    asked = Q(step__in=WRITTEN_DOWN, step_owner=F("employee"), step_due__lte=on)
    rested = Q(paused_until__gt=on)
    written = WrittenAnswer.objects.filter(UNANSWERED).select_related("by")
    waits = WrittenAnswer.objects.filter(UNANSWERED).values("agreement")
    rows = agreements_of_reports(manager, on).filter(closed_on__isnull=True, employee__is_active=True)
    rows = rows.filter(Q(pk__in=waits) | asked & ~rested).select_related("employee", "course", "method", "run__course")
    rows = rows.prefetch_related(Prefetch("written_answers", queryset=written, to_attr="waiting"))
    first: dict[int, OpenQuestion] = {}
    for agreement in rows.order_by("step_due", "pk"):
        waiting: list[WrittenAnswer] = agreement.waiting
        question = OpenQuestion(agreement, waiting[0] if waiting else None)
        known = first.get(agreement.employee_id)
        if known is None or (known.written is None and question.written is not None):
            first[agreement.employee_id] = question
    return sorted(first.values(), key=lambda question: (question.person.name, question.person.pk))
