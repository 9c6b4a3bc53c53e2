"""Self-checks that wait for a person's answers, and a comparison of experienced and measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from udbytte.access.figures import self_checks_open_to
from udbytte.access.links import Ballot
from udbytte.domain.figures.selfcheck import CONDITIONS, Comparison, comparisons_of
from udbytte.models import Person, SelfCheck, SpentBallot

from .questions import figures_of_place, rounds_of_unit


def ballots_of(person: Person, on: date) -> list[tuple[SelfCheck, str]]:
    """The open self-checks in which no answers of the person are counted, each with the token of their ballot."""
    if not SelfCheck.objects.filter(closed_on__isnull=True).exists():
        return []  # most days: nobody is asked anything
    checks = list(self_checks_open_to(person, on).select_related("round"))
    ballots = [(check, Ballot(check.pk, person.pk)) for check in checks]
    marks = [ballot.mark for _check, ballot in ballots]
    spent = set(SpentBallot.objects.filter(pk__in=marks).values_list("pk", flat=True)) if marks else set()
    return [(check, ballot.token) for check, ballot in ballots if ballot.mark not in spent]


def comparison_of(check: SelfCheck, *, on: date, measured: bool) -> Sequence[Comparison]:
    """What is experienced, and (`measured`) the round's figures beside it, on the day.

    A self-check of everybody is compared with the newest round.
    """
    percents: dict[int, int | None] = {}
    if measured:
        rounds = rounds_of_unit(None, on)
        round_ = check.round or (rounds[0] if rounds else None)
        if round_ is not None:
            figures = figures_of_place(None, round_, on=on).figures
            percents = {figure.question.number: figure.percent for figure in figures.questions}
            percents[CONDITIONS] = figures.rules_read.percent
    return comparisons_of(check.shown, percents)
