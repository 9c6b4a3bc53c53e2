"""The conversation's preparation and its development plan: written and signed by both."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from udbytte.access.conversations import is_frozen, is_one_of_the_two, may_write_texts
from udbytte.domain.lifecycle import Kind
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS, answer_due_on, due_on
from udbytte.domain.notifications import PlanSigned, PlanToSign
from udbytte.domain.reach import END, START
from udbytte.models import (
    Agreement,
    Answer,
    Conversation,
    DevelopmentPlan,
    Email,
    Goal,
    LogEntry,
    Notification,
    Person,
    Preparation,
)
from udbytte.models.conversations import LONGEST_NO_COURSE, LONGEST_NOTES
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations.plan_load import may_be_changed, may_be_taken_back, may_start_later
from udbytte.queries.conversations.texts import mark_of_plan, plan_contents_with_steps, preparation_questions_for
from udbytte.queries.rounds.closing import agreements_to_carry_over
from udbytte.services.agreements.consequences import later_day
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.errors import (
    MissingFact,
    NotPermitted,
    NotPossible,
    Refused,
    require_day_within,
    require_text_fits,
)
from udbytte.services.figures.history import preserve_agreement_history, preserve_conversation_history
from udbytte.services.locks import Lock, lock_row, retry_after_deadlock, wait_for_lock
from udbytte.services.notifications.notify import notify


@transaction.atomic
def save_preparation(conversation: Conversation, answers: dict[int, str], *, by: Person, on: date) -> Preparation:
    """Save the person's own answers, by question id. Nobody else reads them until they are shared.

    Raises NotPermitted for outsiders and a former manager, and NotPossible for answers when the texts are frozen:
    `autosave.save_field` leaves the old text to read.
    """
    locked = lock_conversation(conversation)
    if not may_write_texts(locked, by, on):
        raise NotPermitted
    if answers and is_frozen(locked):
        raise NotPossible
    preparation, _made = Preparation.objects.get_or_create(conversation=conversation, author=by)
    questions = preparation_questions_for(conversation, by).filter(pk__in=answers)
    for question in questions:
        Answer.objects.update_or_create(
            preparation=preparation,
            question=question,
            defaults={"text": require_text_fits(answers[question.pk], LONGEST_NOTES)},
        )
    return preparation


def lock_conversation(conversation: Conversation) -> Conversation:
    """The conversation, locked and read fresh with all that decides who may write in it."""
    return lock_row(Conversation.objects.select_related("employment", "round", "plan"), conversation.pk)


def _require_one_of_two(conversation: Conversation, by: Person | None) -> None:
    if by is not None and not is_one_of_the_two(conversation, by):
        raise NotPermitted


@transaction.atomic
def share_preparation(conversation: Conversation, *, by: Person, on: date) -> None:
    """Let the other person read the preparation."""
    preparation = save_preparation(conversation, {}, by=by, on=on)
    preparation.shared_on = preparation.shared_on or on
    preparation.save(update_fields=["shared_on"])


@transaction.atomic
def stop_sharing_preparation(conversation: Conversation, *, by: Person, on: date) -> None:
    """Let only oneself read the preparation again, until the conversation is held. Then it belongs to the two."""
    locked = lock_conversation(conversation)
    if not may_write_texts(locked, by, on):
        raise NotPermitted
    if locked.held_on is not None or is_frozen(locked):
        raise NotPossible
    Preparation.objects.filter(conversation=locked, author=by).update(shared_on=None, read_on=None)


def note_preparation_read(conversation: Conversation, author: int, *, on: date) -> None:
    """The other one of the two has opened the author's shared preparation; the first day counts."""
    shared = Preparation.objects.filter(conversation=conversation, author=author, shared_on__isnull=False)
    shared.filter(read_on__isnull=True).update(read_on=on)


@transaction.atomic
def begin_plan(conversation: Conversation, *, by: Person | None) -> DevelopmentPlan:
    """The conversation's plan. It is created if there is none yet."""
    _require_one_of_two(conversation, by)
    plan, _made = DevelopmentPlan.objects.get_or_create(conversation=conversation)
    return plan


def clean_goal_texts(text: str, sign: str) -> dict[str, str]:
    """A goal's texts without blanks at both ends. Raises MissingFact, TooLong."""
    text, sign = text.strip(), sign.strip()
    if not text:
        raise MissingFact("text")
    return {
        "text": require_text_fits(text, LONGEST_GOAL, "text"),
        "sign": require_text_fits(sign, LONGEST_GOAL, "sign"),
    }


@transaction.atomic
def add_goal(plan: DevelopmentPlan, *, text: str, sign: str = "", by: Person | None, on: date) -> Goal:
    """Add a goal: what the employee wants to become able to do, and the sign by which both will see it.

    A goal with the same text is returned.
    """
    words = clean_goal_texts(text, sign)
    row = _write_in(plan, by)
    same = next((goal for goal in row.goals.all() if goal.text == words["text"]), None)
    return same or Goal.objects.create(plan=row, **words)


def _write_in(plan: DevelopmentPlan, by: Person | None) -> DevelopmentPlan:
    """The plan, locked, for the employee or the present line manager to write in.

    If only one of the two has signed, the signature is removed, because the plan changes.
    """
    row = DevelopmentPlan.objects.select_for_update().get(pk=plan.pk)
    employment = row.conversation.employment
    if by is not None and by.pk not in (employment.person_id, employment.line_manager_id):
        raise NotPermitted
    _require_writable(row)
    if row.employee_signed_on is not None or row.manager_signed_on is not None:
        row.employee_signed_on = row.manager_signed_on = row.manager_signed_by = None
        row.save(update_fields=["employee_signed_on", "manager_signed_on", "manager_signed_by"])
    return row


def _require_writable(plan: DevelopmentPlan) -> None:
    if plan.signed_text is not None:
        raise Refused(
            _("You have both signed the plan, so it cannot be changed here. Change an agreement on its own page.")
        )


@transaction.atomic
def change_goal(goal: Goal, *, text: str, sign: str = "", by: Person | None, on: date) -> Goal:
    """Change the words of a goal, in a plan that is not signed by both."""
    words = clean_goal_texts(text, sign)
    _require_own(goal)
    _write_in(goal.plan, by)
    goal.text, goal.sign = words["text"], words["sign"]
    goal.save(update_fields=["text", "sign"])
    return goal


def _require_own(goal: Goal) -> None:
    if goal.common_id is not None:
        raise Refused(_("The goal is the group's. Change it on the group's page, and it follows here."))


@transaction.atomic
def remove_goal(goal: Goal, *, by: Person | None, on: date) -> None:
    """Remove a goal from a plan that is not signed by both. Its agreements stay."""
    _require_own(goal)
    _write_in(goal.plan, by)
    goal.delete()


@transaction.atomic
def add_agreement_to_plan(plan: DevelopmentPlan, *, by: Person | None, on: date, **facts: Any) -> Agreement:
    """Add an agreement to a plan that is not signed by both; `facts` as for `agree_activity`.

    If the plan has an open agreement with the same kind, title and planned time, that one is returned. The plan's row
    is locked, so this also holds for two requests at once.
    """
    row = _write_in(plan, by)
    same = row.agreements.filter(
        kind=facts["kind"],
        title=facts["title"].strip(),
        planned_from=facts["planned_from"],
        planned_to=facts["planned_to"],
        closed_on__isnull=True,
    ).first()
    return same or agree_activity(plan=row, by=by, on=on, **facts)


@retry_after_deadlock
@transaction.atomic
def take_back_agreement(agreement: Agreement, *, by: Person | None, on: date) -> None:
    """Delete an agreement that was added to an unsigned plan by mistake.

    Refused later than on the same day, when something has happened to it, or when an email has told of it. Then it is
    dropped on its own page.
    """
    wait_for_lock(Lock.EMAILS)  # no email is being written that tells of it
    plan = _write_in(agreement.plan, by)
    if not plan.agreements.filter(pk=agreement.pk).exists():
        return  # a second press
    row = lock_row(Agreement.objects.select_related("plan"), agreement.pk)
    told = Notification.objects.filter(agreement=row, email__isnull=False).exists()
    asked = Email.objects.filter(on=on, asks__contains=[{"agreement": row.pk}]).exists()
    if told or asked or not may_be_taken_back(row, on):
        raise Refused(_("It cannot be undone any more. You can drop it on its own page."))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL udbytte.retention = 'on'")  # its log is deleted with it
        LogEntry.all_entries.filter(agreement=row).delete()
        row.delete()
        cursor.execute("SET LOCAL udbytte.retention = 'off'")


# What can be corrected in an agreement of a plan; its kind and goal stay.
CHANGEABLE = (
    *("title", "planned_from", "planned_to", "purpose", "if_then", "first_use", "estimated_price", "course"),
    *("method", "decided_by", "checked_by", "turn_to", "check_in_weeks"),
)


@transaction.atomic
def change_agreement(agreement: Agreement, *, by: Person | None, on: date, **facts: Any) -> Agreement:
    """Correct what is agreed in a plan that is not signed by both; `facts` as for `agree_activity`.

    The date of the first step follows the planned time. MissingFact without a title, Refused if the planned end lies
    before the start or a day is out of reach, NotPossible if something has happened to the agreement.
    """
    _write_in(agreement.plan, by)
    row = lock_row(Agreement.objects.select_related("plan", "round", "run"), agreement.pk)
    step = row.state.step
    if not may_be_changed(row) or step is None:
        raise NotPossible
    if not facts["title"].strip():
        raise MissingFact("title")
    if facts["planned_from"] != row.planned_from:  # a start that has passed may stay
        require_day_within(START, facts["planned_from"], on=on, field="planned_from")
    require_day_within(END, facts["planned_to"], on=on, field="planned_to")
    if facts["planned_to"] < facts["planned_from"]:
        raise Refused(_("The planned end lies before the start."), "planned_to")
    preserve_agreement_history([row.pk], on=on)
    for name in CHANGEABLE:
        setattr(row, name, facts[name])
    row.title, row.if_then = row.title.strip(), " ".join(row.if_then.split())
    days = {**DEFAULT_DAYS, **row.round.days}
    row.step_due = due_on(step.due, row.times, on=row.paused_until or row.agreed_on, days=days)
    row.answer_due_on = answer_due_on(row.kind, row.times, days=days)
    row.save()
    return row


@transaction.atomic
def start_later(agreement: Agreement, until: date, *, by: Person | None, on: date) -> Agreement:
    """Let an agreement of an unsigned plan rest until a day. Its first step and its planned time count from then.

    A course keeps the days that it takes to find one: it is planned no sooner than that after the day.
    NotPossible if both have signed, or if something has happened to it; then it is paused on its own page.
    """
    _write_in(agreement.plan, by)
    related = ("plan", "employment__line_manager", "employee", "unit", "round", "run")
    row = lock_row(Agreement.objects.select_related(*related), agreement.pk)
    step = row.state.step
    if not may_start_later(row) or step is None:
        raise NotPossible
    until = later_day(until, on)
    days = {**DEFAULT_DAYS, **row.round.days}
    begins = until + timedelta(days=days["before_wished"] if row.kind == Kind.COURSE else 0)
    shift = max(begins - row.planned_from, timedelta(0))
    require_day_within(START, row.planned_from + shift, on=on, field="until")
    require_day_within(END, row.planned_to + shift, on=on, field="until")
    preserve_agreement_history([row.pk], on=on)
    row.planned_from += shift
    row.planned_to += shift
    row.paused_until = until
    row.step_due = due_on(step.due, row.times, on=until, days=days)
    row.answer_due_on = answer_due_on(row.kind, row.times, days=days)
    row.save()
    return row


@transaction.atomic
def state_no_course(plan: DevelopmentPlan, reason: str, *, by: Person | None, on: date) -> str:
    """State that no course is needed, and why. An empty reason takes it back. Returns the stored reason."""
    reason = require_text_fits(reason.strip(), LONGEST_NO_COURSE, "reason")
    row = _write_in(plan, by)
    preserve_conversation_history([row.conversation_id], on=on)
    row.no_course_reason = reason
    row.save(update_fields=["no_course_reason"])
    return row.no_course_reason


@transaction.atomic
def sign_plan(plan: DevelopmentPlan, *, by: Person, on: date, seen: str | None = None) -> DevelopmentPlan:
    """Sign for the employee or for the manager. `seen` is the mark (`mark_of_plan`) of the plan that the person read.

    If both have signed, the plan's text is frozen and both are notified. Before that the other person is asked to sign.
    Refused if the conversation is not held, or if the plan has changed since it was read. The first signature is also
    refused if an open agreement from an earlier round has no answer.
    """
    row = DevelopmentPlan.objects.select_for_update().get(pk=plan.pk)
    conversation = row.conversation
    employment = conversation.employment
    if conversation.held_on is None:
        raise Refused(_("Mark the conversation as held before you sign."))
    nobody_yet = row.employee_signed_on is None and row.manager_signed_on is None
    if nobody_yet and conversation.round.is_open and agreements_to_carry_over(conversation).exists():
        raise Refused(
            _("Decide first what happens to the agreements that are open from last time. You can also take them later.")
        )
    other: Person | None
    if by.pk == employment.person_id:
        row.employee_signed_on = row.employee_signed_on or on
        other = employment.line_manager or conversation.manager
        waiting = row.manager_signed_on is None
    elif by.pk == employment.line_manager_id:
        row.manager_signed_on, row.manager_signed_by = row.manager_signed_on or on, row.manager_signed_by or by
        other, waiting = employment.person, row.employee_signed_on is None
    else:
        raise NotPermitted
    if seen is not None and row.signed_text is None and mark_of_plan(row) != seen:
        raise Refused(_("The plan has changed since you opened it. Read it once more, and sign then."))
    if row.is_signed and row.signed_text is None:
        row.signed_text = plan_contents_with_steps(row)
        _notify_signed(row, on)
    row.save()
    if other is not None and waiting:
        mark = mark_of_plan(row)
        facts = PlanToSign(conversation=conversation.pk, by=by.name, plan=row.pk, mark=mark)
        notify(other, facts, on=on, cause=f"sign:{row.pk}:{mark}")
    return row


def _notify_signed(plan: DevelopmentPlan, on: date) -> None:
    """Notify both that the plan is signed, and where to get it."""
    employment = plan.conversation.employment
    for person in (employment.person, employment.line_manager):
        if person is not None:
            facts = PlanSigned(conversation=plan.conversation_id, whose=employment.person.name)
            notify(person, facts, on=on, cause=f"signed:{plan.pk}")
