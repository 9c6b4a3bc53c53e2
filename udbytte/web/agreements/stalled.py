"""What is stalled: HR's groups, each with one action; coordinators and managers have lists (`stalled_lists`)."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.lifecycle import Party
from udbytte.models import Person
from udbytte.models.formatting import day
from udbytte.models.labels import PARTIES, STEP_LABELS
from udbytte.models.stalled_text import holders_text
from udbytte.queries.agreements.stalled import (
    Cause,
    Group,
    days_late,
    groups_for_hr,
    sentence_of,
)
from udbytte.runtime.clock import today
from udbytte.services.agreements.routing import (
    announce_routing,
    ask_about_steps,
    asked_today,
    cancel_routing,
    day_it_holds,
    give_steps_without_owner,
    takers_of,
)
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Action, Table, TableRow
from udbytte.web.base.fields import PersonField, StyledForm, radio_field
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission

from .stalled_lists import lists_of

A_PAGE = 25
ABOVE = "above"  # each step goes to the manager of whoever is silent
ROLES = (Party.COORDINATOR, Party.BUDGET_OWNER)  # HR can give somebody the role
NAMED = 2  # so many people are named in a row


@only(lambda mine: mine.is_hr or mine.is_coordinator or mine.is_manager)
def stalled(request: HttpRequest) -> HttpResponse:
    """HR reads groups: who is late, how many steps, how old. Coordinators and managers read their own lists."""
    person, on, mine = person_of(request), today(), roles(request)
    groups = groups_for_hr(person, on) if mine.is_hr else []
    page = Paginator(groups, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "for_hr": mine.is_hr,
        "back_to": "rounds" if mine.is_hr else "team" if mine.is_manager else "course-board",
        "count": sum(group.count for group in groups),
        "savable": sum(len(group.deadlines) for group in groups),
        "page": page,
        "table": _groups_table(list(page), on) if mine.is_hr else None,
        "lists": lists_of(person, on) if mine.is_coordinator or mine.is_manager else [],
    }
    return render(request, "agreements/stalled.html", context)


# --- HR's groups


def _groups_table(groups: list[Group], on: date) -> Table:
    asked = asked_today((person.pk for group in groups for person, _rows in group.people), on)
    return Table(
        columns=(_("What is missing, and with whom"), _("Number"), _("How late"), _("What is urgent"), ""),
        rows=[
            TableRow(
                _heading(group),
                (group.count, _ages(group), _urgent(group, on)),
                url=page_address("stalled-group", group.key),
                sub=_with_whom(group),
                actions=_actions(group, asked),
            )
            for group in groups
        ],
        label=_("Stalled, by cause"),
        empty=_("No tasks have stalled. What is more than three weeks overdue with a manager, coordinator or budget "
                "owner is shown here."),
        css="cards rows",
    )  # fmt: skip


def _heading(group: Group) -> str:
    if group.cause is Cause.NO_OWNER:
        return _("Tasks that nobody is responsible for")
    if group.cause is Cause.CAPACITY:
        return _("More tasks than one coordinator can see to")
    return str(STEP_LABELS[group.step])


def _with_whom(group: Group) -> str:
    """Who is late, by name and role; of more than two, how many of them are where."""
    if group.cause is Cause.NO_OWNER:
        return _("%(role)s is missing in %(unit)s") % {"role": _role(group.party).capitalize(), "unit": group.unit}
    people = group.people
    if len(people) > NAMED:
        return _("%(people)s in %(unit)s") % {"people": holders_text(group.party, len(people)), "unit": group.unit}
    names = _(" and ").join(person.name for person, _rows in people)
    return f"{names}, {_role(group.party)}"


def _role(party: Party) -> str:
    """The role without article, as it stands behind a name."""
    roles_: dict[Party, str] = {
        Party.MANAGER: _("manager"),
        Party.COORDINATOR: _("course coordinator"),
        Party.BUDGET_OWNER: _("budget owner"),
    }
    return roles_.get(party, str(PARTIES[party]))


def _ages(group: Group) -> str:
    young, middle, old = group.ages
    width = 120 / (group.count or 1)
    bars = [("young", 0.0, young * width), ("middle", young * width, middle * width)]
    bars.append(("old", (young + middle) * width, old * width))
    label = _("%(young)s under 4 weeks, %(middle)s 4 to 6, %(old)s over") % {
        "young": young, "middle": middle, "old": old,
    }  # fmt: skip
    return render_to_string("agreements/ages.html", {"bars": [bar for bar in bars if bar[2]], "label": label})


def _urgent(group: Group, on: date) -> str:
    """What is decided about the group already, else its first deadline, else how old the oldest is."""
    if group.routings:
        routing = group.routings[0]
        words = {"name": routing.to.name, "day": day(routing.holds_on, on), "count": len(group.routings)}
        return _("%(count)s go to %(name)s on %(day)s") % words
    deadlines = group.deadlines
    if deadlines:
        words = {"count": len(deadlines), "day": day(deadlines[0], on)}
        return _("%(count)s can still be in time, first deadline %(day)s") % words
    if group.cause is Cause.NO_OWNER:
        since = min(row.step_since for row in group.agreements if row.step_since is not None)
        return _("since %(day)s") % {"day": day(since, on)}
    return ngettext("the oldest is %(days)s day overdue", "the oldest is %(days)s days overdue", group.oldest) % {
        "days": group.oldest
    }


def _is_asked(group: Group, asked: set[tuple[int, str]]) -> bool:
    """Whether everybody in the group has been asked today about all of their steps."""
    return all((person.pk, row.step) in asked for person, rows in group.people for row in rows)


def _actions(group: Group, asked: set[tuple[int, str]]) -> list[Action]:
    """The one action for all of the group, and beside it asking again."""
    url = page_address("stalled-group", group.key)
    named = f"{_heading(group)}, {_with_whom(group)}"
    if group.cause is Cause.NO_OWNER:
        return [Action(_("Choose who is responsible"), url, named=named)]
    if group.routings and not group.with_hr:
        return [Action(_("Take it back"), url, do="cancel", variant="secondary", named=named)]
    asks = not _is_asked(group, asked)
    label = _("Ask them") if len(group.people) > 1 else _("Ask")
    ask = [Action(label, url, do="ask", variant="secondary" if group.with_hr else "", named=named)] if asks else []
    hand_on = [Action(_("Hand on …"), url, named=named)] if group.with_hr else []
    return [*hand_on, *ask] or [Action(_("Asked today"), url, variant="secondary", named=named)]


class RouteForm(StyledForm):
    """Who takes on the steps of a group."""

    def __init__(self, choices: list[tuple[str, str]], data: object = None) -> None:
        super().__init__(data)
        self.fields["to"] = radio_field(lazy("Who takes them on?"), choices)

    def taker(self) -> Person | None:
        """The person chosen; None: each silent one's manager."""
        chosen = self.cleaned_data["to"]
        return None if chosen == ABOVE else Person.objects.get(pk=int(chosen))


class GiveForm(StyledForm):
    """Who is responsible for steps that had no owner."""

    to = PersonField(
        label=lazy("Who is responsible from now on?"),
        help_text=lazy("A work e-mail, or name with number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@only(lambda mine: mine.is_hr)
def stalled_group(request: HttpRequest, key: str) -> HttpResponse:
    """One group: who has how many, and what can be done about all of them at once."""
    person, on = person_of(request), today()
    group = next((group for group in groups_for_hr(person, on) if group.key == key), None)
    if group is None:
        if request.method == "POST":  # somebody has acted meanwhile
            messages.info(request, _("This has been dealt with."))
            return redirect("stalled")
        raise Http404
    form = _form(group, person, on, request)
    if request.method == "POST" and _act(request, group, form, person, on):
        return redirect("stalled")
    context = {
        "group": group,
        "heading": _heading(group),
        "with_whom": _with_whom(group),
        "sentence": sentence_of(group),
        "table": _people_table(group, on),
        "form": form,
        "holds_on": day(day_it_holds(on), on),
        "routing": group.routings[0] if group.routings else None,
        "routing_day": day(group.routings[0].holds_on, on) if group.routings else "",
        "asks": group.cause is not Cause.NO_OWNER,
        "asked": _is_asked(group, asked_today((row.pk for row, _rows in group.people), on)),
        "has_no_taker": bool(group.with_hr) and form is None,
        "gives_role": group.party in ROLES or group.cause is Cause.NO_OWNER,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "agreements/stalled_group.html", context, status=status)


def _form(group: Group, person: Person, on: date, request: HttpRequest) -> RouteForm | GiveForm | None:
    data = request.POST if request.POST.get("do") in ("route", "give") else None
    if group.cause is Cause.NO_OWNER:
        return GiveForm(data)
    if not group.with_hr:
        return None
    takers, all_of_them = takers_of(group.with_hr, by=person, on=on), len(group.with_hr)
    people = Person.objects.filter(is_active=True).in_bulk(takers)
    choices = [(ABOVE, _("The manager of each of them"))] if len(group.people) > 1 else []
    for pk, count in sorted(takers.items(), key=lambda pair: -pair[1]):
        if pk in people:
            part = _("%(name)s (%(count)s of %(all)s)") % {"name": people[pk].name, "count": count, "all": all_of_them}
            choices.append((str(pk), people[pk].name if count == all_of_them else part))
    return RouteForm(choices, data) if choices else None


def _act(request: HttpRequest, group: Group, form: RouteForm | GiveForm | None, by: Person, on: date) -> bool:
    """Do what was pressed, for all of the group. False: it was refused, and the form says why."""
    do = request.POST.get("do")
    if do == "ask" and group.cause is not Cause.NO_OWNER:
        asked = ask_about_steps(group.agreements, by=by, on=on)
        names = ", ".join(person.name for person in asked)
        messages.success(request, _("Asked: %(names)s.") % {"names": names} if asked else _("Asked today already."))
        return True
    if do == "cancel":
        cancel_routing([routing.agreement for routing in group.routings], by=by, on=on)
        messages.success(request, _("Taken back. Those concerned hear of it."))
        return True
    if form is None or not form.is_bound or not form.is_valid():
        return False
    with Submission(form):
        if isinstance(form, RouteForm):
            routings = announce_routing(group.with_hr, to=form.taker(), by=by, on=on)
            words = {"count": len(routings), "day": day(routings[0].holds_on, on)}
            messages.success(
                request, _("Announced: %(count)s go on, %(day)s. You can take it back until then.") % words
            )
        else:
            given = give_steps_without_owner(group.agreements, to=form.cleaned_data["to"], by=by, on=on)
            name = form.cleaned_data["to"].name
            messages.success(request, _("%(name)s has %(count)s tasks more.") % {"name": name, "count": len(given)})
        return True
    return False


def _people_table(group: Group, on: date) -> Table | None:
    """Who has how many, how old, and how many of them have come to HR."""
    if group.cause is Cause.NO_OWNER:
        return None
    return Table(
        columns=(_("Lies with"), _("Number"), _("Oldest, days overdue"), _("Can still be in time"), _("Come to HR")),
        rows=[
            TableRow(
                person.name,
                (
                    len(rows),
                    max(days_late(row, on) for row in rows),
                    sum(row.pk in {saved.pk for saved in group.savable} for row in rows),
                    sum(row.is_with_hr for row in rows),
                ),
            )
            for person, rows in group.people
        ],
        label=_("Who has how many"),
    )


urlpatterns = [
    path("gaaet-i-staa/", stalled, name="stalled"),
    path("gaaet-i-staa/<slug:key>/", stalled_group, name="stalled-group"),
]
