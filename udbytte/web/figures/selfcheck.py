"""The self-check: the questions asked of people, with advice to each; what is believed beside what is measured."""

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

from udbytte.access.figures import reads_measured
from udbytte.access.links import Ballot, BrokenLink
from udbytte.domain.numbers import int_from
from udbytte.domain.self_check import CONDITIONS, LEVELS, NUMBERS, STEP, Beside, Says
from udbytte.models import Language, Round, SelfCheck
from udbytte.queries.selfcheck import compared
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.selfcheck import answer_self_check, close_self_check, open_self_check
from udbytte.web.base.email_links import BROKEN, outcome_page
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of, roles

from .advice import CONDITIONS as CONDITIONS_ADVICE
from .advice import QUESTIONS

SAYS = {
    Says.YES: lazy("Yes"),
    Says.PARTLY: lazy("Partly"),
    Says.NO: lazy("No"),
    Says.UNKNOWN: lazy("I do not know"),
}
ABOUT_CONDITIONS = lazy("Are the ground rules and the money known before the conversation?")
NOT_KNOWN = lazy("Not to know is worth something too: ask who knows, and whether the figure can be seen by all.")


def titles() -> dict[int, str]:
    """The questions by number."""
    return {number: str(words.title) for number, words in QUESTIONS.items()} | {CONDITIONS: str(ABOUT_CONDITIONS)}


def advice_for(number: int, says: Says) -> str:
    """What helps, for one answer to one question."""
    if says is Says.UNKNOWN:
        return str(NOT_KNOWN)
    level = LEVELS[says]
    return str(CONDITIONS_ADVICE[level] if number == CONDITIONS else QUESTIONS[number].advice[level])


def why_for(number: int, says: Says) -> str:
    """What that advice rests on; empty where the answer is yes, and for the conditions."""
    words = QUESTIONS.get(number)
    return words.why_at(LEVELS[says]) if words is not None and says in LEVELS else ""


def _answers(sent: QueryDict) -> dict[int, Says]:
    """What was answered, by question; what is no answer is left out."""
    known = {says.value: says for says in Says}
    return {number: known[said] for number in NUMBERS if (said := sent.get(f"q{number}", "")) in known}


def _asked(answers: Mapping[int, Says], *, missing: bool) -> list[dict[str, Any]]:
    """The questions as the page asks them, each with what was chosen and whether it was left out."""
    return [
        {
            "number": number,
            "title": title,
            "choices": [(says.value, words, answers.get(number) is says) for says, words in SAYS.items()],
            "missing": missing and number not in answers,
        }
        for number, title in sorted(titles().items())
    ]


def _advised(answers: Mapping[int, Says]) -> list[dict[str, Any]]:
    """Each answer with its advice, what is furthest from a yes first."""
    order = (Says.NO, Says.UNKNOWN, Says.PARTLY, Says.YES)
    said = titles()
    return [
        {
            "number": number,
            "title": said[number],
            "says": SAYS[says],
            "mark": says,
            "advice": advice_for(number, says),
            "why": why_for(number, says),
        }
        for number, says in sorted(answers.items(), key=lambda one: (order.index(one[1]), one[0]))
    ]


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def public(request: HttpRequest) -> HttpResponse:
    """The self-check for anybody, where the setting says so: answers in, advice out, and nothing is kept."""
    if not settings.PUBLIC_SELF_CHECK:
        raise Http404
    language = request.GET.get("sprog", "da")
    with override(language if language in Language.values else "da"):
        answers = _answers(request.POST)
        missing = request.method == "POST" and len(answers) < len(NUMBERS)
        context = {
            "questions": _asked(answers, missing=missing),
            "advised": _advised(answers) if request.method == "POST" and not missing else [],
            "yes": sum(says is Says.YES for says in answers.values()),
            "of": len(NUMBERS),
            "missing": missing,
            "language": language,
        }
        return render(request, "figures/selfcheck/public.html", context, status=422 if missing else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a self-check with one's ballot; who it belongs to is not asked, and cannot be found out."""
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
            context = {"advised": _advised(answers), "check": right.check}
            return render(request, "figures/selfcheck/thanks.html", context)
    context = {"questions": _asked(answers, missing=bool(refusal)), "refusal": refusal}
    return render(request, "figures/selfcheck/ballot.html", context, status=422 if refusal else 200)


@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """What is believed; beside it what is measured, for those who may see that of the whole organisation."""
    check = get_object_or_404(SelfCheck.objects.select_related("round"), pk=pk)
    measured = reads_measured(person_of(request), today())
    rows = compared(check, on=today(), measured=measured)
    context = {
        "check": check,
        "answers": check.shown_answers,
        "step": STEP,
        "measured": measured,
        "is_hr": roles(request).is_hr,
        "rows": [_row(one) for one in rows] if check.shown_answers else [],
    }
    return render(request, "figures/selfcheck/results.html", context)


def _row(one: Beside) -> dict[str, Any]:
    said = titles()
    level = Says.NO
    if one.believed is not None:
        level = Says.YES if one.believed >= 75 else Says.PARTLY if one.believed >= 40 else Says.NO
    return {
        "beside": one,
        "title": said[one.number],
        "sums": [(SAYS[says], one.sums.get(says, 0)) for says in Says],
        "words": _difference(one),
        "advice": advice_for(one.number, level) if one.believed is not None else "",
    }


def _difference(one: Beside) -> str:
    """How belief and measure differ, in words."""
    if one.difference is None:
        return ""
    if abs(one.difference) < STEP:
        return _("Believed and measured agree.")
    size = ngettext("%(points)s percentage point", "%(points)s percentage points", abs(one.difference)) % {
        "points": abs(one.difference)
    }
    if one.difference > 0:
        return _("It is believed to go better than it does, by %(size)s.") % {"size": size}
    return _("It goes better than people believe, by %(size)s.") % {"size": size}


@only(lambda mine: mine.is_hr)
@require_POST
@once
def begin(request: HttpRequest) -> HttpResponse:
    """HR asks everybody in a round, or everybody."""
    number = request.POST.get("round", "")
    round_ = get_object_or_404(Round, pk=int_from(number) or 0) if number else None
    try:
        check = open_self_check(round_, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("self-checks")
    messages.success(request, _("The self-check is open. Everybody it is for is told once, in their letter."))
    return redirect("self-check-results", check.pk)


@only(lambda mine: mine.is_hr)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """HR asks no more."""
    close_self_check(get_object_or_404(SelfCheck, pk=pk), by=person_of(request), on=today())
    messages.success(request, _("The self-check is closed."))
    return redirect("self-check-results", pk)


@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """All self-checks, the newest first; HR opens new ones here."""
    rounds = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    open_ = set(SelfCheck.objects.filter(closed_on__isnull=True).values_list("round", flat=True))
    free = [one for one in rounds if one.pk not in open_]
    everybody = None not in open_
    is_hr = roles(request).is_hr
    context = {
        "is_hr": is_hr,
        "checks": SelfCheck.objects.select_related("round")[:50],
        "rounds": free,
        "everybody": everybody,
    }
    return render(request, "figures/selfcheck/checks.html", context)


urlpatterns = [
    path("selvtjek/", public, name="public-self-check"),
    path("selvtjek/stem/<str:token>/", ballot, name="ballot"),
    path("selvtjek/alle/", checks, name="self-checks"),
    path("selvtjek/aabn/", begin, name="open-self-check"),
    path("selvtjek/<int:pk>/", results, name="self-check-results"),
    path("selvtjek/<int:pk>/luk/", end, name="close-self-check"),
]
