"""The course of an agreement: when and where it is, and until when it is free to give the seat back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import arranges_course
from udbytte.access.courses import open_run_questions, open_run_questions_for
from udbytte.access.people import has_role
from udbytte.domain.lifecycle import Event, Party, Stage, allowed
from udbytte.models import Agreement, AttachmentKind, CourseRun, Person, Role
from udbytte.models.formatting import day, days, kroner
from udbytte.queries.money.budgets import last_refusal
from udbytte.services.agreements.consequences import cancellation_terms_of
from udbytte.web.base.fields import FileField

AFTER = (Stage.ATTENDED, Stage.USED, Stage.REPORTED, Stage.LEARNED)


class AttachmentForm(forms.Form):
    """One file, and what it is."""

    kind = forms.ChoiceField(label=lazy("What it is"), choices=AttachmentKind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "file_%s"} | kwargs))
        self.fields["file"] = FileField(_("File"))
        self.fields["file"].required = True
        self.fields["file"].widget.attrs["class"] = "ds-input"


@dataclass(frozen=True, slots=True)
class CourseOf:
    """A course date in words; each part is empty where nothing is known."""

    run: CourseRun
    days: str
    deadline: str
    where: str
    free_until: str
    cost_now: str


def course_of(agreement: Agreement, on: date) -> CourseOf | None:
    """The chosen course date in words; None where none is chosen yet."""
    run = agreement.run
    if run is None:
        return None
    terms = cancellation_terms_of(agreement, on)
    return CourseOf(
        run=run,
        days=days(agreement.starts_on or run.starts_on, agreement.ends_on or run.ends_on, on),
        deadline=day(run.signup_deadline, on) if run.signup_deadline else "",
        where=", ".join(filter(None, (run.place, run.address))) or str(run.get_mode_display()),
        free_until=day(terms.free_until, on) if terms.free_until and run.starts_on > on else "",
        cost_now=kroner(terms.cost) if terms.cost and run.starts_on > on else "",
    )


def about_the_course(agreement: Agreement, person: Person, parties: frozenset[Party], on: date) -> dict[str, Any]:
    """What only the page of a course agreement shows: course date, files, email to the provider, refusal."""
    files = arranges_course(agreement, person, on)
    attachments = agreement.attachments.defer("content").select_related("by") if files else None
    adds = files and agreement.stage in (Stage.FUNDED, Stage.WAITLISTED, Stage.REGISTERED, *AFTER)
    question = open_run_questions().filter(agreement=agreement).select_related("report__by").first()
    return {
        "course": course_of(agreement, on),
        "report": question.report if question is not None else None,
        "answers_report": open_run_questions_for(person, on).filter(agreement=agreement).exists(),
        "attachments": attachments,
        "file_form": AttachmentForm(initial={"kind": "proof" if agreement.went else "confirmation"}) if adds else None,
        "writes": allowed(agreement.state, Event.WRITE_PROVIDER, parties),
        "arranges": Party.COORDINATOR in parties and has_role(person, Role.COORDINATOR, on),
        "refusal": last_refusal(agreement) if _came_back_by_refusal(agreement) else None,
    }


def _came_back_by_refusal(agreement: Agreement) -> bool:
    """Whether a course date is to be found again because the money was refused, and for nothing that came after."""
    if agreement.stage != Stage.AGREED:
        return False
    came = agreement.log.exclude(from_stage=F("to_stage")).order_by("-number").first()
    return came is not None and came.event in (Event.REFUSE, Event.ASK_CHEAPER)
