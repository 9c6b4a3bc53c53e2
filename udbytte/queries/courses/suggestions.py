"""Which course dates fit an agreement: by its words, wished time, place and price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process, utils

from udbytte.models import Agreement, Course, CourseRun
from udbytte.queries.money.budgets import last_refusal, uncommitted_for

from .catalogue import open_runs

MOST = 5
# How similar a course's title must be to the agreement's, of 100: by whole words, or else with spelling mistakes.
SCORERS = ((fuzz.token_set_ratio, 72), (fuzz.WRatio, 84))
COURSES = 6
RUNS = 60  # course dates of the similar courses, the nearest in time


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A course date and what speaks for and against it; None: unknown, or nothing was wished.

    `in_time`: within the wished time. `affordable`: within what can still be granted. `deadline_in`: days until the
    sign-up deadline. `free_seats`: as the provider last said. `near`: its place is named in the agreement. `refused`:
    the budget owner refused a price that was not higher.
    """

    run: CourseRun
    agreed_course: bool
    in_time: bool
    affordable: bool | None
    deadline_in: int | None
    free_seats: int | None
    near: bool
    refused: bool
    score: float


def suggestions_for(agreement: Agreement, on: date, *, most: int = MOST) -> list[Suggestion]:
    """The course dates that fit an agreement best and can be joined on the day, the best first; five queries."""
    likeness = _courses_like(agreement)
    days = agreement.planned_from
    rows = list(open_runs(on).filter(course__in=likeness).select_related("course"))
    nearest = sorted(rows, key=lambda run: (abs((run.starts_on - days).days), run.pk))[:RUNS]
    money = _money_for(agreement)
    suggestions = (_rate(agreement, run, likeness[run.course_id], money, on) for run in nearest)
    return sorted(suggestions, key=lambda suggestion: (-suggestion.score, suggestion.run.starts_on, suggestion.run.pk))[
        :most
    ]


def rate_runs(agreement: Agreement, runs: Iterable[CourseRun], on: date) -> list[Suggestion]:
    """Course dates that somebody searched for, in their order, with what speaks for each."""
    money = _money_for(agreement)
    return [_rate(agreement, run, 0.0, money, on) for run in runs]


def _money_for(agreement: Agreement) -> tuple[int | None, int | None]:
    """What can still be granted and the price that was refused last, in whole kroner; None: unknown, or no refusal."""
    refusal = last_refusal(agreement)
    refused = refusal.price if refusal is not None else None
    return uncommitted_for([agreement]).get(agreement.pk), refused


def _courses_like(agreement: Agreement) -> dict[int, float]:
    """How similar each course's title is to the agreement's, of 100. The agreed course itself is above all."""
    titles = dict(Course.objects.values_list("pk", "title"))
    for scorer, least in SCORERS:
        similar = process.extract(
            agreement.title, titles, scorer=scorer, processor=utils.default_process, score_cutoff=least, limit=COURSES
        )
        if similar:
            break
    likeness = {pk: float(score) for _title, score, pk in similar}
    if agreement.course_id is not None:
        likeness[agreement.course_id] = 130.0
    return likeness


def _rate(
    agreement: Agreement, run: CourseRun, likeness: float, money: tuple[int | None, int | None], on: date
) -> Suggestion:
    left, refused_price = money
    refused = refused_price is not None and run.cost is not None and run.cost >= refused_price
    first, last = agreement.planned_from, agreement.planned_to
    off = max((first - run.starts_on).days, (run.starts_on - last).days, 0)
    affordable = None if left is None or run.cost is None else run.cost <= left
    near = bool(run.place) and run.place.split(",")[0].casefold() in agreement.title.casefold()
    deadline_in = (run.signup_deadline - on).days if run.signup_deadline is not None else None
    score = likeness - min(off / 3, 40.0) + 10.0 * near
    score -= 60.0 * refused + 20.0 * (affordable is False) + 30.0 * (run.free_seats == 0)
    score -= 10.0 * (deadline_in is not None and deadline_in < 5)
    return Suggestion(
        run=run,
        agreed_course=run.course_id == agreement.course_id,
        in_time=off == 0,
        affordable=affordable,
        deadline_in=deadline_in,
        free_seats=run.free_seats,
        near=near,
        refused=refused,
        score=score,
    )
