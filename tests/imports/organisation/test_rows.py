"""Who a row of a real file is about, and what a cell that cannot be used costs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.cast import TODAY
from tests.imports.organisation.small_files import (
    AAGE,
    BODIL,
    DORTE,
    ERIK,
    HEADER,
    WHOLE,
    Load,
    changed,
    is_whole,
    lines,
    people,
    places,
)
from udbytte.models import Employment, ManagerRole, Person

pytestmark = pytest.mark.django_db


# Who a row is


def test_an_address_of_two_people_is_nobodys_login(load: Load) -> None:
    mailbox = "kontor.nordskolen@engby.test"
    shared = changed(aage=("aage@engby.test", mailbox), dorte=("dorte@engby.test", mailbox))
    report = load(shared)
    assert (report.problems, report.written) == ([], True)
    assert [(given, email) for given, _family, email in people()] == [
        ("Aage", None), ("Bodil", "bodil@engby.test"), ("Dorte", None), ("Erik", "erik@engby.test"),
    ]  # fmt: skip
    assert places(report.notes) == [(3, "Aage Bang", "E-mail"), (4, "Dorte Lund", "E-mail")]
    assert "Dorte Lund" in report.notes[0].message and mailbox in report.notes[0].message
    assert "Aage Bang" in report.notes[1].message
    again = load(shared)
    assert [again.total(verdict) for verdict in ("new", "changed", "moved", "left")] == [0, 0, 0, 0]


def test_an_address_that_was_one_persons_and_becomes_shared_is_taken_from_them(load: Load) -> None:
    load(changed(aage=("aage@engby.test", "kontor@engby.test")))
    aage = Person.objects.get(email="kontor@engby.test")
    report = load(changed(aage=("aage@", "kontor@"), dorte=("dorte@", "kontor@")), confirm=True)
    assert report.written
    aage.refresh_from_db()
    assert (aage.given_name, aage.email, aage.is_active) == ("Aage", None, True)


def test_one_person_with_two_rows_is_not_two_people(load: Load) -> None:
    second = "Aage B. Bang;aage@engby.test;Engby > Teknik;Vejleder;;15-08-2022;"
    report = load(lines(*WHOLE, second))
    assert (report.problems, report.notes, Person.objects.count()) == ([], [], 4)
    assert Employment.objects.filter(person__given_name="Aage").count() == 2


def test_two_names_under_one_number_are_a_problem_in_both_rows(load: Load) -> None:
    rows = [f"{number};{row}" for number, row in zip((1, 7, 7, 4), WHOLE, strict=True)]
    file = lines(*rows, header=f"Medarbejdernr.;{HEADER}")
    report = load(file)
    assert places(report.problems) == [(3, "Aage Bang", "Medarbejdernr."), (4, "Dorte Lund", "Medarbejdernr.")]
    assert "Dorte Lund" in report.problems[0].message and "Aage Bang" in report.problems[1].message
    assert not report.written and Person.objects.count() == 0
    assert load(file, skip_bad=True).written
    assert [given for given, _family, _email in people()] == ["Bodil", "Erik"]


def test_nobody_is_ended_because_their_number_has_two_names(load: Load) -> None:
    header = f"Medarbejdernr.;{HEADER}"
    load(lines(*(f"{number};{row}" for number, row in zip((1, 7, 8, 4), WHOLE, strict=True)), header=header))
    rows = [f"{number};{row}" for number, row in zip((1, 7, 7, 4), WHOLE, strict=True)]
    report = load(lines(*rows, header=header), skip_bad=True)
    assert (report.written, report.ends, Employment.objects.on(TODAY).count()) == (True, 0, 4)


def test_rows_with_one_cpr_number_are_one_person_with_two_employments(load: Load) -> None:
    number = "222222-2224"
    other = "Aage Bang;a.bang@engby.test;Engby > Skoler > Sydskolen;Vejleder;bodil@engby.test;15-08-2021;"
    rows = f"111111-1118;{BODIL}", f"{number};{AAGE}", f"{number};{other}", f"333333-3330;{ERIK}"
    report = load(lines(*rows, header=f"CPR-nummer;{HEADER}"))
    assert (report.problems, Person.objects.count(), Employment.objects.count()) == ([], 3, 4)
    assert places(report.notes) == [(4, "Aage Bang", "E-mail")]
    assert "a.bang@engby.test" in report.notes[0].message and "aage@engby.test" in report.notes[0].message
    assert "2222" not in json.dumps(report.as_json()) and not Person.objects.filter(external_id__contains="2222")


def test_two_names_under_one_cpr_number_are_a_problem_that_does_not_repeat_it(load: Load) -> None:
    rows = f"111111-1118;{BODIL}", f"222222-2224;{AAGE}", f"222222-2224;{DORTE}", f"333333-3330;{ERIK}"
    report = load(lines(*rows, header=f"CPR;{HEADER}"))
    assert places(report.problems) == [(3, "Aage Bang", "CPR"), (4, "Dorte Lund", "CPR")]
    assert "2222" not in json.dumps(report.as_json())


def test_surname_first_is_read_and_told_once(load: Load) -> None:
    rows = [", ".join(reversed(row.split(";")[0].split(" "))) + row[row.index(";") :] for row in WHOLE]
    report = load(lines(*rows))
    assert [(given, family) for given, family, _email in people()] == [
        ("Aage", "Bang"), ("Bodil", "Rask"), ("Dorte", "Lund"), ("Erik", "Holm"),
    ]  # fmt: skip
    assert [(note.column, note.count) for note in report.notes] == [("Navn", 4)]
    assert "Rask, Bodil" in report.notes[0].message and "Bodil Rask" in report.notes[0].message


# Cells that cannot be used


def test_a_bad_cell_costs_its_own_row_only(load: Load) -> None:
    file = changed(bodil=("01-01-2020", "den 1. i 2020"))
    report = load(file)
    assert places(report.problems) == [(2, "Bodil Rask", "Ansat fra")]
    assert "den 1. i 2020" in report.problems[0].message and not report.written
    assert load(file, skip_bad=True).written
    assert [given for given, _family, _email in people()] == ["Aage", "Dorte", "Erik"]
    assert [(note.row, note.column, note.count) for note in report.notes] == [(3, "Leders e-mail", 2)]
    assert "bodil@engby.test" in report.notes[0].message


def test_a_bad_row_of_a_known_manager_takes_nothing_from_those_below(load: Load) -> None:
    load(lines(*WHOLE))
    before = set(Employment.objects.values_list("person__given_name", "line_manager__given_name"))
    report = load(changed(bodil=("01-01-2020", "snart")), skip_bad=True)
    assert (report.written, report.ends, report.total("left")) == (True, 0, 0)
    assert set(Employment.objects.values_list("person__given_name", "line_manager__given_name")) == before


def test_a_misspelt_manager_costs_only_the_cell_and_a_likely_one_is_named(load: Load) -> None:
    load(lines(*WHOLE))
    report = load(changed(dorte=("bodil@engby", "bodil@enby")))
    assert (report.problems, report.written, Employment.objects.on(TODAY).count()) == ([], True, 4)
    assert places(report.notes) == [(4, "Dorte Lund", "Leders e-mail")]
    assert "bodil@enby.test" in report.notes[0].message and "bodil@engby.test" in report.notes[0].message
    assert ManagerRole.objects.on(TODAY).get().person.given_name == "Bodil"


def test_a_manager_who_is_named_in_the_only_row_of_a_unit_stays_when_misspelt(load: Load) -> None:
    rows = BODIL, AAGE, ERIK
    load(lines(*rows))
    load(lines(BODIL, AAGE.replace("bodil@engby", "bodil@enby"), ERIK))
    work = Employment.objects.get(person__given_name="Aage")
    assert work.line_manager is not None and work.line_manager.given_name == "Bodil"


def test_a_manager_by_name_is_not_guessed_but_named(load: Load) -> None:
    report = load(changed(dorte=("bodil@engby.test", "Bodil Rask")))
    assert report.written and "bodil@engby.test" in report.notes[0].message


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3. april 2020", date(2020, 4, 3)),
        ("15.08.21", date(2021, 8, 15)),
        ("2021-08-14T22:00:00Z", date(2021, 8, 15)),
        ("2022-02-28T23:00:00Z", date(2022, 3, 1)),
        ("01-09-85", date(1985, 9, 1)),
        ("March 1, 2022", date(2022, 3, 1)),
        ("44621", date(2022, 3, 1)),
    ],
)
def test_a_day_is_read_as_it_is_meant(load: Load, written: str, day: date) -> None:
    report = load(changed(dorte=("01-03-2022", written)))
    assert (report.problems, Employment.objects.get(person__given_name="Dorte").starts_on) == ([], day)


def test_an_address_that_is_none_costs_only_the_cell_when_a_number_says_who_it_is(load: Load) -> None:
    header = f"Medarbejdernr.;{HEADER}"
    report = load(lines(f"7;{AAGE.replace('aage@engby.test', 'aage')}", header=header))
    assert report.written and people() == [("Aage", "Bang", None)]
    assert places([note for note in report.notes if note.field == "email"]) == [(2, "Aage Bang", "E-mail")]


def test_equal_problems_are_told_once_with_their_number(load: Load) -> None:
    rows = [f"Person {n};p{n}@engby.test;;Lærer;;01-01-2020;" for n in range(40)]
    report = load(lines(BODIL, *rows))
    assert [(problem.row, problem.count, len(problem.others)) for problem in report.problems] == [(3, 40, 20)]
    assert (report.problem_count, report.problems[0].others[0]) == (40, (4, "Person 1"))


def test_a_row_that_is_in_the_file_twice_counts_once_and_stops_nothing(load: Load) -> None:
    report = load(lines(*WHOLE, ERIK))
    assert is_whole(report) and places(report.notes) == [(6, "Erik Holm", "")]
