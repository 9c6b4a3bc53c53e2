"""The self-check: HR opens and closes it, and people answer. `services.figures.ballot_box` counts the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.figures import people_asked
from udbytte.access.links import Ballot
from udbytte.access.people import is_hr
from udbytte.domain.figures.sealing import OpenedAnswers, seal
from udbytte.domain.figures.selfcheck import NUMBERS, Answer
from udbytte.domain.notifications import SelfCheckOpened
from udbytte.models import BallotKey, Notification, Person, Round, SealedAnswers, SelfCheck, SpentBallot
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.locks import Lock, wait_for_lock
from udbytte.services.notifications.notify import notify_all

MICROSECONDS = 1_000_000


@transaction.atomic
def open_self_check(round_: Round | None, *, by: Person, on: date) -> SelfCheck:
    """Ask everybody in a round, or (None) everybody who works here. Each is notified once.

    Raises NotPermitted unless HR, NotPossible for a round that is not published, and Refused if one is open already or
    there is no key to seal the answers with.
    """
    if not is_hr(by, on):
        raise NotPermitted
    if round_ is not None and round_.published_on is None:
        raise NotPossible
    wait_for_lock(Lock.SELF_CHECK)
    if SelfCheck.objects.filter(round=round_, closed_on__isnull=True).exists():
        raise Refused(_("There is an open self-check already."))
    key = BallotKey.objects.first()
    if key is None:
        raise Refused(
            _("The key of the self-check is missing. Whoever runs the server starts the worker, which makes it.")
        )
    check = SelfCheck.objects.create(round=round_, opened_on=on, public_key=key.public)
    facts, cause = SelfCheckOpened(check=check.pk), f"self-check:{check.pk}"
    people = people_asked(check, on).values_list("pk", flat=True)
    notify_all(Notification.of(person, facts, on=on, cause=cause) for person in people)
    return check


@transaction.atomic
def close_self_check(check: SelfCheck, *, by: Person, on: date) -> None:
    """Close a self-check. What has come in is counted for the last time in the night."""
    if not is_hr(by, on):
        raise NotPermitted
    SelfCheck.objects.filter(pk=check.pk, closed_on__isnull=True).update(closed_on=on)


@transaction.atomic
def answer_self_check(ballot: Ballot, answers: Mapping[int, Answer], *, now: datetime) -> None:
    """Store one person's answers sealed, one to each of `domain.figures.selfcheck.NUMBERS`.

    Whoever answers again before the night replaces the answers from before: `count_ballots` keeps the last. No row is
    locked and none but the sealed one is written, so that nothing else tells of it.

    Raises NotPossible if the check is closed, and Refused if it takes no answers, if the person's answers are counted
    already, or if one is missing.
    """
    check = SelfCheck.objects.filter(pk=ballot.check).first()
    if check is None or check.closed_on is not None:
        raise NotPossible
    if check.public_key is None or check.is_unreadable:
        raise Refused(_("The self-check takes no answers at the moment. HR can see why."))
    if set(answers) != set(NUMBERS):
        raise Refused(_("Answer each question. Not to know is an answer too."))
    if SpentBallot.objects.filter(mark=ballot.mark).exists():
        raise Refused(_("You have answered already. Each answers once."))
    content = OpenedAnswers(ballot.mark, int(now.timestamp() * MICROSECONDS), answers)
    SealedAnswers.objects.create(check_of=check, sealed=seal(content, check=check.pk, public=bytes(check.public_key)))
