"""The errors of services, with a message for people in their language; and saving a row with its model's checks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udbytte.domain.money import Limits, ReasonToAsk
from udbytte.domain.reach import Reach
from udbytte.models.formatting import kroner

if TYPE_CHECKING:
    from udbytte.models import LogEntry, Person


class Refused(Exception):
    """Nothing was written. `message` tells a person what is wrong and what would be right.

    `field` names the form field it belongs to, or is empty.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class StaleStep(Refused):
    """Somebody was first. `entry` is what happened meanwhile, if the person may know it; `by` is the person."""

    def __init__(self, entry: LogEntry | None, by: Person | None = None) -> None:
        message = _("This has changed since you opened it. Nothing of yours was sent.")
        if entry is not None and by is not None and entry.by_id == by.pk:
            message = _("You have already answered this. Nothing was sent a second time.")
        elif entry is not None:
            who = entry.by.name if entry.by is not None else "Udbytte"
            message = _("%(who)s was first: this has changed since you opened it. Nothing of yours was sent.")
            message %= {"who": who}
        super().__init__(message)
        self.entry = entry


class NotPossible(Refused):
    """The event cannot happen in the stage the agreement is in."""

    def __init__(self) -> None:
        super().__init__(_("That cannot be done with the agreement as it is now."))


class NotPermitted(Refused):
    """The person may not do this."""

    def __init__(self) -> None:
        super().__init__(_("That is for somebody else to do."))


class OutOfReach(Refused):
    """The day is too far away to be meant."""

    def __init__(self, reach: Reach, on: date, field: str = "") -> None:
        words = {"first": date_format(reach.first(on)), "last": date_format(reach.last(on))}
        super().__init__(_("The day must lie between %(first)s and %(last)s.") % words, field)


def require_day_within(reach: Reach, day: date, *, on: date, field: str) -> None:
    """Raise OutOfReach, at the field, for a day that is too far away."""
    if not reach.holds(day, on):
        raise OutOfReach(reach, on, field)


class MissingFact(Refused):
    """A required fact is missing; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(_("Fill this in."), field)


class TooLong(Refused):
    """A text is longer than there is room for.

    It is not cut: its writer shortens it. `length` and `most` are characters.
    """

    def __init__(self, length: int, most: int, field: str = "") -> None:
        words = {"length": length, "most": most}
        super().__init__(
            _("Not saved: the text has %(length)s characters, and there is room for %(most)s. Shorten it.") % words,
            field,
        )
        self.length, self.most = length, most


def require_text_fits(text: str, most: int, field: str = "") -> str:
    """The text, if it has at most `most` characters. Raises TooLong."""
    if len(text) > most:
        raise TooLong(len(text), most, field)
    return text


class OverBudget(Refused):
    """The budget has too little left; `left` in whole kroner."""

    def __init__(self, left: int) -> None:
        super().__init__(
            _("%(left)s can still be granted. Ask the budget owner, or find a cheaper course.")
            % {"left": kroner(left)},
            "price",
        )
        self.left = left


class OverAuthority(Refused):
    """The manager may not grant this alone; `granted` is what they have granted so far in the round, in whole kroner.

    `own`: the message is for the manager. A deputy does not read the manager's sums.
    """

    def __init__(self, why: ReasonToAsk, limits: Limits, granted: int, *, own: bool) -> None:
        messages = {
            ReasonToAsk.NOMINATES: _("The budget owner decides on every course in your unit. Ask the budget owner."),
            ReasonToAsk.PER_COURSE: _(
                "You can grant at most %(limit)s for one course alone. Ask the budget owner, or find a cheaper one."
            )
            % {"limit": kroner(limits.per_course)},
            ReasonToAsk.PER_YEAR: _(
                "You have granted %(granted)s of the %(limit)s that you can grant yourself in the round. "
                "Ask the budget owner."
            )
            % {"granted": kroner(granted), "limit": kroner(limits.per_year)}
            if own
            else _("The manager's limit for the round does not allow it. Ask the budget owner."),
        }
        super().__init__(messages[why], "price")
        self.why = why


def save_row(row: models.Model) -> None:
    """Save a row after its model's checks. Raises Refused with the first error."""
    _check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        _check(row)  # somebody else saved the same row meanwhile: the check finds it now
        raise


def _check(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], "" if field == NON_FIELD_ERRORS else field) from None
