"""Everything about oneself: what there is, who reads it, how long, a copy of it all, and what to do if it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.domain.numbers import int_from
from udbytte.models import AuditKind, DevelopmentPlan, PrivacyNotice
from udbytte.models.privacy import LONGEST_PLAN_NOTE
from udbytte.queries.privacy.notice import present_notice
from udbytte.queries.privacy.own_data import counts_about, signed_plans_of
from udbytte.queries.privacy.retention import months_by_record
from udbytte.runtime.clock import today
from udbytte.services.people.audit import note
from udbytte.services.privacy.notice import note_notice_seen
from udbytte.services.privacy.plan_notes import add_plan_note
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.fields import StyledForm
from udbytte.web.base.fresh_login import just_logged_in, log_in_again
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

from .labels import ABOUT_A_PERSON, READERS, RECORD_LABELS, how_long, limit_lines
from .own_file import own_file


class PlanNoteForm(StyledForm):
    """A note beside one of the person's signed plans."""

    plan = forms.ModelChoiceField(DevelopmentPlan.objects.none(), label=lazy("Which plan?"), empty_label=None)
    text = forms.CharField(
        label=lazy("What is wrong, and what is right?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_PLAN_NOTE,
    )

    def __init__(self, *args: object, plans: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        self.fields["plan"].label_from_instance = lambda plan: plan.conversation.round.name  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class OwnDataPage:
    """What own_data.html reads."""

    table: Table
    is_fresh: bool
    notice: PrivacyNotice
    form: PlanNoteForm | None  # None without a signed plan


@never_cache
def own_data(request: HttpRequest) -> HttpResponse:
    """The page. A POST puts a note beside a signed plan."""
    person, on = person_of(request), today()
    plans = signed_plans_of(person).select_related("conversation__round").order_by("-pk")
    form = PlanNoteForm(request.POST or None, plans=plans) if plans.exists() else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            with Submission(form):
                add_plan_note(form.cleaned_data["plan"], text=form.cleaned_data["text"], by=person, on=on)
                messages.success(request, _("The note stands beside the plan, and your manager can read it."))
                return redirect("own-data")
    counts, months = counts_about(person), months_by_record()
    rows = [
        TableRow(
            RECORD_LABELS[record],
            (_rows_text(counts[record]), str(READERS[record]), how_long(record, months)),
        )
        for record in ABOUT_A_PERSON
    ]
    columns = (_("What"), _("How many"), _("Who reads it"), _("For how long"))
    page = OwnDataPage(
        table=Table(columns, rows, css="cards"),
        is_fresh=just_logged_in(request),
        notice=present_notice(),
        form=form,
    )
    is_refused = form is not None and form.is_bound
    return render(request, "privacy/own_data.html", as_context(page), status=422 if is_refused else 200)


def _rows_text(count: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}


@require_POST
def own_data_file(request: HttpRequest) -> HttpResponse:
    """All of it as a ZIP file, for a person who has just logged in. That it was fetched is noted."""
    if not just_logged_in(request):
        return log_in_again(request)
    person = person_of(request)
    response = own_file(person)
    note(AuditKind.OWN_DATA, by=person, about=person, on=today())
    return response


@require_GET
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """The notice: what is stored, who reads it, how long, rights, whom to write to; `?nr=` an earlier version."""
    notice, number = present_notice(), int_from(request.GET.get("nr", ""))
    if number is not None and number != notice.number:
        notice = get_object_or_404(PrivacyNotice, number=number)
    earlier = PrivacyNotice.objects.filter(number__lt=notice.number)
    context = {"notice": notice, "limits": limit_lines(notice.limits), "earlier": earlier}
    return render(request, "privacy/notice.html", context)


@require_POST
def notice_seen(request: HttpRequest) -> HttpResponse:
    """Go on from the notice, to the page that showed it."""
    note_notice_seen(person_of(request), present_notice().number, on=today())
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = reverse("home")
    return redirect(following)


urlpatterns = [
    path("mine-oplysninger/", own_data, name="own-data"),
    path("mine-oplysninger/hent/", own_data_file, name="own-data-file"),
    path("persondata/", privacy_notice, name="privacy-notice"),
    path("persondata/set/", notice_seen, name="notice-seen"),
]
