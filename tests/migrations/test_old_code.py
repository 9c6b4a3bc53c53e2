"""The version before works on the tables of this one: during an upgrade, and after going back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now

from tests.migrations.old_code import breaks
from tests.runtime.installation import SECONDS_AT_MOST, Installation
from tests.settings import ROOT

FIRST = "0001_squashed_0020_missing_people"
NOTES = ROOT / "docs" / "operate" / "upgrading.md"
STOPS = "stops: "  # so an exception begins that old code cannot live with; the notes of the version name the migration


def test_a_migration_takes_nothing_away_that_old_code_uses() -> None:
    """What it must take away, its class says in `old_code`: since when nothing uses it, or that old code stops."""
    loader = MigrationLoader(None)
    unexplained, unnamed = [], []
    for (app, name), migration in loader.graph.nodes.items():
        if app != "udbytte" or name == FIRST:
            continue
        why = getattr(migration, "old_code", "")
        if not why:
            state = loader.project_state((app, name), at_end=False)
            unexplained += [f"{name}: {line}" for line in breaks(migration, state)]
        elif why.startswith(STOPS) and f"`{name}`" not in NOTES.read_text(encoding="utf-8"):
            unnamed.append(name)
    assert (unexplained, unnamed) == ([], [])


def migration_of(*operations: Operation) -> migrations.Migration:
    migration = migrations.Migration("0099_x", "udbytte")
    vars(migration)["operations"] = list(operations)
    return migration


TITLE: Any = models.CharField(max_length=40)
UNIQUE = models.UniqueConstraint(fields=["title"], name="title_once")


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (migrations.AddField("Course", "seats", models.IntegerField(null=True)), ""),
        (migrations.AddField("Course", "seen", models.DateTimeField(db_default=Now())), ""),
        (
            migrations.AddField("Course", "seats", models.IntegerField(default=0)),
            "AddField course seats: a row without",
        ),
        (migrations.RemoveField("Course", "title"), "RemoveField course title: old code may use it"),
        (migrations.RenameField("Course", "title", "name"), "RenameField course title: old code may use it"),
        (migrations.AlterField("Course", "title", models.CharField(max_length=80, choices=[("a", "A")])), ""),
        (migrations.AlterField("Course", "title", models.CharField(max_length=20)), "course title: max_length"),
        (migrations.AlterField("Course", "title", models.CharField(max_length=40, null=True)), "course title: null"),
        (migrations.AlterField("Course", "title", models.IntegerField()), "CharField becomes django.db.models.Int"),
        (migrations.AddConstraint("Course", UNIQUE), "title_once: old code may write what it refuses"),
        (migrations.DeleteModel("Course"), "DeleteModel Course: old code may use it"),
        (migrations.RunSQL("drop table udbytte_course"), "RunSQL: old code may use it"),
        (migrations.CreateModel("Seat", [("id", models.BigAutoField(primary_key=True))]), ""),
    ],
)
def test_what_old_code_lives_with(operation: Operation, expected: str) -> None:
    state = ProjectState()
    state.add_model(ModelState("udbytte", "Course", [("id", models.BigAutoField(primary_key=True)), ("title", TITLE)]))
    lines = list(breaks(migration_of(operation), state))
    assert (lines == []) if not expected else (len(lines) == 1 and expected in lines[0])


def test_a_constraint_may_refuse_what_only_new_code_writes() -> None:
    state = ProjectState()
    state.add_model(ModelState("udbytte", "Course", [("id", models.BigAutoField(primary_key=True)), ("title", TITLE)]))
    seats = models.CheckConstraint(condition=models.Q(seats__gte=0), name="seats_not_negative")
    both = models.CheckConstraint(condition=models.Q(seats__gte=0) | ~models.Q(title=""), name="seats_or_title")
    migration = migration_of(
        migrations.AddField("Course", "seats", models.IntegerField(null=True)),
        migrations.AddConstraint("Course", seats),
        migrations.AddConstraint("Course", both),
    )
    assert list(breaks(migration, state)) == ["AddConstraint course seats_or_title: old code may write what it refuses"]


# The cast by the new code; people at work by the old code; everything read again by the new code.
NEW_BEGINS = """
import django; django.setup()
from tests.cast import build_cast
build_cast()
"""
OLD_GOES_ON = """
import json, django; django.setup()
import udbytte
assert udbytte.__file__.startswith(OLD), udbytte.__file__
from django.conf import settings
from django.urls import reverse
from tests.browsing import enter
from tests.cast import TODAY
from udbytte.models import Agreement, Conversation, CourseRun, Person
from udbytte.services.notifications.follow_up import follow_up
people = {person.given_name: person for person in Person.objects.all()}
conversation = Conversation.objects.order_by("pk")[0]
page = reverse("conversation", args=[conversation.pk])
settings.ALLOWED_HOSTS.append("testserver")
for person in people.values():
    for name in ("home", "plan", "courses", "figures", "preferences"):
        status = enter(person).get(reverse(name)).status_code
        assert status in (200, 302, 403, 404), (person.given_name, name, status)
lars, mette = enter(people["Lars"]), enter(people["Mette"])
texts = json.loads(mette.get(page + "tekster/").content)
form = {"field": "notes", "text": "Skrevet af den gamle", "seen-text": texts["fields"]["notes"]["mark"]}
assert mette.post(page + "felt/", form).status_code == 200
form = {"do": "agree", "kind": "course", "title": "Aftalt i den gamle", "estimated_price": "100",
        "planned_from": "2026-06-01", "planned_to": "2026-06-30"}
assert lars.post(page, form).status_code == 302
agreement = Agreement.objects.get(title="Aftalt i den gamle")
form = {"event": "choose_run", "run": CourseRun.objects.get().pk, "turn": agreement.turn}
assert enter(people["Bente"]).post(reverse("agreement", args=[agreement.pk]), form).status_code == 302
print(follow_up(on=TODAY).emails)
"""
NEW_READS = """
import django; django.setup()
from django.conf import settings
from django.urls import reverse
from tests.browsing import enter
from udbytte.models import Agreement, Conversation, Person
settings.ALLOWED_HOSTS.append("testserver")
agreement = Agreement.objects.get(title="Aftalt i den gamle")
lars = enter(Person.objects.get(given_name="Lars"))
conversation = Conversation.objects.order_by("pk")[0]
pages = [reverse("agreement", args=[agreement.pk]), reverse("conversation", args=[conversation.pk])]
texts = [lars.get(page).content.decode() for page in pages]
print(agreement.stage, "Aftalt i den gamle" in texts[0], "Skrevet af den gamle" in texts[1])
"""


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=True).stdout


def old_revision() -> str:
    """The last release (a tag), or what OLD_CODE names; else the code before the newest migration."""
    if given := os.environ.get("OLD_CODE"):
        return given
    tags = git("tag", "--list", "v[0-9]*", "--sort=-version:refname").decode().split()
    if tags:
        return tags[0]
    [added] = git("log", "-1", "--diff-filter=A", "--format=%H", "--", "udbytte/migrations/0*.py").decode().split()
    return f"{added}^"


@pytest.mark.prove
@pytest.mark.slow
@pytest.mark.own_clock
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the code of before is in git")
def test_the_code_of_before_works_on_these_tables_and_nothing_is_lost(
    installation: Installation, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    with tarfile.open(
        fileobj=BytesIO(git("archive", old_revision(), "udbytte", "tests", "tools", "pyproject.toml"))
    ) as tree:
        tree.extractall(old, filter="data")
    danish = "udbytte/locale/da/LC_MESSAGES/django.mo"
    (old / danish).write_bytes((ROOT / danish).read_bytes())

    def run(script: str, tree: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**installation.full_environ, "PYTHONPATH": str(tree), "UDBYTTE_TODAY": "2026-03-02"},
            cwd=tree,
            capture_output=True,
            text=True,
            timeout=SECONDS_AT_MOST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run(NEW_BEGINS, ROOT)
    assert re.fullmatch(r"\d+", run(f"OLD = {str(old)!r}\n{OLD_GOES_ON}", old))
    assert run(NEW_READS, ROOT) == "found True True"
    assert installation.run("migrate", "--check").returncode == 0
