"""The employee's notes beside a signed plan: a signed text is not changed, so what is wrong in it stands beside it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.models import DevelopmentPlan, Person, PlanNote
from udbytte.models.privacy import LONGEST_PLAN_NOTE
from udbytte.services.errors import MissingFact, NotPermitted, Refused, require_text_fits
from udbytte.services.locks import lock_row

MOST_NOTES = 20  # beside one plan


@transaction.atomic
def add_plan_note(plan: DevelopmentPlan, *, text: str, by: Person, on: date) -> PlanNote:
    """Put a note beside a plan that both have signed. Raises NotPermitted for anybody but the employee.

    The same text again is the same note.
    """
    row = lock_row(DevelopmentPlan.objects.select_related("conversation__employment"), plan.pk)
    if row.conversation.employment.person_id != by.pk:
        raise NotPermitted
    if row.signed_text is None:
        raise Refused(_("The plan is not signed by both, so it can be corrected in the conversation itself."), "text")
    text = require_text_fits(text.strip(), LONGEST_PLAN_NOTE, "text")
    if not text:
        raise MissingFact("text")
    notes = list(PlanNote.objects.filter(plan=row))
    for note in notes:
        if note.text == text:
            return note
    if len(notes) >= MOST_NOTES:
        raise Refused(_("There are as many notes beside this plan as there is room for."), "text")
    return PlanNote.objects.create(plan=row, by=by, text=text, on=on)
