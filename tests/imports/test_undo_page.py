"""On the page of an import: undoing it, and saying that two are the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter, logged_in_at
from tests.cast import TODAY, Cast
from tests.imports.organisation.case_files import CASES, DAY, load
from tests.imports.organisation.test_run import table
from tests.imports.test_pages import ROW, work
from udbytte.access.people import missing_people
from udbytte.models import ImportRun, Person, Role
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db


def tried_out(browser: Client, *rows: str) -> ImportRun:
    name, content = table(*rows)
    browser.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    return work(ImportRun.objects.latest("pk"))


def test_an_import_is_undone_with_one_press(cast: Cast) -> None:
    browser = enter(cast.ida)
    run = tried_out(browser, ROW)
    address = reverse("import", args=(run.pk,))
    assert reverse("import-undo", args=(run.pk,)) not in browser.get(address).content.decode()
    browser.post(reverse("import-go", args=(run.pk,)))
    work(run)
    assert reverse("import-undo", args=(run.pk,)) in browser.get(address).content.decode()
    assert missing_people(TODAY).exists()
    browser.post(reverse("import-undo", args=(run.pk,)))
    assert not missing_people(TODAY).exists()
    assert not Person.objects.get(email="nina@x.test").is_active
    page = browser.get(address).content.decode()
    assert "Ida" in page.split("fortrød denne import")[0][-60:]
    assert reverse("import-undo", args=(run.pk,)) not in page
    assert "fortrudt" in browser.get(reverse("imports")).content.decode()


def test_a_file_that_only_lacks_somebody_would_change_something() -> None:
    load("day-1-and-20-whole.csv")
    erik = Person.objects.get(email="erik@engby.test")
    give_role(person=erik, role=Role.ADMINISTRATOR, unit=None, by=None, on=DAY)
    browser = enter(erik)
    content = (CASES / "day-10-one-short.csv").read_bytes()
    browser.post(reverse("imports"), {"file": SimpleUploadedFile("liste.csv", content)})
    address = reverse("import", args=(work(ImportRun.objects.get()).pk,))
    assert "hvad filen vil ændre" in browser.get(address).content.decode()


def test_what_stands_against_an_undo_is_said(cast: Cast) -> None:
    browser = enter(cast.ida)
    first, second = tried_out(browser, ROW), tried_out(browser, ROW, "Ole Ny;ole@x.test;Engby Kommune;Pædagog;;;;")
    for run in (first, second):
        browser.post(reverse("import-go", args=(run.pk,)))
        work(run)
    page = browser.get(reverse("import", args=(first.pk,))).content.decode()
    assert reverse("import-undo", args=(first.pk,)) not in page and "Fortryd den først" in page
    browser.post(reverse("import-undo", args=(first.pk,)))
    first.refresh_from_db()
    assert first.undone_at is None


def test_somebody_with_another_address_only_is_not_asked_for_by_two_equal_names(cast: Cast) -> None:
    place = " > ".join(unit.name for unit in (cast.municipality, cast.children, cast.kindergarten))
    browser = enter(cast.ida)
    run = tried_out(browser, f"Mette Hansen;mette.ny@x.test;{place};Pædagog;;;;")
    page = " ".join(browser.get(reverse("import", args=(run.pk,))).content.decode().split())
    assert "Er Mette Hansen den samme begge steder?" in page and "Hedder Mette Hansen" not in page
    assert f"Kendt: Mette Hansen · {cast.mette.email}" in page and "I filen: Mette Hansen · mette.ny@x.test" in page


def test_the_same_person_needs_a_fresh_login_and_one_press(cast: Cast) -> None:
    cast.agree()
    browser = enter(cast.ida)
    place = " > ".join(unit.name for unit in (cast.municipality, cast.children, cast.kindergarten))
    run = tried_out(browser, f"Mette Nyholm;mette.nyholm@x.test;{place};Pædagog;;;;")
    (pair,) = [pair for pair in (run.report or {})["pairs"] if pair["kind"] == "person"]
    page = browser.get(reverse("import", args=(run.pk,))).content.decode()
    assert "Hedder Mette Hansen nu Mette Nyholm?" in page and "1 aftale\n" in page
    go = reverse("import-go", args=(run.pk,))
    logged_in_at(browser, cast.ida, timezone.now() - timedelta(minutes=11))
    assert "Log ud og ind igen" in browser.post(go, {"same": pair["id"]}, follow=True).content.decode()
    run.refresh_from_db()
    assert run.state == "done" and not run.options.get("same")
    logged_in_at(browser, cast.ida, timezone.now())
    browser.post(go, {"same": pair["id"]})
    report = work(run).report or {}
    assert [each["is_joined"] for each in report["pairs"]] == [True]
    browser.post(go, {"not_same": pair["id"]})
    assert [each["is_joined"] for each in (work(run).report or {})["pairs"]] == [False]
    browser.post(go, {"same": pair["id"]})
    work(run)
    browser.post(go)
    work(run)
    cast.mette.refresh_from_db()
    assert (cast.mette.name, cast.mette.email) == ("Mette Nyholm", "mette.nyholm@x.test")
