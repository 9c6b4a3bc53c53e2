"""My team: a row for each of the manager's employees; and counts for the units below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.meetings import WANTS_TIME, MeetingStatus
from udbytte.models import Person
from udbytte.queries.meetings.status import free_times_of, is_offered
from udbytte.queries.money.budgets import agreements_to_nominate
from udbytte.queries.people.new_manager import taken_over_by
from udbytte.queries.people.team import Member, missing_from, team_of, units_below
from udbytte.queries.people.team_review import asked_today
from udbytte.queries.rounds.closing import left_behind_by
from udbytte.runtime.clock import today
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.request import only, person_of, roles

from .team_decisions import what_waits
from .team_rows import MemberRow, Reader, late_with_others, member_row

MANY = 15  # more rows than this can be filtered
# The values of the address: what the rows are sorted by, and which are shown.
BY_NAME, BY_TALK = "navn", "samtale"
LATE, WANTING = "over-fristen", "mangler-tid"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; a link that sorts by it, where it has an address."""

    label: str
    css: str
    url: str = ""
    is_sorted: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of rows, with how many it shows."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """What the page shows. The names are those that its template reads."""

    rows: list[MemberRow]
    heads: list[Head]
    filters: list[Filter]
    summary: str
    waiting: int
    what_waits: str
    wants_time: bool
    has_ticks: bool
    only_new: bool
    units_below: bool
    unsaid: int
    left: int


@only(lambda mine: mine.is_manager)
def team(request: HttpRequest) -> HttpResponse:
    """A row for each employee with the one thing to do; `?orden=` sorts, `?vis=` filters, `?nye` shows the new ones."""
    person, on = person_of(request), today()
    reports = team_of(person, on)
    only_new = "nye" in request.GET
    if only_new:
        new = set(taken_over_by(person, on).values_list("pk", flat=True))
        reports = [member for member in reports if member.employment.pk in new]
    rows = _rows(reports, person, on)
    own = [
        agreement.step
        for member in reports
        for agreement in member.agreements
        if agreement.step and agreement.step_owner_id == person.pk
    ]
    passed = sum(row.status is MeetingStatus.PASSED for row in rows)
    unexplained, left_over = left_behind_by(person, on)
    shown = request.GET.get("vis", "") if len(rows) > MANY else ""
    page = TeamPage(
        rows=_sorted(_shown(rows, shown), request.GET.get("orden", "")),
        heads=_heads(request),
        filters=_filters(request, rows, shown) if len(rows) > MANY else [],
        summary=_summary(reports, rows),
        waiting=len(own) + passed,
        what_waits=what_waits(own, passed),
        wants_time=any(row.wants_time for row in rows),
        has_ticks=any(row.task.tick for row in rows),
        only_new=only_new,
        units_below=roles(request).has_units_below,
        unsaid=unexplained,
        left=left_over,
    )
    return render(request, "people/team/team.html", as_context(page))


def _rows(reports: Sequence[Member], person: Person, on: date) -> list[MemberRow]:
    """The rows, with a few queries for all of them; what is not asked about is not looked up."""
    missing = missing_from(reports, on)
    money = [
        agreement
        for member in reports
        for agreement in member.agreements
        if agreement.step == "settle_money" and agreement.step_owner_id == person.pk
    ]
    late = late_with_others(reports, person, on)
    reader = Reader(
        person,
        on,
        agreements_to_nominate(money, manager=person.pk) if money else set(),
        asked_today(late, on) if late else set(),
    )
    talks = [member.conversation for member in reports if member.conversation is not None]
    free = free_times_of(person, on) if any(talk.status_on(on) in WANTS_TIME for talk in talks) else []
    return [
        member_row(
            member,
            reader,
            missing.get(member.employment.person_id),
            offered=member.conversation is not None and is_offered(member.conversation, free),
        )
        for member in reports
    ]


def _sorted(rows: list[MemberRow], order: str) -> list[MemberRow]:
    if order == BY_NAME:
        return sorted(rows, key=lambda row: row.name)
    if order == BY_TALK:
        return sorted(rows, key=lambda row: row.by_talk)
    return sorted(rows, key=lambda row: row.by_task)


def _shown(rows: list[MemberRow], shown: str) -> list[MemberRow]:
    if shown == LATE:
        return [row for row in rows if row.task.is_late]
    if shown == WANTING:
        return [row for row in rows if row.wants_time]
    return rows


def _address(request: HttpRequest, **changed: str) -> str:
    """The address of the page with these values instead of those it has; an empty one is left out."""
    known = {name: request.GET[name] for name in ("nye", "vis", "orden") if name in request.GET}
    values = {name: value for name, value in (known | changed).items() if value}
    return f"{reverse('team')}?{urlencode(values)}" if values else reverse("team")


def _heads(request: HttpRequest) -> list[Head]:
    order = request.GET.get("orden", "")
    by_task = order not in (BY_NAME, BY_TALK)
    return [
        Head(_("Name"), "of-name", _address(request, orden=BY_NAME), order == BY_NAME),
        Head(_("Conversation"), "of-talk", _address(request, orden=BY_TALK), order == BY_TALK),
        Head(_("Agreements"), "of-bars"),
        Head(_("First of all"), "of-first"),
        Head(_("Date"), "of-when", _address(request, orden=""), by_task),
    ]


def _filters(request: HttpRequest, rows: list[MemberRow], shown: str) -> list[Filter]:
    choices = (("", _("Everyone")), (LATE, _("Overdue")), (WANTING, _("Without a time")))
    return [
        Filter(label, len(_shown(rows, value)), _address(request, vis=value), value == shown)
        for value, label in choices
    ]


def _summary(reports: Sequence[Member], rows: Sequence[MemberRow]) -> str:
    """How many employees, conversations and open agreements there are, in one line."""
    held = sum(row.status is MeetingStatus.HELD for row in rows)
    planned = sum(row.status is MeetingStatus.PLANNED for row in rows)
    wanting = sum(row.wants_time for row in rows)
    open_ = sum(bool(agreement.step) for member in reports for agreement in member.agreements)
    counts = (
        (len(rows), ngettext("%(count)s employee", "%(count)s employees", len(rows))),
        (held, ngettext("%(count)s conversation held", "%(count)s conversations held", held)),
        (planned, ngettext("%(count)s has a time", "%(count)s have a time", planned)),
        (wanting, ngettext("%(count)s has no time", "%(count)s have no time", wanting)),
        (open_, ngettext("%(count)s open agreement", "%(count)s open agreements", open_)),
    )
    return " · ".join(text % {"count": count} for count, text in counts if count)


@only(lambda mine: mine.is_manager)
def below(request: HttpRequest) -> HttpResponse:
    """Counts for the units right below; never about fewer than five people."""
    units = units_below(person_of(request), today())
    table = Table(
        columns=(
            _("Unit"),
            _("Employees"),
            _("Open agreements"),
            _("Stalled"),
            _("Talk missing"),
        ),
        rows=[
            TableRow(
                row.unit,
                (row.people, row.agreements, row.still, row.talks) if row.people is not None else (),
                url=page_address("figures-of", row.unit.pk),
                note=_("too few to show"),
            )
            for row in units
        ],
        label=_("The units below"),
        empty=_("There are no units below yours."),
    )
    return render(request, "people/team/below.html", {"table": table})


urlpatterns = [
    path("medarbejdere/", team, name="team"),
    path("medarbejdere/enheder/", below, name="units-below"),
]
