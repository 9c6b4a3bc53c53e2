"""The same form sent several times at the same moment, with real connections: one row, and no error of ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F
from django.urls import reverse
from psycopg.errors import DeadlockDetected

from tests.ballots import keep_key
from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast, make_person
from tests.imports.organisation.test_run import table
from tests.services.practice.test_learning_partners import pair
from tests.stalled import come_to_hr, nominated
from udbytte.domain.lifecycle import Event, Stage
from udbytte.models import (
    Absence,
    Agreement,
    Course,
    CourseRun,
    ImportRun,
    Notification,
    Person,
    PracticeGroup,
    Role,
    RoleAssignment,
    Round,
    Routing,
    RulesQuestion,
    SelfCheck,
)
from udbytte.queries.agreements.stalled import groups_for_hr
from udbytte.services.agreements import line
from udbytte.services.agreements.owners import owner_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import StaleStep
from udbytte.services.figures.selfcheck import open_self_check
from udbytte.services.locks import lock_rows_in_order, retry_after_deadlock
from udbytte.services.people import organisation
from udbytte.services.people.organisation import assign_owners, follow_organisation_changes
from udbytte.services.people.roles import give_role

TIMES = 4
real = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """What each job answers, all begun at the same moment in connections of their own."""
    gate, answers = threading.Barrier(len(jobs)), list[object]()

    def run(job: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            answers.append(job())
        except Exception as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def send_at_once(person: Person, url: str, **form: Any) -> list[object]:
    """Where each of several equal presses leads, or the status of another answer."""

    def press() -> object:
        client = enter(person)
        client.raise_request_exception = False
        data = {name: value() if callable(value) else value for name, value in form.items()}
        answer = client.post(url, data | {"csrfmiddlewaretoken": "of-this-page"})
        return answer["Location"] if answer.status_code == 302 else answer.status_code

    return at_once(*[press] * TIMES)


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock of this one."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


@real
def test_one_question_about_the_rules() -> None:
    cast = make_cast()
    url = reverse("rules", args=[cast.round.pk])
    assert send_at_once(cast.mette, url, do="ask", text="Hvem betaler?") == [url] * TIMES
    assert RulesQuestion.objects.count() == 1
    assert Notification.objects.filter(kind="rules_question").count() == 1


@real
def test_one_self_check_is_opened() -> None:
    cast = make_cast()
    keep_key()
    answers = send_at_once(cast.hanne, reverse("open-self-check"), round=cast.round.pk)
    assert set(answers) == {reverse("self-check-results", args=[SelfCheck.objects.get().pk])}
    others = at_once(*[lambda: open_self_check(None, by=cast.hanne, on=TODAY)] * TIMES)
    assert sorted(type(one).__name__ for one in others) == ["Refused"] * (TIMES - 1) + ["SelfCheck"]


@real
def test_one_absence() -> None:
    cast = make_cast()
    cast.conversation.held_on = None
    cast.conversation.save()
    url = reverse("meeting", args=[cast.conversation.pk])
    answers = send_at_once(cast.lars, url, do="absence", starts_on="2026-03-02", returns_on="2026-05-04")
    assert len(set(answers)) == 1 and isinstance(answers[0], str)
    assert Absence.objects.count() == 1


@real
def test_one_course_with_one_run() -> None:
    cast = make_cast()
    form = {"title": "Nyt kursus", "kind": "private", "starts_on": "2026-06-01", "ends_on": "2026-06-02"}
    answers = send_at_once(cast.bente, reverse("new-course"), mode="on_site", **form)
    made = Course.objects.get(title="Nyt kursus")
    assert set(answers) == {reverse("course", args=[made.pk])}
    assert CourseRun.objects.filter(course=made).count() == 1


@real
def test_one_round() -> None:
    cast = make_cast()
    days = {"announced_on": "2027-01-04", "conversations_from": "2027-02-01", "conversations_to": "2027-04-30"}
    form = {"name": "MUS 2027", "closes_on": "2027-12-31", "units": cast.children.pk, **days}
    answers = send_at_once(cast.hanne, reverse("round-new"), **form)
    assert set(answers) == {reverse("round", args=[Round.objects.get(name="MUS 2027").pk])}


@real
def test_steps_go_on_from_hr_once() -> None:
    cast = make_cast()
    other = make_person("Gerda")
    RoleAssignment.objects.create(
        person=other, role=Role.BUDGET_OWNER, unit=cast.municipality, starts_on=TODAY - timedelta(days=90)
    )
    come_to_hr(cast, nominated(cast, [cast.plan]))
    url = reverse("stalled-group", args=[groups_for_hr(cast.hanne, TODAY)[0].key])
    assert set(send_at_once(cast.hanne, url, do="route", to=other.pk)) == {reverse("stalled")}
    assert Routing.objects.count() == 1
    assert Notification.objects.filter(kind="routing").count() == 1


@real
def test_one_import() -> None:
    cast = make_cast()
    name, content = table("Nina Ny;nina@x.test;Engby Kommune;Pædagog;;;;")
    answers = send_at_once(cast.ida, reverse("imports"), file=lambda: SimpleUploadedFile(name, content))
    assert set(answers) == {reverse("import", args=[ImportRun.objects.get().pk])}


@pytest.mark.django_db
def test_another_page_with_the_same_words_or_the_same_page_with_others_makes_another(cast: Cast) -> None:
    client, url = enter(cast.ida), reverse("imports")
    for token, text in (("a", "Nina"), ("b", "Nina"), ("b", "Ninna")):
        name, content = table(f"{text};nina@x.test;Engby Kommune;Pædagog;;;;")
        client.post(url, {"csrfmiddlewaretoken": token, "file": SimpleUploadedFile(name, content)})
    assert ImportRun.objects.count() == 3


@pytest.mark.django_db
def test_a_form_that_was_refused_can_be_sent_again(cast: Cast) -> None:
    client, url = enter(cast.ida), reverse("imports")
    sent = {"csrfmiddlewaretoken": "a"}
    assert [client.post(url, sent | {"file": SimpleUploadedFile("a.csv", b" ")}).status_code for _ in "12"] == [422] * 2


# --- A press while the organisation changes ---


@real
def test_a_step_is_taken_although_the_agreement_moved_while_it_waited() -> None:
    cast = make_cast()
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    moved = threading.Event()

    def move() -> None:
        with transaction.atomic():
            Agreement.objects.filter(pk=found.pk).update(unit=cast.roads)
            moved.set()
            wait_until_somebody_waits()

    def press() -> object:
        moved.wait(10)
        return take_step(found, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud").stage

    assert set(at_once(move, press)) == {None, Stage.FUNDED}


@pytest.mark.django_db
def test_what_is_answered_while_owners_are_settled_is_left_for_the_next_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = cast.agree(), cast.agree()
    Agreement.objects.update(stray=True)
    settled_by = owner_of

    def answered_meanwhile(agreement: Agreement, *args: Any, **facts: Any) -> Any:
        Agreement.objects.filter(pk=agreement.pk, pk__lt=second.pk).update(turn=F("turn") + 1)
        return settled_by(agreement, *args, **facts)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(organisation, "owner_of", answered_meanwhile)
        assign_owners(TODAY)
    assert dict(Agreement.objects.values_list("pk", "stray")) == {first.pk: True, second.pk: False}
    assign_owners(TODAY)
    assert not Agreement.objects.filter(stray=True).exists()


@real
def test_settling_waits_for_those_who_learn_together_before_it_holds_their_agreements() -> None:
    cast = make_cast()
    mine, _theirs = pair(cast)
    cast.employment.unit = cast.roads
    cast.employment.save()
    group = PracticeGroup.objects.get()
    held, free = threading.Event(), list[bool]()

    def press() -> None:
        with transaction.atomic():
            lock_rows_in_order(PracticeGroup, [group.pk])
            held.set()
            wait_until_somebody_waits()
            with suppress(OperationalError):
                free.append(Agreement.objects.select_for_update(nowait=True).filter(pk=mine.pk).exists())

    def settle() -> None:
        held.wait(10)
        follow_organisation_changes(on=TODAY)

    assert at_once(press, settle) == [None, None]
    assert free == [True]


# --- Two who wait for each other ---


@real
def test_the_victim_of_a_deadlock_tries_once_more() -> None:
    cast = make_cast()
    one, other = cast.agree().pk, cast.agree().pk
    half_way, tries = threading.Barrier(2), list[int]()

    @retry_after_deadlock
    @transaction.atomic
    def lock_both(first: int, second: int) -> str:
        tries.append(first)
        lock_rows_in_order(Agreement, [first])
        if len(tries) <= 2:
            half_way.wait(30)
        lock_rows_in_order(Agreement, [second])
        return "done"

    assert at_once(lambda: lock_both(one, other), lambda: lock_both(other, one)) == ["done", "done"]
    assert len(tries) == 3


@pytest.mark.django_db
def test_a_deadlock_in_a_page_is_said_clearly(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise OperationalError from DeadlockDetected()

    monkeypatch.setattr("udbytte.web.people.home.next_steps_of", broken)
    client = enter(cast.mette)
    client.raise_request_exception = False
    page = client.get("/")
    assert page.status_code == 503 and "En anden gemmer lige nu" in page.content.decode()


@real
def test_a_step_by_somebody_whose_row_is_locked_does_not_wait() -> None:
    """Whoever gives a role holds the person while the organisation is settled, and settling wants the agreements."""
    cast = make_cast()
    agreement, held, done = cast.agree(), threading.Event(), threading.Event()

    def give() -> bool:
        with transaction.atomic():
            give_role(person=cast.bente, role=Role.HR, unit=None, by=None, on=TODAY)
            held.set()
            return done.wait(10)

    def press() -> object:
        held.wait(10)
        stage = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run).stage
        done.set()
        return stage

    assert set(at_once(give, press)) == {True, Stage.FOUND}


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", [StaleStep(None), OperationalError("deadlock")])
def test_the_line_leaves_an_agreement_that_somebody_acts_on_for_the_next_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    first, second = (take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run) for _ in "12")
    assert cast.run.signup_deadline is not None
    too_late = cast.run.signup_deadline + timedelta(days=1)
    refusal.__cause__ = DeadlockDetected()

    def busy(agreement: Agreement, *args: Any, **facts: Any) -> Agreement:
        if agreement.pk == first.pk:
            raise refusal
        return take_step(agreement, *args, **facts)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(line, "take_step", busy)
        line.follow_the_line(on=too_late)
    assert dict(Agreement.objects.values_list("pk", "stage")) == {first.pk: Stage.FOUND, second.pk: Stage.AGREED}
    line.follow_the_line(on=too_late)
    assert not Agreement.objects.filter(stage=Stage.FOUND).exists()
