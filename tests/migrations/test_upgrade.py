"""A demo made before the migrations were squashed upgrades, and has the same schema as a new database."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.browsing import enter
from udbytte.domain.search.words import folded
from udbytte.models import (
    Agreement,
    CountedAgreement,
    DevelopmentPlan,
    Email,
    FollowUpRun,
    FundingSource,
    Goal,
    LogEntry,
    Person,
    PracticeMethod,
)
from udbytte.models.encrypted import content_cipher
from udbytte.queries.encrypted import count_left, encrypted_columns
from udbytte.runtime import postgres
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.papers.plan_text import text_of_plan

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # the mark also lets the file run alone

DUMP = Path(__file__).with_name("demo-before-squash.sql.gz")
COLUMNS = """
    select table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity,
        generation_expression, collation_name
    from information_schema.columns where table_schema = 'public'
"""
# Whether a column may be empty is told by the columns.
CONSTRAINTS = """
    select conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
"""
INDEXES = "select tablename, indexname, replace(indexdef, indexname, '') from pg_indexes where schemaname = 'public'"
TRIGGERS = """
    select tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid), prosrc
    from pg_trigger t join pg_proc p on p.oid = tgfoid where not tgisinternal
"""
FUNCTIONS = "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace"


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None) -> Iterator[str]:
    """The name of a database with the demo of before, upgraded."""
    config = settings.CONFIG
    name = f"{settings.DATABASES['default']['TEST']['NAME']}_upgraded"
    psql = [str(postgres.BINARIES / "psql"), "--quiet", "--no-psqlrc", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
    where = [f"--host={postgres.socket_folder(config)}", f"--username={postgres.SUPERUSER}", name]
    with postgres.connect(config, postgres.SUPERUSER) as server:
        databases.create_empty(server, name)
        subprocess.run([*psql, *where], input=gzip.decompress(DUMP.read_bytes()), check=True)
        databases.migrate(config, name)
        yield name
        server.execute(f'drop database "{name}" with (force)')


@contextmanager
def connected_to(name: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let Django work with another database."""
    own = connection.settings_dict["NAME"]
    with blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own


def schema_of(name: str) -> dict[str, Counter[tuple[Any, ...]]]:
    """The whole schema, each thing as a row of strings."""
    queries = {
        "columns": COLUMNS,
        "constraints": CONSTRAINTS,
        "indexes": INDEXES,
        "triggers": TRIGGERS,
        "functions": FUNCTIONS,
    }
    with postgres.connect(settings.CONFIG, name) as database:
        return {part: rows(database, query) for part, query in queries.items()}


def rows(database: psycopg.Connection[Any], query: str) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(as_compared(value) for value in row) for row in database.execute(query))


def as_compared(value: object) -> object:
    """A name that Django made from a table's name says nothing; nor how PostgreSQL writes a cast in an expression."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"udbytte_\w+_([0-9a-f]{8}(_\w+)?|pkey|key|check)", value):
        return "made by Django"
    return re.sub(r"::(character varying|text)(\[\])?|[()\s]", "", value)


def test_the_schema_is_that_of_a_new_database(upgraded: str) -> None:
    new = schema_of(str(connection.settings_dict["NAME"]))
    old = schema_of(upgraded)
    for part, expected in new.items():
        assert expected, part
        assert (old[part] - expected, expected - old[part]) == (Counter(), Counter()), part
    assert sum(old["triggers"].values()) > 30


def test_all_migrations_are_marked_and_none_is_missing(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    with connected_to(upgraded, django_db_blocker):
        names = set(MigrationRecorder(connection).migration_qs.filter(app="udbytte").values_list("name", flat=True))
        assert {"0030_names", "0001_models", "0020_missing_people", "0001_squashed_0020_missing_people"} <= names
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)
        call_command("migrate", "--check", verbosity=0)


def test_pages_of_the_demo_answer(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    with connected_to(upgraded, django_db_blocker):
        assert Email.objects.exists() and CountedAgreement.objects.filter(until__isnull=False).exists()
        for role in ("employee", "manager", "hr"):
            page = enter(Person.objects.get(external_id=f"demo:{role}")).get("/")
            assert page.status_code == 200, role


def test_nothing_lapses_in_the_first_two_weeks_after_an_upgrade(
    upgraded: str, django_db_blocker: DjangoDbBlocker
) -> None:
    """The demo of before has steps that were late for months; they begin at the first level of the line."""
    with connected_to(upgraded, django_db_blocker), transaction.atomic():
        last = FollowUpRun.objects.latest("on").on
        before = LogEntry.objects.count()
        assert Agreement.objects.filter(closed_on=None, step_due__lt=last - timedelta(days=60)).count() > 5
        for number in range(1, 15):
            follow_up(on=last + timedelta(days=number))
        events = Counter(LogEntry.objects.order_by("pk").values_list("event", flat=True)[before:])
        assert events["lapse"] == 0 and events["move_on"] > 5
        transaction.set_rollback(True)


def test_names_and_courses_of_before_are_folded_as_new_ones(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    with connected_to(upgraded, django_db_blocker), connection.cursor() as cursor:
        cursor.execute("SELECT search_name, given_name || ' ' || family_name FROM udbytte_person")
        names = cursor.fetchall()
        cursor.execute("SELECT search_title, title FROM udbytte_course")
        titles = cursor.fetchall()
    assert len(names) > 30 and len(titles) > 30
    assert all(stored == f" {folded(text)} " for stored, text in names + titles)


def test_the_log_is_still_append_only(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    with connected_to(upgraded, django_db_blocker):
        for change in (LogEntry.objects.all().delete, lambda: LogEntry.objects.update(party="nobody")):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                change()


def test_what_is_delivered_is_the_same(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    def delivered() -> tuple[list[Any], list[Any]]:
        own = ("id", "position", "hidden", "hidden_days")
        names = [field.name for field in PracticeMethod._meta.fields if field.name not in own]
        methods = PracticeMethod.objects.filter(added_on=None).order_by("key").values_list(*names)
        names = [field.name for field in FundingSource._meta.fields if field.name not in own]
        return list(methods), list(FundingSource.objects.exclude(key=None).order_by("key").values_list(*names))

    with connected_to(str(connection.settings_dict["NAME"]), django_db_blocker):
        new = delivered()
    with connected_to(upgraded, django_db_blocker):
        assert delivered() == new


def test_the_three_texts_of_before_are_one_sentence_and_nothing_is_lost(
    upgraded: str, django_db_blocker: DjangoDbBlocker
) -> None:
    """The old columns are there for one release, so that this can be seen."""
    parts = (
        "SELECT if_then, if_when, if_where, if_with FROM udbytte_agreement WHERE if_when || if_where || if_with <> ''"
    )
    with connected_to(upgraded, django_db_blocker), connection.cursor() as cursor:
        cursor.execute(parts)
        agreements = [(content_cipher().decrypt(if_then), *old) for if_then, *old in cursor.fetchall()]
        assert len(agreements) > 20 and any(if_where for _, _, if_where, _ in agreements)
        for if_then, *texts in agreements:
            assert if_then == ", ".join(filter(None, texts))
        assert Agreement.objects.exclude(if_then="").count() == len(agreements)


def test_a_plan_that_was_signed_before_reads_as_it_was_signed(
    upgraded: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with connected_to(upgraded, django_db_blocker):
        plans = DevelopmentPlan.objects.exclude(signed_text=None)
        whens = {
            plan: {agreement["if_when"] for agreement in plan.signed_text["agreements"] if agreement["if_when"]}
            for plan in plans
            if plan.signed_text is not None
        }
        assert any(whens.values())
        for plan, texts in whens.items():
            written = text_of_plan(plan)
            agreements = [*written.loose, *(each for goal in written.goals for each in goal.agreements)]
            lines = "\n".join(line for agreement in agreements for line in agreement.lines)
            assert all(text in lines for text in texts)


def test_what_was_written_before_is_encrypted_and_read(upgraded: str, django_db_blocker: DjangoDbBlocker) -> None:
    with connected_to(upgraded, django_db_blocker):
        columns = encrypted_columns(apps.get_models())
        assert len(columns) > 30
        assert {str(column): left for column in columns if (left := count_left(column, content_cipher()))} == {}
        texts = list(Goal.objects.values_list("text", flat=True))
        assert len(texts) > 20 and not any(text.startswith("e1:") for text in texts)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM udbytte_goal WHERE starts_with(text, 'e1:')")
            assert cursor.fetchone() == (len(texts),)
        assert LogEntry.objects.get(pk=LogEntry.objects.filter(event="tell")[0].pk).facts["learned"].count(" ") > 2


def test_a_database_of_the_first_version_is_refused_in_one_line(
    upgraded: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with connected_to(upgraded, django_db_blocker), transaction.atomic():
        MigrationRecorder(connection).migration_qs.filter(app="udbytte").exclude(name__lt="0024").delete()
        MigrationRecorder(connection).migration_qs.filter(app="udbytte", name="0001_models").delete()
        with pytest.raises(CommandError, match="older than this version can upgrade"):
            call_command("migrate", verbosity=0)
        transaction.set_rollback(True)
