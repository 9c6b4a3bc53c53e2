"""Joint needs: similar needs across units, registered together or given an in-house course date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    Conversation,
    Course,
    CourseRun,
    DevelopmentPlan,
    JointNeed,
    Role,
    RoleAssignment,
    Unit,
)
from udbytte.queries.courses.joint_needs import likely_needs_of
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.courses.joint_needs import (
    choose_run_for_need,
    close_joint_need,
    confirm_joint_need,
    leave_joint_need,
    plan_in_house_run,
    register_need_members,
)
from udbytte.services.errors import NotPermitted, Refused, TooLong

pytestmark = pytest.mark.django_db


def wish(cast: Cast, name: str, unit: Unit, title: str, **facts: Any) -> Agreement:
    """A course that somebody in a unit has agreed, planned a quarter ahead unless told otherwise."""
    employment = employ(make_person(name), unit)
    employment.line_manager = cast.lars
    employment.save()
    conversation = Conversation.objects.create(
        round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY
    )
    plan = DevelopmentPlan.objects.create(conversation=conversation)
    given: dict[str, Any] = {"planned_from": TODAY + timedelta(days=90), "planned_to": TODAY + timedelta(days=120)}
    return agree_activity(plan=plan, kind=Kind.COURSE, title=title, by=cast.lars, on=TODAY, **(given | facts))


@pytest.fixture
def three(cast: Cast) -> list[Agreement]:
    """The same course by three names, in two units; and two that are something else."""
    course = Course.objects.create(title="Neuropædagogik", provider="Engskolen")
    same = [
        wish(cast, "Anna", cast.kindergarten, "Neuropædagogik i børnehaven", course=course),
        wish(cast, "Bodil", cast.children, "Neuropædagogik"),
        wish(cast, "Carl", cast.children, "neuropædagogik "),
    ]
    wish(cast, "Dan", cast.children, "Excel for begyndere")
    wish(cast, "Else", cast.roads, "Neuropædagogik")  # a unit that somebody else serves
    return same


def test_what_means_the_same_is_grouped_by_course_and_title_within_the_units_served(
    cast: Cast, three: list[Agreement]
) -> None:
    (group,) = likely_needs_of(cast.bente, TODAY)
    assert {agreement.pk for agreement in group.agreements} == {agreement.pk for agreement in three}
    assert (group.title, group.units) == ("Neuropædagogik", 2)
    assert likely_needs_of(cast.jonas, TODAY) == []


def test_a_confirmed_need_is_no_suggestion_any_more(cast: Cast, three: list[Agreement]) -> None:
    confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    assert likely_needs_of(cast.bente, TODAY) == []
    with pytest.raises(Refused):
        confirm_joint_need(title="Igen", agreements=[agreement.pk for agreement in three[:2]], by=cast.bente, on=TODAY)


def test_only_agreements_of_the_units_served_can_be_put_together(cast: Cast, three: list[Agreement]) -> None:
    foreign = Agreement.objects.get(unit=cast.roads)
    with pytest.raises(NotPermitted):
        confirm_joint_need(title="Neuro", agreements=[three[0].pk, foreign.pk], by=cast.bente, on=TODAY)
    with pytest.raises(Refused):
        confirm_joint_need(title="Neuro", agreements=[three[0].pk], by=cast.bente, on=TODAY)
    assert not JointNeed.objects.exists()


def test_one_run_is_booked_for_all_of_them(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    assert len(choose_run_for_need(need, cast.run, by=cast.bente, on=TODAY).agreements) == 3
    assert set(need.agreements.values_list("stage", "run")) == {("found", cast.run.pk)}
    for agreement in need.agreements.all()[:2]:
        take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=10, price_reason="Tilbud")
    done = register_need_members(need, by=cast.bente, on=TODAY, reference="H-77")
    assert len(done.agreements) == 2 and done.left == []
    assert sorted(need.agreements.values_list("stage", "reference")) == [
        ("found", ""), ("registered", "H-77"), ("registered", "H-77"),
    ]  # fmt: skip


def in_house(**given: Any) -> dict[str, Any]:
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}
    return {"title": "Neuropædagogik hos os", "seats": 3, "place": "Rådhuset", "hours": "9.00-15.00", **days, **given}


def test_a_run_of_our_own_has_its_seats_and_the_last_comers_wait(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    with pytest.raises(Refused):
        plan_in_house_run(need, by=cast.bente, on=TODAY, **in_house(seats=2))
    assert plan_in_house_run(need, by=cast.bente, on=TODAY, **in_house()).left == []
    need.refresh_from_db()
    assert need.run is not None
    run = need.run
    assert (run.course.kind, run.seats, run.hours) == ("in_house", 3, "9.00-15.00")
    run.seats = 2
    run.save()
    for agreement in need.agreements.all():
        take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=0, price_reason="Tilbud")
    done = register_need_members(need, by=cast.bente, on=TODAY)
    assert (len(done.agreements), len(done.left)) == (2, 1)
    assert sorted(need.agreements.values_list("stage", flat=True)) == ["registered", "registered", "waitlisted"]


def test_the_seats_are_counted_for_those_the_coordinator_serves(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    Agreement.objects.filter(title="Neuropædagogik", unit=cast.roads).update(joint_need=need)
    with pytest.raises(Refused, match="3"):
        plan_in_house_run(need, by=cast.bente, on=TODAY, **in_house(seats=2))
    assert len(plan_in_house_run(need, by=cast.bente, on=TODAY, **in_house(seats=3)).agreements) == 3


def test_a_run_of_our_own_that_is_there_already_keeps_its_seats_and_price(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    plan_in_house_run(need, by=cast.bente, on=TODAY, **in_house(seats=8, price=300))
    before = CourseRun.objects.get(seats=8)
    other = confirm_joint_need(
        title="Excel",
        agreements=[wish(cast, name, cast.children, "Excel").pk for name in ("Frida", "Gorm")],
        by=cast.bente,
        on=TODAY,
    )
    with pytest.raises(Refused):
        plan_in_house_run(other, by=cast.bente, on=TODAY, **in_house(seats=2, price=0))
    after = CourseRun.objects.get(pk=before.pk)
    assert (after.seats, after.price) == (before.seats, before.price) == (8, 300)
    assert len(plan_in_house_run(other, by=cast.bente, on=TODAY, **in_house(seats=8, price=300)).agreements) == 2


def test_who_has_chosen_another_run_is_left_with_it_and_named(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    own = CourseRun.objects.create(course=cast.run.course, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 3))
    first = CourseRun.objects.create(course=cast.run.course, starts_on=date(2026, 8, 5), ends_on=date(2026, 8, 5))
    anna, bodil, carl = three
    anna = take_step(anna, Event.CHOOSE_RUN, by=anna.employee, on=TODAY, run=own)
    for run in (first, cast.run):  # the coordinator changes their mind: who was booked goes along
        done = choose_run_for_need(need, run, by=cast.bente, on=TODAY)
        assert {agreement.pk for agreement in done.agreements} == {bodil.pk, carl.pk}
        assert [agreement.pk for agreement, _why in done.left] == [anna.pk]
    assert dict(need.agreements.values_list("pk", "run")) == {
        anna.pk: own.pk, bodil.pk: cast.run.pk, carl.pk: cast.run.pk,
    }  # fmt: skip
    for agreement in need.agreements.all():
        take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=10, price_reason="Tilbud")
    page = enter(cast.bente).get(f"/kursusopgaver/faelles/{need.pk}/")
    assert (page.context["ready"], page.context["waiting"]) == (2, 0)
    assert choose_run_for_need(need, own, by=cast.bente, on=TODAY).agreements == []
    need.refresh_from_db()
    assert need.run == cast.run, "a run that nobody was given is not the need's"
    done = register_need_members(need, by=cast.bente, on=TODAY, reference="H-77")
    assert ({agreement.pk for agreement in done.agreements}, done.left) == ({bodil.pk, carl.pk}, [])
    anna.refresh_from_db()
    assert (anna.stage, anna.reference) == ("funded", "")


def test_who_is_taken_out_goes_on_alone_and_an_empty_need_is_closed(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(
        title="Neuro", agreements=[agreement.pk for agreement in three[:2]], by=cast.bente, on=TODAY
    )
    for agreement in three[:2]:
        leave_joint_need(need, agreement, by=cast.bente, on=TODAY)
    need.refresh_from_db()
    assert need.closed_on == TODAY and need.agreements.count() == 0


def test_a_need_is_nobodys_elses_to_close_or_book(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    RoleAssignment.objects.create(person=cast.jonas, role=Role.COORDINATOR, unit=cast.roads, starts_on=TODAY)
    for act in (
        lambda: close_joint_need(need, by=cast.jonas, on=TODAY),
        lambda: choose_run_for_need(need, cast.run, by=cast.jonas, on=TODAY),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert enter(cast.jonas).get(f"/kursusopgaver/faelles/{need.pk}/").status_code == 404


def test_the_whole_way_on_the_pages(cast: Cast, three: list[Agreement]) -> None:
    bente = enter(cast.bente)
    page = bente.get("/kursusopgaver/faelles/")
    (item,) = page.context["groups"]
    chosen = [row["agreement"].pk for row in item.rows]
    answer = bente.post("/kursusopgaver/faelles/", {"title": item.group.title, "agreements": chosen})
    need = JointNeed.objects.get()
    assert answer["Location"] == f"/kursusopgaver/faelles/{need.pk}/"
    assert bente.post(answer["Location"], {"what": "run", "run": cast.run.pk}).status_code == 302
    assert set(need.agreements.values_list("stage", flat=True)) == {"found"}
    for sent in ({"what": "run", "run": "999999"}, {"what": "run", "run": "x"}, {"what": "in-house"}, {"what": "?"}):
        assert bente.post(answer["Location"], sent).status_code in (200, 422)
    assert bente.post(f"{answer['Location']}fra/", {"agreement": chosen[0]}).status_code == 302
    assert need.agreements.count() == 2
    assert bente.post(f"{answer['Location']}fra/", {}).status_code == 302
    assert bente.get(answer["Location"]).status_code == 404


def test_a_need_has_the_whole_title_of_its_course_and_no_longer_one(cast: Cast, three: list[Agreement]) -> None:
    pks = [agreement.pk for agreement in three]
    with pytest.raises(TooLong):
        confirm_joint_need(title="x" * 251, agreements=pks, by=cast.bente, on=TODAY)
    assert confirm_joint_need(title="x" * 250, agreements=pks, by=cast.bente, on=TODAY).title == "x" * 250


def test_a_reference_that_is_too_long_registers_nobody(cast: Cast, three: list[Agreement]) -> None:
    need = confirm_joint_need(title="Neuro", agreements=[agreement.pk for agreement in three], by=cast.bente, on=TODAY)
    for agreement in choose_run_for_need(need, cast.run, by=cast.bente, on=TODAY).agreements:
        take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    bente, url = enter(cast.bente), f"/kursusopgaver/faelles/{need.pk}/"
    bente.post(url, {"what": "register", "reference": "x" * 61})
    assert not Agreement.objects.exclude(reference="").exists()
    bente.post(url, {"what": "register", "reference": "x" * 60})
    assert set(Agreement.objects.filter(joint_need=need).values_list("reference", flat=True)) == {"x" * 60}
