"""The self-check: people answer the questions and get advice; their answers are compared with the measured figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udbytte.access.figures import may_see_measured
from udbytte.access.links import Ballot, BrokenLink
from udbytte.domain.figures.selfcheck import CONDITIONS, LEVELS, NUMBERS, STEP, Answer, Comparison
from udbytte.domain.numbers import int_from
from udbytte.models import Language, Round, SelfCheck
from udbytte.queries.figures.selfcheck import comparison_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.figures.selfcheck import answer_self_check, close_self_check, open_self_check
from udbytte.web.base.email_links import BROKEN, outcome_page
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of, roles

from .advice import CONDITIONS_ADVICE, QUESTIONS

SAYS = {
    Answer.YES: lazy("Yes"),
    Answer.PARTLY: lazy("Partly"),
    Answer.NO: lazy("No"),
    Answer.UNKNOWN: lazy("I do not know"),
}
ABOUT_CONDITIONS = lazy("Are the ground rules and the money known before the conversation?")
NOT_KNOWN = lazy("Not to know is worth something too: ask who knows, and whether the figure can be seen by all.")


def question_titles() -> dict[int, str]:
    """The questions by number."""
    return {number: str(words.title) for number, words in QUESTIONS.items()} | {CONDITIONS: str(ABOUT_CONDITIONS)}


def advice_on_answer(number: int, says: Answer) -> str:
    """The advice for an answer to a question."""
    if says is Answer.UNKNOWN:
        return str(NOT_KNOWN)
    level = LEVELS[says]
    return str(CONDITIONS_ADVICE[level] if number == CONDITIONS else QUESTIONS[number].advice[level])


def reason_for_advice(number: int, says: Answer) -> str:
    """The research behind that advice; empty if the answer is yes, and for the conditions."""
    words = QUESTIONS.get(number)
    return words.why_at(LEVELS[says]) if words is not None and says in LEVELS else ""


def _answers(sent: QueryDict) -> dict[int, Answer]:
    """The answers by question. Unknown answers are left out."""
    known = {says.value: says for says in Answer}
    return {number: known[answer] for number in NUMBERS if (answer := sent.get(f"q{number}", "")) in known}


def _question_rows(answers: Mapping[int, Answer], *, missing: bool) -> list[dict[str, Any]]:
    """The questions as the page asks them, each with the chosen answer and whether it is missing."""
    return [
        {
            "number": number,
            "title": title,
            "choices": [(says.value, words, answers.get(number) is says) for says, words in SAYS.items()],
            "missing": missing and number not in answers,
        }
        for number, title in sorted(question_titles().items())
    ]


def _advice_rows(answers: Mapping[int, Answer]) -> list[dict[str, Any]]:
    """Each answer with its advice, the answers furthest from yes first."""
    order = (Answer.NO, Answer.UNKNOWN, Answer.PARTLY, Answer.YES)
    titles = question_titles()
    return [
        {
            "number": number,
            "title": titles[number],
            "says": SAYS[says],
            "mark": says,
            "advice": advice_on_answer(number, says),
            "why": reason_for_advice(number, says),
        }
        for number, says in sorted(answers.items(), key=lambda answer: (order.index(answer[1]), answer[0]))
    ]


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def public_self_check(request: HttpRequest) -> HttpResponse:
    """The self-check for anybody, if `PUBLIC_SELF_CHECK` is on. It gives advice and stores nothing."""
    if not settings.PUBLIC_SELF_CHECK:
        raise Http404
    language = request.GET.get("sprog", "da")
    with override(language if language in Language.values else "da"):
        answers = _answers(request.POST)
        missing = request.method == "POST" and len(answers) < len(NUMBERS)
        context = {
            "questions": _question_rows(answers, missing=missing),
            "advised": _advice_rows(answers) if request.method == "POST" and not missing else [],
            "yes": sum(says is Answer.YES for says in answers.values()),
            "of": len(NUMBERS),
            "missing": missing,
            "language": language,
        }
        return render(request, "figures/selfcheck/public.html", context, status=422 if missing else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer_ballot(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a self-check with a ballot. Nobody can find out whose ballot it is."""
    try:
        right = Ballot.read(token, on=today())
    except BrokenLink:
        return outcome_page(request, BROKEN)
    answers = _answers(request.POST)
    refusal = ""
    if request.method == "POST":
        try:
            answer_self_check(right, answers)
        except Refused as refused:
            refusal = refused.message
        else:
            context = {"advised": _advice_rows(answers), "check": right.check}
            return render(request, "figures/selfcheck/thanks.html", context)
    context = {"questions": _question_rows(answers, missing=bool(refusal)), "refusal": refusal}
    return render(request, "figures/selfcheck/ballot.html", context, status=422 if refusal else 200)


@require_GET
def self_check_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers; beside them the measured figures, for those who may see the figures of the whole organisation."""
    check = get_object_or_404(SelfCheck.objects.select_related("round"), pk=pk)
    measured = may_see_measured(person_of(request), today())
    rows = comparison_of(check, on=today(), measured=measured)
    context = {
        "check": check,
        "answers": check.shown_answers,
        "step": STEP,
        "measured": measured,
        "is_hr": roles(request).is_hr,
        "rows": [_result_row(comparison) for comparison in rows] if check.shown_answers else [],
    }
    return render(request, "figures/selfcheck/results.html", context)


def _result_row(comparison: Comparison) -> dict[str, Any]:
    level, percent = Answer.NO, comparison.experienced
    if percent is not None:
        level = Answer.YES if percent >= 75 else Answer.PARTLY if percent >= 40 else Answer.NO
    return {
        "comparison": comparison,
        "title": question_titles()[comparison.number],
        "sums": [(SAYS[says], comparison.sums.get(says, 0)) for says in Answer],
        "words": _difference(comparison),
        "advice": advice_on_answer(comparison.number, level) if percent is not None else "",
    }


def _difference(comparison: Comparison) -> str:
    """How the answers and the measured figure differ, in words."""
    if comparison.difference is None:
        return ""
    if abs(comparison.difference) < STEP:
        return _("Believed and measured agree.")
    size = ngettext("%(points)s percentage point", "%(points)s percentage points", abs(comparison.difference)) % {
        "points": abs(comparison.difference)
    }
    if comparison.difference > 0:
        return _("It is believed to go better than it does, by %(size)s.") % {"size": size}
    return _("It goes better than people believe, by %(size)s.") % {"size": size}


@only(lambda roles: roles.is_hr)
@require_POST
@once
def start_self_check(request: HttpRequest) -> HttpResponse:
    """HR opens a self-check for everybody in a round, or for the whole organisation."""
    number = request.POST.get("round", "")
    round_ = get_object_or_404(Round, pk=int_from(number) or 0) if number else None
    try:
        check = open_self_check(round_, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("self-checks")
    messages.success(request, _("The self-check is open. Everybody it is for is told once, in their letter."))
    return redirect("self-check-results", check.pk)


@only(lambda roles: roles.is_hr)
@require_POST
def stop_self_check(request: HttpRequest, pk: int) -> HttpResponse:
    """HR closes a self-check."""
    close_self_check(get_object_or_404(SelfCheck, pk=pk), by=person_of(request), on=today())
    messages.success(request, _("The self-check is closed."))
    return redirect("self-check-results", pk)


@require_GET
def self_checks(request: HttpRequest) -> HttpResponse:
    """All self-checks, the newest first. HR opens new ones here."""
    rounds = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    open_ = set(SelfCheck.objects.filter(closed_on__isnull=True).values_list("round", flat=True))
    without_check = [round_ for round_ in rounds if round_.pk not in open_]
    everybody = None not in open_
    is_hr = roles(request).is_hr
    context = {
        "is_hr": is_hr,
        "checks": SelfCheck.objects.select_related("round")[:50],
        "rounds": without_check,
        "everybody": everybody,
    }
    return render(request, "figures/selfcheck/checks.html", context)


urlpatterns = [
    path("selvtjek/", public_self_check, name="public-self-check"),
    path("selvtjek/stem/<str:token>/", answer_ballot, name="ballot"),
    path("selvtjek/alle/", self_checks, name="self-checks"),
    path("selvtjek/aabn/", start_self_check, name="open-self-check"),
    path("selvtjek/<int:pk>/", self_check_results, name="self-check-results"),
    path("selvtjek/<int:pk>/luk/", stop_self_check, name="close-self-check"),
]
