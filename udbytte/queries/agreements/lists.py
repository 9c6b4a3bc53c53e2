"""Lists of next steps, agreements and check-ins."""

from __future__ import annotations

from django.db.models import QuerySet

from udbytte.access.agreements import steps_owned_by
from udbytte.models import Agreement, CheckIn, Person

# For one agreement's page. A list joins only what its rows show, because nine joins take long to plan.
RELATED = ("employee", "step_owner", "employment__line_manager", "unit", "round", "run__course")

# The columns that a row of the own agreements shows.
ROW = (
    *("title", "stage", "starts_on", "closed_on", "employee", "proposed_by"),
    *("step", "step_due", "step_owner", "line_level", "stray", "handed_over"),
    *("step_owner__given_name", "step_owner__family_name"),
)


def steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, the one due first at the top."""
    return steps_owned_by(person).select_related("employee", "employment", "unit").order_by("step_due", "pk")


def open_check_ins_of(helper: Person) -> QuerySet[CheckIn]:
    """The check-ins that a helper has not answered yet."""
    asked = CheckIn.objects.filter(by=helper, by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True)
    return asked.filter(agreement__closed_on__isnull=True).select_related("agreement__employee").order_by("asked_on")
