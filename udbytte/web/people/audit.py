"""The audit log: for everybody who has read about them; for administrators what was done; for HR all as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from tempfile import TemporaryFile
from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from xlsxwriter import Workbook

from udbytte.access.audit import technical_events, whole_log
from udbytte.access.people import Roles
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN
from udbytte.models import AuditEntry, AuditKind, Role
from udbytte.models.audit import FOR_HR_ALONE, READINGS
from udbytte.models.formatting import day, day_and_time
from udbytte.queries.people.audit import names_of, who_has_read_about
from udbytte.runtime.clock import today
from udbytte.services.bulk import chunks
from udbytte.web.base.components import XLSX, Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.fields import StyledForm, day_field
from udbytte.web.base.fresh_login import just_logged_in
from udbytte.web.base.request import only, person_of, roles

SHOWN = 100
SHOWN_FOR = timedelta(days=365)  # one's own readers
MOST_ROWS = 1_000_000  # a worksheet has room for a few more
ROWS_AT_ONCE = 2000
# What somebody does who is not logged in.
WITHOUT_LOGIN = (AuditKind.LOGIN_FAILED, AuditKind.TOO_OFTEN, AuditKind.HANDOUT_FETCHED, AuditKind.HANDOUT_FAILED)
WAYS = {"password": lazy("wrong password"), "code": lazy("wrong code"), "second step": lazy("wrong second step")}
# How somebody logged in, by the names that django-allauth has for it.
STEPS = {
    "code": lazy("code by email"),
    "password": lazy("password"),
    "socialaccount": lazy("login at work"),
    "step_at_work": lazy("second step at work"),
    "totp": lazy("code app"),
    "webauthn": lazy("passkey"),
    "recovery_codes": lazy("emergency code"),
}


@never_cache
def seen_by(request: HttpRequest) -> HttpResponse:
    """Who has opened the person's own conversations, plan, agreements and documents in the last year."""
    person, on = person_of(request), today()
    readings = who_has_read_about(person, since=on - SHOWN_FOR, on=on)
    rows = [
        TableRow(
            reading.by or _("somebody who is no longer here"),
            (
                reading.kind.label,
                day(reading.on, on),
                ngettext("%(count)s time", "%(count)s times", reading.times) % {"count": reading.times},
            ),
            sub=reading.title,
        )
        for reading in readings
    ]
    table = Table((_("Who"), _("What"), _("When"), _("How often")), rows, css="cards")
    return render(request, "people/audit/seen_by.html", {"table": table, "is_empty": not rows})


class PeriodForm(StyledForm):
    first = day_field(lazy("From"), reach=BEGUN)
    last = day_field(lazy("To and including"), reach=BEGUN)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif first and last and whole_log(first, last)[MOST_ROWS : MOST_ROWS + 1].exists():
            self.add_error("last", _("That is more than a workbook has room for. Choose a shorter period."))
        return cleaned


@dataclass(frozen=True, slots=True)
class AuditPage:
    """What audit.html reads. `form` is for HR, `events` for administrators."""

    form: PeriodForm | None
    is_fresh: bool
    events: Table | None
    kinds: Sequence[tuple[str, str]]
    kind: str
    older: int | None


def _keeps_log(mine: Roles) -> bool:
    return mine.is_administrator or mine.is_hr


@only(_keeps_log)
@never_cache
def audit(request: HttpRequest) -> HttpResponse:
    """Technical events for administrators, of one kind with `?art=`, before an entry with `?foer=`."""
    return _audit_page(request, _empty_form(today()))


def _empty_form(on: date) -> PeriodForm:
    return PeriodForm(initial={"first": on.replace(day=1), "last": on})


def _audit_page(request: HttpRequest, form: PeriodForm) -> HttpResponse:
    mine, on = roles(request), today()
    kinds = [(kind.value, str(kind.label)) for kind in AuditKind if kind not in (*READINGS, *FOR_HR_ALONE)]
    kind = request.GET.get("art", "")
    entries: list[AuditEntry] = []
    if mine.is_administrator:
        events = technical_events()
        if kind in dict(kinds):
            events = events.filter(kind=kind)
        before = int_from(request.GET.get("foer", ""))
        if before is not None:
            events = events.filter(pk__lt=before)
        entries = list(events.order_by("-pk")[: SHOWN + 1])
    page = AuditPage(
        form=form if mine.is_hr else None,
        is_fresh=just_logged_in(request),
        events=_events_table(entries[:SHOWN], on) if mine.is_administrator else None,
        kinds=kinds,
        kind=kind,
        older=entries[SHOWN - 1].pk if len(entries) > SHOWN else None,
    )
    return render(request, "people/audit/audit.html", as_context(page), status=422 if form.is_bound else 200)


def _events_table(entries: Sequence[AuditEntry], on: date) -> Table:
    names = names_of(entries)
    rows = [
        TableRow(
            _who(entry, names),
            (entry.get_kind_display(), _about(entry, names), day_and_time(timezone.localtime(entry.at), on)),
        )
        for entry in entries
    ]
    return Table((_("Who"), _("What"), _("About"), _("When")), rows, css="cards", empty=_("Nothing has happened."))


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.by_id is not None:
        return names.get(entry.by_id, f"#{entry.by_id}")
    if entry.kind in WITHOUT_LOGIN:
        return _("somebody not logged in")
    return _("whoever runs the server")


def _about(entry: AuditEntry, names: dict[int, str]) -> str:
    """Whom it concerns, if that is somebody else, and the facts of it: the role, the way of logging in."""
    parts = []
    if entry.about_id is not None and entry.about_id != entry.by_id:
        parts.append(names.get(entry.about_id, f"#{entry.about_id}"))
    if "role" in entry.facts:
        parts.append(str(Role(entry.facts["role"]).label))
    if "way" in entry.facts:
        parts.append(str(WAYS[entry.facts["way"]]))
    parts += [str(STEPS.get(step, step)) for step in entry.facts.get("steps", [])]
    return ", ".join(parts)


@only(lambda mine: mine.is_hr)
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """All entries of a period as a workbook. Only for a person who has just logged in; fetching it is noted too."""
    form = PeriodForm(request.GET or None)
    if not just_logged_in(request) or not form.is_valid():
        return _audit_page(request, form if form.is_bound else _empty_form(today()))
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    word = _("audit-log")
    name = f"{word}-{first.isoformat()}-{last.isoformat()}.xlsx"
    file = FileResponse(_workbook(first, last), as_attachment=True, filename=name, content_type=XLSX)
    return cast(HttpResponse, file)  # it streams a file that may be large


def _workbook(first: date, last: date) -> Any:
    """The workbook as a temporary file. All text is written as text: Excel must not read any of it as a formula."""
    out = TemporaryFile()  # noqa: SIM115 (the response closes it)
    book = Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet(_("Audit log"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 8, 20)
    heads = (_("When"), _("Who, number"), _("Who"), _("What"), _("About, number"), _("About"), _("Page"), _("Thing"))
    for column, head in enumerate(heads):
        sheet.write_string(0, column, str(head))
    number = 0
    for piece in chunks(whole_log(first, last).iterator(ROWS_AT_ONCE), ROWS_AT_ONCE):
        names = names_of(piece)
        for entry in piece:
            number += 1
            _write_row(sheet, number, entry, names)
    book.close()
    out.seek(0)
    return out


def _write_row(sheet: Any, number: int, entry: AuditEntry, names: dict[int, str]) -> None:
    sheet.write_datetime(number, 0, timezone.localtime(entry.at).replace(tzinfo=None))
    for column, pk in ((1, entry.by_id), (4, entry.about_id), (7, entry.thing)):
        if pk is not None:
            sheet.write_number(number, column, pk)
    sheet.write_string(number, 2, _who(entry, names))
    facts = " ".join(f"{name}={value}" for name, value in entry.facts.items())
    sheet.write_string(number, 3, f"{entry.get_kind_display()} {facts}".strip())
    sheet.write_string(number, 5, names.get(entry.about_id or 0, ""))
    sheet.write_string(number, 6, entry.page)


urlpatterns = [
    path("hvem-har-laest/", seen_by, name="seen-by"),
    path("organisation/log/", audit, name="audit"),
    path("organisation/log/udtraek/", export, name="audit-export"),
]
