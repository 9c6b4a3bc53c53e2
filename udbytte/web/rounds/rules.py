"""The ground rules: read, asked about, answered for all; and who of the team goes into the conversation unaligned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
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
from udbytte.models import KickoffMeeting, Person, Round, RulesQuestion
from udbytte.models.formatting import day
from udbytte.models.rules import LONGEST_ADDITION, LONGEST_ANSWER, LONGEST_QUESTION
from udbytte.queries.rounds.rules import (
    ADDITION,
    BEFORE,
    NEVER,
    NOW,
    Aligned,
    RulesShown,
    current_versions,
    rules_for,
    team_alignment,
)
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.rules import add_to_rules, answer_about_rules, ask_about_rules, confirm_rules
from udbytte.web.base.fields import StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission
from udbytte.web.money.round_budgets import known_money

READ = {
    NEVER: lazy("has not read the ground rules"),
    BEFORE: lazy("has read them before they were changed"),
    NOW: lazy("has read the ground rules"),
}


class AskForm(StyledForm):
    text = forms.CharField(
        label=lazy("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Your manager sees that you ask. The answer is for everybody in the unit, without your name."),
    )


class AnswerForm(StyledForm):
    answer = forms.CharField(
        label=lazy("Your answer, to everybody in the unit"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AdditionForm(StyledForm):
    text = forms.CharField(
        label=lazy("What counts here besides"),
        max_length=LONGEST_ADDITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=lazy("Read by everybody in the unit and the units below. Leave it empty to take it back."),
    )


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The ground rules, for everyone in the round; whoever has a conversation in it confirms them, or asks."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(rounds_whose_rules_are_read_by(person), pk=pk)
    asks = AskForm(request.POST if request.POST.get("do") == "ask" else None, auto_id="ask_%s")
    if request.method == "POST":
        try:
            if asks.is_bound:
                if asks.is_valid():
                    ask_about_rules(round_, asks.cleaned_data["text"], by=person, on=on)
                    messages.success(request, _("Your question is sent to your manager."))
                    return redirect("rules", pk)
            else:
                seen = [version for one in request.POST.getlist("seen") if (version := int_from(one)) is not None]
                confirm_rules(round_, by=person, on=on, seen=seen if "seen" in request.POST else None)
                messages.success(request, _("Thank you. It is noted that you have read the rules."))
                return redirect("home")
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("rules", pk)
    shown = rules_for(round_, person)
    confirms = round_.is_open and round_.conversations.filter(employment__person=person).exists()
    kickoffs = kickoffs_seen_by(person, on).filter(round=round_).select_related("unit")
    context = {
        "round": round_,
        "shown": shown,
        "versions": [one for one in (shown.version, *shown.additions) if one is not None],
        "parts": _parts(round_, shown),
        "read_on": day(shown.read_on, on) if shown.read_on else "",
        "additions": [
            {"unit": one.unit, "text": one.texts[ADDITION], "new": one.unit_id in shown.changed_units}
            for one in shown.additions
        ],
        "confirms": confirms,
        "money": known_money(round_, person, on),
        "questions": [_asked(one, person) for one in questions_seen_by(person, round_, on)],
        "ask": asks,
        "kickoffs": kickoffs,
    }
    return render(request, "rounds/rules/rules.html", context, status=422 if asks.is_bound else 200)


def _parts(round_: Round, shown: RulesShown) -> list[dict[str, Any]]:
    """The parts of the rules that are written, each with whether it is new since they were read."""
    return [
        {"title": title, "text": getattr(round_, name), "new": name in shown.changed}
        for name, title in PARTS.items()
        if getattr(round_, name)
    ]


def _asked(question: RulesQuestion, person: Person) -> dict[str, Any]:
    return {"question": question, "own": question.employment.person_id == person.pk}


def _leads(mine: Roles) -> bool:
    return mine.is_manager or mine.manages_units


@only(_leads)
def team_rules(request: HttpRequest) -> HttpResponse:
    """The manager's page: questions to answer, who goes in unaligned, and the units' meetings and additions."""
    person, on = person_of(request), today()
    waiting = questions_to_answer(person, on).select_related("employment__person", "round")
    answered = request.POST.get("question", "")
    form = AnswerForm(request.POST or None, auto_id=f"answer{answered}_%s")
    if request.method == "POST" and form.is_valid():
        question = get_object_or_404(waiting, pk=int_from(answered) or 0)
        with Submission(form, field="answer"):
            answer_about_rules(question, form.cleaned_data["answer"], by=person, on=on)
            messages.success(request, _("Your answer is there for everybody in the unit."))
            return redirect("team-rules")
    questions = [
        (one, form if form.is_bound and str(one.pk) == answered else AnswerForm(auto_id=f"answer{one.pk}_%s"))
        for one in waiting
    ]
    open_ = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    rounds = [_team_round(one, person) for one in open_]
    context = {"questions": questions, "rounds": [one for one in rounds if one["team"] or one["held"] or one["units"]]}
    return render(request, "rounds/rules/team.html", context, status=422 if form.is_bound else 200)


def _team_round(round_: Round, person: Person) -> dict[str, Any]:
    on = today()
    kickoffs = {one.unit_id: one for one in KickoffMeeting.objects.filter(round=round_)}
    added = {unit for unit, one in current_versions(round_).items() if unit is not None and one.texts.get(ADDITION)}
    units = units_to_add_for(round_, person, on)
    team = team_alignment(round_, person, on)
    met_by = round_.kickoff_on or round_.conversations_from
    return {
        "round": round_,
        "by": day(round_.kickoff_on, on) if round_.kickoff_on else "",
        "team": [
            (one, _stands(one), one.waits or (met_by < on and not one.is_aligned)) for one in team if not one.held_on
        ],
        "held": [(one, _stands(one)) for one in team if one.held_on],
        "units": [(unit, kickoffs.get(unit.pk), unit.pk in added) for unit in units],
    }


def _stands(one: Aligned) -> str:
    """How a report stands, in one line."""
    said = [str(READ[one.read])]
    if one.waits:
        said.append(_("has a question that waits"))
    if one.met:
        said.append(_("was at the kick-off"))
    return ", ".join(said)


@only(lambda mine: _leads(mine) or mine.is_hr)
def unit_rules(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """What a unit adds to the rules of a round."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False, closed_on__isnull=True)
    found = get_object_or_404(units_to_add_for(round_, person, on), pk=unit)
    last = current_versions(round_).get(found.pk)
    form = AdditionForm(request.POST or None, initial={"text": last.texts[ADDITION] if last is not None else ""})
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            version = add_to_rules(round_, found, form.cleaned_data["text"], by=person, on=on)
            said = _("Saved. Those in the unit are told once, and asked to read it.") if version else _("Saved.")
            messages.success(request, said)
            return redirect("unit-rules", pk, unit)
    context = {"round": round_, "unit": found, "form": form, "version": last, "parts": PARTS.values()}
    return render(request, "rounds/rules/unit.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("runder/<int:pk>/regler/", rules, name="rules"),
    path("runder/<int:pk>/regler/<int:unit>/", unit_rules, name="unit-rules"),
    path("hold/rammer/", team_rules, name="team-rules"),
]
