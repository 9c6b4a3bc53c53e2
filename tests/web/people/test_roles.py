"""Roles: who gave and ended them is kept and shown, who is concerned hears of it, and nobody gives themself one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person
from udbytte.access.people import is_administrator, roles_of
from udbytte.emails.news import news_of
from udbytte.models import Deputy, Email, Notification, Person, Role, RoleAssignment, Unit
from udbytte.services.errors import Refused
from udbytte.services.money.deputies import name_deputy
from udbytte.services.notifications.write import write_emails, write_urgent_emails
from udbytte.services.people.roles import choose_manager, end_role, give_role
from udbytte.services.rounds.rounds import staff_unit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def given(person: Person, role: Role = Role.COORDINATOR) -> RoleAssignment:
    return RoleAssignment.objects.get(person=person, role=role)


def told() -> dict[str, tuple[str, bool]]:
    """Who hears of a role, by given name: the kind, and whether at once."""
    rows = Notification.objects.filter(kind__in=("role_given", "role_ended")).select_related("person").order_by("pk")
    return {row.person.given_name: (row.kind, row.urgent) for row in rows}


def test_who_gave_a_role_and_who_ended_it_is_kept(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, by=cast.hanne, on=TODAY)
    row = given(cast.karim)
    assert (row.given_by, row.given_by_command, row.given_at is None) == (cast.hanne, False, False)
    assert (row.ends_on, row.ended_by, row.ended_at) == (None, None, None)
    end_role(row, by=cast.ida, on=TODAY + 5 * DAY)
    row.refresh_from_db()
    assert (row.starts_on, row.ends_on) == (TODAY, TODAY + 4 * DAY)
    assert (row.ended_by, row.ended_by_command, row.ended_at is None) == (cast.ida, False, False)
    assert roles_of(cast.karim, TODAY + 4 * DAY).is_coordinator
    assert not roles_of(cast.karim, TODAY + 5 * DAY).is_coordinator


def test_a_role_ended_on_its_first_day_leaves_a_trace_and_holds_on_no_day(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    assert is_administrator(cast.karim, TODAY)
    end_role(given(cast.karim, Role.ADMINISTRATOR), by=cast.ida, on=TODAY)
    row = given(cast.karim, Role.ADMINISTRATOR)
    assert (row.given_by, row.ended_by) == (cast.ida, cast.ida)
    assert not any(is_administrator(cast.karim, TODAY + n * DAY) for n in (-1, 0, 1))
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    assert is_administrator(cast.karim, TODAY)
    assert RoleAssignment.objects.filter(person=cast.karim).count() == 2


def test_what_has_ended_is_not_ended_again(cast: Cast) -> None:
    row = given(cast.bente)
    end_role(row, by=cast.hanne, on=TODAY)
    with pytest.raises(Refused, match="allerede afsluttet"):
        end_role(row, by=cast.ida, on=TODAY + 9 * DAY)
    assert given(cast.bente).ended_by == cast.hanne
    assert given(cast.bente).ends_on == TODAY - DAY


def test_an_administrator_who_has_left_does_not_count_as_the_other_one(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    Person.objects.filter(pk=cast.karim.pk).update(is_active=False)
    with pytest.raises(Refused, match="Giv den først til en anden"):
        end_role(given(cast.ida, Role.ADMINISTRATOR), by=cast.hanne, on=TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": LONG_AGO - 2 * DAY},
        {"given_by_command": True},
        {"ended_by_command": True},
    ],
)
def test_the_database_refuses_a_role_that_cannot_be(cast: Cast, wrong: dict[str, object]) -> None:
    RoleAssignment.objects.filter(person=cast.bente).update(given_by=cast.ida, ended_by=cast.ida)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.filter(person=cast.bente).update(**wrong)


def test_the_person_hears_at_once_and_who_keeps_the_roles_in_the_weekly_email(cast: Cast) -> None:
    elsewhere = make_person("Eva")
    employ(elsewhere, cast.roads)
    RoleAssignment.objects.create(person=elsewhere, role=Role.HR, unit=cast.roads, starts_on=LONG_AGO)
    above = make_person("Asta")
    employ(above, cast.children)
    RoleAssignment.objects.create(person=above, role=Role.HR, unit=cast.children, starts_on=LONG_AGO)
    give_role(person=cast.karim, role=Role.BUDGET_OWNER, unit=cast.kindergarten, by=cast.hanne, on=TODAY)
    expected = {"Karim": True, "Ida": False, "Asta": False}
    assert told() == {who: ("role_given", urgent) for who, urgent in expected.items()}
    Notification.objects.all().delete()
    end_role(given(cast.karim, Role.BUDGET_OWNER), by=cast.ida, on=TODAY)
    assert told() == {
        "Karim": ("role_ended", True),
        "Asta": ("role_ended", False),
        "Hanne": ("role_ended", False),
    }


def test_who_gives_up_a_role_is_not_told_and_the_others_are(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    Notification.objects.all().delete()
    end_role(given(cast.ida, Role.ADMINISTRATOR), by=cast.ida, on=TODAY)
    assert told() == {"Karim": ("role_ended", False), "Hanne": ("role_ended", False)}


def test_the_first_role_of_an_installation_is_told_to_nobody_else(cast: Cast) -> None:
    RoleAssignment.objects.all().delete()
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=None, on=TODAY)
    assert told() == {"Karim": ("role_given", True)}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "da",
            [
                ("Du har fået en ny rolle: Budgetansvarlig", "Børn og Unge. Rollen er givet af Hanne Hansen."),
                (
                    "Karim Hansen har fået en ny rolle: Budgetansvarlig",
                    "Børn og Unge. Rollen er givet af Hanne Hansen.",
                ),
                (
                    "Du har ikke længere denne rolle: Budgetansvarlig",
                    "Børn og Unge. Rollen er afsluttet af Ida Hansen.",
                ),
                (
                    "Karim Hansen har ikke længere denne rolle: Budgetansvarlig",
                    "Børn og Unge. Rollen er afsluttet af Ida Hansen.",
                ),
            ],
        ),
        (
            "en",
            [
                ("You have a new role: Budget owner", "Børn og Unge. The role was given by Hanne Hansen."),
                ("Karim Hansen has a new role: Budget owner", "Børn og Unge. The role was given by Hanne Hansen."),
                ("You no longer have this role: Budget owner", "Børn og Unge. The role was ended by Ida Hansen."),
                (
                    "Karim Hansen no longer has this role: Budget owner",
                    "Børn og Unge. The role was ended by Ida Hansen.",
                ),
            ],
        ),
    ],
)
def test_the_words_are_in_both_languages(cast: Cast, language: str, said: list[tuple[str, str]]) -> None:
    give_role(person=cast.karim, role=Role.BUDGET_OWNER, unit=cast.children, by=cast.hanne, on=TODAY)
    end_role(given(cast.karim, Role.BUDGET_OWNER), by=cast.ida, on=TODAY)
    with override(language):
        items = [news_of(notification, notification.person) for notification in Notification.objects.order_by("pk")]
    assert [(item.head, item.body) for item in items if item is not None] == said


def test_the_words_say_the_whole_organisation_and_whoever_runs_the_server(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.HR, unit=None, by=None, on=TODAY)
    item = news_of(Notification.objects.get(person=cast.karim), cast.karim)
    assert item is not None
    assert item.body == "Hele organisationen. Rollen er givet af den, der driver serveren."


def test_the_emails_carry_it(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.HR, unit=None, by=cast.ida, on=TODAY)
    write_urgent_emails(on=TODAY)
    assert [row.person for row in Email.objects.all()] == [cast.karim]
    assert "Du har fået en ny rolle: HR" in Email.objects.get().text
    write_emails(on=TODAY + 7 * DAY)
    hr = Email.objects.get(person=cast.hanne)
    assert "Karim Hansen har fået en ny rolle: HR" in hr.text
    assert "/organisation/#roller" in hr.text


def test_nobody_gives_themself_a_role(cast: Cast) -> None:
    for by, role in ((cast.ida, Role.HR), (cast.hanne, Role.BUDGET_OWNER), (cast.hanne, Role.COORDINATOR)):
        with pytest.raises(Refused, match="Ingen kan give sig selv en rolle"):
            give_role(person=by, role=role, unit=None, by=by, on=TODAY)
    with pytest.raises(Refused, match="Ingen kan give sig selv en rolle") as refused:
        staff_unit(cast.round, cast.roads, coordinator=None, budget_owner=cast.hanne, amount=5, by=cast.hanne, on=TODAY)
    assert refused.value.field == "budget_owner"
    assert RoleAssignment.objects.count() == 5


def test_nobody_names_themself_deputy_or_chooses_their_own_manager(cast: Cast) -> None:
    with pytest.raises(Refused):
        name_deputy(deputy=cast.lars, starts_on=TODAY, ends_on=TODAY, by=cast.lars, on=TODAY)
    assert not Deputy.objects.exists()
    own = cast.hanne.employments.get()
    for manager in (cast.karim, None):
        with pytest.raises(Refused, match="En anden skal vælge"):
            choose_manager(own, manager, by=cast.hanne, on=TODAY)
    choose_manager(own, cast.karim, by=cast.ida, on=TODAY)
    own.refresh_from_db()
    assert own.line_manager == cast.karim


def test_a_role_is_not_given_on_the_pages_to_who_has_left(cast: Cast) -> None:
    Person.objects.filter(pk=cast.jonas.pk).update(is_active=False)
    cast.jonas.refresh_from_db()
    with pytest.raises(Refused, match="der arbejder her"):
        give_role(person=cast.jonas, role=Role.HR, unit=None, by=cast.ida, on=TODAY)


def test_the_page_refuses_it_in_words_and_does_not_offer_it(cast: Cast) -> None:
    client = enter(cast.hanne)
    sent = {"person": "hanne@example.test", "role": "budget_owner", "unit": ""}
    answer = client.post("/organisation/", sent)
    assert answer.status_code == 422
    assert "Ingen kan give sig selv en rolle." in answer.content.decode()
    assert "Ikke dig selv." in client.get("/organisation/").content.decode()
    own = client.get(reverse("employment", args=[cast.hanne.employments.get().pk])).content.decode()
    assert "En anden skal vælge, hvem der holder din egen samtale." in own
    assert 'name="manager"' not in own
    assert 'name="manager"' in client.get(reverse("employment", args=[cast.employment.pk])).content.decode()


def test_suggestions_for_a_unit_leave_out_who_asks(cast: Cast) -> None:
    cast.round.units.add(cast.municipality)
    url = reverse("round-staff-unit", args=[cast.round.pk, cast.municipality.pk])
    page = enter(cast.hanne).get(url).content.decode()
    assert f"#{cast.ida.pk}" in page
    assert f"#{cast.hanne.pk}" not in page


def test_the_organisation_page_tells_since_when_by_whom_and_what_has_ended(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, by=cast.hanne, on=TODAY)
    give_role(person=cast.jonas, role=Role.COORDINATOR, unit=None, by=None, on=TODAY)
    end_role(given(cast.karim), by=cast.ida, on=TODAY)
    end_role(given(cast.birgit, Role.BUDGET_OWNER), by=None, on=TODAY)
    page = " ".join(enter(cast.ida).get("/organisation/").content.decode().split())
    assert "hele organisationen, givet 2. marts 2026 af den, der driver serveren<" in page
    assert "Børn og Unge, siden 1. januar 2015<" in page
    ended = page[page.index("Roller, der er afsluttet") :]
    karim = "Vej og Park, givet 2. marts 2026 af Hanne Hansen, afsluttet samme dag af Ida Hansen<"
    assert karim in ended
    assert "siden 1. januar 2015, sidste dag 1. marts 2026, afsluttet af den, der driver serveren<" in ended


def test_the_page_asks_as_much_of_the_database_for_many_roles_as_for_few(cast: Cast) -> None:
    client = enter(cast.ida)
    client.get("/organisation/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/organisation/")
        return len(queries)

    before = asked()
    for number in range(6):
        person = make_person(f"Ny{number}")
        row = {"person": person, "role": Role.COORDINATOR, "unit": Unit.objects.first(), "starts_on": LONG_AGO}
        RoleAssignment.objects.create(**row, given_by=cast.ida)
        RoleAssignment.objects.create(**row, given_by=person, ended_by=cast.hanne, ends_on=TODAY - DAY)
    assert asked() == before


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[Refused]:
    """Do the second in another connection before the first is committed: it waits. Returns what refused it."""
    refused: list[Refused] = []

    def run() -> None:
        try:
            second()
        except Refused as said:
            refused.append(said)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        other.join(timeout=1)
        assert other.is_alive()
    other.join(timeout=30)
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_others_role_leave_one(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    refused = at_once(
        lambda: end_role(given(cast.ida, Role.ADMINISTRATOR), by=cast.karim, on=TODAY),
        lambda: end_role(given(cast.karim, Role.ADMINISTRATOR), by=cast.ida, on=TODAY),
    )
    assert len(refused) == 1
    assert is_administrator(cast.karim, TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_same_role_at_once_give_one(cast: Cast) -> None:
    refused = at_once(
        lambda: give_role(person=cast.karim, role=Role.HR, unit=None, by=cast.ida, on=TODAY),
        lambda: give_role(person=cast.karim, role=Role.HR, unit=None, by=cast.hanne, on=TODAY),
    )
    assert len(refused) == 1
    assert given(cast.karim, Role.HR).given_by == cast.ida
