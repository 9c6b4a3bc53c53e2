"""The questions of a round to prepare by, for HR."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..models import Asked, Question, Round
from ..queries.round_units import titles_in
from ..services.errors import Refused
from ..services.questions import QuestionText, set_questions
from .fields import StyledForm
from .pages import only, person_of


class QuestionForm(StyledForm):
    """One question in both languages; without its Danish text it goes away."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text_da = forms.CharField(label=lazy("Question in Danish"), max_length=400, required=False)
    help_da = forms.CharField(
        label=lazy("Help in Danish"),
        max_length=400,
        required=False,
        help_text=lazy("Stands under the question, for example what to think of."),
    )
    text_en = forms.CharField(label=lazy("Question in English"), max_length=400, required=False)
    help_en = forms.CharField(label=lazy("Help in English"), max_length=400, required=False)
    asked = forms.ChoiceField(label=lazy("Asked of"), choices=Asked.choices)
    titles = forms.CharField(
        label=lazy("Only in the conversations of these job titles"),
        max_length=1000,
        required=False,
        help_text=lazy("With commas between. Empty: of all."),
        widget=forms.TextInput(attrs={"list": "titles", "autocomplete": "off"}),
    )

    def told(self) -> QuestionText:
        """What was written, ready for `set_questions`."""
        said: dict[str, Any] = dict(self.cleaned_data)
        titles = [title.strip() for title in said["titles"].split(",") if title.strip()]
        helps = {name: said[name] for name in ("help_da", "help_en")}
        return QuestionText(said["text_da"], said["text_en"], said["asked"], said["number"], titles=titles, **helps)


QuestionForms = forms.formset_factory(QuestionForm, extra=2, max_num=30)


def _begun(question: Question) -> dict[str, Any]:
    names = ("text_da", "help_da", "text_en", "help_en", "asked")
    titles = ", ".join(question.titles)
    return {"number": question.pk, "titles": titles} | {name: getattr(question, name) for name in names}


@only(lambda mine: mine.is_hr)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions to prepare by, in their order."""
    round_ = get_object_or_404(Round, pk=pk)
    rows = QuestionForms(request.POST or None, initial=[_begun(one) for one in round_.questions.all()], prefix="q")
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        wanted = [row.told() for row in rows if row.cleaned_data.get("text_da")]
        try:
            set_questions(round_, wanted, by=person_of(request), on=today())
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    context = {"round": round_, "forms": rows, "refusal": refusal, "titles": titles_in(round_, today())}
    return render(request, "rounds/questions.html", context, status=422 if rows.is_bound else 200)


urlpatterns = [path("runder/<int:pk>/spoergsmaal/", questions, name="round-questions")]
