"""The page of a conversation, for the employee and the manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
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
    Preparation,
    PreparationQuestion,
)
from udbytte.queries.agreements.lists import RELATED
from udbytte.queries.conversations.texts import NO_COURSE, NOTES, OWN, mark_of_plan, preparation_questions_of
from udbytte.queries.courses.catalogue import CourseFilter, matching_courses
from udbytte.runtime.clock import today
from udbytte.services.conversations import plan as services
from udbytte.services.conversations.autosave import discard_set_aside_text
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import Row, agreed_message, row
from udbytte.web.base.context import as_context
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.meetings.page import meeting_context
from udbytte.web.practice.suggest import proposals_for
from udbytte.web.practice.transfer import course_to_transfer

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
from .forms import AgreementForm, GoalForm
from .load import LoadText, StartLaterForm, load_text
from .plan_text import PlanText, text_of_plan

MOST_SUGGESTIONS = 30
ADDING_ACTIONS = frozenset({"goal", "agree"})
# What could not be saved, by its key in the page's context. None: everything was saved.
Failures = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Question:
    """A preparation question as the page shows it. The other's answer is empty until the other has shared it."""

    question: PreparationQuestion
    field: AutosaveField | None  # the person's own answer; None if the person writes here no more
    own_answer: str
    own_earlier: list[EarlierText]
    other_answer: str
    other_earlier: list[EarlierText]


def _questions(
    conversation: Conversation,
    person: Person,
    fields: dict[str, AutosaveField],
    other_answers: dict[int, str],
    earlier: dict[tuple[str, int | None], list[EarlierText]],
) -> list[Question]:
    """The questions that the person answers, or that one of the two has answered."""
    own = Preparation.objects.filter(conversation=conversation, author=person).first()
    own_answers = _answers(own) if own is not None else {}
    employee = conversation.employment.person_id
    other = conversation.manager_id if person.pk == employee else employee
    questions = []
    for question in preparation_questions_of(conversation):
        name = f"q-{question.pk}"
        shown = Question(
            question,
            fields.get(name),
            own_answers.get(question.pk, ""),
            earlier.get((name, person.pk), []),
            other_answers.get(question.pk, ""),
            earlier.get((name, other), []),
        )
        if shown.field or shown.own_answer or shown.other_answer or shown.other_earlier:
            questions.append(shown)
    return questions


def _answers(preparation: Preparation) -> dict[int, str]:
    """The answers of a preparation, by question."""
    return dict(preparation.answers.values_list("question_id", "text"))


def _shared_by(conversation: Conversation, author: int | None) -> dict[int, str] | None:
    """The answers of the author's preparation, by question; None if it is not shared."""
    preparations = Preparation.objects.filter(conversation=conversation, author=author, shared_on__isnull=False)
    preparation = preparations.first()
    return None if preparation is None else _answers(preparation)


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

    # Preparation
    questions: list[Question]
    asked_about_last: bool
    prepares_now: bool  # a text of the preparation was not saved, so the part is unfolded
    shared: bool
    they_shared: bool

    # From earlier rounds
    earlier_agreements: list[Row]
    open_agreements: Sequence[OpenAgreement]
    unfolds_open_agreements: bool
    all_decided: bool

    # Plan and signatures
    goals: list[dict[str, Any]]
    transfer_offer: Agreement | None  # the course that was agreed a moment ago
    rows: list[Row]
    goal_form: GoalForm
    agreement_form: AgreementForm
    catalogue: QuerySet[Course]
    methods: QuerySet[PracticeMethod]
    no_course: AutosaveField | None
    plan_text: PlanText | None
    plan_mark: str  # of the unsigned plan as the person reads it; empty once both have signed
    signed_here: bool
    signs_for_manager: Person | None
    load: LoadText | None

    # Notes and saving
    notes: AutosaveField | None  # None if the person only reads the notes
    earlier_notes: list[EarlierText]
    own_notes: AutosaveField
    keeps_earlier: bool  # a replaced text stays to be read
    writes: bool
    state: str
    added: str


def _context(request: HttpRequest, conversation: Conversation, failures: dict[str, Any]) -> dict[str, Any]:
    """The context of the page. What is in `failures` replaces the part of the same name."""
    page = _page(request, conversation, failures)
    failed_parts = {name: part for name, part in failures.items() if name != "fields"}
    return meeting_context(request, conversation) | as_context(page) | failed_parts


def _page(request: HttpRequest, conversation: Conversation, failures: dict[str, Any]) -> ConversationPage:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person.pk == employee.pk
    sees_plan = may_write_plan(conversation, person, on)
    plan = visible_plan(conversation, person)
    earlier = earlier_texts_by_field(conversation)
    text_fields = fields_of(conversation, person, earlier=earlier, typed=request.POST, failed=failures.get("fields"))
    other_answers = _shared_by(conversation, conversation.manager_id if is_employee else employee.pk)
    agreements = Agreement.objects.filter(plan=plan) if plan else Agreement.objects.none()
    goals = list(plan.goals.all()) if plan else []
    open_ones = open_agreements(conversation) if sees_plan and conversation.round.is_open else []
    undecided = [agreement for agreement in open_ones if agreement.is_undecided]
    decides_now = _day_has_come(conversation, on) or len(undecided) < len(open_ones)
    agreed_before = _earlier_agreements(conversation, person)[:10] if sees_plan else []
    return ConversationPage(
        conversation=conversation,
        employee=employee,
        other=conversation.manager if is_employee else employee,
        is_employee=is_employee,
        sees_plan=sees_plan,
        plan=plan,
        plan_is_open=NO_COURSE in text_fields,
        questions=_questions(conversation, person, text_fields, other_answers or {}, earlier),
        asked_about_last=preparation_questions_of(conversation).filter(about_last=True).exists(),
        prepares_now=bool(failures.get("fields")),
        shared=_shared_by(conversation, person.pk) is not None,
        they_shared=other_answers is not None,
        earlier_agreements=[row(agreement, on) for agreement in agreed_before],
        open_agreements=open_ones,
        unfolds_open_agreements="open_agreements" in failures or (bool(undecided) and decides_now),
        all_decided=all(agreement.decision for agreement in open_ones),
        goals=_goals(goals, plan, text_fields),
        transfer_offer=course_to_transfer(agreements, request.GET.get("agreed", "")),
        rows=[row(agreement, on) for agreement in agreements.select_related(*RELATED, "goal").order_by("pk")],
        goal_form=GoalForm(auto_id="goal_%s"),
        agreement_form=AgreementForm(plan, on=on),
        catalogue=Course.objects.only("title", "provider").order_by("title")[:MOST_SUGGESTIONS],
        methods=PracticeMethod.objects.filter(hidden=False),
        no_course=text_fields.get(NO_COURSE),
        plan_text=text_of_plan(plan, on) if plan is not None else None,
        plan_mark=mark_of_plan(plan) if plan is not None and plan.signed_text is None else "",
        signed_here=plan is not None and bool(plan.employee_signed_on if is_employee else plan.manager_signed_on),
        signs_for_manager=conversation.employment.line_manager,
        load=load_text(plan, person, on, failures.get("later")) if sees_plan and conversation.held_on else None,
        notes=text_fields.get(NOTES),
        earlier_notes=earlier.get((NOTES, None), []),
        own_notes=text_fields[OWN],
        keeps_earlier=is_frozen(conversation),
        writes=may_write_texts(conversation, person, on),
        state=state_mark(conversation, person),
        added=request.GET.get("added", ""),
    )


def _day_has_come(conversation: Conversation, on: date) -> bool:
    """Whether the conversation is held, or planned for today or earlier."""
    return conversation.held_on is not None or (conversation.planned_on is not None and conversation.planned_on <= on)


def _goals(goals: list[Goal], plan: DevelopmentPlan | None, fields: dict[str, AutosaveField]) -> list[dict[str, Any]]:
    """Each goal with its fields, and with proposed practice methods until both have signed the plan."""
    proposals = proposals_for(goals) if plan is not None and plan.signed_text is None else {}
    return [
        {
            "goal": goal,
            "text": fields.get(f"goal-{goal.pk}-text"),
            "sign": fields.get(f"goal-{goal.pk}-sign"),
            "proposals": proposals.get(goal.pk, []),
        }
        for goal in goals
    ]


def _save_texts(request: HttpRequest, conversation: Conversation) -> Failures:
    """Save the fields that were sent, and share the preparation if that button was pressed."""
    failed = save_all_fields(request, conversation)
    if "share" in request.POST and not failed:
        services.share_preparation(conversation, by=person_of(request), on=today())
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


def _add_or_remove_goal(request: HttpRequest, conversation: Conversation) -> Failures:
    plan = _plan(request, conversation)
    if "remove" in request.POST:
        goal = get_object_or_404(plan.goals, pk=int_from(request.POST["remove"]))
        services.remove_goal(goal, by=person_of(request), on=today())
        return None
    form = GoalForm(request.POST, auto_id="goal_%s")
    if form.is_valid():
        with Submission(form):
            services.add_goal(plan, by=person_of(request), on=today(), **form.cleaned_data)
            return None
    return {"goal_form": form}


def _agree(request: HttpRequest, conversation: Conversation) -> Failures | Agreement:
    plan = _plan(request, conversation)
    form = AgreementForm(plan, request.POST, on=today())
    if not form.is_valid():
        return {"agreement_form": form}
    with Submission(form):
        return services.add_agreement_to_plan(plan, by=person_of(request), on=today(), **form.facts())
    return {"agreement_form": form}


def _sign(request: HttpRequest, conversation: Conversation) -> Failures:
    seen = request.POST.get("seen")
    services.sign_plan(_plan(request, conversation), by=person_of(request), on=today(), seen=seen)
    return None


def _start_later(request: HttpRequest, conversation: Conversation) -> Failures:
    form = StartLaterForm(request.POST)
    agreements = _plan(request, conversation).agreements
    agreement = get_object_or_404(agreements, pk=int_from(request.POST.get("agreement", "")) or 0)
    if form.is_valid():
        with Submission(form):
            services.start_later(agreement, form.cleaned_data["until"], by=person_of(request), on=today())
            return None
    return {"later": form}


# What `do` may name. Each action returns what could not be saved, or else None or the new agreement.
ACTIONS: dict[str, Callable[[HttpRequest, Conversation], Failures | Agreement]] = {
    "write": _save_texts,
    "forget": _throw_away_text,
    "goal": _add_or_remove_goal,
    "agree": _agree,
    "carry": save_carry_over,
    "later": _start_later,
    "sign": _sign,
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
    done: Failures | Agreement
    try:
        done = action(request, conversation)
    except Refused as refused:
        messages.error(request, refused.message)
        done = {}
    if isinstance(done, dict):
        conversation = conversation_for(request, pk)
        return render(request, "conversations/conversation.html", _context(request, conversation, done), status=422)
    messages.success(request, agreed_message(done) if done is not None else _("Saved."))
    query = {"added": do} if do in ADDING_ACTIONS else {}
    if done is not None and done.kind == Kind.COURSE:
        query |= {"agreed": str(done.pk)}
    part = request.POST.get("part", do)
    return redirect(f"{request.path}{'?' if query else ''}{urlencode(query)}#{part}")


@require_GET
def suggest_titles(request: HttpRequest) -> HttpResponse:
    """Courses and practice methods as options, while a title is written."""
    words = plain_text(request.GET.get("title", request.GET.get("course", "")))
    matching = matching_courses(CourseFilter(words=words.split("#")[0][:100]), on=today())
    context = {"catalogue": matching[:MOST_SUGGESTIONS], "methods": PracticeMethod.objects.filter(hidden=False)}
    return render(request, "conversations/options.html", context)


urlpatterns = [
    path("samtaler/<int:pk>/", conversation_page, name="conversation"),
    path("kurser/forslag/", suggest_titles, name="suggest-courses"),
]
