"""Learning together: nobody is stuck, missed, read by others, or excluded by a quicker person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_cast
from tests.services.practice.test_helping import START, asked, helping, shared_way, stands, under_way, with_a_plan
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.domain.notifications import HelperIsAsked
from udbytte.emails.messages import extra
from udbytte.models import Agreement, CheckIn, DevelopmentPlan, Email, Helper, LogEntry, Notification, Person
from udbytte.queries.practice.helpers import candidates_for
from udbytte.services.agreements.take_step import agree_activity, answer_as_helper, take_step
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.errors import NotPossible, Refused
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.notify import notify, notify_of_event
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.learning_partners import accept_help_request

pytestmark = pytest.mark.django_db
SOMEBODY_ASKS = "Nogen spørger, om du kan hjælpe"


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def pair(cast: Cast, **method: Any) -> tuple[Agreement, Agreement]:
    """Mette's and Karim's agreements about learning together."""
    karim = with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way(**method))
    accept_help_request(a, by=karim, on=TODAY, wants="Karims mål")
    return fresh(a), Agreement.objects.get(employee=karim)


def finish(own: Agreement) -> Agreement:
    return take_step(
        take_step(fresh(own), Event.START, by=own.employee, on=START), Event.FINISH, by=own.employee, on=START
    )


THREE = {"people_from": 2, "people_to": 4}


# --- Where one is done, or about to stop, the others go on ---


def test_the_follow_up_goes_on_when_one_is_done_and_the_other_leaves(cast: Cast) -> None:
    a, own = pair(cast)
    finish(own)
    cast.mette.employments.update(ends_on=START)
    follow_up(on=START + timedelta(days=1))
    assert fresh(a).stage == "dropped" and fresh(own).stage == "done"


def test_one_can_leave_or_drop_when_the_other_is_done(cast: Cast) -> None:
    a, own = pair(cast)
    finish(own)
    take_step(fresh(a), Event.LOSE_HELPER, by=cast.mette, on=START, reason="Færdig")
    assert stands(a) == ("agreed", "find_helper", "Mette") and stands(own) == ("done", "tell", "Karim")
    assert not helping(own)


@pytest.mark.parametrize("how", ["done", "dropping"])
def test_a_third_says_yes_also_when_one_is_done_or_wants_to_stop(cast: Cast, how: str) -> None:
    a, own = pair(cast, **THREE)
    if how == "done":
        finish(own)
    else:
        take_step(fresh(own), Event.PROPOSE_DROP, by=own.employee, on=START, reason="no_time")
    asta = with_a_plan(cast, "Asta")
    b = take_step(fresh(a), Event.ASK_ANOTHER, by=cast.mette, on=START, helper=asta)
    accept_help_request(b, by=asta, on=START, wants="Astas mål")
    assert "Mette" in helping(Agreement.objects.get(employee=asta))


def test_who_joins_one_that_has_begun_alone_begins_too(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = cast.agree(
        Kind.PRACTICE, planned_from=START, planned_to=date(2026, 9, 30), method=shared_way(people_from=3, people_to=5)
    )
    a = take_step(a, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene først")
    a = take_step(a, Event.START, by=cast.mette, on=START)
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=START, helper=karim)
    accept_help_request(a, by=karim, on=START, wants="Karims mål")
    assert Agreement.objects.get(employee=karim).stage == "under_way"


def test_whom_two_of_them_ask_has_one_agreement(cast: Cast) -> None:
    a, own = pair(cast, **THREE)
    asta = with_a_plan(cast, "Asta")
    take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=asta)
    take_step(fresh(own), Event.ASK_ANOTHER, by=own.employee, on=TODAY, helper=asta)
    accept_help_request(fresh(a), by=asta, on=TODAY, wants="Astas mål")
    assert Agreement.objects.filter(employee=asta).count() == 1
    assert "Asta" in helping(own) and not Helper.objects.filter(answered_on=None, ended_on=None).exists()


def test_two_who_ask_each_other_have_one_agreement_each(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way())
    b = agree_activity(
        plan=DevelopmentPlan.objects.get(conversation__employment__person=karim), kind=Kind.PRACTICE,
        title="Karims egen", planned_from=START, planned_to=date(2026, 9, 30), by=karim, on=TODAY, method=shared_way(),
    )  # fmt: skip
    take_step(b, Event.ASK, by=karim, on=TODAY, helper=cast.mette)
    accept_help_request(fresh(a), by=karim, on=TODAY, wants="Noget andet")
    rows = Agreement.objects.order_by("pk")
    assert [(one.title, helping(one), one.stage) for one in rows] == [
        (a.title, {"Karim"}, "staffed"), ("Karims egen", {"Mette"}, "staffed"),
    ]  # fmt: skip
    assert rows[0].group == rows[1].group is not None


def test_nobody_of_those_who_learn_together_is_sent_away_by_another(cast: Cast) -> None:
    a, own = pair(cast, **THREE)
    jonas = with_a_plan(cast, "Jonas")
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=jonas)
    accept_help_request(a, by=jonas, on=TODAY, wants="Jonas' mål")
    with pytest.raises(Refused):
        take_step(fresh(a), Event.LOSE_HELPER, by=cast.lars, on=TODAY, helper=jonas, reason="Passer ikke")
    assert helping(own) == {"Mette", "Jonas"}


def test_a_plan_that_one_has_signed_is_signed_again(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    plan = DevelopmentPlan.objects.get(conversation__employment__person=karim)
    sign_plan(plan, by=cast.lars, on=TODAY)
    accept_help_request(asked(cast, method=shared_way()), by=karim, on=TODAY, wants="Uden lederen")
    plan.refresh_from_db()
    assert plan.manager_signed_on is None


def test_who_has_moved_learns_along_in_the_plan_of_the_present_employment_only(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way())
    karim.employments.update(ends_on=TODAY)
    employ(karim, cast.roads)
    follow_organisation_changes(on=TODAY + timedelta(days=1))
    accept_help_request(fresh(a), by=karim, on=TODAY + timedelta(days=1))
    assert helping(a) == {"Karim"} and not Agreement.objects.filter(employee=karim).exists()


# --- Nobody's words are read by others ---


def test_why_somebody_left_is_read_by_those_it_was_told_only(cast: Cast) -> None:
    _a, own = pair(cast, **THREE)
    take_step(fresh(own), Event.LOSE_HELPER, by=own.employee, on=TODAY, reason="HEMMELIGT")
    others = LogEntry.objects.exclude(agreement=own)
    assert not [entry for entry in others if "HEMMELIGT" in str(entry.facts)]


def test_who_is_asked_does_not_read_who_else_learns_along(cast: Cast) -> None:
    a, _own = pair(cast, **THREE)
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas)
    assert "Karim" not in enter(cast.jonas).get(reverse("agreement", args=[a.pk])).content.decode()


def test_a_helper_does_not_read_what_the_two_are_deciding(cast: Cast) -> None:
    a = take_step(asked(cast), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    client = enter(cast.karim)
    for page in (reverse("agreement", args=[a.pk]), reverse("helping")):
        assert "droppes" not in client.get(page).content.decode()


def test_the_question_in_the_letter_is_whether_one_can_help_whatever_step_it_is(cast: Cast) -> None:
    a = take_step(under_way(cast), Event.ASK_ANOTHER, by=cast.mette, on=START, helper=cast.jonas)
    for days in (1, 2):
        day = START + timedelta(days=days)
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, happens=False, learns=False)
    token = AnswerLink.ask(Event.ACCEPT, person=cast.jonas, agreement=a, on=TODAY).token
    page = Client().get(reverse("answer", args=[token])).content.decode()
    assert "Kan du hjælpe Mette?" in page and "i vejen" not in page


# --- Everybody who is asked, or asked no more, hears it ---


def test_who_is_asked_after_an_older_question_hears_it(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.LOSE_HELPER, by=cast.karim, on=TODAY, reason="Nyt job")
    take_step(a, Event.ASK, by=cast.mette, on=TODAY, helper=cast.bente)
    assert Notification.objects.filter(agreement=a, person=cast.bente, kind="asked").exists()


def test_who_was_asked_first_gets_the_letter_also_when_another_was_quicker(cast: Cast) -> None:
    take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.jonas, on=TODAY)
    write_urgent_emails(on=TODAY)
    assert "Mentor i dokumentation" in Email.objects.get(person=cast.karim).text


def test_a_question_rests_while_a_drop_is_proposed_and_comes_back_with_its_letter(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.jonas, on=TODAY)
    a = take_step(a, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    write_urgent_emails(on=TODAY)
    assert not Email.objects.filter(person=cast.karim).exists()
    assert a.title not in enter(cast.karim).get(reverse("helping")).content.decode()
    assert SOMEBODY_ASKS not in enter(cast.karim).get("/").content.decode()
    take_step(a, Event.KEEP, by=cast.lars, on=TODAY)
    write_urgent_emails(on=TODAY)
    assert "/svar/" in Email.objects.get(person=cast.karim).text
    assert a.title in enter(cast.karim).get(reverse("helping")).content.decode()
    assert SOMEBODY_ASKS in enter(cast.karim).get("/").content.decode()


def test_yes_but_later_works_from_the_letter_when_another_was_quicker(cast: Cast) -> None:
    a = asked(cast, cast.jonas)
    token = AnswerLink.ask(Event.ACCEPT_LATER, person=cast.karim, agreement=a, on=TODAY).token
    take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    url = reverse("answer", args=[token])
    assert Client().post(url, {"until": "2026-08-03"}).status_code == 200
    assert fresh(a).planned_from == a.planned_from and helping(a) == {"Karim", "Jonas"}


def test_who_is_sent_away_hears_it_and_who_goes_does_not(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.LOSE_HELPER, by=cast.mette, on=TODAY, helper=cast.karim, reason="Det passer ikke")
    notifications = Notification.objects.get(kind="not_needed")
    email = extra(cast.karim, notifications=[notifications], steps=[], on=TODAY)
    assert notifications.person == cast.karim and email is not None and "Mentor i dokumentation" in email.text
    take_step(a, Event.DECLINE, by=cast.jonas, on=TODAY)
    assert Notification.objects.filter(kind="not_needed").count() == 1


def test_the_helpers_side_is_answered_from_the_letter_without_logging_in(cast: Cast) -> None:
    a = under_way(cast)
    for weeks in (1, 2):
        day = START + timedelta(weeks=weeks)
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, happens=True, learns=True)
    item = CheckIn.objects.get(by_helper=True)
    asked_now = HelperIsAsked(check_in=item.pk)
    notify(cast.karim, asked_now, agreement=a, on=TODAY, cause=f"helper:{item.pk}", urgent=True)
    notification = Notification.objects.get(kind="helper")
    email = extra(cast.karim, notifications=[notification], steps=[], on=TODAY)
    assert email is not None
    url = "/svar/" + email.text.split("/svar/")[1].split("/")[0] + "/"
    assert Client().post(url, {"happens": "yes", "learns": "yes"}).status_code == 200
    item.refresh_from_db()
    assert item.happens


# --- Small things that were wrong ---


def test_nobody_answers_in_the_place_of_one_who_is_asked_besides(cast: Cast) -> None:
    a = take_step(under_way(cast), Event.ASK_ANOTHER, by=cast.mette, on=START, helper=cast.lars)
    a = take_step(a, Event.ACCEPT, by=cast.lars, on=START)
    for days in (1, 2):
        day = START + timedelta(days=days)
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, happens=False, learns=False)
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=START, helper=cast.jonas)
    with pytest.raises(NotPossible):
        take_step(a, Event.ACCEPT, by=cast.lars, on=START)


def test_the_question_is_not_handed_to_the_employee(cast: Cast) -> None:
    with pytest.raises(Refused):
        take_step(asked(cast), Event.HAND_OVER, by=cast.lars, on=TODAY, owner=cast.mette)


def test_who_is_away_stays_away_whatever_helpers_answer(cast: Cast) -> None:
    back = date(2026, 10, 1)
    a = take_step(asked(cast, cast.jonas), Event.PAUSE, by=cast.mette, on=TODAY, until=back)
    a = take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    assert (a.paused_until, a.step) == (back, "start") and a.step_due is not None and a.step_due >= back
    a = take_step(a, Event.LOSE_HELPER, by=cast.karim, on=TODAY, reason="Nyt job")
    assert a.paused_until == back and a.step_due is not None and a.step_due >= back


def test_two_check_ins_before_the_day_are_two(cast: Cast) -> None:
    a = under_way(cast)
    for day, line in ((date(2026, 4, 9), "første"), (date(2026, 4, 14), "anden")):
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, happens=True, learns=True, line=line)
    assert list(CheckIn.objects.filter(by=cast.mette).values_list("line", flat=True)) == ["første", "anden"]


def test_one_more_no_does_not_put_the_talk_off(cast: Cast) -> None:
    a = under_way(cast)
    for days in (1, 2):
        day = START + timedelta(days=days)
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, happens=False, learns=False)
    due = a.step_due
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=START + timedelta(days=5), happens=False, learns=False)
    assert (a.stage, a.step, a.step_due) == ("stuck", "talk_stuck", due)
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=START + timedelta(days=6), happens=True, learns=True)
    assert a.stage == "under_way"


def test_a_helpers_side_is_asked_no_more_when_it_is_over(cast: Cast) -> None:
    a = under_way(cast)
    item = CheckIn.objects.create(agreement=a, by=cast.karim, by_helper=True, asked_on=START)
    a = take_step(a, Event.FINISH, by=cast.mette, on=START)
    a = take_step(a, Event.REPORT_OUTCOME, by=cast.mette, on=START, learned="Ja", newness="much")
    take_step(a, Event.TALK, by=cast.lars, on=START)
    with pytest.raises(NotPossible):
        answer_as_helper(item, by=cast.karim, on=START, happens=True, learns=True)


def test_whoever_said_no_is_not_suggested_again(cast: Cast) -> None:
    a = take_step(asked(cast), Event.DECLINE, by=cast.karim, on=TODAY, suggests=cast.jonas)
    a = take_step(a, Event.ASK, by=cast.mette, on=TODAY, helper=cast.jonas)
    a = take_step(a, Event.DECLINE, by=cast.jonas, on=TODAY)
    assert cast.jonas not in [one.person for one in candidates_for(a, "", TODAY)]


def test_nobody_can_stop_helping_where_nobody_helps(cast: Cast) -> None:
    a = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    assert 'value="lose_helper"' not in enter(cast.mette).get(reverse("agreement", args=[a.pk])).content.decode()
    with pytest.raises(NotPossible):
        take_step(a, Event.LOSE_HELPER, by=cast.lars, on=TODAY, reason="Nej")


# --- Two at once ---


def at_once(monkeypatch: pytest.MonkeyPatch, *jobs: Callable[[], object]) -> list[str]:
    """Each job in a transaction of its own, at the same time, both half-way before either goes on, if they can."""
    gate, first, said = threading.Barrier(len(jobs)), threading.local(), list[str]()

    def slowly(*args: Any, **facts: Any) -> None:
        notify_of_event(*args, **facts)
        if not getattr(first, "done", False):
            first.done = True
            with suppress(threading.BrokenBarrierError):  # the other one waits for this one, as it should
                gate.wait(2)

    def run(job: Callable[[], object]) -> None:
        try:
            job()
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connections.close_all()

    monkeypatch.setattr("udbytte.services.agreements.take_step.notify_of_event", slowly)
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_two_partners_who_leave_at_once_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    a, own = pair(cast)
    karim: Person = own.employee
    errors = at_once(
        monkeypatch,
        lambda: take_step(a, Event.LOSE_HELPER, by=cast.mette, on=TODAY, reason="Nej"),
        lambda: take_step(own, Event.LOSE_HELPER, by=karim, on=TODAY, reason="Nej"),
    )
    assert errors == ["done", "refused"]
    assert stands(a)[0] == stands(own)[0] == "agreed"


@pytest.mark.django_db(transaction=True)
def test_two_who_say_yes_to_two_of_them_at_once_both_learn_along(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    a, own = pair(cast, people_from=2, people_to=5)
    asta, bo = with_a_plan(cast, "Asta"), with_a_plan(cast, "Bo")
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=asta)
    own = take_step(fresh(own), Event.ASK_ANOTHER, by=own.employee, on=TODAY, helper=bo)
    errors = at_once(
        monkeypatch,
        lambda: accept_help_request(a, by=asta, on=TODAY, wants="Astas mål"),
        lambda: accept_help_request(own, by=bo, on=TODAY, wants="Bos mål"),
    )
    assert errors == ["done", "done"]
    everyone = {"Mette", "Karim", "Asta", "Bo"}
    assert {row.employee.given_name: helping(row) for row in Agreement.objects.all()} == {
        who: everyone - {who} for who in everyone
    }
