"""What a manager decides about the team's agreements: the question, the button, and the yes that needs no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.agreements import events_open_to_manager
from udbytte.domain.lifecycle import Event, page_answers
from udbytte.emails.steps import WORDS
from udbytte.models import Agreement, Person
from udbytte.models.formatting import kroner
from udbytte.models.labels import BUTTONS
from udbytte.queries.people.team import DECISIONS
from udbytte.web.agreements.buttons import NOT_BEFORE_END
from udbytte.web.base.addresses import page_address

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The answers that are a plain yes. Several of them can be given at once.
YES: Mapping[str, Event] = {
    "settle_money": Event.FUND,
    "talk": Event.TALK,
    "confirm_drop": Event.CONFIRM_DROP,
    "confirm_replace": Event.REPLACE,
}
# Answered on the page of the review with at most a few fields. Everything else needs the agreement's page.
IN_THE_ROW = frozenset(
    {Event.FUND, Event.NOMINATE, Event.TALK, Event.TALK_STUCK, Event.CONFIRM_DROP, Event.START, Event.STILL_WAITING}
    | {Event.REFUSE, Event.KEEP, Event.REPLACE}
)
SHORT_BUTTONS: Mapping[str, _StrPromise] = {
    "settle_money": lazy("Decide"),
    "talk": lazy("Talk about it"),
    "talk_stuck": lazy("Talk about it"),
    "confirm_drop": lazy("Answer"),
    "confirm_replace": lazy("Answer"),
}


def is_decision_of(agreement: Agreement, manager: Person) -> bool:
    """Whether the manager has to decide about a report's agreement."""
    return agreement.step in DECISIONS and agreement.step_owner_id == manager.pk != agreement.employee_id


def expected_event(agreement: Agreement, manager: Person, on: date, *, must_nominate: bool) -> Event | None:
    """What the manager is expected to do about a next step of the manager's."""
    open_events = events_open_to_manager(agreement, manager, on)
    for event in (*page_answers(agreement.step), Event.WRITE_DOWN):
        if event not in open_events or (event is Event.FUND and must_nominate):
            continue
        if event in NOT_BEFORE_END and agreement.ends_on is not None and on < agreement.ends_on:
            continue
        return event
    return None


def plain_yes(agreement: Agreement, manager: Person, on: date, to_nominate: Container[int]) -> Event | None:
    """The event of a yes that needs no text; None where a text or a price is missing, or it is not the manager's."""
    event = YES.get(agreement.step)
    if event is None or not is_decision_of(agreement, manager):
        return None
    if event is Event.FUND and (agreement.pk in to_nominate or agreement.estimated_price is None):
        return None
    return event if event in events_open_to_manager(agreement, manager, on) else None


def question_of(agreement: Agreement, *, must_nominate: bool) -> str:
    """What the manager is asked about a decision, in a few words."""
    if agreement.step == "settle_money":
        if agreement.estimated_price is None:
            return str(agreement.get_step_display())
        words = {"price": kroner(agreement.estimated_price)}
        if must_nominate:
            return _("%(price)s, which the budget owner has to approve") % words
        return _("Is the unit to pay %(price)s?") % words
    if agreement.step == "talk":
        return _("Have you two talked about the outcome?")
    if agreement.step == "confirm_drop":
        return _("Is it to be dropped? Reason: %(reason)s") % {"reason": agreement.get_drop_reason_display()}
    if agreement.step == "confirm_replace":
        return _("Are you to do something else instead?")
    return str(agreement.get_step_display())


def short_button(agreement: Agreement, event: Event) -> str:
    """The label of the button in a narrow column that leads to where the step is answered."""
    if event is Event.WRITE_DOWN:
        return _("Talk about it")
    if event is Event.NOMINATE:
        return _("Nominate")
    return str(SHORT_BUTTONS.get(agreement.step) or WORDS[agreement.step].button or _("Answer"))


def place_to_answer(agreement: Agreement, event: Event) -> str:
    """Where the manager answers: in the row of the review, or on the agreement's page."""
    if event in IN_THE_ROW:
        return f"{reverse('team-review')}#r{agreement.pk}"
    place = "write-down" if event is Event.WRITE_DOWN else "next"
    return f"{page_address('agreement', agreement.pk)}?event={event}#{place}"


def long_button(agreement: Agreement, event: Event) -> str:
    """The same label where there is room."""
    if event is Event.WRITE_DOWN:
        return str(BUTTONS[event])
    return str(WORDS[agreement.step].button or BUTTONS[event])


def what_waits(steps: Iterable[str], conversations: int) -> str:
    """What waits for the manager, by kind: "2 kurser at sige ja til · 1 snak · 1 svar"."""
    of_kind = Counter(
        "money" if step == "settle_money"
        else "talks" if step in ("talk", "talk_stuck")
        else "answers" if step in ("confirm_drop", "confirm_replace")
        else "tasks"
        for step in steps
    )  # fmt: skip
    money, talks, answers, tasks = (of_kind[kind] for kind in ("money", "talks", "answers", "tasks"))
    parts = (
        money and ngettext("%(count)s course to decide on", "%(count)s courses to decide on", money),
        talks and ngettext("%(count)s talk", "%(count)s talks", talks),
        answers and ngettext("%(count)s answer", "%(count)s answers", answers),
        tasks and ngettext("%(count)s other task", "%(count)s other tasks", tasks),
        conversations
        and ngettext(
            "%(count)s conversation that may have been held",
            "%(count)s conversations that may have been held",
            conversations,
        ),
    )
    counts = (money, talks, answers, tasks, conversations)
    return " · ".join(str(text) % {"count": count} for text, count in zip(parts, counts, strict=True) if text)
