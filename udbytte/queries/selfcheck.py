"""Self-checks that wait for somebody, and what is believed beside what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from udbytte.access.figures import self_checks_open_to
from udbytte.access.links import Ballot
from udbytte.domain.self_check import CONDITIONS, Comparison, comparisons_of
from udbytte.models import Person, SelfCheck, SpentBallot

from .figures.questions import answer_of, rounds_with


def ballots_of(person: Person, on: date) -> list[tuple[SelfCheck, str]]:
    """The open self-checks that the person has not answered, each with the token of their ballot."""
    checks = list(self_checks_open_to(person, on).select_related("round"))
    ballots = [(check, Ballot.of(check.pk, person.pk)) for check in checks]
    marks = [ballot.mark for _check, ballot in ballots]
    spent = set(SpentBallot.objects.filter(pk__in=marks).values_list("pk", flat=True)) if marks else set()
    return [(check, ballot.token) for check, ballot in ballots if ballot.mark not in spent]


def compared(check: SelfCheck, *, on: date, measured: bool) -> Sequence[Comparison]:
    """What is believed, and (`measured`) what the figures of the round say beside it, as they are on the day.

    A self-check of everybody is held against the newest round.
    """
    found: dict[int, int | None] = {}
    if measured:
        rounds = rounds_with(None, on)
        round_ = check.round or (rounds[0] if rounds else None)
        if round_ is not None:
            figures = answer_of(None, round_, on=on).figures
            found = {one.question.number: one.percent for one in figures.questions}
            found[CONDITIONS] = figures.rules_read.percent
    return comparisons_of(check.shown, found)
