"""The year wheel (årshjul) of a round: its geometry, and the page with the phases and the person's own days."""

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
from udbytte.models.formatting import day, days
from udbytte.queries.rounds.rounds import conversation_days, dated_agreements
from udbytte.runtime.clock import today
from udbytte.web.base.request import person_of, roles

CENTRE = 200.0
OUTER, INNER = 150.0, 112.0  # radii of the ring of phases
MONTHS = 176.0  # radius of the names of the months
MARKS = 92.0  # radius of the single days
MOST_LISTED = 60  # of the person's agreements, the nearest first


@dataclass(frozen=True, slots=True)
class Ring:
    """A span of days laid on a circle, clockwise from the top; `end` is the day after the last."""

    start: date
    end: date

    @classmethod
    def around(cls, first: date, last: date) -> Ring:
        """A ring of whole months from the month of the first day: a year, or longer if the last day needs it."""
        start = first.replace(day=1)
        end = _add_months(start, 12)
        while end <= last:
            end = _add_months(end, 1)
        return cls(start, end)

    def angle(self, day: date) -> float:
        """The angle of a day in radians from the top. A day outside is placed at the nearest end."""
        whole = (self.end - self.start).days
        return 2 * pi * min(max((day - self.start).days, 0), whole) / whole

    def place(self, day: date, radius: float) -> tuple[float, float]:
        """The x and y of a day at a radius, in the units of the picture."""
        return _place(self.angle(day), radius)

    def arc(self, first: date, last: date) -> str:
        """The SVG path of the part of the ring from the first day to the end of the last."""
        begins, ends = self.angle(first), self.angle(last + timedelta(days=1))
        ends = min(ends, begins + 2 * pi - 0.001)  # a whole circle would end where it begins, and draw nothing
        wide = 1 if ends - begins > pi else 0
        points = [_place(begins, OUTER), _place(ends, OUTER), _place(ends, INNER), _place(begins, INNER)]
        a, b, c, d = (f"{x} {y}" for x, y in points)
        return f"M{a}A{OUTER} {OUTER} 0 {wide} 1 {b}L{c}A{INNER} {INNER} 0 {wide} 0 {d}Z"

    def months(self) -> Sequence[tuple[date, tuple[float, float], tuple[float, float], tuple[float, float]]]:
        """Each month: its first day, the place of its name, and the two ends of the line before it."""
        months = []
        month = self.start
        while month < self.end:
            after = _add_months(month, 1)
            middle = month + (after - month) / 2
            months.append((month, self.place(middle, MONTHS), self.place(month, INNER), self.place(month, OUTER + 6)))
            month = after
        return months

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def _place(turn: float, radius: float) -> tuple[float, float]:
    return round(CENTRE + radius * sin(turn), 1), round(CENTRE - radius * cos(turn), 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on a day. `kind` is its CSS class; `x` and `y` are in the units of the picture."""

    when: date
    kind: str
    label: str
    x: float
    y: float


@require_GET
def wheel_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The year wheel of a round, for HR, the works council and everybody with a conversation in the round."""
    person, on, their_roles = person_of(request), today(), roles(request)
    own = Q(conversations__employment__person=person) | Q(conversations__manager=person)
    seen = Round.objects.all() if their_roles.is_hr else Round.objects.filter(published_on__isnull=False)
    if not (their_roles.is_hr or their_roles.is_works_council):
        seen = seen.filter(own)
    round_ = seen.filter(pk=pk).distinct().first()
    if round_ is None:
        raise Http404
    ring = Ring.around(round_.announced_on, round_.closes_on)
    marks = [*_dates(round_, ring), *_own(request, round_, ring)]
    context = {
        "round": round_,
        "leads_to_round": their_roles.is_hr,
        "status": round_.status_on(on),
        "months": [
            (date_format(month, "M Y" if number >= 12 else "M"), *places)
            for number, (month, *places) in enumerate(ring.months())
        ],
        "phases": [(css, label, ring.arc(first, last)) for css, label, first, last in _phases(round_)],
        "marks": _drawn(marks),
        "keys": [(kind, label) for kind, label in _keys() if kind in {mark.kind for mark in marks}],
        "hand": ring.place(on, MARKS - 14) if ring.contains(on) else None,
        "today": day(on, on),
        "listed": _listed(round_, marks, on),
    }
    return render(request, "rounds/wheel.html", context)


def _keys() -> list[tuple[str, str]]:
    """What the marks mean, by their kind."""
    return [
        ("round", _("date of the round")),
        ("held", _("conversation held")),
        ("planned", _("planned conversation")),
        ("step", _("next step")),
    ]


def _phases(round_: Round) -> list[tuple[str, str, date, date]]:
    """The phases of the round: CSS class, name, first and last day."""
    eve = timedelta(days=1)
    phases = (
        ("prepare", _("Ground rules and preparation"), round_.announced_on, round_.conversations_from - eve),
        ("talk", _("Conversations"), round_.conversations_from, round_.conversations_to),
        ("follow", _("Follow-up until it has come to something"), round_.conversations_to + eve, round_.closes_on),
    )
    return [phase for phase in phases if phase[2] <= phase[3]]


def _dates(round_: Round, ring: Ring) -> list[Mark]:
    """The round's single days."""
    dates = [(round_.kickoff_on, _("Kick-off meetings held by"))]
    dates += [(follow_up.day, _("Follow-up")) for follow_up in round_.follow_up_days.all()]
    return [Mark(when, "round", label, *ring.place(when, MARKS)) for when, label in dates if when is not None]


def _own(request: HttpRequest, round_: Round, ring: Ring) -> list[Mark]:
    """The conversations and next steps of the person and of those they lead."""
    person, on = person_of(request), today()
    marks = []
    for when, name, held in conversation_days(round_, person, on):
        words = _("Conversation with %(name)s") if name else _("Your conversation")
        marks.append(Mark(when, "held" if held else "planned", words % {"name": name}, *ring.place(when, MARKS)))
    for agreement in dated_agreements(round_, person, on)[:MOST_LISTED]:
        if agreement.step_due is not None:
            whose = "" if agreement.employee_id == person.pk else f"{agreement.employee.name}, "
            label = f"{whose}{agreement.title}: {agreement.get_step_display()}"
            marks.append(Mark(agreement.step_due, "step", label, *ring.place(agreement.step_due, MARKS)))
    return [mark for mark in marks if ring.contains(mark.when)]


def _drawn(marks: list[Mark]) -> list[tuple[str, float, float, int]]:
    """The marks to draw: kind, x, y, and how many marks of that kind are in the same place."""
    places = Counter((mark.kind, mark.x, mark.y) for mark in marks)
    return [(kind, x, y, count) for (kind, x, y), count in sorted(places.items())]


def _listed(round_: Round, marks: list[Mark], on: date) -> list[dict[str, Any]]:
    """Everything on the wheel as a list, by day."""
    rows = [(first, days(first, last, on), label) for _css, label, first, last in _phases(round_)]
    rows += [(mark.when, day(mark.when, on), mark.label) for mark in marks]
    rows.append((round_.closes_on, day(round_.closes_on, on), _("The round closes")))
    return [
        {"when": words, "what": label, "been": when < on} for when, words, label in sorted(rows, key=lambda row: row[0])
    ]


urlpatterns = [
    path("runder/<int:pk>/aarshjul/", wheel_page, name="wheel"),
]
