"""HR's page about personal data: limits and what they would erase, legal holds, the notice, and handouts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache

from udbytte.domain.numbers import int_from
from udbytte.domain.privacy import LIMITS, Record
from udbytte.models import Handout, LegalHold, PrivacyNotice
from udbytte.models.formatting import day, day_and_time
from udbytte.models.privacy import LONGEST_CONTACT, LONGEST_HOLD_REASON, LONGEST_NOTICE_ADDITION
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.queries.privacy.notice import present_notice
from udbytte.queries.privacy.retention import Outlook, months_by_record, outlook
from udbytte.runtime.clock import today
from udbytte.services.privacy.handouts import end_handout, is_open, start_handout
from udbytte.services.privacy.holds import lift_hold, place_hold
from udbytte.services.privacy.notice import publish_notice
from udbytte.services.privacy.retention import set_limits
from udbytte.web.base.components import Action, Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.fields import PersonField, StyledForm, UnitField, text_field
from udbytte.web.base.fresh_login import fresh_login_to
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission, focus_first_error

from .labels import RECORD_LABELS, time_text

SHOWN = 50


class LimitsForm(StyledForm):
    """A number of months for each kind of record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for record, limit in LIMITS.items():
            self.fields[record.value] = forms.IntegerField(
                label=_("%(what)s, months") % {"what": RECORD_LABELS[record]},
                min_value=limit.least,
                max_value=limit.most,
                widget=forms.NumberInput(attrs={"class": "ds-input"}),
            )


class NoticeForm(StyledForm):
    contact = text_field(lazy("Whom to write to"), rows=3, required=False, length=LONGEST_CONTACT)
    addition = text_field(
        lazy("What you add, such as the legal basis"), rows=4, required=False, length=LONGEST_NOTICE_ADDITION
    )


class HoldForm(StyledForm):
    person = PersonField(
        label=lazy("A person, also one who has left"),
        required=False,
        help_text=lazy("A work e-mail, or name with number."),
        among=Q(erased_on__isnull=True),
    )
    unit = UnitField(
        label=lazy("Or a unit, with all below it"),
        required=False,
        help_text=lazy("A part of its name, or its path."),
    )
    reason = text_field(lazy("Why the records are needed"), rows=2, length=LONGEST_HOLD_REASON)


class HandoutForm(StyledForm):
    person = PersonField(
        label=lazy("Who has left and asks?"),
        help_text=lazy("The name or the earlier work e-mail; with number (#12) if several have it."),
        among=Q(is_active=False),
    )
    to = forms.EmailField(label=lazy("The address that you have checked is theirs"))
    again = forms.EmailField(label=lazy("The same address once more"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("to"), cleaned.get("again")
        if first and second and first.lower() != second.lower():
            self.add_error("again", _("The two addresses are not the same."))
        return cleaned


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What desk.html reads."""

    outlook: Table
    limits: LimitsForm
    limits_open: bool
    notice: PrivacyNotice
    notice_form: NoticeForm
    notice_open: bool
    holds: Table
    hold_form: HoldForm
    units: Collection[str]  # as suggestions
    handouts: Table
    handout_form: HandoutForm


FORMS: Mapping[str, type[StyledForm]] = {
    "limits": LimitsForm,
    "notice": NoticeForm,
    "hold": HoldForm,
    "handout": HandoutForm,
}


@only(lambda mine: mine.is_hr)
@never_cache
@fresh_login_to("POST")
def desk(request: HttpRequest) -> HttpResponse:
    """The page; `do` names which of its forms is sent, or what is lifted or ended."""
    on = today()
    forms_shown = _empty_forms()
    if request.method != "POST":
        return _page(request, forms_shown, on)
    do, _sign, number = request.POST.get("do", "").partition("-")
    if number:
        return _press(request, do, int_from(number) or 0, on)
    if do not in FORMS:
        raise Http404
    form = forms_shown[do] = FORMS[do](request.POST, prefix=do)
    if form.is_valid():
        with Submission(form):
            messages.success(request, SAVES[do](request, form.cleaned_data, on))
            return redirect("privacy-desk")
    focus_first_error(form)
    return _page(request, forms_shown, on, failed=do)


def _empty_forms() -> dict[str, StyledForm]:
    notice = present_notice()
    initial: dict[str, dict[str, Any]] = {
        "limits": {record.value: months for record, months in months_by_record().items()},
        "notice": {"contact": notice.contact, "addition": notice.addition},
    }
    return {name: kind(initial=initial.get(name), prefix=name) for name, kind in FORMS.items()}


def _save_limits(request: HttpRequest, facts: dict[str, Any], on: date) -> str:
    changed = set_limits({Record(name): months for name, months in facts.items()}, by=person_of(request), on=on)
    return _("Saved. Everybody reads the new limits before the next preparation.") if changed else _("Saved.")


def _save_notice(request: HttpRequest, facts: dict[str, Any], on: date) -> str:
    published = publish_notice(**facts, by=person_of(request), on=on)
    return _("Published. Everybody sees it before the next preparation.") if published else _("Saved.")


def _save_hold(request: HttpRequest, facts: dict[str, Any], on: date) -> str:
    place_hold(**facts, by=person_of(request), on=on)
    return _("The hold is placed. Nothing of it is erased until it is lifted.")


def _save_handout(request: HttpRequest, facts: dict[str, Any], on: date) -> str:
    to = facts["to"]
    start_handout(facts["person"], to=to, by=person_of(request), on=on, now=timezone.now())
    return _("A code is on its way to %(to)s.") % {"to": to}


SAVES: Mapping[str, Callable[[HttpRequest, dict[str, Any], date], str]] = {
    "limits": _save_limits,
    "notice": _save_notice,
    "hold": _save_hold,
    "handout": _save_handout,
}


def _press(request: HttpRequest, do: str, number: int, on: date) -> HttpResponse:
    """Lift a hold, or end a handout."""
    if do == "lift":
        lift_hold(get_object_or_404(LegalHold, pk=number), by=person_of(request), on=on)
        messages.success(request, _("The hold is lifted. The limits count again."))
    elif do == "end":
        end_handout(get_object_or_404(Handout, pk=number), now=timezone.now())
        messages.success(request, _("The code does not work any more."))
    else:
        raise Http404
    return redirect("privacy-desk")


def _page(request: HttpRequest, shown: dict[str, Any], on: date, *, failed: str = "") -> HttpResponse:
    labels = labels_of_units(on)
    page = DeskPage(
        outlook=_outlook_table(outlook(on)),
        limits=shown["limits"],
        limits_open=failed == "limits",
        notice=present_notice(),
        notice_form=shown["notice"],
        notice_open=failed == "notice",
        holds=_holds_table(labels, on),
        units=labels.values(),
        hold_form=shown["hold"],
        handouts=_handouts_table(on),
        handout_form=shown["handout"],
    )
    return render(request, "privacy/desk.html", as_context(page), status=422 if failed else 200)


def _outlook_table(rows: list[Outlook]) -> Table:
    """What the limits would erase, one row for each kind of record."""
    parts: dict[str, list[Outlook]] = {}
    for row in rows:
        parts.setdefault(row.record, []).append(row)
    return Table(
        (_("What"), _("Stored for"), _("Goes tonight"), _("On hold"), _("In 30 days"), _("In a year")),
        [
            TableRow(
                RECORD_LABELS[Record(record)],
                (
                    time_text(of_record[0].months),
                    sum(row.due for row in of_record),
                    sum(row.held for row in of_record),
                    sum(row.within_30_days for row in of_record),
                    sum(row.within_a_year for row in of_record),
                ),
            )
            for record, of_record in parts.items()
        ],
        label=_("How long it is stored"),
    )


def _holds_table(labels: dict[int, str], on: date) -> Table:
    holds = LegalHold.objects.select_related("person", "unit", "placed_by").order_by("lifted_on", "-placed_on", "-pk")
    rows = []
    for hold in holds[:SHOWN]:
        what = hold.person.name if hold.person is not None else label_of(hold.unit, labels)
        by = hold.placed_by.name if hold.placed_by is not None else ""
        lifted = _("lifted %(day)s") % {"day": day(hold.lifted_on, on)} if hold.lifted_on else ""
        actions = (
            []
            if hold.lifted_on
            else [Action(_("Lift"), reverse("privacy-desk"), do=f"lift-{hold.pk}", variant="secondary", named=what)]
        )
        rows.append(TableRow(what, (hold.reason, f"{day(hold.placed_on, on)}, {by}", lifted), actions=actions))
    columns = (_("Whom"), _("Why"), _("Since"), _("State"), "")
    return Table(columns, rows, css="cards", empty=_("Nothing is held."))


def _handouts_table(on: date) -> Table:
    now, rows = timezone.now(), []
    for handout in Handout.objects.select_related("person", "made_by")[:SHOWN]:
        open_ = is_open(handout, now)
        if handout.fetched_at is not None:
            state = _("fetched %(day)s") % {"day": day_and_time(timezone.localtime(handout.fetched_at), on)}
        elif open_:
            state = _("waits until %(day)s") % {"day": day(timezone.localdate(handout.expires_at), on)}
        else:
            state = _("over, not fetched")
        by = handout.made_by.name if handout.made_by is not None else ""
        what = handout.person.name
        actions = (
            [Action(_("End"), reverse("privacy-desk"), do=f"end-{handout.pk}", variant="secondary", named=what)]
            if open_
            else []
        )
        since = f"{day_and_time(timezone.localtime(handout.made_at), on)}, {by}"
        rows.append(TableRow(what, (since, state), sub=handout.to if open_ else "", actions=actions))
    columns = (_("Whom"), _("Started"), _("State"), "")
    return Table(columns, rows, css="cards", empty=_("Nobody has been sent a code."))


urlpatterns = [path("organisation/persondata/", desk, name="privacy-desk")]
