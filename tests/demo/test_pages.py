"""In the demo one press logs in as one of the cast; anywhere else this does not exist."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import TODAY, Cast
from udbytte.demo.pages import CAST, STOPS
from udbytte.models import DemoMark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_demos_database(db: None) -> None:
    DemoMark.objects.create(made_on=TODAY)


def test_one_press_lets_one_in_as_a_member_of_the_cast(cast: Cast, settings: Settings) -> None:
    settings.DEMO_LOGIN = True
    cast.mette.external_id = "demo:employee"
    cast.mette.save()
    client = Client()
    assert b"Mette" in client.get("/demo/").content
    assert client.post("/demo/enter", {"role": "employee"})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.mette.pk)
    assert client.session["account_authentication_methods"], "what needs a login from a moment ago can be tried too"


@pytest.mark.parametrize("role", sorted(CAST))
def test_outside_the_demo_there_is_no_such_login(cast: Cast, settings: Settings, role: str) -> None:
    settings.DEMO_LOGIN = False
    cast.mette.external_id = f"demo:{role}"
    cast.mette.save()
    client = Client()
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter", {"role": role}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_role_that_is_not_in_the_cast_is_refused(cast: Cast, settings: Settings) -> None:
    settings.DEMO_LOGIN = True
    assert Client().post("/demo/enter", {"role": "root"}).status_code == 404


def test_the_way_through_the_demo_leads_to_a_page_that_the_person_may_see(client: Client, cast: Cast) -> None:
    for role, person in (
        ("employee", cast.mette), ("manager", cast.lars), ("coordinator", cast.bente), ("hr", cast.hanne),
    ):  # fmt: skip
        person.external_id = f"demo:{role}"
        person.save(update_fields=["external_id"])
    page = client.get("/demo/").content.decode()
    for number, stop in enumerate(STOPS, 1):
        assert f'name="stop" value="{number}"' in " ".join(page.split())
        entered = client.post("/demo/enter", {"role": stop.role, "stop": number})
        assert entered["Location"] == reverse(stop.page)
        assert client.get(entered["Location"]).status_code == 200
    assert client.post("/demo/enter", {"role": "employee", "stop": "99"})["Location"] == "/"
