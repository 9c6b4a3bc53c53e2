"""The lists of coordinators and managers: what has come to them, what was theirs, and what is stalled with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.models import Agreement, Person
from udbytte.models.third_person import step_words
from udbytte.queries.agreements.stalled import days_late, late_around, moved_from, moved_to
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Action, Table, TableRow

from .where_it_lies import public_heading, public_whose

A_LIST = 50


@dataclass(frozen=True, slots=True)
class OwnList:
    """A list with its heading; `more`: only the first of it are shown."""

    title: str
    table: Table
    more: bool = False


def lists_of(person: Person, on: date) -> list[OwnList]:
    """What has come to the person, what of theirs has moved on, and what is stalled with others around them."""
    return [
        shown
        for shown in (
            _list(_("Has come to you"), moved_to(person), person, on, _("Answer it")),
            _list(
                _("Was yours, and is with somebody else now"), moved_from(person, on), person, on, _("Answer it still")
            ),
            _list(_("Stalled with others"), late_around(person, on), person, on, _("See what can be done")),
        )
        if shown.table.rows
    ]


def _list(title: str, rows: Sequence[Agreement] | QuerySet[Agreement], person: Person, on: date, label: str) -> OwnList:
    shown = list(rows[: A_LIST + 1])
    table = Table(
        columns=(_("Agreement"), _("Task"), _("Lies with"), _("Overdue"), ""),
        rows=[_own_row(agreement, person, on, label) for agreement in shown[:A_LIST]],
        label=title,
        css="cards rows",
    )
    return OwnList(title, table, len(shown) > A_LIST)


def _own_row(agreement: Agreement, person: Person, on: date, label: str) -> TableRow:
    """One agreement. Up the line only the person and the course or way are read; of a stuck one only unit and kind."""
    is_public = agreement.is_up_the_line_for(person.pk)
    title = public_heading(agreement) if is_public else agreement.title
    whose = public_whose(agreement) if is_public else f"{agreement.employee.name}, {agreement.unit}"
    url, days = page_address("agreement", agreement.pk), days_late(agreement, on)
    step = agreement.get_step_display() if is_public else step_words(agreement, person.pk, is_late=days > 0)
    holder = _("HR") if agreement.is_with_hr else str(agreement.step_owner or "")
    return TableRow(
        title,
        (step, _("you") if agreement.step_owner_id == person.pk else holder,
         ngettext("%(days)s day", "%(days)s days", days) % {"days": days}),
        url=url,
        sub=whose,
        actions=[Action(label, url, variant="secondary", named=f"{title}, {whose}")],
    )  # fmt: skip
