"""A coordinator cancels or moves a course date for the units that they serve. The others are asked for theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_person
from udbytte.domain.lifecycle import Event
from udbytte.imports.courses.run import import_courses
from udbytte.models import (
    Agreement,
    CourseRun,
    Notification,
    Person,
    Role,
    RoleAssignment,
    RunQuestion,
    RunReport,
    Unit,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.courses.catalogue import edit_run
from udbytte.services.courses.run_reports import answer_run_report
from udbytte.services.courses.runs import cancel_run, move_run
from udbytte.services.errors import NotPermitted, NotPossible

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=1)
OLD, NEW = (date(2026, 6, 8), date(2026, 6, 10)), (date(2026, 9, 7), date(2026, 9, 9))


@pytest.fixture
def rikke(cast: Cast) -> Person:
    """The coordinator of the roads; Bente serves the children's units."""
    return coordinator(cast.roads, "Rikke")


def coordinator(unit: Unit, name: str) -> Person:
    person = make_person(name)
    RoleAssignment.objects.create(person=person, role=Role.COORDINATOR, unit=unit, starts_on=LONG_AGO)
    return person


def registered(cast: Cast, unit: Unit, title: str) -> Agreement:
    """An agreement of somebody in the unit who has a seat on the course date."""
    agreement = take_step(cast.agree(title=title), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    Agreement.objects.filter(pk=agreement.pk).update(unit=unit)
    return agreement


@pytest.fixture
def roads(cast: Cast, rikke: Person) -> Agreement:
    return registered(cast, cast.roads, "Vejfolk")


@pytest.fixture
def children(cast: Cast, rikke: Person) -> Agreement:
    return registered(cast, cast.kindergarten, "Pædagoger")


def stage(agreement: Agreement) -> tuple[str, date | None]:
    agreement.refresh_from_db()
    return agreement.stage, agreement.starts_on


def last(agreement: Agreement) -> tuple[str, str | None]:
    """The last event of the agreement, and whom its log names."""
    entry = agreement.log.select_related("by").order_by("-number")[0]
    return entry.event, entry.by.given_name if entry.by else None


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("person__given_name", flat=True))


def move(cast: Cast, by: Person | None) -> int:
    return move_run(cast.run, by=by, on=TODAY, starts_on=NEW[0], ends_on=NEW[1])


def run_days(cast: Cast) -> tuple[date, date]:
    run = CourseRun.objects.get(pk=cast.run.pk)
    return run.starts_on, run.ends_on


def test_a_coordinator_cancels_for_the_units_served_and_the_log_names_them(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    assert cancel_run(cast.run, by=rikke, on=TODAY, why="For få tilmeldte") == 1
    assert (stage(roads), last(roads)) == (("agreed", None), ("lose_run", "Rikke"))
    assert (stage(children), last(children)) == (("registered", OLD[0]), ("register", "Bente"))
    assert told("run_question") == {"Bente"}
    assert answer_run_report(RunReport.objects.get(), is_so=True, by=cast.bente, on=LATER) == 1
    assert (stage(children), last(children)) == (("agreed", None), ("lose_run", "Bente"))
    question = RunQuestion.objects.get()
    assert (question.answer, question.answered_by, question.answered_on) == ("yes", cast.bente, LATER)
    with pytest.raises(NotPossible):
        answer_run_report(RunReport.objects.get(), is_so=False, by=cast.bente, on=LATER)


def test_a_course_date_that_is_held_after_all_is_in_the_catalogue_again_and_who_cancelled_it_hears(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    registered_elsewhere = registered(cast, cast.municipality, "Rådhus")
    hall = coordinator(cast.municipality, "Gitte")
    cancel_run(cast.run, by=rikke, on=TODAY, why="For få tilmeldte")
    assert told("run_question") == {"Bente", "Gitte"}
    answer_run_report(RunReport.objects.get(), is_so=False, by=cast.bente, on=LATER)
    assert CourseRun.objects.get(pk=cast.run.pk).cancelled_on is None
    assert stage(children) == stage(registered_elsewhere) == ("registered", OLD[0])
    assert told("run_not_changed") == {"Rikke"}
    with pytest.raises(NotPossible):  # nobody else is asked any more
        answer_run_report(RunReport.objects.get(), is_so=True, by=hall, on=LATER)


def test_a_move_holds_for_the_units_served_and_the_others_keep_their_days_until_they_are_asked(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    assert move(cast, rikke) == 1
    assert (stage(roads), last(roads)) == (("registered", NEW[0]), ("move_run", "Rikke"))
    assert (stage(children), last(children)) == (("registered", OLD[0]), ("register", "Bente"))
    page = enter(cast.mette).get(f"/aftaler/{children.pk}/").content.decode()
    assert "Rikke Hansen har 2. marts 2026 skrevet, at udbyderen har flyttet holdet" in page and "8.–10. jun." in page
    answer_run_report(RunReport.objects.get(), is_so=True, by=cast.bente, on=LATER)
    assert (stage(children), last(children)) == (("registered", NEW[0]), ("move_run", "Bente"))


def test_a_move_that_is_not_so_is_taken_back_and_who_has_moved_is_asked(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    move(cast, rikke)
    answer_run_report(RunReport.objects.get(), is_so=False, by=cast.bente, on=LATER)
    assert run_days(cast) == OLD
    assert (stage(children), stage(roads)) == (("registered", OLD[0]), ("registered", NEW[0]))
    assert (told("run_not_changed"), told("run_question")) == ({"Rikke"}, {"Bente", "Rikke"})
    counter = RunReport.objects.latest("pk")
    answer_run_report(counter, is_so=True, by=rikke, on=LATER)
    assert (stage(roads), last(roads)) == (("registered", OLD[0]), ("move_run", "Rikke"))
    assert not RunQuestion.objects.filter(answer="").exists()


def test_who_has_not_followed_a_first_move_goes_back_to_the_first_days(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    move(cast, rikke)
    move_run(cast.run, by=rikke, on=LATER, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 6))
    assert [question.answer for question in RunQuestion.objects.all()] == ["over", ""]
    answer_run_report(RunReport.objects.latest("pk"), is_so=False, by=cast.bente, on=LATER)
    assert run_days(cast) == OLD and stage(children) == ("registered", OLD[0])


def test_hr_says_it_for_all_and_answers_for_all(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    new = registered(cast, cast.roads, "Nye")
    cancel_run(cast.run, by=rikke, on=TODAY, why="For få")
    answer_run_report(RunReport.objects.get(), is_so=True, by=cast.hanne, on=LATER)
    assert (stage(children), last(children)) == (("agreed", None), ("lose_run", "Hanne"))
    new.refresh_from_db()
    another = CourseRun.objects.create(course=cast.run.course, starts_on=OLD[0], ends_on=OLD[1], place="Vejle")
    take_step(new, Event.CHOOSE_RUN, by=cast.mette, on=TODAY, run=another)
    assert cancel_run(another, by=cast.hanne, on=TODAY, why="For få") == 1
    assert RunReport.objects.count() == 1


def test_in_a_unit_without_a_coordinator_the_owner_of_the_step_is_asked(cast: Cast, rikke: Person) -> None:
    agreement = registered(cast, cast.kindergarten, "Pædagoger")
    RoleAssignment.objects.filter(person=cast.bente).delete()
    cancel_run(cast.run, by=rikke, on=TODAY, why="For få")
    assert told("run_question") == {"Mette"}
    report = RunReport.objects.get()
    for person in (cast.lars, cast.dorthe, cast.jonas, rikke, cast.ida):
        with pytest.raises(NotPermitted):
            answer_run_report(report, is_so=True, by=person, on=LATER)
        assert enter(person).get(f"/kursusopgaver/melding/{report.pk}/").status_code == 404
    mette = enter(cast.mette)
    assert f"/kursusopgaver/melding/{report.pk}/" in mette.get(f"/aftaler/{agreement.pk}/").content.decode()
    assert mette.post(f"/kursusopgaver/melding/{report.pk}/", {"answer": "yes"}).status_code == 302
    assert (stage(agreement), last(agreement)) == (("agreed", None), ("lose_run", "Mette"))


def test_correcting_a_course_date_in_the_catalogue_is_no_way_round_it(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement
) -> None:
    edit_run(cast.run, by=rikke, on=TODAY, starts_on=NEW[0], ends_on=NEW[1], signup_deadline=None)
    assert (stage(roads), stage(children)) == (("registered", NEW[0]), ("registered", OLD[0]))
    edit_run(cast.run, by=rikke, on=TODAY, cancelled=True)
    assert (stage(roads), last(roads)) == (("agreed", None), ("lose_run", "Rikke"))
    assert stage(children) == ("registered", OLD[0])
    edit_run(cast.run, by=rikke, on=TODAY, cancelled=False)
    assert not RunQuestion.objects.filter(answer="").exists()


COLUMNS = "Titel;Udbyder;Kursuskode;Startdato;Slutdato;Sted;Aflyst"
CANCELLED = f"{COLUMNS}\nKonflikthåndtering i hverdagen;Engskolen;47110;08-06-2026;10-06-2026;Odense;ja\n".encode()


@pytest.mark.parametrize(("importer", "lost"), [("Rikke", 1), ("Hanne", 2), (None, 2)])
def test_nor_is_a_file(
    cast: Cast, rikke: Person, roads: Agreement, children: Agreement, importer: str | None, lost: int
) -> None:
    by = Person.objects.filter(given_name=importer).first()
    report = import_courses(("hold.csv", CANCELLED), on=TODAY, by=by)
    assert report.written, report.problems
    assert Agreement.objects.filter(run=None).count() == lost
    assert last(roads) == ("lose_run", importer)


def test_the_board_asks_and_the_page_answers(cast: Cast, rikke: Person, roads: Agreement, children: Agreement) -> None:
    client, url = enter(rikke), f"/kursusopgaver/hold/{cast.run.pk}/"
    answer = client.post(url, {"what": "cancel", "why": "For få tilmeldte"}, follow=True).content.decode()
    assert "Gemt for de enheder, du dækker" in answer and "Pædagoger" not in answer
    report = RunReport.objects.get()
    link = f"/kursusopgaver/melding/{report.pk}/"
    assert link not in client.get("/kursusopgaver/").content.decode()
    assert client.get(link).status_code == 404
    bente = enter(cast.bente)
    assert link in bente.get("/kursusopgaver/").content.decode()
    page = bente.get(link).content.decode()
    assert "Er holdet aflyst?" in page and "Rikke Hansen" in page and "For få tilmeldte" in page and "Mette" in page
    assert "Vej og Park" not in page
    hr = enter(cast.hanne).get(link).content.decode()
    assert "Mette" not in hr and 'value="yes"' in hr  # HR answers for all and reads no step of an employee
    assert bente.post(link, {"answer": "no"}, follow=True).status_code == 200
    assert stage(children) == ("registered", OLD[0])
    assert link not in bente.get("/kursusopgaver/").content.decode()
    assert 'value="yes"' not in bente.get(link).content.decode()


def test_board_with_many_questions_costs_no_more_queries(
    cast: Cast, rikke: Person, children: Agreement, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        run = CourseRun.objects.create(course=cast.run.course, starts_on=OLD[0], ends_on=OLD[1], place=f"By {number}")
        report = RunReport.objects.create(run=run, change="cancelled", by=rikke, on=TODAY)
        agreement = cast.agree(title=f"Nr. {number}")
        Agreement.objects.filter(pk=agreement.pk).update(run=run)
        RunQuestion.objects.create(report=report, agreement=agreement)
    bente = enter(cast.bente)
    with django_assert_max_num_queries(20):
        assert bente.get("/kursusopgaver/").content.decode().count("/kursusopgaver/melding/") == 12
