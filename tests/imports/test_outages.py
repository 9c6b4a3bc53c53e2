"""An import whose database goes away has an end, keeps its file, and can be taken up again or given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from tests.imports.organisation.test_run import table
from udbytte.imports import jobs
from udbytte.imports.jobs import carry_out_import, end_lost_imports, give_up_import
from udbytte.imports.organisation.run import import_organisation
from udbytte.models import ImportRun, Person

ROW = "Nina Ny;nina@x.test;Engby Kommune;Pædagog;;;;"
GO = {"dry_run": False, "confirm": True}


def begin() -> ImportRun:
    name, content = table(ROW)
    return ImportRun.objects.create(filename=name, content=content, options=GO)


def work(run: ImportRun) -> ImportRun:
    """What the worker does with it."""
    carry_out_import(run.pk, on=TODAY, clock=timezone.now)
    return ImportRun.objects.get(pk=run.pk)


def before_its_end(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any], *, times: int = 1) -> None:
    """Let something happen when an import has written everything, and not yet its report."""
    left = [None] * times

    def and_then(*args: Any, **options: Any) -> Any:
        report = import_organisation(*args, **options)
        if left:
            left.pop()
            happens()
        return report

    monkeypatch.setattr(jobs, "import_organisation", and_then)


def cut_connection() -> None:
    connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")


def deadlock() -> None:
    raise OperationalError from DeadlockDetected()


@pytest.mark.django_db(transaction=True)
def test_when_the_connection_is_cut_it_fails_keeps_its_file_and_is_taken_up_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = enter(make_cast().ida)
    before_its_end(monkeypatch, cut_connection)
    run = work(begin())
    assert (run.state, bytes(run.content)) == ("failed", table(ROW)[1])
    page = reverse("import", args=(run.pk,))
    assert "Tag den op igen" in client.get(page).content.decode()
    assert client.post(reverse("import-go", args=(run.pk,)), {"again": "yes"})["Location"] == page
    run.refresh_from_db()
    assert (run.state, run.options["dry_run"], run.options["confirm"]) == ("waiting", False, True)
    assert (work(run).state, Person.objects.filter(email="nina@x.test").count()) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_the_victim_of_a_deadlock_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make_cast()
    before_its_end(monkeypatch, deadlock)
    assert work(begin()).state == "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meanwhile", ["given up", "taken up again"])
def test_what_was_given_up_writes_nothing(monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> None:
    make_cast()
    run = begin()

    def give_up() -> None:
        give_up_import(run, now=timezone.now())
        if meanwhile == "taken up again":
            later = timezone.now() + timedelta(minutes=1)
            ImportRun.objects.filter(pk=run.pk).update(state="running", started_at=later)

    before_its_end(monkeypatch, give_up)
    assert bytes(work(run).content) == table(ROW)[1]
    assert not Person.objects.filter(email="nina@x.test").exists()


@pytest.mark.django_db
def test_it_is_given_up_on_its_page_and_only_while_it_is_under_way(cast: Cast) -> None:
    client, run = enter(cast.ida), begin()
    page, go = reverse("import", args=(run.pk,)), reverse("import-go", args=(run.pk,))
    assert "Opgiv importen" in client.get(page).content.decode()
    answer = client.post(go, {"give_up": "yes"}, follow=True).content.decode()
    assert "Importen er opgivet. Der blev ikke skrevet noget." in answer and "Tag den op igen" in answer
    assert work(run).state == "failed"
    assert "Importen er allerede slut." in client.post(go, {"give_up": "yes"}, follow=True).content.decode()


@pytest.mark.django_db
def test_one_that_no_job_carries_out_any_more_is_ended(cast: Cast) -> None:
    lost, waits, runs, new = begin(), begin(), begin(), begin()
    ImportRun.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(minutes=5), state="running")
    job = "insert into procrastinate_jobs (queue_name, task_name, args, status) values ('imports', 'x', %s, %s)"
    with connection.cursor() as cursor:
        for run, status in ((lost, "failed"), (waits, "todo"), (runs, "doing")):
            cursor.execute(job, [json.dumps({"run": run.pk}), status])
    assert end_lost_imports(timezone.now()) == 1
    states = dict(ImportRun.objects.values_list("pk", "state"))
    assert states == {lost.pk: "failed", waits.pk: "running", runs.pk: "running", new.pk: "waiting"}
