"""What must be done before a plan can be signed, and who has signed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Stage
from udbytte.models import Agreement, Conversation, DevelopmentPlan, Person


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing before the first signature, and the place where it is done.

    `agreement` is the id of an open agreement that can also be taken up later.
    """

    text: str
    url: str
    agreement: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two, and the day on which they signed."""

    name: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class Signing:
    """How far the signatures of a plan are. `other` is who signs besides the reader."""

    missing: Sequence[Missing]
    signatures: Sequence[Signature]
    signed_here: bool
    signed_by_both: bool
    other: str


def signing_of(
    conversation: Conversation, plan: DevelopmentPlan, person: Person, undecided: Iterable[Agreement]
) -> Signing:
    """`undecided` are the agreements from earlier rounds that have no answer in the conversation."""
    employee, manager = conversation.employment.person, conversation.employment.line_manager
    is_employee = person.pk == employee.pk
    nobody_yet = plan.employee_signed_on is None and plan.manager_signed_on is None
    signed_for_manager = plan.manager_signed_by or manager
    name = signed_for_manager.name if signed_for_manager is not None else _("the manager")
    return Signing(
        missing=_missing(conversation, undecided) if nobody_yet else [],
        signatures=[Signature(employee.name, plan.employee_signed_on), Signature(name, plan.manager_signed_on)],
        signed_here=bool(plan.employee_signed_on if is_employee else plan.manager_signed_on),
        signed_by_both=plan.signed_text is not None,
        other=name if is_employee else employee.name,
    )


def _missing(conversation: Conversation, undecided: Iterable[Agreement]) -> list[Missing]:
    page = reverse("conversation", args=[conversation.pk])
    missing = []
    if conversation.held_on is None:
        in_group = conversation.kind == "group" and conversation.group_id is not None
        url = reverse("group", args=[conversation.group_id]) if in_group else f"{page}#hold"
        missing.append(Missing(_("Mark the conversation as held"), url))
    for agreement in undecided:
        can_wait = agreement.stage != Stage.LAPSED
        text = _("Decide what happens to %(title)s") % {"title": agreement.title}
        missing.append(Missing(text, f"{page}#carry-{agreement.pk}", agreement.pk if can_wait else 0))
    return missing
