"""The self-check: people answer the questions and get advice; their answers are compared with the measured figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udbytte.access.figures import may_see_measured
from udbytte.access.links import Ballot, BrokenLink
from udbytte.domain.figures.selfcheck import NUMBERS, STEP, Answer, Comparison
from udbytte.domain.numbers import int_from
from udbytte.models import Language, Round, SelfCheck
from udbytte.queries.figures.selfcheck import comparison_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.figures.selfcheck import answer_self_check, close_self_check, open_self_check
from udbytte.web.base.email_links import BROKEN, outcome_page
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of, roles

from .selfcheck_text import ANSWERS, QUESTIONS, SelfCheckQuestion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The answers furthest from yes come first: there is most to gain.
ORDER = (Answer.NO, Answer.UNKNOWN, Answer.PARTLY, Answer.YES)


def _answers(sent: QueryDict) -> dict[int, Answer]:
    """The answers by question. Unknown answers are left out."""
    known = {says.value: says for says in Answer}
    return {number: known[answer] for number in NUMBERS if (answer := sent.get(f"q{number}", "")) in known}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the page asks it, with its advice. `answer` is what was chosen."""

    number: int
    text: SelfCheckQuestion
    choices: list[tuple[str, _StrPromise, bool]]  # value, words, whether it is chosen
    answer: Answer | None
    is_missing: bool

    @property
    def first(self) -> _StrPromise | None:
        """What to do first after this answer."""
        return self.text.first[self.answer] if self.answer is not None else None

    @property
    def says(self) -> _StrPromise | None:
        """The answer in words."""
        return ANSWERS[self.answer] if self.answer is not None else None


def _question_rows(answers: Mapping[int, Answer], *, missing: bool = False) -> list[QuestionRow]:
    """All questions in their order; with `missing`, those without an answer are marked."""
    return [
        QuestionRow(
            number,
            text,
            [(says.value, words, answers.get(number) is says) for says, words in ANSWERS.items()],
            answers.get(number),
            missing and number not in answers,
        )
        for number, text in QUESTIONS.items()
    ]


def _start_here(rows: list[QuestionRow]) -> QuestionRow | None:
    """The question to begin with: the answer furthest from yes, and of several the first; none when all are yes."""
    open_ = [row for row in rows if row.answer is not None and row.answer is not Answer.YES]
    return min(open_, key=lambda row: (ORDER.index(row.answer or Answer.NO), row.number), default=None)


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
        rows = _question_rows(answers, missing=missing)
        context = {
            "questions": rows,
            "answered": request.method == "POST" and not missing,
            "start": _start_here(rows),
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
    """Answer a self-check with a ballot. Until the night the answer is the same to everybody, also the second time."""
    try:
        right = Ballot.read(token, on=today())
    except BrokenLink:
        return outcome_page(request, BROKEN)
    answers = _answers(request.POST)
    refusal = ""
    if request.method == "POST":
        try:
            answer_self_check(right, answers, now=timezone.now())
        except Refused as refused:
            refusal = refused.message
        else:
            rows = _question_rows(answers)
            thanks: dict[str, Any] = {"questions": rows, "start": _start_here(rows), "check": right.check}
            return render(request, "figures/selfcheck/thanks.html", thanks)
    context = {"questions": _question_rows(answers, missing=bool(refusal)), "refusal": refusal}
    return render(request, "figures/selfcheck/ballot.html", context, status=422 if refusal else 200)


@require_GET
def self_check_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers; beside them the measured figures, for those who may see the figures of the whole organisation."""
    check = get_object_or_404(SelfCheck.objects.select_related("round"), pk=pk)
    measured = may_see_measured(person_of(request), today())
    comparisons = comparison_of(check, on=today(), measured=measured) if check.shown_answers else []
    rows = [_result_row(comparison) for comparison in comparisons]
    context = {
        "check": check,
        "answers": check.shown_answers,
        "step": STEP,
        "measured": measured,
        "is_hr": roles(request).is_hr,
        "rows": rows,
        "start": _lowest(rows),
        "is_counted_tonight": check.closed_on is not None and check.closed_on >= today(),
    }
    return render(request, "figures/selfcheck/results.html", context)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A question with what is experienced and measured; how many gave which answer is never shown."""

    comparison: Comparison
    text: SelfCheckQuestion
    difference: str
    level: Answer | None  # the answer that most would give; unknown where too few have an opinion
    says: str = ""

    @property
    def number(self) -> int:
        """The number of the question."""
        return self.comparison.number

    @property
    def first(self) -> _StrPromise | None:
        """What to do first."""
        return self.text.first[self.level] if self.level is not None else None


def _result_row(comparison: Comparison) -> ResultRow:
    percent = comparison.experienced
    return ResultRow(
        comparison=comparison,
        text=QUESTIONS[comparison.number],
        difference=_difference(comparison),
        level=_level(percent) if percent is not None else None,
    )


def _level(percent: int) -> Answer:
    return Answer.NO if percent < 40 else Answer.PARTLY if percent < 75 else Answer.YES


def _lowest(rows: list[ResultRow]) -> ResultRow | None:
    """The question to begin with: the one that is experienced worst; none when all are a yes."""
    open_ = [row for row in rows if row.level is not None and row.level is not Answer.YES]
    return min(open_, key=lambda row: (row.comparison.experienced or 0, row.number), default=None)


def _difference(comparison: Comparison) -> str:
    """How the answers and the measured figure differ, in words."""
    if comparison.difference is None:
        return ""
    points = {"points": abs(comparison.difference)}
    if abs(comparison.difference) < STEP:
        return _("What employees experience matches the figures.")
    if comparison.difference > 0:
        return (
            ngettext(
                "Employees experience that it goes %(points)s percentage point better than the figures show.",
                "Employees experience that it goes %(points)s percentage points better than the figures show.",
                points["points"],
            )
            % points
        )
    return (
        ngettext(
            "It goes %(points)s percentage point better than employees experience.",
            "It goes %(points)s percentage points better than employees experience.",
            points["points"],
        )
        % points
    )


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
    messages.success(request, _("The self-check is open. Everybody it is for is asked once, in the weekly email."))
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
