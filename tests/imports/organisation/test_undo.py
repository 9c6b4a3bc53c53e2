"""An import can be undone for 30 days, as long as nothing built on it stands against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model

from tests.imports.organisation.case_files import DAY, agree_with, load, make_round
from udbytte.imports.jobs import forget_old_imports, store_written_import
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.organisation.undo import can_be_undone, undo_import, what_stands_against
from udbytte.models import Agreement, Employment, ImportRun, ManagerRole, MissingPeriod, Person, Role, Unit
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
WHOLE = "day-1-and-20-whole.csv"


@pytest.fixture
def admin() -> Person:
    load(WHOLE)
    erik = Person.objects.get(email="erik@engby.test")
    give_role(person=erik, role=Role.ADMINISTRATOR, unit=None, by=None, on=DAY)
    return erik


def written(source: str | tuple[str, bytes], **options: Any) -> ImportRun:
    if isinstance(source, str):
        report = load(source, on=NEXT, **options)
    else:
        report = import_organisation(source, by=None, on=NEXT, **options)
    assert report.written
    return store_written_import("fil.csv", report, on=NOW.date(), now=NOW)


def rows_of(model: type[Model], *leave_out: str) -> list[dict[str, Any]]:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in leave_out]
    return list(model._default_manager.order_by("pk").values(*names))


def everything() -> list[list[dict[str, Any]]]:
    people = rows_of(Person, "email_changed_on", "password")
    return [rows_of(Unit), people, rows_of(Employment), rows_of(ManagerRole), rows_of(MissingPeriod)]


@pytest.mark.parametrize("file", ["day-10-one-short.csv", "changed"])
def test_what_an_import_changed_is_as_it_was_before(admin: Person, file: str) -> None:
    before = everything()
    changed = (
        "Navn;E-mail;Enhed;Stilling;Leders e-mail;Ansat fra;Ansat til\n"
        "Bodil Rask;bodil@engby.test;Engby > Skoler;Skolechef;;01-01-2020;\n"
        "Aage Bang;aage@engby.test;Engby > Teknik;Lærer;bodil@engby.test;15-08-2021;\n"
        "Dorte Vang;dorte@engby.test;Engby > Skoler > Nordskolen;Pædagog;bodil@engby.test;01-03-2022;\n"
        "Erik Holm;erik@engby.test;Engby > Teknik;Ingeniør;;01-05-2019;\n"
    )
    run = written(file if file != "changed" else ("a.csv", changed.encode()))
    assert everything() != before
    undo_import(run, by=admin, on=NEXT, now=NOW)
    after = everything()
    if file == "changed":  # the manager of Teknik that it made has ended
        assert after[3].pop()["ends_on"] == DAY
    assert after == before
    run.refresh_from_db()
    assert (run.undone_by, run.undo, can_be_undone(run, now=NOW)) == (admin, None, False)


def test_people_whom_it_ended_are_back_with_their_agreements(admin: Person) -> None:
    agreement = agree_with("aage@engby.test", make_round())
    run = written("day-10-one-short.csv", end_missing=True, end_count=1)
    assert not Agreement.objects.get(pk=agreement.pk).is_open
    undo_import(run, by=admin, on=NEXT, now=NOW)
    row = Agreement.objects.get(pk=agreement.pk)
    assert (row.stage, row.employee.is_active) == ("agreed", True)


def test_a_new_person_has_ended_after_the_undo(admin: Person) -> None:
    run = written("renamed-no-numbers.csv")
    assert Person.objects.get(email="dorte.vang@engby.test").is_active
    undo_import(run, by=admin, on=NEXT, now=NOW)
    assert not Person.objects.get(email="dorte.vang@engby.test").is_active
    assert Person.objects.get(email="dorte@engby.test").is_active
    assert not MissingPeriod.objects.exists()


def test_what_is_built_on_it_stands_against_it_and_is_named(admin: Person) -> None:
    run = written("renamed-no-numbers.csv")
    agree_with("dorte.vang@engby.test", make_round(), on=NEXT)
    assert len(what_stands_against(run)) == 2
    with pytest.raises(Refused):
        undo_import(run, by=admin, on=NEXT, now=NOW)
    assert Person.objects.get(email="dorte.vang@engby.test").is_active


def test_the_later_import_is_undone_first(admin: Person) -> None:
    first, second = written("day-10-one-short.csv"), written(WHOLE)
    with pytest.raises(Refused):
        undo_import(first, by=admin, on=NEXT, now=NOW)
    undo_import(second, by=admin, on=NEXT, now=NOW)
    undo_import(first, by=admin, on=NEXT, now=NOW)
    assert not MissingPeriod.objects.exists()


def test_only_an_administrator_undoes_and_only_for_30_days(admin: Person) -> None:
    run = written("day-10-one-short.csv")
    with pytest.raises(NotPermitted):
        undo_import(run, by=Person.objects.get(email="bodil@engby.test"), on=NEXT, now=NOW)
    with pytest.raises(Refused):
        undo_import(run, by=admin, on=NEXT + timedelta(days=31), now=NOW + timedelta(days=31))
    forget_old_imports(NOW + timedelta(days=29))
    assert ImportRun.objects.get(pk=run.pk).undo is not None
    forget_old_imports(NOW + timedelta(days=31))
    assert ImportRun.objects.get(pk=run.pk).undo is None
