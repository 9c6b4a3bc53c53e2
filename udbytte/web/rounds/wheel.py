"""The year wheel of a round: its phases, today's hand, one's own conversations and follow-ups; and all as a list.

The year wheel (årshjul) of a round: where its days, phases and marks stand on a ring. Pure geometry.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, pi, sin
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from udbytte.models import Round
from udbytte.models.formatting import day
from udbytte.queries.rounds.rounds import conversations_on, follow_ups_on
from udbytte.runtime.clock import today
from udbytte.web.base.request import person_of, roles

CENTRE = 200.0
OUTER, INNER = 150.0, 112.0  # the ring of phases
MONTHS = 176.0  # where the names of the months stand
MARKS = 92.0  # where single days stand


@dataclass(frozen=True, slots=True)
class Ring:
    """A span of days laid on a circle, clockwise from the top; `end` is the day after the last."""

    start: date
    end: date

    @classmethod
    def around(cls, first: date, last: date) -> Ring:
        """Whole months from that of the first day: a year, or as many as it takes to hold the last day."""
        start = first.replace(day=1)
        end = _months_on(start, 12)
        while end <= last:
            end = _months_on(end, 1)
        return cls(start, end)

    def turn(self, day: date) -> float:
        """The day's angle in radians from the top; a day outside is at the nearest end."""
        whole = (self.end - self.start).days
        return 2 * pi * min(max((day - self.start).days, 0), whole) / whole

    def at(self, day: date, radius: float) -> tuple[float, float]:
        """The place of a day at a radius, in the picture's units."""
        return _place(self.turn(day), radius)

    def arc(self, first: date, last: date) -> str:
        """The path of the ring's part from the first day through the last."""
        begins, ends = self.turn(first), self.turn(last + timedelta(days=1))
        ends = min(ends, begins + 2 * pi - 0.001)  # a whole circle would end where it begins, and draw nothing
        wide = 1 if ends - begins > pi else 0
        points = [_place(begins, OUTER), _place(ends, OUTER), _place(ends, INNER), _place(begins, INNER)]
        a, b, c, d = (f"{x} {y}" for x, y in points)
        return f"M{a}A{OUTER} {OUTER} 0 {wide} 1 {b}L{c}A{INNER} {INNER} 0 {wide} 0 {d}Z"

    def months(self) -> Sequence[tuple[date, tuple[float, float], tuple[float, float], tuple[float, float]]]:
        """Each month: its first day, where its name stands, and the two ends of the line before it."""
        found = []
        month = self.start
        while month < self.end:
            after = _months_on(month, 1)
            middle = month + (after - month) / 2
            found.append((month, self.at(middle, MONTHS), self.at(month, INNER), self.at(month, OUTER + 6)))
            month = after
        return found

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def _place(turn: float, radius: float) -> tuple[float, float]:
    return round(CENTRE + radius * sin(turn), 1), round(CENTRE - radius * cos(turn), 1)


LISTED = 60  # of the own agreements, the nearest first


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that falls on a day. `kind` names its look; `x` and `y` are in the picture's own units."""

    when: date
    kind: str
    label: str
    x: float
    y: float


@require_GET
def wheel(request: HttpRequest, pk: int) -> HttpResponse:
    """The wheel of a round, for everybody with a conversation in it, HR and the works council."""
    person, on, mine = person_of(request), today(), roles(request)
    own = Q(conversations__employment__person=person) | Q(conversations__manager=person)
    seen = Round.objects.all() if mine.is_hr else Round.objects.filter(published_on__isnull=False)
    if not (mine.is_hr or mine.is_works_council):
        seen = seen.filter(own)
    round_ = seen.filter(pk=pk).distinct().first()
    if round_ is None:
        raise Http404
    ring = Ring.around(round_.announced_on, round_.closes_on)
    marks = [*_dates(round_, ring), *_own(request, round_, ring)]
    context = {
        "round": round_,
        "status": round_.status_on(on),
        "months": [(date_format(month, "M"), *places) for month, *places in ring.months()],
        "phases": [(css, label, ring.arc(first, last)) for css, label, first, last in _phases(round_)],
        "marks": _apart(marks),
        "hand": ring.at(on, MARKS - 14) if ring.holds(on) else None,
        "today": day(on, on),
        "listed": _listed(round_, marks, on),
    }
    return render(request, "rounds/wheel.html", context)


def _phases(round_: Round) -> list[tuple[str, str, date, date]]:
    """The round's phases: look, name, first and last day."""
    eve = timedelta(days=1)
    phases = (
        ("prepare", _("Ground rules and preparation"), round_.announced_on, round_.conversations_from - eve),
        ("talk", _("Conversations"), round_.conversations_from, round_.conversations_to),
        ("follow", _("Follow-up until it has come to something"), round_.conversations_to + eve, round_.closes_on),
    )
    return [one for one in phases if one[2] <= one[3]]


def _dates(round_: Round, ring: Ring) -> list[Mark]:
    """The round's single days."""
    found = [(round_.kickoff_on, _("Kick-off meetings held by"))]
    found += [(one.day, _("Follow-up")) for one in round_.follow_up_days.all()]
    return [Mark(when, "round", label, *ring.at(when, MARKS)) for when, label in found if when is not None]


def _own(request: HttpRequest, round_: Round, ring: Ring) -> list[Mark]:
    """What falls on a day for the person and those they lead."""
    person, on = person_of(request), today()
    marks = []
    for when, name, held in conversations_on(round_, person, on):
        said = _("Conversation with %(name)s") if name else _("Your conversation")
        marks.append(Mark(when, "held" if held else "planned", said % {"name": name}, *ring.at(when, MARKS)))
    for one in follow_ups_on(round_, person, on)[:LISTED]:
        if one.step_due is not None:
            whose = "" if one.employee_id == person.pk else f"{one.employee.name}: "
            label = f"{whose}{one.title}: {one.get_step_display()}"
            marks.append(Mark(one.step_due, "step", label, *ring.at(one.step_due, MARKS)))
    return [mark for mark in marks if ring.holds(mark.when)]


def _apart(marks: list[Mark]) -> list[tuple[str, float, float, int]]:
    """The marks to draw: those of one kind in one place are one, with how many they are."""
    places = Counter((mark.kind, mark.x, mark.y) for mark in marks)
    return [(kind, x, y, count) for (kind, x, y), count in sorted(places.items())]


def _listed(round_: Round, marks: list[Mark], on: date) -> list[dict[str, Any]]:
    """Everything on the wheel as a list, by day."""
    rows = [(first, f"{day(first, on)} - {day(last, on)}", label) for _css, label, first, last in _phases(round_)]
    rows += [(mark.when, day(mark.when, on), mark.label) for mark in marks]
    rows.append((round_.closes_on, day(round_.closes_on, on), _("The round closes")))
    return [
        {"when": said, "what": label, "been": when < on} for when, said, label in sorted(rows, key=lambda one: one[0])
    ]


urlpatterns = [
    path("runder/<int:pk>/aarshjul/", wheel, name="wheel"),
]
