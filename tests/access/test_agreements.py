"""The owner of a step reads no more of an agreement than the step needs, and nobody gives themself access."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ
from udbytte.access.agreements import nominations_for
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    DevelopmentPlan,
    Employment,
    Goal,
    Notification,
    Person,
    Role,
    RoleAssignment,
    Round,
)
from udbytte.services.agreements.routing import give_steps_without_owner
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.errors import NotPermitted, Refused, StaleStep
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.people.roles import choose_manager, give_role

pytestmark = pytest.mark.django_db


def given_by_hr(cast: Cast, to: Person) -> Agreement:
    """A step that found no owner, and that HR has given to somebody."""
    goal = Goal.objects.create(plan=cast.plan, text="HEMMELIGT MÅL")
    agreement = cast.agree(goal=goal, if_then="HEMMELIGT NÅR")
    Agreement.objects.filter(pk=agreement.pk).update(stray=True, step_owner=cast.hanne)
    Notification.objects.all().delete()
    (given,) = give_steps_without_owner([agreement], to=to, by=cast.hanne, on=TODAY)
    return given


def test_hr_hands_on_no_step_that_has_not_come_to_it(cast: Cast) -> None:
    RoleAssignment.objects.create(person=cast.jonas, role=Role.COORDINATOR, unit=cast.municipality, starts_on=LONG_AGO)
    for kind in Kind:
        with pytest.raises(NotPermitted):
            take_step(cast.agree(kind), Event.HAND_OVER, by=cast.hanne, on=TODAY, owner=cast.jonas)


def test_hr_gives_no_step_to_itself_and_reads_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        given_by_hr(cast, cast.hanne)
    stray = Agreement.objects.get(stray=True)
    page = enter(cast.hanne).get(reverse("agreement", args=[stray.pk]))
    assert (page.status_code, page["Location"]) == (302, "/gaaet-i-staa/")
    assert enter(cast.hanne).get(reverse("agreement", args=[cast.agree(Kind.PRACTICE).pk])).status_code == 404


def test_a_new_owner_reads_only_the_step_and_the_two_are_notified(cast: Cast) -> None:
    agreement = given_by_hr(cast, cast.jonas)
    page = enter(cast.jonas).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert agreement.title in page and "HEMMELIGT" not in page
    told = set(Notification.objects.values_list("person__given_name", flat=True))
    assert told == {"Jonas", "Mette", "Lars"}


def test_nobody_makes_themself_a_manager_and_a_change_is_notified(cast: Cast) -> None:
    for by in (cast.ida, cast.hanne):
        with pytest.raises(Refused):
            choose_manager(cast.employment, by, by=by, on=TODAY)
    choose_manager(cast.employment, cast.dorthe, by=cast.hanne, on=TODAY)
    told = Notification.objects.filter(kind="manager")
    assert set(told.values_list("person__given_name", flat=True)) == {"Mette", "Lars", "Dorthe"}


def test_hr_of_a_unit_arranges_that_unit_only(cast: Cast) -> None:
    RoleAssignment.objects.filter(role=Role.HR).delete()
    RoleAssignment.objects.create(person=cast.jonas, role=Role.HR, unit=cast.roads, starts_on=LONG_AGO)
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, by=cast.jonas, on=TODAY)
    for unit in (None, cast.kindergarten):
        with pytest.raises(NotPermitted):
            give_role(person=cast.karim, role=Role.HR, unit=unit, by=cast.jonas, on=TODAY)
    with pytest.raises(NotPermitted):
        choose_manager(cast.employment, cast.dorthe, by=cast.jonas, on=TODAY)


def test_a_stray_step_on_the_first_page_names_nobody(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=None)
    agreement.refresh_from_db()
    take_step(agreement, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    page = enter(cast.hanne).get("/").content.decode()
    assert "1 opgave har ingen ansvarlig" in page and "Mette" not in page


def test_only_those_who_could_have_acted_learn_who_was_first(cast: Cast) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    take_step(asked, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    with pytest.raises(StaleStep) as helper:
        take_step(asked, Event.LOSE_HELPER, by=cast.karim, on=TODAY, turn=0, facts={})
    assert "Mette" not in helper.value.message
    with pytest.raises(StaleStep) as manager:
        take_step(asked, Event.KEEP, by=cast.lars, on=TODAY, turn=0)
    assert "Mette" in manager.value.message


def test_a_manager_does_not_read_the_agreements_of_another_job(cast: Cast) -> None:
    other = employ(cast.mette, cast.roads)
    follow_organisation_changes(on=TODAY)
    before = Round.objects.create(
        name="MUS 2025", announced_on=date(2025, 1, 1), conversations_from=date(2025, 2, 1),
        conversations_to=date(2025, 3, 1), closes_on=date(2025, 12, 1), published_on=date(2025, 1, 1),
    )  # fmt: skip
    for employment, title in ((other, "FRA VEJ OG PARK"), (cast.employment, "Fra børnehuset")):
        talk = Conversation.objects.create(round=before, employment=employment, held_on=date(2025, 2, 2))
        plan = DevelopmentPlan.objects.create(conversation=talk)
        agree_activity(
            plan=plan, kind=Kind.PRACTICE, title=title, planned_from=TODAY, planned_to=TODAY, by=None, on=TODAY
        )
    url = reverse("conversation", args=[cast.conversation.pk])
    lars, mette = (enter(person).get(url).content.decode() for person in (cast.lars, cast.mette))
    assert "Fra børnehuset" in lars and "FRA VEJ OG PARK" not in lars
    assert "FRA VEJ OG PARK" in mette


def test_a_former_helper_is_asked_nothing_more(cast: Cast) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    helped = take_step(asked, Event.ACCEPT, by=cast.karim, on=TODAY)
    CheckIn.objects.create(agreement=helped, by=cast.karim, by_helper=True, asked_on=TODAY)
    take_step(helped, Event.LOSE_HELPER, by=cast.mette, on=TODAY, reason="Ny plan")
    assert not CheckIn.objects.filter(withdrawn_on=None).exists()
    assert helped.title not in enter(cast.karim).get("/hjaelper/").content.decode()


def test_the_manager_of_an_ended_employment_reads_nothing_by_another_role(cast: Cast) -> None:
    agreement = cast.agree(goal=Goal.objects.create(plan=cast.plan, text="HEMMELIGT MÅL"))
    RoleAssignment.objects.create(person=cast.lars, role=Role.COORDINATOR, unit=cast.kindergarten, starts_on=LONG_AGO)
    Employment.objects.filter(pk=cast.employment.pk).update(ends_on=TODAY - timedelta(days=1))
    page = enter(cast.lars).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert agreement.title in page and "HEMMELIGT" not in page


def test_the_budget_owner_does_not_see_a_withdrawn_nomination(cast: Cast) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    asked = take_step(found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi mangler det", price=6000)
    assert nominations_for(cast.birgit, TODAY).exists()
    take_step(asked, Event.WITHDRAW, by=cast.lars, on=TODAY)
    assert not nominations_for(cast.birgit, TODAY).exists()
    assert enter(cast.birgit).get(reverse("agreement", args=[asked.pk])).status_code == 404


def test_only_those_who_pay_see_the_rest_of_the_budget(cast: Cast) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    url = reverse("agreement", args=[found.pk])
    assert "20.000 kr." in enter(cast.lars).get(url).content.decode()
    assert "20.000 kr." not in enter(cast.mette).get(url).content.decode()
