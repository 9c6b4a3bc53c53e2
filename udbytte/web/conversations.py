"""The conversation on one page, for the two who talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..access.conversations import conversations_seen_by
from ..domain.lifecycle import Kind
from ..models import Agreement, Asked, Conversation, Course, DevelopmentPlan, Goal, Person, PracticeMethod, Preparation
from ..models.agreements import KIND_LABELS
from ..queries.steps import RELATED
from ..services import conversations as services
from ..services.agreements import agree_activity
from ..services.errors import Refused
from .clock import today
from .forms import DayInput
from .pages import person_of
from .words import row


def _styled(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
            field.widget.attrs["class"] = "ds-input"


class WhenForm(forms.Form):
    planned_at = forms.DateTimeField(
        label=lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)


class GoalForm(forms.Form):
    text = forms.CharField(label=lazy("What should become possible?"), max_length=400)
    sign = forms.CharField(label=lazy("How will you both see it?"), max_length=400, required=False)


class AgreementForm(forms.Form):
    """One agreement. `key` is new for each form shown: sending the same form twice agrees once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=[(k.value, v) for k, v in KIND_LABELS.items()], widget=forms.RadioSelect
    )
    title = forms.CharField(label=lazy("What is agreed?"), max_length=200)
    goal = forms.ModelChoiceField(Goal.objects.none(), label=lazy("For the goal"), required=False)
    planned_from = forms.DateField(label=lazy("Planned from"), widget=DayInput())
    planned_to = forms.DateField(label=lazy("Planned to"), widget=DayInput())
    purpose = forms.CharField(
        label=lazy("What is it for?"),
        max_length=400,
        required=False,
        help_text=lazy("Whoever helps with it reads this."),
    )
    if_when = forms.CharField(label=lazy("When do you do it?"), max_length=200, required=False)
    if_where = forms.CharField(label=lazy("Where?"), max_length=200, required=False)
    if_with = forms.CharField(label=lazy("With whom?"), max_length=200, required=False)
    first_use = forms.CharField(
        label=lazy("Course: what will you use it for in the first two weeks?"), max_length=300, required=False
    )
    estimated_price = forms.IntegerField(
        label=lazy("Course: estimated price in kroner"), min_value=0, max_value=10_000_000, required=False
    )
    course = forms.ModelChoiceField(Course.objects.none(), label=lazy("Course: from the catalogue"), required=False)
    method = forms.ModelChoiceField(
        PracticeMethod.objects.filter(hidden=False), label=lazy("Practice: way to learn"), required=False
    )

    def __init__(self, plan: DevelopmentPlan | None, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="agree_%s")
        goals: Any = self.fields["goal"]
        goals.queryset = plan.goals.all() if plan is not None else Goal.objects.none()
        courses: Any = self.fields["course"]
        courses.queryset = Course.objects.order_by("title")
        _styled(self)


def _find(request: HttpRequest, pk: int) -> Conversation:
    seen = conversations_seen_by(person_of(request), today())
    return get_object_or_404(seen.select_related("round", "manager", "employment__person", "employment__unit"), pk=pk)


def _answers(conversation: Conversation, author: Person | None, *, shared_only: bool) -> dict[int, str] | None:
    """One side's answers by question; None when they are not to be read."""
    prepared = Preparation.objects.filter(conversation=conversation, author=author).first()
    if prepared is None or (shared_only and prepared.shared_on is None):
        return None
    return dict(prepared.answers.values_list("question_id", "text"))


def _context(request: HttpRequest, conversation: Conversation, **failed: Any) -> dict[str, Any]:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person == employee
    other = conversation.manager if is_employee else employee
    plan = DevelopmentPlan.objects.filter(conversation=conversation).first()
    side = Asked.EMPLOYEE if is_employee else Asked.MANAGER
    questions = list(conversation.round.questions.filter(asked__in=(Asked.BOTH, side)))
    own = _answers(conversation, person, shared_only=False) or {}
    theirs = _answers(conversation, other, shared_only=True) if other else None
    mine = Preparation.objects.filter(conversation=conversation, author=person).first()
    before = Agreement.objects.filter(
        employee=employee, round__conversations_from__lt=conversation.round.conversations_from
    )
    now = Agreement.objects.filter(plan=plan) if plan else Agreement.objects.none()
    when = {"planned_at": timezone.localtime(conversation.planned_at) if conversation.planned_at else None}
    key = f"{timezone.now().timestamp():.6f}"
    context = {
        "conversation": conversation,
        "employee": employee,
        "other": other,
        "is_employee": is_employee,
        "plan": plan,
        "open": plan is None or plan.signed_text is None,
        "questions": [(q, own.get(q.pk, ""), theirs.get(q.pk, "") if theirs else "") for q in questions],
        "they_shared": theirs is not None,
        "shared": mine is not None and mine.shared_on is not None,
        "last": [row(a, on) for a in before.select_related(*RELATED, "outcome").order_by("-agreed_on")[:10]],
        "goals": list(plan.goals.all()) if plan else [],
        "rows": [row(a, on) for a in now.select_related(*RELATED).order_by("pk")],
        "when": WhenForm(initial=when | {"place": conversation.place}, auto_id="when_%s"),
        "goal_form": GoalForm(auto_id="goal_%s"),
        "agreement_form": AgreementForm(plan, initial={"key": key}),
    } | failed
    for name in ("when", "goal_form"):
        _styled(context[name])
    return context


def _plan_time(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    form = WhenForm(request.POST, auto_id="when_%s")
    if not form.is_valid():
        return {"when": form}
    services.plan_conversation(conversation, by=person_of(request), on=today(), **form.cleaned_data)
    return None


def _prepare(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    asked = [name for name in request.POST if name[:2] == "q-" and name[2:].isdigit()]
    answers = {int(name[2:]): request.POST.get(name, "") for name in asked}
    services.save_answers(conversation, answers, by=person_of(request), on=today())
    if "share" in request.POST:
        services.share_preparation(conversation, by=person_of(request), on=today())
    return None


def _note(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    services.save_notes(conversation, request.POST.get("notes", ""), by=person_of(request), on=today())
    return None


def _hold(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    services.hold_conversation(conversation, by=person_of(request), on=today())
    return None


def _goal(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    form = GoalForm(request.POST, auto_id="goal_%s")
    if not form.is_valid():
        return {"goal_form": form}
    plan = services.plan_of(conversation, by=person_of(request))
    services.add_goal(plan, by=person_of(request), on=today(), **form.cleaned_data)
    return None


def _agree(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    plan = services.plan_of(conversation, by=person_of(request))
    form = AgreementForm(plan, request.POST)
    if not form.is_valid():
        return {"agreement_form": form}
    facts = dict(form.cleaned_data)
    key = f"agreed-{conversation.pk}"
    sent = request.session.get(key, [])
    if facts.pop("key") in sent:
        return None
    try:
        agree_activity(plan=plan, by=person_of(request), on=today(), **(facts | {"kind": Kind(facts["kind"])}))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return {"agreement_form": form}
    request.session[key] = [*sent, request.POST["key"]][-20:]
    return None


def _no_course(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    plan = services.plan_of(conversation, by=person_of(request))
    services.state_no_course(plan, request.POST.get("reason", "")[:300], by=person_of(request), on=today())
    return None


def _sign(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    plan = services.plan_of(conversation, by=person_of(request))
    services.sign_plan(plan, by=person_of(request), on=today())
    return None


DOES: dict[str, Callable[[HttpRequest, Conversation], dict[str, Any] | None]] = {
    "when": _plan_time,
    "prepare": _prepare,
    "notes": _note,
    "hold": _hold,
    "goal": _goal,
    "agree": _agree,
    "no-course": _no_course,
    "sign": _sign,
}


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST names in `do` which part is saved. Saving while typing is answered with the time."""
    found = _find(request, pk)
    if request.method != "POST":
        return render(request, "conversations/conversation.html", _context(request, found))
    does = DOES.get(request.POST.get("do", ""))
    if does is None:
        raise Http404
    try:
        failed = does(request, found)
    except Refused as refused:
        messages.error(request, refused.message)
        return render(request, "conversations/conversation.html", _context(request, found), status=422)
    if failed is not None:
        return render(request, "conversations/conversation.html", _context(request, found, **failed), status=422)
    if request.headers.get("HX-Request") == "true":
        time = timezone.localtime().strftime("%H.%M")
        return HttpResponse(_("saved at %(time)s") % {"time": time})
    messages.success(request, _("Saved."))
    return redirect(f"{request.path}#{request.POST['do']}")


urlpatterns = [path("samtaler/<int:pk>/", conversation, name="conversation")]
