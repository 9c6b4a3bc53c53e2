"""What looks like the same person or unit under another name is asked, and joined with one press."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.imports.organisation.case_files import CASES, DAY, agree_with, load, make_round
from udbytte.imports.jobs import store_written_import
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.organisation.undo import undo_import
from udbytte.imports.report import Pair, Report
from udbytte.models import Agreement, Email, Employment, MissingPeriod, Person, Role, Unit
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)
WHOLE, RENAMED, UNIT_RENAMED = "day-1-and-20-whole.csv", "renamed-no-numbers.csv", "unit-renamed.csv"


def joined(name: str) -> Report:
    """The import of a file after all pairs of its preview were said to be the same."""
    preview = load(name, on=NEXT, dry_run=True)
    assert not any(pair.is_joined for pair in preview.pairs)
    return load(name, on=NEXT, same=[pair.id for pair in preview.pairs])


def test_one_who_is_missing_and_one_who_is_new_are_asked_about() -> None:
    load(WHOLE)
    agree_with("dorte@engby.test", make_round())
    (pair,) = load(RENAMED, on=NEXT, dry_run=True).pairs
    assert (pair.old, pair.new, pair.kind) == ("Dorte Lund", "Dorte Vang", "person")
    assert (pair.agreements, pair.conversations) == (1, 1)
    assert "dorte.vang@engby.test" in pair.new_about
    assert "Pædagog, Nordskolen" in pair.old_about


def test_the_same_person_keeps_everything_and_both_addresses_are_told() -> None:
    load(WHOLE)
    dorte = Person.objects.get(email="dorte@engby.test")
    agreement = agree_with("dorte@engby.test", make_round())
    employment = Employment.objects.get(person=dorte)
    report = joined(RENAMED)
    assert (report.written, report.missing_people, report.counts["people"]["new"]) == (True, [], 0)
    assert [pair.is_joined for pair in report.pairs] == [True]
    dorte.refresh_from_db()
    assert (dorte.name, dorte.email) == ("Dorte Vang", "dorte.vang@engby.test")
    assert Employment.objects.get(person=dorte) == employment
    assert Agreement.objects.get(pk=agreement.pk).employee == dorte
    assert not MissingPeriod.objects.exists()
    told = Email.objects.filter(kind="account").order_by("to").values_list("to", flat=True)
    assert list(told) == ["dorte.vang@engby.test", "dorte@engby.test"]


def test_joining_is_undone_with_its_import() -> None:
    load(WHOLE)
    dorte = Person.objects.get(email="dorte@engby.test")
    erik = Person.objects.get(email="erik@engby.test")
    give_role(person=erik, role=Role.ADMINISTRATOR, unit=None, by=None, on=DAY)
    now = datetime(2026, 3, 3, 8, tzinfo=UTC)
    run = store_written_import("fil.csv", joined(RENAMED), on=now.date(), now=now)
    undo_import(run, by=erik, on=NEXT, now=now)
    dorte.refresh_from_db()
    assert (dorte.name, dorte.email, dorte.is_active) == ("Dorte Lund", "dorte@engby.test", True)


def test_a_unit_with_a_new_name_is_asked_about_and_stays_the_same() -> None:
    load(WHOLE)
    school = Unit.objects.get(name="Nordskolen")
    (pair,) = load(UNIT_RENAMED, on=NEXT, dry_run=True).pairs
    assert (pair.kind, pair.old, pair.new) == ("unit", "Nordskolen", "Skolen ved Åen")
    report = joined(UNIT_RENAMED)
    assert (report.counts["units"]["new"], report.counts["units"]["left"]) == (0, 0)
    school.refresh_from_db()
    assert (school.name, school.ends_on) == ("Skolen ved Åen", None)
    assert Employment.objects.filter(unit=school).count() == 2
    again = load(UNIT_RENAMED, on=NEXT)
    assert again.total("unchanged") == sum(sum(counted.values()) for counted in again.counts.values())


def test_units_below_a_unit_with_a_new_name_follow_it() -> None:
    load(WHOLE)
    school = Unit.objects.get(name="Nordskolen")
    text = (CASES / WHOLE).read_text().replace("Engby > Skoler", "Engby > Børn og unge")
    file = ("liste.csv", text.encode())
    (pair,) = import_organisation(file, by=None, on=NEXT, dry_run=True).pairs
    assert (pair.old, pair.new) == ("Skoler", "Børn og unge")
    report = import_organisation(file, by=None, on=NEXT, same=[pair.id])
    assert report.counts["units"] == {"new": 0, "changed": 1, "moved": 0, "left": 0, "unchanged": 3}
    school.refresh_from_db()
    assert (school.ends_on, school.parent.name if school.parent else "") == (None, "Børn og unge")


@pytest.mark.parametrize(
    ("name", "email", "unit", "asked"),
    [
        ("Dorte Lund", "d.lund@engby.test", "Engby > Teknik", True),  # the same names elsewhere
        ("Dorte Vang", "dv@engby.test", "Engby > Teknik", False),  # a first name alone
        ("Gerda Lund", "gl@engby.test", "Engby > Skoler > Nordskolen", True),  # her work, with her last name
        ("Gerda Vang", "gv@engby.test", "Engby > Skoler > Nordskolen", False),  # her work alone
    ],
)
def test_who_looks_like_the_same(name: str, email: str, unit: str, asked: bool) -> None:
    load(WHOLE)
    whole = (CASES / WHOLE).read_text()
    text = whole.replace("Dorte Lund;dorte@engby.test;Engby > Skoler > Nordskolen", f"{name};{email};{unit}")
    pairs: list[Pair] = import_organisation(("l.csv", text.encode()), by=None, on=NEXT, dry_run=True).pairs
    assert [pair.new for pair in pairs] == ([name] if asked else [])


def test_ids_that_name_nothing_change_nothing() -> None:
    load(WHOLE)
    (pair,) = load(RENAMED, on=NEXT, dry_run=True).pairs
    nobody = pair.id.replace(pair.id.split("-")[1], "99999999")
    report = load(RENAMED, on=NEXT, same=[nobody, "person-x-4", "unit-1", "", "person-4"])
    assert (report.written, report.counts["people"]["new"]) == (True, 1)


def test_an_id_holds_for_its_own_row_only() -> None:
    load(WHOLE)
    (pair,) = load(RENAMED, on=NEXT, dry_run=True).pairs
    text = (CASES / RENAMED).read_text().replace("Dorte Vang;dorte.vang@", "Gorm Vang;gorm.vang@")
    import_organisation(("l.csv", text.encode()), by=None, on=NEXT, same=[pair.id])
    assert Person.objects.get(email="gorm.vang@engby.test").pk != Person.objects.get(email="dorte@engby.test").pk
