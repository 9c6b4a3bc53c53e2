"""The next step of somebody else in a sentence: what they have not done yet, and what they do next.

Danish would have to guess "he" or "she", so the sentences repeat the name or do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from .agreements import Agreement

# By the step's name.
NOT_DONE: Mapping[str, _StrPromise] = {
    "find_run": lazy("%(name)s has not found a course date yet"),
    "settle_money": lazy("%(name)s has not answered about the money yet"),
    "decide": lazy("%(name)s has not answered the nomination yet"),
    "register": lazy("%(name)s has not registered the participant yet"),
    "confirm_seat": lazy("%(name)s has not answered yet whether there is a place"),
    "go": lazy("%(name)s has not answered yet whether the course was attended"),
    "use": lazy("%(name)s has not answered yet whether it is used"),
    "tell": lazy("%(name)s has not written yet what was learned"),
    "talk": lazy("%(name)s has not talked about the outcome yet"),
    "find_helper": lazy("%(name)s has not found anybody to help yet"),
    "answer": lazy("%(name)s has not answered yes or no to helping yet"),
    "start": lazy("%(name)s has not started yet"),
    "check_in": lazy("%(name)s has not answered yet whether it happens"),
    "talk_stuck": lazy("%(name)s has not talked yet about what gets in the way"),
    "confirm_drop": lazy("%(name)s has not answered the proposal to drop it yet"),
    "confirm_replace": lazy("%(name)s has not answered the proposal to do something else yet"),
    "midway": lazy("%(name)s has not answered yet whether the course goes on"),
}
NEXT: Mapping[str, _StrPromise] = {
    "find_run": lazy("%(name)s finds a course date"),
    "settle_money": lazy("%(name)s answers about the money"),
    "decide": lazy("%(name)s answers the nomination"),
    "register": lazy("%(name)s makes the registration"),
    "confirm_seat": lazy("%(name)s finds out whether there is a place"),
    "go": lazy("%(name)s goes to the course"),
    "use": lazy("%(name)s uses it for the first time"),
    "tell": lazy("%(name)s writes what was learned"),
    "talk": lazy("%(name)s has a talk about the outcome"),
    "find_helper": lazy("%(name)s finds somebody who helps"),
    "answer": lazy("%(name)s answers yes or no to helping"),
    "start": lazy("%(name)s starts"),
    "check_in": lazy("%(name)s answers whether it happens"),
    "talk_stuck": lazy("%(name)s has a talk about what gets in the way"),
    "confirm_drop": lazy("%(name)s answers the proposal to drop it"),
    "confirm_replace": lazy("%(name)s answers the proposal to do something else"),
    "midway": lazy("%(name)s answers whether the course goes on"),
}


# The employee's own step after its day: what was to be done is asked about.
AFTER: Mapping[str, _StrPromise] = {
    "go": lazy("Did you take part in the course?"),
    "midway": lazy("Does the course go on?"),
    "use": lazy("Have you used it?"),
    "tell": lazy("What did you learn?"),
    "start": lazy("Have you started?"),
    "check_in": lazy("Does it happen?"),
}


# What only the employee can answer. Whoever it comes to along the line talks to the employee.
EMPLOYEES_OWN = frozenset({"go", "midway", "use", "tell", "start", "check_in"})


def step_words(agreement: Agreement, reader: int, *, is_late: bool, short: bool = False) -> str:
    """The next step of an agreement as its reader reads it: their own as a request, another's in the third person.

    `short`: with the first name only, where there is little room.
    """
    if agreement.step in EMPLOYEES_OWN and reader != agreement.employee_id:
        person = agreement.employee
    elif agreement.is_with_hr and agreement.step_owner_id != reader:
        step = agreement.get_step_display()
        return _("Waits for HR: %(step)s") % {"step": step[:1].lower() + step[1:]}
    elif agreement.step_owner_id == reader or agreement.step_owner is None:
        return str(AFTER[agreement.step]) if is_late and agreement.step in AFTER else agreement.get_step_display()
    else:
        person = agreement.step_owner
    name = person.short_name if short else person.name
    return has_not_done(agreement.step, name) if is_late else does_next(agreement.step, name)


def has_not_done(step: str, name: str) -> str:
    """ "Karim has not answered yes or no to helping yet"."""
    return str(NOT_DONE[step]) % {"name": name}


def does_next(step: str, name: str) -> str:
    """ "Karim answers yes or no to helping"."""
    return str(NEXT[step]) % {"name": name}
