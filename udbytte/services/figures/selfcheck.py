"""The self-check: HR opens and closes it, and each person answers once. Only sums are stored, no person's answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.figures import people_asked
from udbytte.access.links import Ballot
from udbytte.access.people import is_hr
from udbytte.domain.figures.selfcheck import NUMBERS, STEP, Answer, add
from udbytte.domain.notifications import SelfCheckOpened
from udbytte.models import Notification, Person, Round, SelfCheck, SpentBallot
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.locks import Lock, wait_for_lock
from udbytte.services.notifications.notify import notify_all

CHUNK = 2000


@transaction.atomic
def open_self_check(round_: Round | None, *, by: Person, on: date) -> SelfCheck:
    """Ask everybody in a round, or (None) everybody who works here. Each is notified once.

    Raises NotPermitted unless HR, NotPossible for a round that is not published, and Refused if one is open already.
    """
    if not is_hr(by, on):
        raise NotPermitted
    if round_ is not None and round_.published_on is None:
        raise NotPossible
    wait_for_lock(Lock.SELF_CHECK)
    if SelfCheck.objects.filter(round=round_, closed_on__isnull=True).exists():
        raise Refused(_("There is an open self-check already."))
    check = SelfCheck.objects.create(round=round_, opened_on=on)
    facts, cause = SelfCheckOpened(check=check.pk), f"self-check:{check.pk}"
    people = people_asked(check, on).values_list("pk", flat=True)
    notify_all(Notification.of(person, facts, on=on, cause=cause) for person in people)
    return check


@transaction.atomic
def close_self_check(check: SelfCheck, *, by: Person, on: date) -> None:
    """Close a self-check. The shown sums do not change."""
    if not is_hr(by, on):
        raise NotPermitted
    SelfCheck.objects.filter(pk=check.pk, closed_on__isnull=True).update(closed_on=on)


@transaction.atomic
def answer_self_check(ballot: Ballot, answers: Mapping[int, Answer]) -> SelfCheck:
    """Add one person's answers, one to each of `domain.figures.selfcheck.NUMBERS`.

    1. The check's row is locked, so that no answer is lost.
    2. The ballot is spent. A second answer is refused, also if both come at once.
    3. The answers are added to the sums. The shown sums are updated after every STEP answers.

    Raises NotPossible if the check is closed, and Refused if the ballot is spent or an answer is missing.
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
