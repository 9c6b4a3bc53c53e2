"""The ground rules: reading and confirming them, questions and answers, and what a unit adds to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import Roles
from udbytte.access.rounds import (
    kickoffs_seen_by,
    questions_seen_by,
    questions_to_answer,
    rounds_whose_rules_are_read_by,
    units_to_add_for,
)
from udbytte.domain.numbers import int_from
from udbytte.emails.rules import PARTS
from udbytte.models import KickoffMeeting, Person, Round, RulesQuestion, RulesVersion, Unit
from udbytte.models.formatting import day
from udbytte.queries.rounds.rules import (
    ADDITION,
    BEFORE,
    NEVER,
    NOW,
    MemberAlignment,
    ReaderRules,
    current_versions,
    rules_for,
    team_alignment,
)
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.rules import add_to_rules, answer_rules_question, ask_about_rules, confirm_rules
from udbytte.web.base.context import as_context
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission
from udbytte.web.money.round_budgets import UnitMoney, published_money

from .forms import AdditionForm, RulesAnswerForm, RulesQuestionForm

READ_LABELS = {
    NEVER: lazy("has not read the ground rules"),
    BEFORE: lazy("has read them before they were changed"),
    NOW: lazy("has read the ground rules"),
}


@dataclass(frozen=True, slots=True)
class RulesPart:
    """A part of the ground rules, and whether it has changed since the person read it."""

    title: object
    text: str
    new: bool


@dataclass(frozen=True, slots=True)
class UnitAddition:
    """What a unit has added to the rules."""

    unit: Unit | None
    text: str
    new: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    question: RulesQuestion
    own: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """What the templates of the ground rules read."""

    round: Round
    shown: ReaderRules
    versions: list[RulesVersion]  # that the person confirms having read
    parts: list[RulesPart]
    additions: list[UnitAddition]
    read_on: str
    confirms: bool  # the person has a conversation in the open round
    money: list[UnitMoney]
    kickoffs: QuerySet[KickoffMeeting]
    questions: list[QuestionRow]
    ask: RulesQuestionForm


@dataclass(frozen=True, slots=True)
class TeamRound:
    """A round as its manager sees it: the reports, and the units that the manager may add to the rules for."""

    round: Round
    by: str  # the day by which kick-off meetings are held
    team: list[tuple[MemberAlignment, str, bool]]  # whose conversation is to come: status, and whether it is urgent
    held: list[tuple[MemberAlignment, str]]
    units: list[tuple[Unit, KickoffMeeting | None, bool]]  # with its meeting, and whether it has added something

    @property
    def is_empty(self) -> bool:
        return not (self.team or self.held or self.units)


def rules_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The ground rules, for everyone in the round. Those with a conversation in it confirm them, or ask a question."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(rounds_whose_rules_are_read_by(person), pk=pk)
    asks = RulesQuestionForm(request.POST if request.POST.get("do") == "ask" else None, auto_id="ask_%s")
    if asks.is_bound and asks.is_valid():
        with Submission(asks, field="text"):
            ask_about_rules(round_, asks.cleaned_data["text"], by=person, on=on)
            messages.success(request, _("Your question is sent to your manager."))
            return redirect("rules", pk)
    elif request.method == "POST" and not asks.is_bound:
        return _confirm(request, round_)
    page = _rules_page(round_, person, asks)
    return render(request, "rounds/rules/rules.html", as_context(page), status=422 if asks.is_bound else 200)


def _rules_page(round_: Round, person: Person, asks: RulesQuestionForm) -> RulesPage:
    on, shown_rules = today(), rules_for(round_, person)
    confirms = round_.is_open and round_.conversations.filter(employment__person=person).exists()
    return RulesPage(
        round=round_,
        shown=shown_rules,
        versions=[version for version in (shown_rules.version, *shown_rules.additions) if version is not None],
        parts=_parts(round_, shown_rules),
        additions=[
            UnitAddition(version.unit, version.texts[ADDITION], new=version.unit_id in shown_rules.changed_units)
            for version in shown_rules.additions
        ],
        read_on=day(shown_rules.read_on, on) if shown_rules.read_on else "",
        confirms=confirms,
        money=published_money(round_, person, on),
        kickoffs=kickoffs_seen_by(person, on).filter(round=round_).select_related("unit"),
        questions=[
            QuestionRow(question, own=question.employment.person_id == person.pk)
            for question in questions_seen_by(person, round_, on)
        ],
        ask=asks,
    )


def _confirm(request: HttpRequest, round_: Round) -> HttpResponse:
    seen = [version for pk in request.POST.getlist("seen") if (version := int_from(pk)) is not None]
    try:
        confirm_rules(round_, by=person_of(request), on=today(), seen=seen if "seen" in request.POST else None)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("rules", round_.pk)
    messages.success(request, _("Thank you. It is noted that you have read the rules."))
    return redirect("home")


def _parts(round_: Round, shown: ReaderRules) -> list[RulesPart]:
    """The parts of the rules that have a text."""
    return [
        RulesPart(title, getattr(round_, name), new=name in shown.changed)
        for name, title in PARTS.items()
        if getattr(round_, name)
    ]


def _leads(roles: Roles) -> bool:
    return roles.is_manager or roles.manages_units


@only(_leads)
def team_rules_page(request: HttpRequest) -> HttpResponse:
    """The manager's page: questions to answer, which reports have read the rules, and what the units add."""
    person, on = person_of(request), today()
    waiting = questions_to_answer(person, on).select_related("employment__person", "round")
    answered = request.POST.get("question", "")
    form = RulesAnswerForm(request.POST or None, auto_id=f"answer{answered}_%s")
    if request.method == "POST" and form.is_valid():
        question = get_object_or_404(waiting, pk=int_from(answered) or 0)
        with Submission(form, field="answer"):
            answer_rules_question(question, form.cleaned_data["answer"], by=person, on=on)
            messages.success(request, _("Your answer is there for everybody in the unit."))
            return redirect("team-rules")
    questions = [
        (
            question,
            form
            if form.is_bound and str(question.pk) == answered
            else RulesAnswerForm(auto_id=f"answer{question.pk}_%s"),
        )
        for question in waiting
    ]
    open_ = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    rounds = [_team_round(round_, person) for round_ in open_]
    context = {"questions": questions, "rounds": [row for row in rounds if not row.is_empty]}
    return render(request, "rounds/rules/team_rules.html", context, status=422 if form.is_bound else 200)


def _team_round(round_: Round, person: Person) -> TeamRound:
    on = today()
    kickoffs = {meeting.unit_id: meeting for meeting in KickoffMeeting.objects.filter(round=round_)}
    versions = current_versions(round_).items()
    added = {unit for unit, version in versions if unit is not None and version.texts.get(ADDITION)}
    units = units_to_add_for(round_, person, on)
    team = team_alignment(round_, person, on)
    met_by = round_.kickoff_on or round_.conversations_from
    return TeamRound(
        round=round_,
        by=day(round_.kickoff_on, on) if round_.kickoff_on else "",
        team=[
            (report, _status(report), report.waits or (met_by < on and not report.is_aligned))
            for report in team
            if not report.held_on
        ],
        held=[(report, _status(report)) for report in team if report.held_on],
        units=[(unit, kickoffs.get(unit.pk), unit.pk in added) for unit in units],
    )


def _status(report: MemberAlignment) -> str:
    """In one line whether a report has read the rules and was at the kick-off."""
    parts = [str(READ_LABELS[report.read])]
    if report.waits:
        parts.append(_("has a question that waits"))
    if report.met:
        parts.append(_("was at the kick-off"))
    return ", ".join(parts)


@only(lambda roles: _leads(roles) or roles.is_hr)
def unit_rules_page(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """The page on which a unit adds to the ground rules of a round."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False, closed_on__isnull=True)
    found = get_object_or_404(units_to_add_for(round_, person, on), pk=unit)
    last = current_versions(round_).get(found.pk)
    form = AdditionForm(request.POST or None, initial={"text": last.texts[ADDITION] if last is not None else ""})
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            version = add_to_rules(round_, found, form.cleaned_data["text"], by=person, on=on)
            said = _("Saved. Those in the unit are notified once, and asked to read it.") if version else _("Saved.")
            messages.success(request, said)
            return redirect("unit-rules", pk, unit)
    context = {"round": round_, "unit": found, "form": form, "version": last, "parts": PARTS.values()}
    return render(request, "rounds/rules/unit_rules.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("runder/<int:pk>/regler/", rules_page, name="rules"),
    path("runder/<int:pk>/regler/<int:unit>/", unit_rules_page, name="unit-rules"),
    path("medarbejdere/rammer/", team_rules_page, name="team-rules"),
]
