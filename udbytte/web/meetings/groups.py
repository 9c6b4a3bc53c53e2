"""Group conversations: the page that a group shares, and the manager who makes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from udbytte.access.conversations import conversations_seen_by, groups_seen_by
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, GroupConversation, GroupGoal, Preparation
from udbytte.queries.meetings import shared_in, who_can_join
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings import group_goals, groups
from udbytte.services.meetings.groups import members_of
from udbytte.web.base.request import chosen_round, only, person_of
from udbytte.web.base.submit import Submission

from .forms import GroupGoalForm, GroupHeldForm, GroupNotesForm, GroupTimeForm, JoinForm, NewGroupForm
from .status_text import group_words

Failed = dict[str, Any]


def _own(request: HttpRequest, group: GroupConversation) -> Conversation | None:
    """The member's own conversation; None for the manager."""
    found = group.members.filter(employment__person=person_of(request)).select_related("employment", "round")
    return found.first()


def _goal_form(goal: GroupGoal, data: QueryDict | None = None) -> GroupGoalForm:
    return GroupGoalForm(data, initial={"text": goal.text, "sign": goal.sign}, auto_id=f"goal{goal.pk}_%s")


def _time_form(group: GroupConversation) -> GroupTimeForm:
    at = timezone.localtime(group.planned_at) if group.planned_at is not None else None
    said = {"planned_at": at, "minutes": group.minutes, "place": group.place}
    return GroupTimeForm(initial=said, auto_id="when_%s")


def _context(request: HttpRequest, group: GroupConversation) -> dict[str, Any]:
    person, on = person_of(request), today()
    own, manages = _own(request, group), person.pk == group.manager_id
    everybody = group.members.select_related("employment__person").order_by("employment__person__family_name", "pk")
    mine = Preparation.objects.filter(conversation=own, author=person).first() if own is not None else None
    held = {"held_on": min(group.planned_on or on, on), "present": [talk.pk for talk in members_of(group)]}
    return {
        "group": group,
        "own": own,
        "manages": manages,
        "status": group_words(group, on),
        "passed": group.held_on is None and group.planned_on is not None and group.planned_on < on,
        "everybody": list(everybody),
        "prepared": shared_in(group),
        "shares": mine is not None and mine.shared_with_group_on is not None,
        "goals": [(goal, _goal_form(goal)) for goal in group.goals.all()],
        "goal_form": GroupGoalForm(auto_id="goal_%s"),
        "notes": GroupNotesForm.of(group),
        "when": _time_form(group),
        "held": GroupHeldForm(members_of(group), initial=held),
        "join": JoinForm(who_can_join(person, on).filter(round=group.round)) if manages else None,
    }


def _goal(request: HttpRequest, group: GroupConversation) -> Failed:
    number, by, on = request.POST.get("goal", ""), person_of(request), today()
    goal = get_object_or_404(group.goals, pk=int_from(number) or 0) if number else None
    if goal is not None and "remove" in request.POST:
        group_goals.remove_group_goal(goal, by=by, on=on)
        return {}
    form = _goal_form(goal, request.POST) if goal else GroupGoalForm(request.POST, auto_id="goal_%s")
    if form.is_valid() and goal is not None:
        group_goals.change_group_goal(goal, by=by, on=on, **form.cleaned_data)
    elif form.is_valid():
        group_goals.add_group_goal(group, by=by, on=on, **form.cleaned_data)
    elif goal is not None:
        return {"goals": [(one, form if one == goal else _goal_form(one)) for one in group.goals.all()]}
    else:
        return {"goal_form": form}
    return {}


def _notes(request: HttpRequest, group: GroupConversation) -> Failed:
    form = GroupNotesForm(request.POST, auto_id="notes_%s")
    if not form.is_valid():
        return {"notes": form}
    facts = dict(form.cleaned_data)
    with Submission(form):
        groups.save_group_notes(group, by=person_of(request), on=today(), **facts)
        return {}
    group.refresh_from_db()
    again = GroupNotesForm({"notes": facts["notes"], "seen": group.notes}, auto_id="notes_%s")
    return {"notes": again, "theirs": group.notes, "conflict": form.errors}


def _share(request: HttpRequest, group: GroupConversation) -> Failed:
    own = _own(request, group)
    if own is None:
        raise Http404
    groups.share_with_group(own, by=person_of(request), on=today(), shares="no" not in request.POST)
    return {}


def _alone(request: HttpRequest, group: GroupConversation) -> Failed:
    own = _own(request, group)
    if own is None:
        raise Http404
    groups.wish_alone(own, by=person_of(request), on=today())
    return {}


def _when(request: HttpRequest, group: GroupConversation) -> Failed:
    form = GroupTimeForm(request.POST, auto_id="when_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            groups.plan_group(group, by=person_of(request), on=today(), **facts)
    return {"when": form} if form.errors else {}


def _cancel(request: HttpRequest, group: GroupConversation) -> Failed:
    groups.cancel_group(group, by=person_of(request), on=today())
    return {}


def _hold(request: HttpRequest, group: GroupConversation) -> Failed:
    form = GroupHeldForm(members_of(group), request.POST)
    if form.is_valid():
        present = [talk.pk for talk in form.cleaned_data["present"]]
        day_ = form.cleaned_data["held_on"]
        with Submission(form):
            groups.hold_group(group, present, held_on=day_, by=person_of(request), on=today())
    return {"held": form} if form.errors else {}


def _join(request: HttpRequest, group: GroupConversation) -> Failed:
    by, on = person_of(request), today()
    form = JoinForm(who_can_join(by, on).filter(round=group.round), request.POST)
    if form.is_valid():
        for talk in form.cleaned_data["members"]:
            with Submission(form):
                groups.add_member(group, talk, by=by, on=on)
    return {"join": form} if form.errors else {}


def _absence(request: HttpRequest, group: GroupConversation) -> Failed:
    number = request.POST.get("member", "")
    talk = get_object_or_404(members_of(group), pk=int_from(number) or 0)
    groups.remove_member(group, talk, by=person_of(request), on=today())
    return {}


DOES: dict[str, Callable[[HttpRequest, GroupConversation], Failed]] = {
    "goal": _goal,
    "notes": _notes,
    "share": _share,
    "alone": _alone,
    "when": _when,
    "cancel": _cancel,
    "hold": _hold,
    "join": _join,
    "absence": _absence,
}


def group(request: HttpRequest, pk: int) -> HttpResponse:
    """What a group shares; a POST names in `do` what happens. Nobody's plan stands here."""
    found = get_object_or_404(groups_seen_by(person_of(request)).select_related("round", "manager"), pk=pk)
    if request.method != "POST":
        return render(request, "meetings/groups/group.html", _context(request, found))
    does, do = DOES.get(request.POST.get("do", "")), request.POST.get("do", "")
    if does is None:
        raise Http404
    own = _own(request, found)
    try:
        failed = does(request, found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("group", pk)
    found.refresh_from_db()
    if failed:
        return render(request, "meetings/groups/group.html", _context(request, found) | failed, status=422)
    if do == "alone" and own is not None:
        messages.success(request, _("Your conversation is an individual one now. Your manager is told."))
        return redirect("meeting", own.pk)
    messages.success(request, _("Saved."))
    return redirect("group", pk)


@only(lambda mine: mine.is_manager)
def new_group(request: HttpRequest) -> HttpResponse:
    """A manager chooses who talks together, in the round that `runde` names or in the first with somebody to choose."""
    person, on = person_of(request), today()
    rows = who_can_join(person, on)
    round_ = chosen_round(request, list(dict.fromkeys(one.round for one in rows)))
    form = NewGroupForm(rows.filter(round=round_), request.POST or None)
    if round_ is not None and form.is_bound and form.is_valid():
        chosen, title = form.cleaned_data["members"], form.cleaned_data["title"]
        with Submission(form):
            made = groups.make_group(round_, chosen, title=title, by=person, on=on)
            messages.success(request, _("The group is made, and its members are told. Find a time now."))
            return redirect("group", made.pk)
    context = {"form": form, "round": round_}
    return render(request, "meetings/groups/new.html", context, status=422 if form.is_bound else 200)


def back_to_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Who wished to talk alone would talk with a group after all; the manager may choose them for one again."""
    seen = conversations_seen_by(person_of(request), today())
    talk = get_object_or_404(seen, pk=pk, employment__person=person_of(request), individual_wished_on__isnull=False)
    if request.method == "POST":
        groups.take_back_wish(talk, by=person_of(request), on=today())
        messages.success(request, _("Saved."))
    return redirect("meeting", pk)


urlpatterns = [
    path("grupper/<int:pk>/", group, name="group"),
    path("hold/samtaler/gruppe/", new_group, name="new-group"),
    path("samtaler/<int:pk>/gruppe/", back_to_group, name="back-to-group"),
]
