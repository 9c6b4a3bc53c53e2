"""`udbytte role`: the first administrator and HR are made from the command line, and it lists who has which role."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.cast import LONG_AGO, TODAY, Cast, make_cast, make_person
from tests.runtime.installation import Installation
from udbytte.access.people import is_administrator, is_hr
from udbytte.models import Notification, Person, Role, RoleAssignment
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_known_day() -> object:
    """The command asks the clock; here it stands on the cast's day."""
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def role(*arguments: str) -> str:
    out = StringIO()
    call_command("role", *arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    """What the command refuses with: one line, and nothing is changed."""
    before = (RoleAssignment.objects.count(), Person.objects.count(), Notification.objects.count())
    with pytest.raises(CommandError) as refused:
        role(*arguments)
    assert (RoleAssignment.objects.count(), Person.objects.count(), Notification.objects.count()) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_first_administrator_and_hr_are_given_and_recorded_as_from_the_command_line(cast: Cast) -> None:
    RoleAssignment.objects.all().delete()
    said = role("administrator", "KARIM@example.test")
    assert said.splitlines()[0] == "Given: Karim Hansen, administrator for the whole organisation."
    assert "/ as karim@example.test; a code comes by email." in said
    role("hr", "Mette Hansen")
    assert is_administrator(cast.karim, TODAY)
    assert is_hr(cast.mette, TODAY)
    for row in RoleAssignment.objects.all():
        assert (row.given_by, row.given_by_command, row.starts_on) == (None, True, TODAY)
    told = Notification.objects.order_by("pk").values_list("person__given_name", "kind", "urgent")
    assert list(told) == [
        ("Karim", "role_given", True),
        ("Mette", "role_given", True),
        ("Karim", "role_given", False),
    ]


def test_somebody_who_is_in_no_import_is_made_a_person_who_can_log_in(db: None) -> None:
    role("administrator", "It@kommune.example", "--create", "Ida Marie Holm")
    (person,) = Person.objects.all()
    assert (person.email, person.given_name, person.family_name) == ("it@kommune.example", "Ida Marie", "Holm")
    assert person.is_active
    assert not person.has_usable_password()
    assert is_administrator(person, TODAY)
    assert "Ida Marie Holm (#" in refusal("hr", "it@kommune.example", "--create", "Ida Holm")
    assert "is not an email address" in refusal("hr", "Ida Holm", "--create", "Ida Holm")
    assert "Given Family" in refusal("hr", "x@kommune.example", "--create", " ")


def test_a_role_for_a_unit_is_given_and_ended_there_only(cast: Cast) -> None:
    role("budget_owner", "karim@example.test", "--unit", "Vej og Park")
    (given,) = RoleAssignment.objects.filter(person=cast.karim)
    assert given.unit == cast.roads
    said = refusal("budget_owner", "karim@example.test", "--end")
    assert f"Karim Hansen has this role for: Vej og Park (#{cast.roads.pk})." in said
    said = role("budget_owner", "karim@example.test", "--unit", f"#{cast.roads.pk}", "--end")
    assert said == f"Ended: Karim Hansen, budget owner for Vej og Park (#{cast.roads.pk}).\n"
    given.refresh_from_db()
    assert (given.ended_by_command, given.holds_on(TODAY)) == (True, False)


def test_what_is_wrong_is_said_with_what_would_be_right(cast: Cast) -> None:
    make_person("Karim2").delete()
    Person.objects.create_user("k2@example.test", given_name="Karim", family_name="Hansen")
    said = refusal("hr", "karum@example.test")
    assert "Nobody is known as 'karum@example.test'. Is it karim@example.test" in said
    assert 'udbytte role ROLE karum@example.test --create "Given Family"' in said
    assert "Several people are called 'Karim Hansen': #" in refusal("hr", "Karim Hansen")
    assert "There is no unit 'Havnen'." in refusal("hr", "lars@example.test", "--unit", "Havnen")
    said = refusal("hr", "lars@example.test", "--unit", "børn")
    assert said.startswith(f"2 units fit 'børn': Børn og Unge (#{cast.children.pk}); ")
    assert refusal("boss", "lars@example.test").startswith("There is no role 'boss'; the roles are coordinator, ")
    assert refusal("hr", "--end") == "Say whose role: udbytte role ROLE EMAIL"
    assert "not with --end" in refusal("hr", "x@example.test", "--end", "--create", "A B")
    assert "for the whole organisation" in refusal("administrator", "lars@example.test", "--unit", "Vej og Park")
    assert refusal("hr", "hanne@example.test") == "Hanne Hansen already has this role there."
    assert refusal("hr", "lars@example.test", "--end") == "Lars Hansen is not HR; udbytte role hr lists who is."
    assert refusal("hr", "hanne@example.test", "--end").startswith("Give the role to somebody else first")


def test_without_people_it_says_how_they_come(db: None) -> None:
    assert refusal("administrator", "it@kommune.example").startswith(
        "There are no people yet. Bring people in with: udbytte import organisation PATH;"
    )


def test_it_lists_who_has_which_role_since_when_and_by_whom(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, by=cast.hanne, on=TODAY)
    role("coordinator", "jonas@example.test")
    role("coordinator", "bente@example.test", "--unit", "Børn og Unge", "--end")
    lines = role().splitlines()
    assert len(lines) == 6
    roads = f"Vej og Park (#{cast.roads.pk})"
    assert f"coordinator   Karim Hansen <karim@example.test>, {roads}, since 2026-03-02, by Hanne Hansen" in lines
    jonas = "coordinator   Jonas Hansen <jonas@example.test>, the whole organisation, since 2026-03-02"
    assert f"{jonas}, by the command line" in lines
    assert role("hr").splitlines() == [
        "hr            Hanne Hansen <hanne@example.test>, the whole organisation, since 2015-01-01, by unknown"
    ]
    every = json.loads(role("coordinator", "--all", "--json"))
    assert [(row["person"]["name"], row["ends_on"], row["ended_by_command"]) for row in every] == [
        ("Bente Hansen", "2026-03-01", True),
        ("Karim Hansen", None, False),
        ("Jonas Hansen", None, False),
    ]
    assert every[1]["given_by"]["email"] == "hanne@example.test"
    assert every[0]["starts_on"] == LONG_AGO.isoformat()


def test_who_has_no_address_is_said_to_have_none(cast: Cast) -> None:
    Person.objects.filter(pk=cast.karim.pk).update(email=None)
    assert "has no email address and cannot log in" in role("hr", f"#{cast.karim.pk}")


def test_who_has_left_is_let_in_again_and_that_is_said(cast: Cast) -> None:
    cast.karim.employments.update(ends_on=LONG_AGO)
    Person.objects.filter(pk=cast.karim.pk).update(is_active=False)
    err = StringIO()
    call_command("role", "hr", "karim@example.test", stdout=StringIO(), stderr=err)
    assert err.getvalue() == "Karim Hansen works here no more; a role lets them log in again.\n"
    cast.karim.refresh_from_db()
    assert cast.karim.is_active


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("createsuperuser",), ("createsuperuser", "--noinput", "--email", "a@b.dk"), ("help", "createsuperuser")],
)
def test_createsuperuser_says_which_command_to_use(installation: Installation, arguments: tuple[str, ...]) -> None:
    done = installation.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "udbytte role administrator EMAIL" in done.stderr


@pytest.mark.slow
def test_an_empty_installation_gets_its_administrator_and_the_doctor_is_content(installation: Installation) -> None:
    seen = {one["name"]: one for one in json.loads(installation.run("doctor", "--json").stdout)}["roles"]
    assert (seen["ok"], seen["seen"]) == (False, "nobody is administrator and nobody is HR")
    assert seen["mend"] == "Run: udbytte role administrator EMAIL and: udbytte role hr EMAIL"
    done = installation.run("role", "administrator", "it@kommune.example", "--create", "Ida Holm")
    assert (done.returncode, done.stderr) == (0, "")
    seen = {one["name"]: one for one in json.loads(installation.run("doctor", "--json").stdout)}["roles"]
    assert (seen["seen"], seen["mend"]) == ("nobody is HR", "Run: udbytte role hr EMAIL")
    assert installation.run("role", "hr", "nobody@kommune.example").returncode == 1
    assert installation.run("role", "hr", "it@kommune.example").returncode == 0
    seen = {one["name"]: one for one in json.loads(installation.run("doctor", "--json").stdout)}["roles"]
    assert (seen["ok"], seen["seen"]) == (True, "administrator: 1, HR: 1")
