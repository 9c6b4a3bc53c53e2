"""The self-check: opened and closed by HR, answered once each, and added up at once so that no answer is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.figures import people_asked
from udbytte.access.links import Ballot
from udbytte.access.people import is_hr
from udbytte.domain.notifications import SelfCheckOpened
from udbytte.domain.self_check import NUMBERS, STEP, Answer, add
from udbytte.models import Notification, Person, Round, SelfCheck, SpentBallot

from .errors import NotPermitted, NotPossible, Refused
from .locks import Lock, wait_for
from .notifications.notify import notify_all

CHUNK = 2000


@transaction.atomic
def open_self_check(round_: Round | None, *, by: Person, on: date) -> SelfCheck:
    """Ask everybody in a round, or (None) everybody who works here. Each is told once.

    Raises NotPermitted unless HR, NotPossible for a round that is not published, Refused where one is open.
    """
    if not is_hr(by, on):
        raise NotPermitted
    if round_ is not None and round_.published_on is None:
        raise NotPossible
    wait_for(Lock.SELF_CHECK)
    if SelfCheck.objects.filter(round=round_, closed_on__isnull=True).exists():
        raise Refused(_("There is an open self-check already."))
    check = SelfCheck.objects.create(round=round_, opened_on=on)
    facts, cause = SelfCheckOpened(check=check.pk), f"self-check:{check.pk}"
    people = people_asked(check, on).values_list("pk", flat=True)
    notify_all(Notification.of(person, facts, on=on, cause=cause) for person in people)
    return check


@transaction.atomic
def close_self_check(check: SelfCheck, *, by: Person, on: date) -> None:
    """Ask no more. What is shown stays as it is: closing adds no answer to it."""
    if not is_hr(by, on):
        raise NotPermitted
    SelfCheck.objects.filter(pk=check.pk, closed_on__isnull=True).update(closed_on=on)


@transaction.atomic
def answer_self_check(ballot: Ballot, answers: Mapping[int, Answer]) -> SelfCheck:
    """Add one person's answers, one to each of `domain.self_check.NUMBERS`.

    1. The check's row is locked, so that no answer is lost.
    2. The ballot is spent. Whoever has answered already is refused, also when two presses come at once.
    3. The answers are added to the sums; only sums are kept. Every STEP answers what is shown is brought up to date.

    Raises NotPossible when the check is over, Refused when the ballot is spent or a question is left out.
    """
    check = SelfCheck.objects.select_for_update().filter(pk=ballot.check).first()
    if check is None or check.closed_on is not None:
        raise NotPossible
    if set(answers) != set(NUMBERS):
        raise Refused(_("Answer each question. Not to know is an answer too."))
    _spent, made = SpentBallot.objects.get_or_create(mark=ballot.mark, check_of=check)
    if not made:
        raise Refused(_("You have answered already. Each answers once."))
    check.sums, check.answers = add(check.sums, answers), check.answers + 1
    if check.answers % STEP == 0:
        check.shown, check.shown_answers = check.sums, check.answers
    check.save(update_fields=["sums", "answers", "shown", "shown_answers"])
    return check
