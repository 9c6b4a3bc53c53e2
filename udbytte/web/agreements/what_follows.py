"""What follows from a choice, said before it is pressed."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import PROPOSALS, Event, LifecycleError, Party, advance, transition_of
from udbytte.models import Agreement, Person
from udbytte.models.labels import PARTIES, STEP_LABELS
from udbytte.models.third_person import does_next
from udbytte.services.agreements.next_step import late_in_new_hands


def what_follows(agreement: Agreement, event: Event, by: Person | None, *, on: date) -> str:
    """One sentence: the next step after the event and whose it is, or what the event does; empty where nothing new."""
    if event in PROPOSALS:
        return _proposal(agreement, event, by)
    match event:
        case Event.POSTPONE:
            return _("The task has the new date. Without a talk, that can be done twice in all.")
        case Event.PAUSE:
            return _("The task rests until then, and goes on where it was.")
        case Event.HAND_OVER if late_in_new_hands(agreement, on=on) is not None:
            return _(
                "Whoever you choose has the task, with a new date in two weeks, and hears of it. That can be done once."
            )
        case Event.HAND_OVER:
            return _("Whoever you choose has the task from now on, with the same date, and hears of it.")
        case Event.KEEP_OPEN:
            return _("The task has 14 days more, with the one who has it now. That can be done once.")
        case Event.REOPEN:
            return _("It goes on where it was, with 14 days for the one who had it last. What is gone is found again.")
        case Event.KEEP:
            return _("The proposal is over, and the agreement goes on where it was.")
        case Event.CONFIRM_DROP:
            return _("The agreement is dropped, and both hear of it.")
        case Event.REPLACE:
            return _("The other agreement takes its place.")
        case _:
            return _next_step(agreement, event, by)


def _proposal(agreement: Agreement, event: Event, by: Person | None) -> str:
    is_employee = by is not None and by.pk == agreement.employee_id
    if event is Event.PROPOSE_REPLACE:
        other = _("If your manager says yes, it takes the place of this one.")
        text = other if is_employee else _("If the employee says yes, it takes the place of this one.")
    else:
        other = _("Your manager must say yes.")
        text = other if is_employee else _("The employee must say yes.")
    falls = _("Without an answer within four weeks of its date, the proposal falls, and the agreement goes on.")
    return f"{text} {falls}"


def _next_step(agreement: Agreement, event: Event, by: Person | None) -> str:
    state = agreement.state
    try:
        needs = transition_of(state, event).needs
        after = advance(state, event, parties=None, facts=dict.fromkeys(needs, True))
    except LifecycleError:
        return ""
    step = after.step
    if step is None:
        return _("The agreement is closed then.")
    if state.step is not None and step.name == state.step.name:
        return ""
    own = {Party.EMPLOYEE: agreement.employee_id, Party.MANAGER: agreement.employment.line_manager_id}
    if by is not None and own.get(step.owner) == by.pk:
        return _("Next for you: %(step)s") % {"step": STEP_LABELS[step.name]}
    return _("Next: %(sentence)s.") % {"sentence": capfirst(does_next(step.name, str(PARTIES[step.owner])))}
