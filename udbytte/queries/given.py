"""What a way of learning, or a course, has given those who told of it: counts, and stories they let others read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Q

from ..domain.suppression import MINIMUM, suppress, together
from ..models import Course, Newness, Outcome, PracticeMethod

STORIES = 5
READ = 50  # of the newest stories, to find so many that say something different


@dataclass(frozen=True, slots=True)
class Given:
    """What at least five people told: of `told`, how many learned `much`; of `asked`, how many `recommend` it.

    `asked` is 0 where fewer than five said whether they would. An outcome is one agreement's.
    """

    told: int
    much: int
    asked: int
    recommend: int


@dataclass(frozen=True, slots=True)
class Account:
    """The numbers and the stories of one way or course; None and none where fewer than five people told."""

    given: Given | None
    stories: list[str]


Subject = Literal["method", "course"]


def given_by_way() -> dict[int, Given]:
    """What each way gave, by its key; ways of which it is not told are left out."""
    return _given("method")


def account_of_way(way: PracticeMethod) -> Account:
    """What the way gave, and what some of those who learned by it do differently now."""
    return _account("method", way.pk)


def account_of_course(course: Course) -> Account:
    """The same for a course."""
    if Outcome.objects.filter(agreement__course=course).order_by()[:MINIMUM].count() < MINIMUM:
        return Account(None, [])
    return _account("course", course.pk)


def _account(subject: Subject, pk: int) -> Account:
    given = _given(subject).get(pk)
    return Account(given, _stories(subject, pk) if given is not None else [])


def _given(subject: Subject) -> dict[int, Given]:
    """One query over all outcomes. People are counted for it, not outcomes: one person may have told several times.

    Of the ways, which are few, a number is left out too when a small one could be worked out from it. Of the courses,
    which are many, the small ones must make five people together.
    """
    key = f"agreement__{subject}"
    said = Q(recommends__isnull=False)
    people = "agreement__employee"
    rows = {
        row[key]: row
        for row in Outcome.objects.filter(**{f"{key}__isnull": False})
        .order_by()
        .values(key)
        .annotate(
            people=Count(people, distinct=True),
            told=Count("pk"),
            much=Count("pk", filter=Q(newness=Newness.MUCH)),
            sayers=Count(people, distinct=True, filter=said),
            asked=Count("pk", filter=said),
            recommend=Count("pk", filter=Q(recommends=True)),
        )
    }
    shown = _told_of(subject, {pk: row["people"] for pk, row in rows.items()})
    answered = _told_of(subject, {pk: row["sayers"] for pk, row in rows.items()})
    return {pk: _one(rows[pk], pk in answered) for pk in shown}


def _told_of(subject: Subject, people: Mapping[int, int]) -> set[int]:
    """Those of which it may be told, by how many people they are about."""
    if subject == "course":
        return set(together({pk: number for pk, number in people.items() if number})[0])
    return {pk for pk, number in suppress(people).items() if number}


def _one(row: Mapping[str, int], answered: bool) -> Given:
    """Those who were not asked are as many as those who were, or too few to be told apart from all."""
    silent = row["people"] - row["sayers"]
    tells = answered and (silent == 0 or silent >= MINIMUM)
    return Given(row["told"], row["much"], row["asked"] if tells else 0, row["recommend"] if tells else 0)


def _stories(subject: Subject, pk: int) -> list[str]:
    """The newest that may be read, in an order that does not say which is the newest."""
    rows = Outcome.objects.filter(**{f"agreement__{subject}": pk}, shared=True).exclude(learned="")
    newest = rows.order_by("-told_on", "-pk").values_list("learned", flat=True)[:READ]
    return sorted(list(dict.fromkeys(newest))[:STORIES], key=str.casefold)
