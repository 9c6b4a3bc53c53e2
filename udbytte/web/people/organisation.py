"""The organisation for administrators and HR: units, who manages, roles, addresses that refuse mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from udbytte.access.people import Roles, missing_people
from udbytte.domain.search.words import search_words
from udbytte.models import Employment, Person, Role, RoleAssignment
from udbytte.models.labels import STEP_LABELS
from udbytte.queries.notifications.answers import AnsweredInTime, answers_to_emails
from udbytte.queries.notifications.mail import unreached_people
from udbytte.queries.people.missing import everybody_missing
from udbytte.queries.people.names import people_with, units_with
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings.slots import end_absence, record_absence
from udbytte.services.people.missing import end_missing_person
from udbytte.services.people.roles import choose_manager, end_role, give_role
from udbytte.services.people.second_step import has_second_step, open_reset
from udbytte.services.people.sessions import end_all_sessions
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.fields import PersonField, StyledForm, UnitField
from udbytte.web.base.fresh_login import fresh_login_to
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission, focus_first_error
from udbytte.web.meetings.forms import AbsenceForm

SHOWN = 100


def _keeps_people(mine: Roles) -> bool:
    return mine.is_administrator or mine.is_hr


class RoleForm(StyledForm):
    person = PersonField(label=lazy("Whom?"), help_text=lazy("A work e-mail, or name with number. Not yourself."))
    role = forms.ChoiceField(label=lazy("Role"), choices=Role.choices)
    unit = UnitField(
        label=lazy("Unit"),
        required=False,
        help_text=lazy("A part of its name, or its path. Empty: the whole organisation."),
    )


def role_facts(role: RoleAssignment) -> str:
    """Since when a person has a role, who gave it, and who ended it if it has ended."""
    by = _by(role.given_by, role.given_by_sign_on, by_command=role.given_by_command)
    facts = {"day": date_format(role.starts_on, "DATE_FORMAT"), "by": by}
    sentences = [(_("given %(day)s by %(by)s") if by else _("since %(day)s")) % facts]
    if role.ends_on is not None:
        by = _by(role.ended_by, role.ended_by_sign_on, by_command=role.ended_by_command)
        facts = {"day": date_format(role.ends_on, "DATE_FORMAT"), "by": by}
        if role.ends_on < role.starts_on:
            sentences.append((_("ended the same day by %(by)s") if by else _("ended the same day")) % facts)
        else:
            sentences.append((_("last day %(day)s, ended by %(by)s") if by else _("last day %(day)s")) % facts)
    return ", ".join(sentences)


def _by(person: Person | None, sign_on: str, *, by_command: bool) -> str:
    if by_command:
        return _("whoever runs the server")
    return person.name if person is not None else sign_on


def _answers_table(rows: Sequence[AnsweredInTime]) -> Table | None:
    """How soon each kind of email is answered; None before any email could be."""
    if not rows:
        return None
    labels = {
        **STEP_LABELS,
        "helper_check_in": _("The helper's view: does it happen?"),
        "stray": _("A task has nobody responsible"),
    }
    return Table(
        columns=(_("What the email asks"), _("Asked"), _("Answered within 7 days")),
        rows=[
            TableRow(
                labels.get(row.step, row.step),
                (row.asked, _("%(percent)s%%") % {"percent": round(100 * row.answered / row.asked)}),
            )
            for row in rows
        ],
        label=_("How soon emails are answered"),
    )


@only(_keeps_people)
@fresh_login_to("POST")
def organisation(request: HttpRequest) -> HttpResponse:
    """Search people and roles, give and end roles, and see whom no email reaches."""
    on = today()
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            give_role(by=person_of(request), on=on, **form.cleaned_data)
            messages.success(request, _("The role is given."))
            return redirect("organisation")
    words = request.GET.get("q", "").strip()
    people = Employment.objects.on(on).select_related("person", "unit", "line_manager")
    given = RoleAssignment.objects.select_related("person", "unit", "given_by", "ended_by")
    for word in search_words(words):
        fits = Q(person__in=people_with(word)) | Q(unit__in=units_with(word))
        people, given = people.filter(fits), given.filter(fits)
    shown = list(given.on(on)[: SHOWN + 1])
    ended = list(given.filter(ends_on__lt=on).order_by("-ends_on", "-ended_at", "-pk")[: SHOWN + 1])
    present = Prefetch("employments", Employment.objects.on(on).select_related("unit"))
    labels = labels_of_units(on)
    refusing = Person.objects.filter(mail_refused_at__isnull=False, is_active=True)
    silent = unreached_people(on) if roles(request).is_administrator else Person.objects.none()
    context = {
        "form": form,
        "imports": roles(request).is_administrator,
        "keeps_data": roles(request).is_hr,
        "q": words,
        "people": [(job, label_of(job.unit, labels)) for job in people[:30]] if words else [],
        "roles": [(role, label_of(role.unit, labels), role_facts(role)) for role in shown[:SHOWN]],
        "more_roles": len(shown) > SHOWN,
        "ended": [(role, label_of(role.unit, labels), role_facts(role)) for role in ended[:SHOWN]],
        "more_ended": len(ended) > SHOWN,
        "units": labels.values(),
        "refused": refusing[:SHOWN],
        "refused_count": refusing.count(),
        "missing": everybody_missing(on, most=SHOWN) if roles(request).is_administrator else [],
        "missing_count": missing_people(on).count(),
        "unreached": silent.prefetch_related(present)[:SHOWN],
        "unreached_count": silent.count(),
        "answers": _answers_table(answers_to_emails(on)) if roles(request).is_hr else None,
        "without_manager": Employment.objects.on(on).filter(line_manager__isnull=True).count(),
    }
    return render(request, "people/organisation/organisation.html", context, status=422 if form.is_bound else 200)


@only(_keeps_people)
@require_POST
@fresh_login_to("POST")
def drop_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role. Its steps go to those who own them from now on."""
    try:
        end_role(get_object_or_404(RoleAssignment, pk=pk), by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The role is ended."))
    return redirect("organisation")


@only(lambda mine: mine.is_administrator)
@require_POST
@fresh_login_to("POST")
def end_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody whom the file lacks no longer works here."""
    person = get_object_or_404(Person, pk=pk)
    try:
        end_missing_person(person, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(name)s no longer works here.") % {"name": person.name})
    return redirect("organisation")


class ManagerForm(forms.Form):
    manager = PersonField(
        label=lazy("Who holds the conversation?"),
        required=False,
        help_text=lazy("A work e-mail, or name with number. Empty: the nearest manager upward."),
        widget=forms.TextInput(attrs={"class": "ds-input"}),
    )


@only(_keeps_people)
@fresh_login_to("POST")
def employment(request: HttpRequest, pk: int) -> HttpResponse:
    """One employment: who holds its conversation, and choosing somebody by hand."""
    job = _find_employment(pk)
    form = ManagerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form, field="manager"):
            choose_manager(job, form.cleaned_data["manager"], by=person_of(request), on=today())
            messages.success(request, _("Saved."))
            return redirect("employment", pk)
    return _show_employment(request, job, form)


@only(lambda roles: roles.is_administrator)
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a person out everywhere."""
    person = get_object_or_404(Person, pk=pk)
    end_all_sessions(person, by=person_of(request), on=today())
    messages.success(request, _("%(name)s is logged out everywhere.") % {"name": person.name})
    return redirect("organisation")


@only(lambda roles: roles.is_hr)
@require_POST
def change_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a long absence, or that the person is back already."""
    job, by, on = _find_employment(pk), person_of(request), today()
    if "back" in request.POST:
        end_absence(job, by=by, on=on)
        messages.success(request, _("Saved."))
        return redirect("employment", pk)
    form = AbsenceForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        with Submission(form):
            record_absence(job, by=by, on=on, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("employment", pk)
    focus_first_error(form)
    return _show_employment(request, job, ManagerForm(), absence=form)


def _find_employment(pk: int) -> Employment:
    related = ("person", "unit", "line_manager", "chosen_manager")
    return get_object_or_404(Employment.objects.select_related(*related), pk=pk)


def _show_employment(
    request: HttpRequest, job: Employment, form: ManagerForm, *, absence: AbsenceForm | None = None
) -> HttpResponse:
    own, ends = job.person == person_of(request), roles(request).is_administrator
    context: dict[str, Any] = {"employment": job, "form": form, "own": own, "ends_sessions": ends}
    if ends and not own and has_second_step(job.person):
        context |= {"resets": True, "reset": open_reset(job.person, timezone.now())}
    if roles(request).is_hr:
        absences = job.absences.filter(ends_on__gte=today())
        context |= {"absence": absence or AbsenceForm(auto_id="leave_%s"), "absences": absences}
    status = 422 if form.is_bound or absence is not None else 200
    return render(request, "people/organisation/employment.html", context, status=status)


urlpatterns = [
    path("organisation/", organisation, name="organisation"),
    path("organisation/rolle/<int:pk>/slut/", drop_role, name="end-role"),
    path("organisation/person/<int:pk>/fratraadt/", end_missing, name="end-missing"),
    path("organisation/person/<int:pk>/log-ud/", end_sessions, name="end-sessions"),
    path("organisation/ansaettelse/<int:pk>/", employment, name="employment"),
    path("organisation/ansaettelse/<int:pk>/fravaer/", change_absence, name="absence"),
]
