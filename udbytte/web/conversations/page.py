"""The page of a conversation, for the employee and the manager."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from udbytte.access.agreements import agreements_seen_by
from udbytte.access.conversations import is_frozen, may_write_plan, may_write_texts
from udbytte.domain.lifecycle import Kind
from udbytte.domain.numbers import int_from
from udbytte.domain.texts import plain_text
from udbytte.models import (
    Agreement,
    Conversation,
    Course,
    DevelopmentPlan,
    EarlierText,
    Goal,
    Person,
    PracticeMethod,
    PrivacyNotice,
)
from udbytte.queries.agreements.lists import RELATED
from udbytte.queries.conversations.texts import NO_COURSE, NOTES, OWN
from udbytte.queries.courses.catalogue import CourseFilter, matching_courses
from udbytte.queries.privacy.notice import unseen_notice
from udbytte.runtime.clock import today
from udbytte.services.conversations import plan as services
from udbytte.services.conversations.autosave import discard_set_aside_text
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import Row, agreed_message, row
from udbytte.web.base.contents import Part, done_of
from udbytte.web.base.context import as_context
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.meetings.page import meeting_context
from udbytte.web.practice.transfer import course_to_transfer
from udbytte.web.privacy.labels import limit_lines

from .autosave import (
    AutosaveField,
    conversation_for,
    earlier_texts_by_field,
    fields_of,
    save_all_fields,
    state_mark,
    visible_plan,
)
from .carry_over import OpenAgreement, open_agreements, save_carry_over
from .contents import counts_text, parts_of
from .forms import AgreementForm, GoalForm
from .goals import GoalPart, anchor_of, form_id_of, goal_parts
from .preparation import PreparationPart, preparation_part
from .signing import Signing, signing_of

MOST_SUGGESTIONS = 30
ANCHOR = re.compile(r"[a-z]+(-[0-9]{1,9})?")
PART_OF = {
    "goal": "agree",
    "take-back": "agree",
    "change": "agree",
    "carry": "last",
    "forget": "notes",
}  # where an action leads, else to its own name
ADD_GOAL = "add-goal"  # the id of the form that adds a goal
# What could not be saved, by its key in the page's context. None: everything was saved.
Failures = dict[str, Any] | None


def _earlier_agreements(conversation: Conversation, person: Person) -> QuerySet[Agreement]:
    """The employee's agreements of earlier rounds that the person may read, the newest first."""
    starts, employee = conversation.round.conversations_from, conversation.employment.person
    earlier = agreements_seen_by(person, today()).filter(employee=employee, round__conversations_from__lt=starts)
    return (
        earlier.select_related(*RELATED, "outcome").prefetch_related("observations__by").order_by("-agreed_on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """What the templates of the page read."""

    conversation: Conversation
    employee: Person
    other: Person | None  # whom the person talks with
    is_employee: bool
    sees_plan: bool
    plan: DevelopmentPlan | None
    plan_is_open: bool  # the person may still write in it

    # The contents list
    parts: list[Part]
    done: tuple[int, int]

    # Preparation
    preparation: PreparationPart
    prepares_now: bool  # a text of the preparation was not saved, so the part is unfolded
    notice: PrivacyNotice | None  # of personal data, for whoever writes here and has not gone on from it
    limits: Sequence[tuple[str, str]]  # of the notice: what is stored how long

    # From earlier rounds
    shows_last: bool
    earlier_agreements: list[Row]
    open_agreements: Sequence[OpenAgreement]

    # Plan and signatures
    goals: list[GoalPart]
    counts: str  # of goals and agreements, in words
    transfer_offer: Agreement | None  # the course that was agreed a moment ago
    goal_form: GoalForm
    catalogue: QuerySet[Course]
    suggested_methods: QuerySet[PracticeMethod]
    no_course: AutosaveField | None
    signing: Signing | None

    # Notes and saving
    notes: AutosaveField | None  # None if the person only reads the notes
    earlier_notes: list[EarlierText]
    own_notes: AutosaveField
    keeps_earlier: bool  # a replaced text stays to be read
    writes: bool
    state: str
    refused: str  # why what was pressed is not saved
    refused_at: str  # the part in which it was pressed; empty: above all parts
    added: str  # the id of the form that has added something a moment ago
    focus: str  # the id of the field to go on in


def _context(request: HttpRequest, conversation: Conversation, failures: dict[str, Any]) -> dict[str, Any]:
    """The context of the page. What is in `failures` replaces the part of the same name."""
    page = _page(request, conversation, failures)
    failed_parts = {name: part for name, part in failures.items() if name in ("goal_form", "open_agreements")}
    return meeting_context(request, conversation) | as_context(page) | failed_parts


def _page(request: HttpRequest, conversation: Conversation, failures: dict[str, Any]) -> ConversationPage:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person.pk == employee.pk
    sees_plan = may_write_plan(conversation, person, on)
    plan = visible_plan(conversation, person)
    earlier = earlier_texts_by_field(conversation)
    text_fields = fields_of(conversation, person, earlier=earlier, typed=request.POST, failed=failures.get("fields"))
    plan_is_open = NO_COURSE in text_fields
    added, added_to = _what_was_added(request)
    goals = goal_parts(
        plan,
        text_fields,
        on,
        failed=failures.get("agreement_form"),
        added_to=added_to,
        is_open=plan_is_open,
        changed=int_from(request.GET.get("ret", "")),
    )
    agreements = Agreement.objects.filter(plan=plan) if plan is not None else Agreement.objects.none()
    agreed = sum(len(part.rows) for part in goals)
    open_ones = open_agreements(conversation) if sees_plan and plan_is_open and conversation.round.is_open else []
    undecided = [item.row.agreement for item in open_ones if item.is_undecided]
    asked_now = {item.row.agreement.pk for item in open_ones}
    agreed_before = _earlier_agreements(conversation, person)[:10] if sees_plan else []
    preparation = preparation_part(conversation, person, text_fields, earlier)
    other = conversation.manager if is_employee else employee
    if preparation.is_first_reading and other is not None:
        services.note_preparation_read(conversation, other.pk, on=on)
    signing = signing_of(conversation, plan, person, undecided) if plan is not None else None
    writes = may_write_texts(conversation, person, on)
    notice = unseen_notice(person) if writes and not is_frozen(conversation) else None
    shows_last = bool(asked_now or preparation.about_last or agreed_before)
    goal_count = sum(part.goal is not None for part in goals)
    parts = parts_of(
        conversation,
        signing,
        shows_last=shows_last,
        asked=len(open_ones),
        answered=len(open_ones) - len(undecided),
        preparation=preparation,
        sees_plan=sees_plan,
        plan_counts=counts_text(goal_count, agreed) if goal_count or agreed else "",
        is_agreed=bool(agreed or (plan is not None and plan.no_course_reason)),
    )
    places = {"agree", "sign", *(part.anchor for part in goals), *(item.anchor for item in open_ones)}
    return ConversationPage(
        conversation=conversation,
        employee=employee,
        other=other,
        is_employee=is_employee,
        sees_plan=sees_plan,
        plan=plan,
        plan_is_open=plan_is_open,
        parts=parts,
        done=done_of(parts),
        preparation=preparation,
        prepares_now=bool(failures.get("fields")),
        notice=notice,
        limits=limit_lines(notice.limits) if notice is not None else (),
        shows_last=shows_last,
        earlier_agreements=[row(agreement, on) for agreement in agreed_before if agreement.pk not in asked_now],
        open_agreements=open_ones,
        goals=goals,
        counts=counts_text(goal_count, agreed),
        transfer_offer=course_to_transfer(agreements, request.GET.get("agreed", "")),
        goal_form=GoalForm(auto_id="goal_%s"),
        catalogue=Course.objects.only("title", "provider").order_by("title")[:MOST_SUGGESTIONS],
        suggested_methods=PracticeMethod.objects.filter(hidden=False),
        no_course=text_fields.get(NO_COURSE),
        signing=signing,
        notes=text_fields.get(NOTES),
        earlier_notes=earlier.get((NOTES, None), []),
        own_notes=text_fields[OWN],
        keeps_earlier=is_frozen(conversation),
        writes=writes,
        state=state_mark(conversation, person),
        refused=failures.get("refused", ""),
        refused_at=part_named(request) if part_named(request) in places else "",
        added=added,
        focus=next((part.form["title"].auto_id for part in goals if part.is_added and part.form is not None), ""),
    )


def _what_was_added(request: HttpRequest) -> tuple[str, int | None]:
    """The form that has added something a moment ago, and the goal to go on with; 0 for none in particular."""
    added, goal = request.GET.get("added", ""), int_from(request.GET.get("goal", "0"))
    if added == "goal":
        return ADD_GOAL, goal
    return (form_id_of(goal), goal or 0) if added == "agree" else ("", None)


def _save_texts(request: HttpRequest, conversation: Conversation) -> Failures:
    """Save the fields that were sent, and share the preparation if that button was pressed."""
    failed = save_all_fields(request, conversation)
    if "share" in request.POST and not failed:
        services.share_preparation(conversation, by=person_of(request), on=today())
    if "stop-sharing" in request.POST and not failed:
        services.stop_sharing_preparation(conversation, by=person_of(request), on=today())
    return {"fields": failed} if failed else None


def _throw_away_text(request: HttpRequest, conversation: Conversation) -> Failures:
    """Delete a text that was set aside."""
    number = int_from(request.POST.get("aside", ""))
    if number is not None:
        discard_set_aside_text(conversation, number, by=person_of(request), on=today())
    return None


def _plan(request: HttpRequest, conversation: Conversation) -> DevelopmentPlan:
    """The plan; it is made if there is none yet. Raises Http404 if the person may not write in it."""
    if not may_write_plan(conversation, person_of(request), today()):
        raise Http404
    return services.begin_plan(conversation, by=None)


def _add_or_remove_goal(request: HttpRequest, conversation: Conversation) -> Failures | Goal:
    plan = _plan(request, conversation)
    if "remove" in request.POST:
        goal = get_object_or_404(plan.goals, pk=int_from(request.POST["remove"]))
        services.remove_goal(goal, by=person_of(request), on=today())
        return None
    form = GoalForm(request.POST, auto_id="goal_%s")
    if form.is_valid():
        with Submission(form):
            return services.add_goal(plan, by=person_of(request), on=today(), **form.cleaned_data)
    return {"goal_form": form}


def _agree(request: HttpRequest, conversation: Conversation) -> Failures | Agreement:
    plan = _plan(request, conversation)
    goal = plan.goals.filter(pk=int_from(request.POST.get("goal", "")) or 0).first()
    form = AgreementForm(plan, request.POST, on=today(), goal=goal)
    if form.is_valid():
        with Submission(form):
            return services.add_agreement_to_plan(plan, by=person_of(request), on=today(), **form.facts())
    if goal is None and request.POST.get("goal"):
        sent = request.POST.copy()
        sent["goal"] = ""  # the goal is gone, so the person may press again to agree it for none
        form.data = sent
    return {"agreement_form": form}


def _change(request: HttpRequest, conversation: Conversation) -> Failures:
    """Correct an agreement in its row."""
    plan = _plan(request, conversation)
    agreement = get_object_or_404(plan.agreements, pk=int_from(request.POST.get("agreement", "")) or 0)
    form = AgreementForm(plan, request.POST, on=today(), changes=agreement)
    if form.is_valid():
        with Submission(form):
            facts = form.facts()
            services.change_agreement(agreement, by=person_of(request), on=today(), **facts)
            return None
    return {"agreement_form": form}


def _take_back(request: HttpRequest, conversation: Conversation) -> Failures:
    """Delete an agreement that was added by mistake. A second press finds nothing and changes nothing."""
    agreement = (
        _plan(request, conversation).agreements.filter(pk=int_from(request.POST.get("agreement", "")) or 0).first()
    )
    if agreement is not None:
        services.take_back_agreement(agreement, by=person_of(request), on=today())
    return None


# What `do` may name. Each action returns what could not be saved, or else None or what was added.
ACTIONS: dict[str, Callable[[HttpRequest, Conversation], Failures | Agreement | Goal]] = {
    "write": _save_texts,
    "forget": _throw_away_text,
    "goal": _add_or_remove_goal,
    "agree": _agree,
    "change": _change,
    "take-back": _take_back,
    "carry": save_carry_over,
}


def conversation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST names in `do` what is saved. `autosave.save_field` saves what is typed."""
    conversation = conversation_for(request, pk)
    if request.method != "POST":
        return render(request, "conversations/conversation.html", _context(request, conversation, {}))
    do = request.POST.get("do", "")
    action = ACTIONS.get(do)
    if action is None:
        raise Http404
    done: Failures | Agreement | Goal
    try:
        done = action(request, conversation)
    except Refused as refused:
        done = {"refused": refused.message}
    if isinstance(done, dict):
        conversation = conversation_for(request, pk)
        return render(request, "conversations/conversation.html", _context(request, conversation, done), status=422)
    query, anchor = _where_to_go_on(request, do, done)
    return redirect(f"{request.path}{'?' if query else ''}{urlencode(query)}#{anchor}")


def _where_to_go_on(request: HttpRequest, do: str, done: Agreement | Goal | None) -> tuple[dict[str, str | int], str]:
    """The query and the part of the page to show after something is saved, with the message about it."""
    if isinstance(done, Agreement):
        messages.success(request, agreed_message(done))
        query: dict[str, str | int] = {"added": do, "goal": done.goal_id or 0}
        return query | ({"agreed": done.pk} if done.kind == Kind.COURSE else {}), anchor_of(done.goal_id)
    if isinstance(done, Goal):
        messages.success(request, _("Saved."))
        return {"added": do, "goal": done.pk}, anchor_of(done.pk)
    messages.success(request, _("It is taken back, and nobody has heard of it.") if do == "take-back" else _("Saved."))
    return {}, part_named(request) or PART_OF.get(do, do)


def part_named(request: HttpRequest) -> str:
    """The part of the page in which something was pressed; empty if the page has named none."""
    named = request.POST.get("part", "")
    return named if ANCHOR.fullmatch(named) else ""


@require_GET
def suggest_titles(request: HttpRequest) -> HttpResponse:
    """Courses and practice methods as options, while a title is written."""
    words = plain_text(request.GET.get("title", request.GET.get("course", "")))
    matching = matching_courses(CourseFilter(words=words.split("#")[0][:100]), on=today())
    methods = PracticeMethod.objects.filter(hidden=False)
    context = {"catalogue": matching[:MOST_SUGGESTIONS], "suggested_methods": methods}
    return render(request, "conversations/options.html", context)


urlpatterns = [
    path("samtaler/<int:pk>/", conversation_page, name="conversation"),
    path("kurser/forslag/", suggest_titles, name="suggest-courses"),
]
