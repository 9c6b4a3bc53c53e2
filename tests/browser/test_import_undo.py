"""The import page in a real browser: a file that lacks ten people, with one new email, is imported and undone.

`SCREENSHOTS=folder` keeps a picture of each step, narrow and wide.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.twins.workplace import CHIEF, EVERYBODY, TEACHERS, emus, make_workplace, person_of
from udbytte.access.people import missing_people
from udbytte.imports.jobs import carry_out_import
from udbytte.models import Agreement, Email, ImportRun, Person, Role
from udbytte.runtime.clock import today
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
DORTE, GONE = TEACHERS[1], TEACHERS[-12:-2]
PICTURES = os.environ.get("SCREENSHOTS", "")


def take_picture(page: Page, name: str) -> None:
    if PICTURES:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def carry_out() -> None:
    carry_out_import(ImportRun.objects.latest("pk").pk, on=today(), clock=timezone.now)


def state() -> list[tuple[object, ...]]:
    agreements = Agreement.objects.values_list("title", "stage", "step", "step_owner", "step_due")
    people = Person.objects.values_list("pk", "email", "given_name", "family_name", "is_active")
    return [*agreements.order_by("pk"), *people.order_by("pk")]


def test_a_wrong_file_is_imported_and_undone(browser: Browser, live_server: LiveServer) -> None:
    make_workplace(today())
    chief = person_of(CHIEF)
    give_role(person=chief, role=Role.ADMINISTRATOR, unit=None, by=None, on=today())
    before = state()
    wrong = [worker for worker in EVERYBODY if worker not in GONE]
    wrong[wrong.index(DORTE)] = replace(DORTE, email="dorte.giftnavn@engby.test", family="Giftnavn")
    name, content = emus(wrong)

    page = enter(browser, live_server, chief, 1280, "light", "da")
    page.goto("/organisation/import/")
    take_picture(page, "1-choose")
    page.locator("#id_file").set_input_files({"name": name, "mimeType": "text/xml", "buffer": content})
    page.get_by_role("button", name="Se, hvad den ændrer").click()
    carry_out()
    page.reload()
    expect(page.locator("#missing")).to_contain_text("(10)")
    expect(page.get_by_role("button", name="Importér")).to_have_count(2)
    take_picture(page, "2-preview")
    page.get_by_role("button", name="Importér").first.click()
    carry_out()
    page.reload()
    assert missing_people(today()).count() == 10
    assert Person.objects.get(email="dorte.giftnavn@engby.test") == person_of(DORTE)
    take_picture(page, "3-imported")
    page.goto("/organisation/")
    take_picture(page, "4-organisation")
    page.go_back()
    page.get_by_role("button", name="Fortryd importen").click()
    expect(page.get_by_text("Importen er fortrudt")).to_be_visible()
    take_picture(page, "5-undone")
    assert state() == before
    assert not missing_people(today()).exists()
    told = Email.objects.filter(kind="account").order_by("pk").values_list("to", flat=True)
    assert list(told) == ["dorte@engby.test", "dorte.giftnavn@engby.test"]
    page.context.close()
