"""Planning a round from the previous one, and the check of what it lacks before it is published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Kind
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS
from udbytte.models import (
    Budget,
    Conversation,
    Email,
    Notification,
    Person,
    PreparationQuestion,
    Role,
    RoleAssignment,
    Round,
)
from udbytte.queries.conversations.texts import preparation_questions_for
from udbytte.queries.rounds.check import StopKind, check_of
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.follow_up import follow_up, follow_up_day_notifications
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.rounds.planning import set_follow_up_days, set_step_days
from udbytte.services.rounds.questions import QuestionText, set_questions
from udbytte.services.rounds.rounds import create_round, publish_round, set_budget

pytestmark = pytest.mark.django_db


def draft(cast: Cast, **fields: Any) -> Round:
    given: dict[str, Any] = {
        "name": "MUS 2027",
        "units": [cast.children],
        "announced_on": date(2027, 1, 4),
        "conversations_from": date(2027, 2, 1),
        "conversations_to": date(2027, 4, 30),
        "closes_on": date(2027, 12, 31),
        "procedure": "I taler sammen en time.",
    }
    return create_round(by=cast.hanne, on=TODAY, **(given | fields))


def last_year(cast: Cast) -> Round:
    """The round of the cast, as somebody has planned it."""
    Round.objects.filter(pk=cast.round.pk).update(
        procedure="En time i ro.", money="Spørg Lars.", kickoff_on=cast.round.conversations_from
    )
    cast.round.refresh_from_db()
    set_follow_up_days(cast.round, [cast.round.conversations_to], by=cast.hanne, on=TODAY)
    set_step_days(cast.round, dict(DEFAULT_DAYS) | {"find": 30}, by=cast.hanne, on=TODAY)
    set_questions(
        cast.round,
        [QuestionText("Hvad med børnene?", "", "both", help_da="Tænk på legen", titles=["pædagog"])],
        by=cast.hanne,
        on=TODAY,
    )
    return cast.round


def test_a_new_round_is_filled_in_from_the_one_before_a_year_on_with_the_same_distances(cast: Cast) -> None:
    before = last_year(cast)
    page = enter(cast.hanne).get("/runder/ny/")
    begun = page.context["form"].initial
    assert begun["name"] == before.name.replace("2026", "2027")
    assert (begun["procedure"], begun["money"]) == ("En time i ro.", "Spørg Lars.")
    names = ("announced_on", "kickoff_on", "conversations_from", "conversations_to", "closes_on")
    (moved,) = {(begun[name] - getattr(before, name)).days for name in names}
    assert 364 <= moved <= 375 and begun["announced_on"].weekday() < 5
    empty = enter(cast.hanne).get("/runder/ny/?tom=1").context["form"].initial
    assert not empty.get("procedure")


def test_questions_lengths_and_money_come_along_and_the_amounts_are_known_when_it_is_published(cast: Cast) -> None:
    round_ = draft(cast, like=last_year(cast))
    (question,) = round_.questions.all()
    assert (question.text_da, question.help_da, question.titles) == ("Hvad med børnene?", "Tænk på legen", ["pædagog"])
    assert round_.days == {"find": 30}
    assert list(round_.budgets.values_list("unit", "amount", "published_on")) == [(cast.kindergarten.pk, 20000, None)]
    assert "20.000" not in enter(cast.mette).get(f"/runder/{round_.pk}/regler/").content.decode()
    assert "Kontrollér, at beløbene gælder for i år" in enter(cast.hanne).get(f"/runder/{round_.pk}/").content.decode()
    publish_round(round_, by=cast.hanne, on=TODAY)
    assert round_.budgets.get().published_on == TODAY
    assert "20.000" in enter(cast.mette).get(f"/runder/{round_.pk}/regler/").content.decode()
    roads = draft(cast, name="Vej", units=[cast.roads], like=cast.round)
    assert not roads.budgets.exists()


def test_hr_plans_from_the_page_with_follow_up_days_as_one_writes_them(cast: Cast) -> None:
    last_year(cast)
    client = enter(cast.hanne)
    form = client.get("/runder/ny/").context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    sent |= {"units": cast.children.pk, "follow_ups": "10.5.2027, 2027-11-08"}
    assert client.post("/runder/ny/", sent).status_code == 302
    round_ = Round.objects.get(name=sent["name"])
    assert [row.day for row in round_.follow_up_days.all()] == [date(2027, 5, 10), date(2027, 11, 8)]
    wrong = client.post("/runder/ny/", sent | {"follow_ups": "10.5.2027, snart"})
    assert wrong.status_code == 422 and "snart er ikke en gyldig dato" in wrong.content.decode()
    outside = client.post("/runder/ny/", sent | {"follow_ups": "10.5.2035"})
    assert outside.status_code == 422
    assert Round.objects.filter(name=sent["name"]).count() == 1


def test_dates_that_cannot_be_are_named_before_they_are_saved_and_before_they_are_published(cast: Cast) -> None:
    last_year(cast)
    Round.objects.filter(pk=cast.round.pk).update(
        announced_on=date(2026, 7, 20), kickoff_on=None, conversations_from=date(2026, 7, 27),
        conversations_to=date(2026, 10, 3), closes_on=date(2027, 7, 2),
    )  # fmt: skip
    cast.round.follow_up_days.all().delete()
    client = enter(cast.hanne)
    form = client.get("/runder/ny/").context["form"]
    page = client.get("/runder/ny/").content.decode()
    assert "Se på disse datoer" in page
    assert "Der er 7 dage fra runden meldes ud til den første samtale." in page
    assert "Samtaler til: " in page and "er en weekend eller helligdag." in page  # a Saturday
    dates = {"announced_on": "2027-07-19", "conversations_from": "2027-07-26", "conversations_to": "2027-10-02"}
    live = client.get("/runder/ny/", dates | {"closes_on": "2028-07-01"}).content.decode()
    assert "<html" not in live and "Der er 7 dage fra runden meldes ud til den første samtale." in live
    assert "Samtaler til: " in live and "skal udfyldes" not in live
    unordered = client.get("/runder/ny/", dates | {"closes_on": "2027-09-01", "follow_ups": "snart"}).content.decode()
    assert "Datoerne skal komme i denne rækkefølge" in unordered and "snart er ikke en gyldig dato" in unordered
    good = {"announced_on": "2027-08-16", "conversations_from": "2027-09-06", "conversations_to": "2027-10-01"}
    assert client.get("/runder/ny/", good | {"closes_on": "2028-06-30"}).content.decode().strip() == ""
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    made = client.post("/runder/ny/", sent | {"units": cast.children.pk})
    check = client.get(made["location"]).content.decode()
    assert "Der er 7 dage fra" in check and "Ret datoerne" in check and "Meld runden ud" in check  # it stops nobody


def test_a_page_that_is_older_than_the_round_overwrites_nothing(cast: Cast) -> None:
    client = enter(cast.hanne)
    round_ = draft(cast)
    url = reverse("round-edit", args=[round_.pk])
    form = client.get(url).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    sent["units"] = [cast.children.pk]
    assert client.post(url, sent | {"procedure": "Først"}).status_code == 302
    stale = client.post(url, sent | {"procedure": "Senere"})
    assert stale.status_code == 422 and "Senere" in stale.content.decode()
    round_.refresh_from_db()
    assert round_.procedure == "Først"


def test_lengths_have_bounds_and_only_what_differs_is_kept(cast: Cast) -> None:
    round_ = draft(cast)
    client, url = enter(cast.hanne), reverse("round-lengths", args=[round_.pk])
    assert client.post(url, dict(DEFAULT_DAYS) | {"use": 10}).status_code == 302
    round_.refresh_from_db()
    assert round_.days == {"use": 10}
    assert client.post(url, dict(DEFAULT_DAYS) | {"use": 366}).status_code == 422
    with pytest.raises(Refused):
        set_step_days(round_, {"use": -1}, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPermitted):
        set_step_days(round_, {"use": 1}, by=cast.lars, on=TODAY)


def test_a_question_of_a_job_title_is_asked_in_the_conversations_of_that_title(cast: Cast) -> None:
    employ(make_person("Palle"), cast.kindergarten, "Køkkenmedarbejder")
    follow_organisation_changes(on=TODAY)
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    only = QuestionText("Om legen", "", "both", titles=["Pædagog"])
    set_questions(round_, [QuestionText("Til alle", "", "both"), only], by=cast.hanne, on=TODAY)

    def asked(name: str) -> list[str]:
        talk = Conversation.objects.get(round=round_, employment__person__given_name=name)
        return [row.text_da for row in preparation_questions_for(talk, talk.employment.person)]

    assert asked("Mette") == ["Til alle", "Om legen"]
    assert asked("Palle") == ["Til alle"]
    with pytest.raises(Refused, match="Astronaut"):
        set_questions(round_, [QuestionText("X", titles=["Astronaut"])], by=cast.hanne, on=TODAY)
    assert round_.questions.count() == 2


def test_the_check_says_what_stops_and_what_would_be_missed(cast: Cast) -> None:
    round_ = draft(cast, procedure=" ")
    round_.questions.all().delete()
    check = check_of(round_, on=TODAY)
    assert [row.kind for row in check.stops] == [StopKind.NO_RULES, StopKind.NO_QUESTIONS]
    (kindergarten,) = [row for row in check.units if row.unit == cast.kindergarten]
    assert kindergarten.coordinator == cast.bente and kindergarten.budget is None and kindergarten.lacks
    top = next(row for row in check.units if row.without_manager)
    assert top.unit == cast.children  # Dorthe has nobody above her
    page = enter(cast.hanne).get(reverse("round", args=[round_.pk])).content.decode()
    assert "Det skal være på plads først" in page and "Der er ikke sat penge af" in page
    assert "Udgiv runden" not in page


def test_managers_with_more_than_thirty_conversations_are_named(cast: Cast) -> None:
    round_ = draft(cast)
    before = check_of(round_, on=TODAY)
    assert before.busy == []
    for number in range(30):
        employ(make_person(f"Ny{number}"), cast.kindergarten)
    follow_organisation_changes(on=TODAY)
    assert check_of(round_, on=TODAY).busy == [(cast.lars, 32)]


def test_the_check_asks_as_much_of_the_database_for_thirty_units_as_for_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    round_ = draft(cast)
    with django_assert_num_queries(10):
        check_of(round_, on=TODAY)
    for number in range(30):
        employ(make_person(f"Ny{number}"), cast.kindergarten)
    follow_organisation_changes(on=TODAY)
    with django_assert_num_queries(10):
        check_of(round_, on=TODAY)


def test_hr_gives_a_unit_what_it_lacks_on_one_page(cast: Cast) -> None:
    round_ = draft(cast)
    client = enter(cast.hanne)
    url = reverse("round-staff-unit", args=[round_.pk, cast.kindergarten.pk])
    sent = {"coordinator": "karim@example.test", "amount": "15000"}
    assert client.post(url, sent).status_code == 302
    given = RoleAssignment.objects.get(person=cast.karim)
    assert (given.role, given.unit) == (Role.COORDINATOR, cast.kindergarten)
    assert Budget.objects.get(round=round_).amount == 15000
    RoleAssignment.objects.create(person=cast.birgit, role=Role.BUDGET_OWNER, unit=cast.kindergarten, starts_on=TODAY)
    again = client.post(url, sent | {"coordinator": "jonas@example.test", "budget_owner": "birgit@example.test"})
    assert again.status_code == 422  # Birgit owns the budget already, so that nothing of it is saved
    assert not RoleAssignment.objects.filter(person=cast.jonas).exists()
    outside = reverse("round-staff-unit", args=[round_.pk, cast.roads.pk])
    assert client.get(outside).status_code == 404


def test_publishing_invites_in_the_name_of_each_ones_manager(cast: Cast) -> None:
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    told = {
        notification.person.given_name: notification.facts["by"]
        for notification in Notification.objects.filter(kind="round")
    }
    assert told == {"Mette": "Lars", "Karim": "Lars", "Lars": "Dorthe", "Dorthe": ""}
    follow_up(on=TODAY)
    assert "Lars inviterer dig til MUS 2027" in Email.objects.get(person=cast.mette).text


def test_each_manager_hears_once_on_a_follow_up_day_of_what_is_open(cast: Cast) -> None:
    cast.agree()
    late = cast.agree(Kind.PRACTICE)
    type(late).objects.filter(pk=late.pk).update(step_due=TODAY - timedelta(days=1))
    set_follow_up_days(cast.round, [TODAY - timedelta(days=2)], by=cast.hanne, on=TODAY)
    (notification,) = follow_up_day_notifications(TODAY)
    assert (notification.person_id, notification.facts["open"], notification.facts["late"]) == (cast.lars.pk, 2, 1)
    follow_up(on=TODAY)
    follow_up(on=TODAY + timedelta(days=1))
    assert Notification.objects.filter(kind="follow_up_day").count() == 1
    text = Email.objects.get(person=cast.lars, kind="digest", on=TODAY).text
    assert "Opfølgningsdag" in text and "Dine medarbejdere har 2 åbne aftaler" in text
    assert list(follow_up_day_notifications(TODAY + timedelta(days=30))) == []


def test_only_hr_plans_and_a_budget_outside_is_refused(cast: Cast) -> None:
    round_ = draft(cast)
    for person in (cast.lars, cast.bente, cast.ida):
        with pytest.raises(NotPermitted):
            set_follow_up_days(round_, [], by=person, on=TODAY)
    with pytest.raises(Refused):
        set_budget(round_, cast.roads, 1, by=cast.hanne, on=TODAY)
    assert (
        isinstance(cast.hanne, Person)
        and PreparationQuestion.objects.filter(round=round_, about_last=True).count() == 1
    )
