"""The page of the follow-up talks of an employment, for the employee and the present line manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.conversations import employments_followed_up_by
from udbytte.domain.lifecycle import Event
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN, START
from udbytte.models import AgendaItem, Employment, FollowUpTalk, LogEntry, Person
from udbytte.models.formatting import day
from udbytte.models.labels import HAPPENED
from udbytte.models.meetings import LONGEST_AGENDA_ITEM
from udbytte.queries.meetings.follow_up_talks import FollowUpTalkContents, begins_on, contents_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings import follow_up_talks as services
from udbytte.web.agreements.facts import check_in_text
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.contents import Part
from udbytte.web.base.fields import DayField, StyledForm
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission


class AgendaForm(StyledForm):
    """Something to talk about."""

    text = forms.CharField(label=lazy("What do you want to talk about?"), max_length=LONGEST_AGENDA_ITEM)


class DayForm(StyledForm):
    """The day of the next talk."""

    planned_on = DayField(label=lazy("Which day do you talk?"), reach=START, required=False)


class TalkedForm(StyledForm):
    """When the two talked, and when they talk next."""

    held_on = DayField(label=lazy("When did you talk?"), reach=BEGUN)
    next_on = DayField(label=lazy("When do you talk next? (may be empty)"), reach=START, required=False)


@dataclass(frozen=True, slots=True)
class FollowUpAnswer:
    """Who answered what, about which agreement; and in which words, where there are any."""

    title: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class FollowUpTalkPage:
    """What the template reads."""

    employment: Employment
    other: Person | None  # whom the reader talks with
    planned: str
    last: str
    items: Sequence[AgendaItem]
    last_items: Sequence[AgendaItem]
    open: Sequence[Row]
    answers: Sequence[FollowUpAnswer]
    coming: Sequence[tuple[str, Row]]  # the day, and the agreement

    @property
    def parts(self) -> list[Part]:
        """The parts of the contents list."""
        talked_about = sum(item.done_on is not None for item in self.items)
        count = _("%(count)s of %(all)s") % {"count": talked_about, "all": len(self.items)} if self.items else ""
        shown = (
            (True, Part("agenda", _("On the agenda"), count=count)),
            (True, Part("open", _("Open now"), count=str(len(self.open) or ""))),
            (self.answers, Part("answers", _("New answers"))),
            (self.coming, Part("coming", _("Coming in the next three months"))),
            (self.last_items, Part("talked-about", _("What you talked about last"))),
            (True, Part("when", _("When do you talk?"))),
        )
        return [part for is_shown, part in shown if is_shown]


Forms = dict[str, forms.Form]


def follow_up_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the talk; a POST names in `do` what is done."""
    person, on = person_of(request), today()
    employments = employments_followed_up_by(person, on).select_related("person", "line_manager", "unit")
    employment = get_object_or_404(employments, pk=pk)
    failed: Forms = {}
    if request.method == "POST":
        action = ACTIONS.get(request.POST.get("do", ""))
        if action is None:
            raise Http404
        failed = action(request, employment)
        if not failed:
            return redirect("follow-up-talk", pk)
    contents = contents_of(employment, person, on)
    page = _page(employment, contents, person, on)
    context = {"page": page, "parts": page.parts, **_forms(contents.talk, on), **failed}
    return render(request, "meetings/follow_up_talk.html", context, status=422 if failed else 200)


def _page(employment: Employment, contents: FollowUpTalkContents, person: Person, on: date) -> FollowUpTalkPage:
    talk, last = contents.talk, contents.last
    return FollowUpTalkPage(
        employment=employment,
        other=employment.line_manager if person.pk == employment.person_id else employment.person,
        planned=day(talk.planned_on, on) if talk is not None and talk.planned_on is not None else "",
        last=day(last.held_on, on) if last is not None and last.held_on is not None else "",
        items=contents.items,
        last_items=contents.last_items,
        open=[row(agreement, on) for agreement in contents.open],
        answers=[_answer(entry, on) for entry in contents.answers],
        coming=[(day(begins_on(each, on) or on, on), row(each, on)) for each in contents.coming],
    )


def _answer(entry: LogEntry, on: date) -> FollowUpAnswer:
    who, facts = entry.by.name if entry.by is not None else "Udbytte", entry.facts
    what = _("%(who)s %(what)s") % {"who": who, "what": HAPPENED[Event(entry.event)]}
    if "happens" in facts and "learns" in facts:
        answer = check_in_text(happens=bool(facts["happens"]), learns=bool(facts["learns"]))
        what = _("%(who)s: %(what)s") % {"who": who, "what": answer}
    words = next((str(facts[name]) for name in ("learned", "line", "reason") if facts.get(name)), "")
    return FollowUpAnswer(entry.agreement.title, f"{day(entry.on, on)} · {what}", words)


def _forms(talk: FollowUpTalk | None, on: date) -> Forms:
    return {
        "agenda_form": AgendaForm(auto_id="agenda_%s"),
        "day_form": DayForm(initial={"planned_on": talk.planned_on if talk is not None else None}, auto_id="day_%s"),
        "talked_form": TalkedForm(initial={"held_on": on}, auto_id="talked_%s"),
    }


def _add(request: HttpRequest, employment: Employment) -> Forms:
    form = AgendaForm(request.POST, auto_id="agenda_%s")
    if form.is_valid():
        with Submission(form):
            services.add_agenda_item(employment, form.cleaned_data["text"], by=person_of(request), on=today())
    return {"agenda_form": form} if form.errors else {}


def _mark(request: HttpRequest, employment: Employment) -> Forms:
    items = AgendaItem.objects.filter(talk__employment=employment).select_related("talk__employment")
    item = get_object_or_404(items, pk=int_from(request.POST.get("item", "")) or 0)
    try:
        services.mark_agenda_item(item, done="done" in request.POST, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    return {}


def _plan(request: HttpRequest, employment: Employment) -> Forms:
    form = DayForm(request.POST, auto_id="day_%s")
    if form.is_valid():
        with Submission(form):
            services.plan_follow_up_talk(employment, form.cleaned_data["planned_on"], by=person_of(request), on=today())
    return {"day_form": form} if form.errors else {}


def _talked(request: HttpRequest, employment: Employment) -> Forms:
    form = TalkedForm(request.POST, auto_id="talked_%s")
    if form.is_valid():
        facts: dict[str, Any] = form.cleaned_data
        with Submission(form):
            services.hold_follow_up_talk(
                employment, facts["held_on"], by=person_of(request), on=today(), next_on=facts["next_on"]
            )
            messages.success(request, _("Saved. What you did not get to is on the agenda of the next talk."))
    return {"talked_form": form} if form.errors else {}


# What `do` may name. Each action returns the form that could not be saved, by its context key.
ACTIONS: dict[str, Callable[[HttpRequest, Employment], Forms]] = {
    "add": _add,
    "mark": _mark,
    "plan": _plan,
    "talked": _talked,
}

urlpatterns = [path("opfoelgning/<int:pk>/", follow_up_talk, name="follow-up-talk")]
