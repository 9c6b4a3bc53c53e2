"""The demo's catalogue has enough courses, each with its own text, and runs with all that participants need."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.cast import TODAY
from udbytte.demo import script
from udbytte.demo.courses import entries, make_courses
from udbytte.models import Course, CourseKind, CourseRun, Mode
from udbytte.queries.courses.catalogue import Wanted, found_courses, open_runs


def test_there_are_two_hundred_courses_and_more_of_every_kind_each_with_words_of_its_own() -> None:
    assert len(entries()) >= 200
    assert (
        len({entry.title for entry in entries()}) == len({entry.description for entry in entries()}) == len(entries())
    )
    assert {entry.kind for entry in entries()} == set(CourseKind.values)
    for entry in entries():
        assert len(re.findall(r"[.!?](?: |$)", entry.description)) in (2, 3, 4), entry.title
        assert 0 < entry.days <= 20 and (entry.price > 0) == (entry.provider != "Engby Kommune"), entry.title
        assert (entry.ects > 0) == (entry.kind in ("academy", "diploma", "master")), entry.title


def test_the_script_finds_its_courses() -> None:
    titles = {entry.title for entry in entries()}
    said = set(re.findall(r'"([^"\n]+)"', Path(script.__file__).read_text(encoding="utf-8")))
    assert len(said & titles) >= 9


@pytest.mark.django_db
def test_runs_say_where_when_what_to_bring_and_what_cancelling_costs() -> None:
    rng = Random(1)
    make_courses(first=TODAY - timedelta(days=400), last=TODAY, rng=rng)
    again = Random(1)
    again.random()
    assert rng.random() == again.random()  # one draw, however long the catalogue is
    runs = CourseRun.objects.all()
    assert Course.objects.filter(runs__isnull=True).count() == 0
    assert runs.filter(cancelled_on__isnull=False).exists() and not runs.filter(cancelled_on__gt=TODAY).exists()
    assert any(run.free_seats == 0 for run in runs)
    assert not runs.exclude(mode=Mode.ONLINE).filter(address="").exists()
    assert not runs.exclude(mode=Mode.ONLINE).filter(region="").exists()
    assert not runs.filter(mode=Mode.ONLINE).exclude(region="").exists()
    assert runs.filter(cancel_by__isnull=False, cancel_cost__gt=0, extra_price__gt=0).exists()
    assert open_runs(TODAY).values("course").distinct().count() > 200
    assert found_courses(Wanted(words="konflikthåndtering"), on=TODAY)[0].title == "Konflikthåndtering i hverdagen"
