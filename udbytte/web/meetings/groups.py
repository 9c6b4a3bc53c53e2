"""Group conversations: the page that a group shares, and the page on which a manager makes a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.conversations import (
    conversations_seen_by,
    group_is_frozen,
    groups_seen_by,
    is_frozen,
    may_write_group_notes,
)
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, EarlierText, GroupConversation, GroupGoal, Preparation
from udbytte.queries.meetings.status import SharedPreparation, conversations_for_group, shared_preparations_in
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings import group_goals, groups
from udbytte.services.meetings.free_times import TimeTaken
from udbytte.services.meetings.groups import group_members
from udbytte.web.base.contents import Part, done_of
from udbytte.web.base.context import as_context
from udbytte.web.base.request import chosen_round, only, person_of
from udbytte.web.base.submit import Submission

from .forms import GroupGoalForm, GroupHeldForm, GroupNotesForm, GroupTimeForm, JoinForm, NewGroupForm
from .status_text import group_status_text

Failures = dict[str, Any]


def _own(request: HttpRequest, group: GroupConversation) -> Conversation | None:
    """The member's own conversation; None for the manager."""
    own = group.members.filter(employment__person=person_of(request)).select_related("employment", "round")
    return own.first()


def _goal_form(goal: GroupGoal, data: QueryDict | None = None) -> GroupGoalForm:
    return GroupGoalForm(data, initial={"text": goal.text, "sign": goal.sign}, auto_id=f"goal{goal.pk}_%s")


def _time_form(group: GroupConversation) -> GroupTimeForm:
    at = timezone.localtime(group.planned_at) if group.planned_at is not None else None
    initial = {"planned_at": at, "minutes": group.minutes, "place": group.place}
    return GroupTimeForm(initial=initial, auto_id="when_%s")


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What the templates of a group's page read."""

    group: GroupConversation
    own: Conversation | None  # the member's own; None for the manager
    own_is_frozen: bool  # both have signed, or the round is closed
    manages: bool
    status: str
    parts: list[Part]  # of the contents list
    done: tuple[int, int]
    passed: bool  # its time has passed, and nobody has said whether it was held
    everybody: list[Conversation]
    prepared: list[SharedPreparation]
    shares: bool  # the person shares the own preparation with the group

    goals: list[tuple[GroupGoal, GroupGoalForm]]
    goal_form: GroupGoalForm
    notes: GroupNotesForm | None  # None where the person only reads
    earlier_notes: list[EarlierText]
    keeps_earlier: bool  # a change keeps the earlier text
    when: GroupTimeForm
    held: GroupHeldForm
    join: JoinForm | None  # for the manager

    # Notes that somebody else has changed meanwhile
    theirs: str = ""
    conflict: ErrorDict | None = None


def _page(request: HttpRequest, group: GroupConversation) -> GroupPage:
    person, on = person_of(request), today()
    own, manages = _own(request, group), person.pk == group.manager_id
    everybody = group.members.select_related("employment__person").order_by("employment__person__family_name", "pk")
    preparation = Preparation.objects.filter(conversation=own, author=person).first() if own is not None else None
    goals = [(goal, _goal_form(goal)) for goal in group.goals.all()]
    parts = _parts(group, goals=len(goals), manages=manages)
    held = {"held_on": min(group.planned_on or on, on), "present": [talk.pk for talk in group_members(group)]}
    return GroupPage(
        group=group,
        own=own,
        own_is_frozen=own is not None and is_frozen(own),
        manages=manages,
        status=group_status_text(group, on),
        parts=parts,
        done=done_of(parts),
        passed=group.held_on is None and group.planned_on is not None and group.planned_on < on,
        everybody=list(everybody),
        prepared=shared_preparations_in(group),
        shares=preparation is not None and preparation.shared_with_group_on is not None,
        goals=goals,
        goal_form=GroupGoalForm(auto_id="goal_%s"),
        notes=GroupNotesForm.of(group) if may_write_group_notes(group, person, on) else None,
        earlier_notes=list(group.earlier_texts.select_related("by")),
        keeps_earlier=group_is_frozen(group),
        when=_time_form(group),
        held=GroupHeldForm(group_members(group), initial=held),
        join=JoinForm(conversations_for_group(person, on).filter(round=group.round)) if manages else None,
    )


def _parts(group: GroupConversation, *, goals: int, manages: bool) -> list[Part]:
    """The parts of the page that the person sees; `goals` counts the goals in common."""
    count = ngettext("%(count)s goal", "%(count)s goals", goals) % {"count": goals} if goals else ""
    parts = [Part("time", _("When the group meets"), group.planned_at is not None)]
    return [
        *(parts if manages and group.held_on is None else []),
        Part("members", _("In the group")),
        Part("prepared", _("Preparation")),
        Part("goal", _("Goals you have in common"), bool(goals), count),
        Part("notes", _("Notes"), bool(group.notes.strip())),
    ]


def _show(request: HttpRequest, group: GroupConversation, failed: Failures) -> HttpResponse:
    """The page; what is in `failed` replaces the part of the same name."""
    page = replace(_page(request, group), **failed)
    return render(request, "meetings/groups/group.html", as_context(page), status=422 if failed else 200)


def _save_goal(request: HttpRequest, group: GroupConversation) -> Failures:
    number, by, on = request.POST.get("goal", ""), person_of(request), today()
    goal = get_object_or_404(group.goals, pk=int_from(number) or 0) if number else None
    if goal is not None and "remove" in request.POST:
        group_goals.remove_group_goal(goal, by=by, on=on)
        return {}
    form = _goal_form(goal, request.POST) if goal else GroupGoalForm(request.POST, auto_id="goal_%s")
    if form.is_valid():
        with Submission(form):
            if goal is not None:
                group_goals.change_group_goal(goal, by=by, on=on, **form.cleaned_data)
            else:
                group_goals.add_group_goal(group, by=by, on=on, **form.cleaned_data)
            return {}
    if goal is None:
        return {"goal_form": form}
    return {"goals": [(other, form if other == goal else _goal_form(other)) for other in group.goals.all()]}


def _save_notes(request: HttpRequest, group: GroupConversation) -> Failures:
    form = GroupNotesForm(request.POST, auto_id="notes_%s")
    if not form.is_valid():
        return {"notes": form}
    facts = dict(form.cleaned_data)
    with Submission(form):
        groups.save_group_notes(group, by=person_of(request), on=today(), at=timezone.now(), **facts)
        return {}
    group.refresh_from_db()
    again = GroupNotesForm({"notes": facts["notes"], "seen": group.notes}, auto_id="notes_%s")
    return {"notes": again, "theirs": group.notes, "conflict": form.errors}


def _share_preparation(request: HttpRequest, group: GroupConversation) -> Failures:
    own = _own(request, group)
    if own is None:
        raise Http404
    groups.share_preparation_with_group(own, by=person_of(request), on=today(), shares="no" not in request.POST)
    return {}


def _wish_individual(request: HttpRequest, group: GroupConversation) -> Failures:
    own = _own(request, group)
    if own is None:
        raise Http404
    groups.wish_individual_conversation(own, by=person_of(request), on=today())
    return {}


def _plan_time(request: HttpRequest, group: GroupConversation) -> Failures:
    form = GroupTimeForm(request.POST, auto_id="when_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            try:
                groups.plan_group(group, by=person_of(request), on=today(), **facts)
            except TimeTaken:
                form.offer_anyway()
                raise
    return {"when": form} if form.errors else {}


def _cancel(request: HttpRequest, group: GroupConversation) -> Failures:
    groups.cancel_group(group, by=person_of(request), on=today())
    return {}


def _hold(request: HttpRequest, group: GroupConversation) -> Failures:
    form = GroupHeldForm(group_members(group), request.POST)
    if form.is_valid():
        present = [talk.pk for talk in form.cleaned_data["present"]]
        day_ = form.cleaned_data["held_on"]
        with Submission(form):
            groups.hold_group(group, present, held_on=day_, by=person_of(request), on=today())
    return {"held": form} if form.errors else {}


def _add_members(request: HttpRequest, group: GroupConversation) -> Failures:
    by, on = person_of(request), today()
    form = JoinForm(conversations_for_group(by, on).filter(round=group.round), request.POST)
    if form.is_valid():
        for talk in form.cleaned_data["members"]:
            with Submission(form):
                groups.add_member(group, talk, by=by, on=on)
    return {"join": form} if form.errors else {}


def _remove_member(request: HttpRequest, group: GroupConversation) -> Failures:
    number = request.POST.get("member", "")
    talk = get_object_or_404(group_members(group), pk=int_from(number) or 0)
    groups.remove_member(group, talk, by=person_of(request), on=today())
    return {}


# What `do` may name. Each action returns the parts of the page that could not be saved, by their name in GroupPage.
ACTIONS: dict[str, Callable[[HttpRequest, GroupConversation], Failures]] = {
    "goal": _save_goal,
    "notes": _save_notes,
    "share": _share_preparation,
    "alone": _wish_individual,
    "when": _plan_time,
    "cancel": _cancel,
    "hold": _hold,
    "join": _add_members,
    "leave": _remove_member,
}


def group_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that a group shares; no member's plan is shown on it. A POST names in `do` what is done."""
    group = get_object_or_404(groups_seen_by(person_of(request)).select_related("round", "manager"), pk=pk)
    if request.method != "POST":
        return _show(request, group, {})
    action, do = ACTIONS.get(request.POST.get("do", "")), request.POST.get("do", "")
    if action is None:
        raise Http404
    own = _own(request, group)
    try:
        failed = action(request, group)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("group", pk)
    group.refresh_from_db()
    if failed:
        return _show(request, group, failed)
    if do == "alone" and own is not None:
        messages.success(request, _("Your conversation is an individual one now. Your manager will be notified."))
        return redirect("meeting", own.pk)
    messages.success(request, _("Saved."))
    return redirect("group", pk)


@only(lambda roles: roles.is_manager)
def new_group(request: HttpRequest) -> HttpResponse:
    """A manager chooses who talks together, in the round that `runde` names or else in the first possible one."""
    person, on = person_of(request), today()
    rows = conversations_for_group(person, on)
    round_ = chosen_round(request, list(dict.fromkeys(conversation.round for conversation in rows)))
    form = NewGroupForm(rows.filter(round=round_), request.POST or None)
    if round_ is not None and form.is_bound and form.is_valid():
        chosen, title = form.cleaned_data["members"], form.cleaned_data["title"]
        with Submission(form):
            made = groups.create_group(round_, chosen, title=title, by=person, on=on)
            messages.success(request, _("The group is created, and its members get an email. Find a time now."))
            return redirect("group", made.pk)
    context = {"form": form, "round": round_}
    return render(request, "meetings/groups/new_group.html", context, status=422 if form.is_bound else 200)


def back_to_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the wish for an individual conversation. The manager may choose the person for a group again."""
    seen = conversations_seen_by(person_of(request), today())
    talk = get_object_or_404(seen, pk=pk, employment__person=person_of(request), individual_wished_on__isnull=False)
    if request.method == "POST":
        groups.take_back_individual_wish(talk, by=person_of(request), on=today())
        messages.success(request, _("Saved."))
    return redirect("meeting", pk)


urlpatterns = [
    path("grupper/<int:pk>/", group_page, name="group"),
    path("medarbejdere/samtaler/gruppe/", new_group, name="new-group"),
    path("samtaler/<int:pk>/gruppe/", back_to_group, name="back-to-group"),
]
