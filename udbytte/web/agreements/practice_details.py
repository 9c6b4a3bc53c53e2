"""A practice agreement: who learns together, what can be done when it does not happen, and observations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import may_observe
from udbytte.domain.lifecycle import Event, Kind, Stage
from udbytte.models import Agreement, Person
from udbytte.queries.practice.helpers import is_not_happening, learning_partners_of
from udbytte.services.practice.helping import is_asked
from udbytte.web.base.fields import StyledForm

from .buttons import Choice

# What can be done when the practice does not happen, the mildest first.
CURES = {
    Event.ASK_ANOTHER: lazy("Someone to help"),
    Event.POSTPONE: lazy("Another time"),
    Event.PROPOSE_REPLACE: lazy("Another way"),
    Event.PROPOSE_DROP: lazy("Stop"),
}
QUESTIONS = {
    "talk_stuck": (
        lazy("What got in the way the last two times, on the day itself?"),
        lazy("What can the two of you change, so that it fits an ordinary week?"),
    ),
    "talk": (
        lazy("What do you do differently now, and when did you do it last?"),
        lazy("What would help you use it more, and what can I do about it?"),
    ),
}


class ObservationForm(StyledForm):
    """What the manager or a helper sees."""

    text = forms.CharField(
        label=lazy("What do you see?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Read by the employee and the manager."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "see_%s"} | kwargs))


def practice_of(agreement: Agreement, person: Person, on: date, *, whole: bool) -> dict[str, Any]:
    """What the page shows of practice, for a person who helps with the agreement or may read the `whole` of it."""
    own = agreement.observations.filter(by=person).first()
    context: dict[str, Any] = {
        "talk_questions": QUESTIONS.get(agreement.step, ()) if agreement.step_owner_id == person.pk else (),
        "observations": agreement.observations.select_related("by") if whole else [],
        "observation_form": ObservationForm(initial={"text": own.text if own else ""})
        if may_observe(agreement, person, on)
        else None,
    }
    if agreement.kind != Kind.PRACTICE:
        return context
    under_way = agreement.stage in (Stage.UNDER_WAY, Stage.STUCK)
    return context | {
        "finds_helper": whole and agreement.step == "find_helper",
        "asked_beside": agreement.step != "answer" and is_asked(agreement, person),
        "learning_along": [partner.name for partner in learning_partners_of(agreement) if partner.pk != person.pk]
        if whole
        else [],
        "is_not_happening": whole and under_way and is_not_happening(agreement),
    }


def cures(others: list[Choice]) -> tuple[list[Choice], list[Choice]]:
    """The other choices in two lists: those that help when the practice does not happen, and the rest."""
    known = {choice.form.chosen: choice for choice in others}
    helps = [replace(known[event], opens=str(words)) for event, words in CURES.items() if event in known]
    return helps, [choice for choice in others if choice.form.chosen not in CURES]
