"""What an event changes besides stage and step: run, money, helpers, check-ins, outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from udbytte.access.agreements import deputised_manager, is_one_of_the_two
from udbytte.domain.lifecycle import PROPOSALS, DropReason, Event, Kind, Party, Proposal, Stage
from udbytte.domain.lifecycle.line import AFTER_A_FALL, NEW_DATES, REOPENED_WITHIN
from udbytte.domain.money import CancellationTerms, cancellation_terms
from udbytte.domain.notifications import ApplicationToTakeBack, EventHappened, GrantReleased
from udbytte.domain.reach import END, START
from udbytte.models import (
    Agreement,
    ApplicationState,
    Budget,
    CheckIn,
    Conversation,
    CourseKind,
    CourseRun,
    FollowUpTalk,
    HowUnused,
    Nomination,
    Outcome,
    Person,
    UnusedSeat,
)
from udbytte.models.agreements import LONGEST_REFERENCE
from udbytte.models.courses import LONGEST_TITLE
from udbytte.models.formatting import kroner
from udbytte.models.money import MOST_ABOVE, OPEN_STATES
from udbytte.queries.money.budgets import balance_of, budget_for
from udbytte.services.errors import MissingFact, NotPossible, OverBudget, Refused, require_day_within, require_text_fits
from udbytte.services.meetings.follow_up_talks import add_agenda_item
from udbytte.services.money.authority import check_spending_limit
from udbytte.services.money.overruns import ask_about_bill
from udbytte.services.notifications.notify import notify
from udbytte.services.practice import helping

from .owners import people_in_line, people_to_notify, who_asks_for_money

Facts = Mapping[str, Any]
A_YEAR = 366  # days
HAS_SEAT = (Stage.REGISTERED, Stage.ATTENDED, Stage.USED, Stage.REPORTED, Stage.LEARNED)


def _choose_run(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    run: CourseRun = facts["run"]
    if not run.is_held:
        raise Refused(_("The provider has cancelled this course date."), "run")
    require_day_within(START, run.starts_on, on=on, field="run")
    require_day_within(END, run.ends_on, on=on, field="run")
    agreement.run, agreement.course = run, run.course
    agreement.starts_on, agreement.ends_on = run.starts_on, run.ends_on
    agreement.from_catalogue = not run.course.entered_by_hand
    if run.cost is not None:
        agreement.estimated_price = run.cost


def _commit(agreement: Agreement, price: int) -> None:
    """Commit a price to the budget, less what funding sources have granted. Raises OverBudget.

    The budget's row is locked, so that two people together cannot overspend.
    """
    unlocked = budget_for(agreement.unit, agreement.round)
    if unlocked is not None:
        budget = Budget.objects.select_for_update(no_key=True).get(pk=unlocked.pk)
        left = balance_of(budget).uncommitted
        if price - agreement.granted_outside > left:
            raise OverBudget(left)
        agreement.budget = budget
    agreement.price = price


def _fund(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Grant the money without the budget owner, within the spending authority of the line manager.

    A manager above, to whom the step has moved, grants within their own. The limits are held against the course date's
    own price too, if another is written.
    """
    price = _price_of_decision(agreement, int(facts["price"]), by, facts)
    if by is not None:
        manager = by.pk
        if deputised_manager(agreement, by, on) is not None or is_one_of_the_two(agreement, by, on):
            manager = agreement.employment.line_manager_id or by.pk
        run_price = agreement.run.cost if agreement.run is not None else None
        check_spending_limit(agreement, manager, max(price, run_price or 0), by=by.pk)
        agreement.funded_by_id = manager
    _commit(agreement, price)


def _price_of_decision(agreement: Agreement, price: int, by: Person | None, facts: Facts) -> int:
    """The price that is decided about: the course date's own. Raises Refused for another one without a reason."""
    own = agreement.run.cost if agreement.run is not None else None
    if by is not None and own not in (None, price) and not str(facts.get("price_reason") or "").strip():
        message = _("The course date costs %(price)s in the catalogue. Say why the price is another.")
        raise Refused(message % {"price": kroner(own)}, "price_reason")
    return price


def _nominate(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    price = facts.get("price")
    price = agreement.estimated_price if price is None else int(price)
    if price is None:
        raise MissingFact("price")
    agreement.estimated_price = _price_of_decision(agreement, price, by, facts)
    Nomination.objects.create(
        agreement=agreement, price=price, reason=facts["reason"], by=by or agreement.employee, on=on
    )


def _decide(agreement: Agreement, by: Person | None, on: date, granted: bool | None, answer: str) -> Nomination | None:
    nomination = agreement.nominations.filter(decided_on__isnull=True).first()
    if nomination is not None:
        nomination.decided_by, nomination.decided_on = by, on
        nomination.granted, nomination.answer = granted, answer
        nomination.save()
    return nomination


def _grant(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    require_decides_for_others(agreement, by)
    nomination = _decide(agreement, by, on, True, facts.get("answer", ""))
    price = nomination.price if nomination is not None else agreement.estimated_price
    _commit(agreement, price or 0)


def require_decides_for_others(agreement: Agreement, by: Person | None) -> None:
    """Raise Refused for whoever asks for the money, has nominated the course, or gains from it."""
    if by is not None and by.pk in who_asks_for_money(agreement):
        raise Refused(_("Nobody decides about money that they have asked for. Choose somebody else."))


def _ask_cheaper(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """The budget owner asks for a cheaper course date: the nomination is over, and another is looked for."""
    require_decides_for_others(agreement, by)
    _decide(agreement, by, on, None, str(facts.get("reason") or ""))
    _lose_run(agreement, by, on, facts)


def _refuse(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    if agreement.stage == Stage.NOMINATED:
        require_decides_for_others(agreement, by)
    _decide(agreement, by, on, False, facts["reason"])
    _lose_run(agreement, by, on, facts)


def _withdraw(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    _decide(agreement, by, on, None, "")
    helping.end_all_help(agreement, on)


def _lose_run(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Take run and money off the agreement. What is paid for a seat all the same is kept in `UnusedSeat`."""
    _decide(agreement, by, on, None, "")
    agreement.run, agreement.reference, agreement.granted_outside = None, "", 0
    agreement.budget, agreement.funded_by = None, None
    granted = agreement.applications.filter(state=ApplicationState.GRANTED)
    granted.update(state=ApplicationState.WITHDRAWN, granted_amount=None)  # it was granted for this course
    agreement.starts_on = agreement.ends_on = agreement.registered_on = agreement.price = None


def _release_grant(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Take run and money off the agreement, as time has passed."""
    _tell_what_is_released(agreement, on)
    _lose_run(agreement, by, on, facts)


def _tell_what_is_released(agreement: Agreement, on: date) -> None:
    """Tell the budget owner what can be granted again."""
    if agreement.budget is None or agreement.stage not in (Stage.FUNDED, Stage.WAITLISTED):
        return
    released = GrantReleased(price=max((agreement.price or 0) - agreement.granted_outside, 0))
    for owner in people_to_notify(agreement, Party.BUDGET_OWNER, on=on):
        notify(owner, released, on=on, cause=f"released:{agreement.pk}:{agreement.turn}", agreement=agreement)


def _move_run(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Copy the new days of the run, which the run already has."""
    if agreement.run is not None:
        agreement.starts_on, agreement.ends_on = agreement.run.starts_on, agreement.run.ends_on


def has_seat(agreement: Agreement) -> bool:
    """Whether there is a seat that is paid for. A doubted seat counts until the provider has answered."""
    doubted = agreement.stage == Stage.WAITLISTED and agreement.registered_on is not None
    return agreement.stage == Stage.REGISTERED or doubted


def cancellation_terms_of(agreement: Agreement, on: date) -> CancellationTerms:
    """What it costs to give the agreement's seat back on the day; a place on a waitlist costs nothing."""
    run = agreement.run
    if run is None or not has_seat(agreement):
        return CancellationTerms(None, 0)
    return cancellation_terms(
        price=agreement.price or 0,
        signup_deadline=run.signup_deadline,
        cancel_by=run.cancel_by,
        cancel_cost=run.cancel_cost,
        on=on,
    )


def _give_up_seat(agreement: Agreement, how: HowUnused, on: date, facts: Facts, otherwise: int) -> None:
    """Store that a seat is not used, with what it costs all the same: the fact `cost`, or else `otherwise` (kroner).

    Raises Refused when that is more than the seat's price. What a funding source has granted lapses, except for the
    fact `from_outside`.
    """
    was_held = agreement.stage == Stage.UNKNOWN and how == HowUnused.NOT_GONE
    if not has_seat(agreement) and not was_held:
        return
    price, given_cost = agreement.price or 0, facts.get("cost")
    cost = otherwise if given_cost is None else int(given_cost)
    if cost > price:
        raise Refused(_("That is more than the seat cost."), "cost")
    outside = int(facts.get("from_outside") or 0)
    if outside > min(cost, agreement.granted_outside):
        raise Refused(_("That is more than it costs, or than was granted from outside."), "from_outside")
    UnusedSeat.objects.create(
        agreement=agreement,
        run=agreement.run,
        how=how,
        on=on,
        price=price,
        cost=cost,
        granted_outside=outside,
        budget=agreement.budget,
        granted_by=agreement.funded_by,
    )


def _cancel_seat(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    _give_up_seat(agreement, HowUnused.CANCELLED, on, facts, cancellation_terms_of(agreement, on).cost)
    _lose_run(agreement, by, on, facts)


def _register(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Note the registration. Raises Refused when an in-house run is full, counted with the row of the run locked."""
    agreement.registered_on = on
    reference = str(facts.get("reference") or agreement.reference)
    agreement.reference = require_text_fits(reference, LONGEST_REFERENCE, "reference")
    require_free_seat(agreement)


def require_free_seat(agreement: Agreement) -> None:
    """Raise Refused when all seats of the in-house run are taken by others. The row of the run is locked."""
    if agreement.run is None or agreement.run.course.kind != CourseKind.IN_HOUSE:
        return
    run = CourseRun.objects.select_for_update(no_key=True).get(pk=agreement.run.pk)
    taken = Agreement.objects.filter(run=run).exclude(pk=agreement.pk).filter(stage__in=HAS_SEAT).count()
    if run.seats is not None and taken >= run.seats:
        raise Refused(_("All %(seats)s places are taken. Choose the waiting list.") % {"seats": run.seats})


def _price(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Store the final cost of the course that was attended, or else of the last unused seat.

    A bill above what was granted is a question first (`services.money.overruns`).
    """
    kroner = int(facts["actual_price"])
    if agreement.went or agreement.stage == Stage.UNKNOWN:
        _store_actual_price(agreement, kroner, by, on)
        return
    seat = agreement.unused_seats.last()
    if seat is None:
        raise NotPossible  # there is nothing to pay for
    if kroner > seat.price + MOST_ABOVE:
        raise Refused(_("That is far more than the place cost. Look at the bill again."), "actual_price")
    asked = ask_about_bill(agreement, kroner, seat=seat, by=by, on=on)
    seat.cost, seat.billed_on = (seat.price, None) if asked else (kroner, on)
    seat.granted_outside = min(seat.granted_outside, kroner)
    seat.save()


def _store_actual_price(agreement: Agreement, kroner: int, by: Person | None, on: date) -> None:
    """Store what the course cost; while it is asked about a bill above it, the granted price counts."""
    asked = ask_about_bill(agreement, kroner, by=by, on=on)
    agreement.actual_price = None if asked else kroner


def _go(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    agreement.went, agreement.answered_on = facts["went"], on
    if facts.get("actual_price") is not None:
        _store_actual_price(agreement, int(facts["actual_price"]), by, on)


def _not_gone(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """An empty seat costs its whole price, unless the facts say otherwise."""
    agreement.answered_on = on
    _give_up_seat(agreement, HowUnused.NOT_GONE, on, facts, agreement.price or 0)
    _lose_run(agreement, by, on, facts)


def _accept_later(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """A helper says yes from a later day on. If the agreement waits for a helper, it is postponed to that day."""
    later_day(facts["until"], on)
    if agreement.stage in (Stage.AGREED, Stage.ASKED):
        _postpone(agreement, by, on, facts)
    helping.accept_help(agreement, by, on, facts)


def _ask_no_more(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Take back the questions to helpers who have not answered, as no helper is needed any more."""
    helping.take_back_help_requests(agreement, by, on)


def _start(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    if by is not None:
        helping.require_enough_participants(agreement)


def _check_in(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Store the employee's answer; every second time, ask a helper as well."""
    happens = facts["happens"]
    answers = {"happens": happens, "learns": facts.get("learns") if happens else False}
    asked_on = min(agreement.step_due or on, on)  # somebody can answer before the step is due
    CheckIn.objects.update_or_create(
        agreement=agreement,
        by=agreement.employee,
        asked_on=asked_on,
        defaults={**answers, "line": facts.get("line", ""), "answered_on": on},
    )
    if agreement.check_ins.filter(by_helper=False, answered_on__isnull=False).count() % 2 == 0:
        helping.ask_helper_check_in(agreement, on)


def _check_in_unanswered(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Note that the employee was asked and has not answered; the next check-in comes at its rhythm."""
    asked_on = agreement.step_due or on
    CheckIn.objects.get_or_create(agreement=agreement, by=agreement.employee, asked_on=asked_on)


def _midway(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """If a long course does not go on, the manager hears of it."""
    if facts["goes_on"] is False:
        for manager in people_to_notify(agreement, Party.MANAGER, on=on):
            happened = EventHappened(event=Event.MIDWAY, by=by.name if by is not None else "")
            notify(manager, happened, on=on, cause=f"midway:{agreement.pk}:{agreement.turn}", agreement=agreement)


def _report_outcome(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    if agreement.stage == Stage.UNKNOWN:  # somebody who has learned from the course has been there
        agreement.went, agreement.answered_on = "yes", on
    defaults = {
        "learned": facts["learned"],
        "newness": facts["newness"],
        "hindrances": list(facts.get("hindrances", ())),
        "recommends": facts.get("recommends"),
        "in_use": facts.get("in_use") or "not_yet",
        "shared": bool(facts.get("shared", False)),
        "told_on": on,
    }
    Outcome.objects.update_or_create(agreement=agreement, defaults=defaults)


def _talk(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    Outcome.objects.filter(agreement=agreement).update(talked_on=on)


def _postpone(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    until = later_day(facts["until"], on)
    if by is not None and not facts.get("in_talk"):
        _require_new_date_left(agreement, until, on)
    if until > agreement.planned_from:
        shift = until - agreement.planned_from
        require_day_within(END, agreement.planned_to + shift, on=on, field="until")
        agreement.planned_from += shift
        agreement.planned_to += shift


def _require_new_date_left(agreement: Agreement, until: date, on: date) -> None:
    """Raise Refused for a third new date without a talk, and for more than a year in all.

    Source: the design's "Who may". A conversation, a follow-up talk, and a talk about what
    got in the way count as a talk.
    """
    talked: list[date | None] = list(agreement.log.filter(event=Event.TALK_STUCK).values_list("on", flat=True))
    talked += Conversation.objects.filter(employment=agreement.employment_id, held_on__isnull=False).values_list(
        "held_on", flat=True
    )
    talks = FollowUpTalk.objects.filter(employment=agreement.employment_id, held_on__isnull=False)
    talked += talks.values_list("held_on", flat=True)
    last_talk = max((day for day in talked if day is not None), default=None)
    entries = list(agreement.log.order_by("number").values_list("event", "on", "due", "by", "facts"))
    dates, days, due_before = 0, 0, None
    for event, day, due, author, given in entries:
        if event == Event.POSTPONE and author is not None and not given.get("in_talk"):
            dates += last_talk is None or day > last_talk
            days += (due - due_before).days if due is not None and due_before is not None else 0
        due_before = due
    if dates >= NEW_DATES:
        raise Refused(_("It has been postponed twice. Talk about it together before you choose a new date."), "until")
    if agreement.step_due is not None and days + (until - agreement.step_due).days > A_YEAR:
        raise Refused(_("It can be postponed by a year in all. Talk about whether it is still right."), "until")


def _pause(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    agreement.paused_until = later_day(facts["until"], on)


def _propose_drop(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    _require_no_fallen_proposal(agreement, by, on)
    agreement.drop_reason = DropReason(facts["reason"])


def _fall(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """A proposal that was not answered stands on the agenda of the next follow-up talk."""
    what = _("The proposal to drop it") if agreement.proposal == Proposal.DROP else _("The proposal of another way")
    text = f"{what}: {agreement.title}"
    add_agenda_item(agreement.employment, text, by=None, on=on, agreement=agreement)
    _keep(agreement, by, on, facts)


def _propose_replace(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Check another way that one of the two proposes. It is agreed when the other has said yes."""
    _require_no_fallen_proposal(agreement, by, on)
    require_text_fits(str(facts["title"]), LONGEST_TITLE, "title")
    require_day_within(START, facts["planned_from"], on=on, field="planned_from")
    require_day_within(END, facts["planned_to"], on=on, field="planned_to")
    if facts["planned_to"] < facts["planned_from"]:
        raise Refused(_("The planned end lies before the start."), "planned_to")


def _require_no_fallen_proposal(agreement: Agreement, by: Person | None, on: date) -> None:
    """Raise Refused for a second proposal by the person whose proposal has fallen within `AFTER_A_FALL` days."""
    fallen = agreement.log.filter(event=Event.PROPOSAL_FALLS, on__gt=on - timedelta(days=AFTER_A_FALL)).last()
    if by is None or fallen is None:
        return
    proposal = agreement.log.filter(event__in=list(PROPOSALS), number__lt=fallen.number).last()
    if proposal is not None and proposal.by_id == by.pk:
        raise Refused(_("You have proposed this, and it was not answered. Take it up when you talk next time."))


def _keep_open(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Keep an agreement that is about to lapse, once a stage."""
    entries = agreement.log.order_by("-number").values_list("event", "from_stage", "to_stage")
    for event, before, after in entries:
        if event == Event.KEEP_OPEN:
            raise Refused(_("It has been kept once. Talk about what is to happen with it."))
        if before != after:
            break


def _lapse(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Stop following the agreement up. A grant is released; a course date that was only found stays on it."""
    stage = agreement.stage
    _close(agreement, by, on, facts)
    if stage == Stage.FUNDED:
        _release_grant(agreement, by, on, facts)
    elif stage == Stage.WAITLISTED:
        _tell_what_is_released(agreement, on)
        agreement.budget, agreement.funded_by, agreement.price = None, None, None


def _require_lapsed_lately(agreement: Agreement, on: date, facts: Facts) -> None:
    """Raise Refused for what lapsed long ago, unless the two have decided it in a conversation."""
    too_late = agreement.closed_on is not None and (on - agreement.closed_on).days > REOPENED_WITHIN
    if too_late and not facts.get("in_talk"):
        raise Refused(_("It lapsed more than %(days)s days ago. Agree it anew.") % {"days": REOPENED_WITHIN})


def _reopen(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Open a lapsed agreement again. What was nominated is nominated again."""
    _require_lapsed_lately(agreement, on, facts)
    last = agreement.nominations.first()
    if agreement.lost_from == Stage.NOMINATED and last is not None:
        again = Nomination(agreement=agreement, price=last.price, reason=last.reason, by_id=last.by_id, on=on)
        again.save()


def _restart(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Open a lapsed agreement again from the beginning, since what it had is gone."""
    _require_lapsed_lately(agreement, on, facts)
    if agreement.kind == Kind.COURSE:
        _lose_run(agreement, by, on, facts)


def _keep(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    agreement.drop_reason = ""


def _close(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    _give_up_seat(agreement, HowUnused.CLOSED, on, {}, cancellation_terms_of(agreement, on).cost)
    open_ = agreement.applications.filter(state__in=OPEN_STATES)
    for application in open_.filter(state=ApplicationState.SENT).select_related("source", "owner"):
        if application.owner is not None:
            facts_of_fund = ApplicationToTakeBack(source=application.source.name)
            cause = f"application_back:{application.pk}"
            notify(application.owner, facts_of_fund, on=on, cause=cause, agreement=agreement)
    open_.update(state=ApplicationState.WITHDRAWN, owner=None, due=None, decided_on=on)
    _decide(agreement, by, on, None, "")
    helping.end_all_help(agreement, on)


def _leave(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    agreement.drop_reason = DropReason.CHANGED_JOB
    _close(agreement, by, on, facts)


def _come_back(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Open again what a leave closed: with the helpers it had, and with the seat, until the provider says otherwise."""
    helping.bring_helpers_back(agreement, on)
    agreement.drop_reason = ""
    if agreement.closed_on is not None:
        agreement.unused_seats.filter(how=HowUnused.CLOSED, on=agreement.closed_on, billed_on=None).delete()
    last = agreement.nominations.first()
    if agreement.lost_from == Stage.NOMINATED and last is not None:
        Nomination.objects.create(agreement=agreement, price=last.price, reason=last.reason, by_id=last.by_id, on=on)


def _start_over(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Open again, from the beginning, what a leave closed: what it had is gone."""
    agreement.drop_reason = ""
    if agreement.kind == Kind.COURSE:
        _lose_run(agreement, by, on, facts)


def later_day(day: date, on: date) -> date:
    """The day, if it is after `on` and within reach. Raises Refused otherwise."""
    if day <= on:
        raise Refused(_("Choose a day that lies ahead, within two years."), "until")
    require_day_within(START, day, on=on, field="until")
    return day


def _hand_over(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Give a step to somebody else who can take it: who holds the same role in the line, or the manager above."""
    owner: Person = facts["owner"]
    if by is None:
        return
    if not owner.is_active:
        raise Refused(_("Choose somebody who works here."), "owner")
    if agreement.step == "decide" and owner.pk in who_asks_for_money(agreement):
        raise Refused(_("Nobody decides about money that they have asked for. Choose somebody else."), "owner")
    if agreement.step == "settle_money" and owner.pk == agreement.employee_id:
        raise Refused(_("Nobody decides about money that they have asked for. Choose somebody else."), "owner")
    if owner.pk == by.pk:
        raise Refused(_("Give the task to somebody else, not to yourself."), "owner")
    is_hrs = agreement.is_with_hr and not agreement.stray and by.pk != agreement.employment.line_manager_id
    if is_hrs and "routing" not in facts:
        raise Refused(_("HR announces it first, two working days before."))
    if not agreement.stray and owner.pk not in people_in_line(agreement, on=on):
        raise Refused(_("Choose somebody who has the same task in this part of the organisation."), "owner")


CONSEQUENCES: Mapping[Event, Callable[[Agreement, Person | None, date, Facts], None]] = {
    Event.CHOOSE_RUN: _choose_run,
    Event.FUND: _fund,
    Event.NOMINATE: _nominate,
    Event.GRANT: _grant,
    Event.REFUSE: _refuse,
    Event.WITHDRAW: _withdraw,
    Event.LOSE_RUN: _lose_run,
    Event.LOSE_SEAT: _lose_run,
    Event.MOVE_RUN: _move_run,
    Event.CANCEL_SEAT: _cancel_seat,
    Event.PRICE: _price,
    Event.NOT_GONE: _not_gone,
    Event.REGISTER: _register,
    Event.CONFIRM_SEAT: _register,
    Event.GO: _go,
    Event.ASK: helping.ask_helpers,
    Event.ASK_ANOTHER: helping.ask_helpers,
    Event.ACCEPT: helping.accept_help,
    Event.ACCEPT_LATER: _accept_later,
    Event.DECLINE: helping.decline_help,
    Event.LOSE_HELPER: helping.stop_helping,
    Event.STEP_ASIDE: helping.stop_helping,
    Event.NEED_NOBODY: _ask_no_more,
    Event.FINISH: _ask_no_more,
    Event.START: _start,
    Event.CHECK_IN: _check_in,
    Event.STILL_STUCK: _check_in,
    Event.REPORT_OUTCOME: _report_outcome,
    Event.TALK: _talk,
    Event.POSTPONE: _postpone,
    Event.PAUSE: _pause,
    Event.PROPOSE_DROP: _propose_drop,
    Event.KEEP: _keep,
    Event.PROPOSAL_FALLS: _fall,
    Event.PROPOSE_REPLACE: _propose_replace,
    Event.ASK_CHEAPER: _ask_cheaper,
    Event.MISS_DEADLINE: _release_grant,
    Event.HELPER_SILENT: helping.stop_helping,
    Event.MIDWAY: _midway,
    Event.CHECK_IN_UNANSWERED: _check_in_unanswered,
    Event.NOT_TOLD: _close,
    Event.LAPSE: _lapse,
    Event.KEEP_OPEN: _keep_open,
    Event.REOPEN: _reopen,
    Event.RESTART: _restart,
    Event.CONFIRM_DROP: _close,
    Event.REPLACE: _close,
    Event.LEAVE: _leave,
    Event.COME_BACK: _come_back,
    Event.START_OVER: _start_over,
    Event.HAND_OVER: _hand_over,
}
