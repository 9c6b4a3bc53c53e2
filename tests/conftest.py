"""What all tests share: a database of their own, hypothesis profiles, a browser."""

from __future__ import annotations

import gc
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, groupby, islice
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.cast import TODAY, Cast, keep_cast, make_cast
from tests.group import group as group
from tests.house import house as house
from tests.kept import spread_sequences, statement_to_restore
from tests.openid import openid_process as openid_process
from tests.openid import provider as provider
from tests.runtime.installation import installation as installation
from tests.team import team as team
from tools.browser import find_chromium
from udbytte.domain.figures import suppression
from udbytte.models.compiled_query import CompiledQuery, _shape_of
from udbytte.runtime import postgres

COUNTING_DAY = suppression.counting_day
COMPARED = 20  # calls of each compiled query and shape of arguments, in each test process
SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile(
    "suite", max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW_MACHINES
)
hypothesis_settings.register_profile("quick", parent=hypothesis_settings.get_profile("suite"), max_examples=10)
hypothesis_settings.register_profile(
    "thorough", parent=hypothesis_settings.get_profile("suite"), max_examples=1000, derandomize=False
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A fresh copy of the migrated template; its name is this process's own already, so xdist need not add to it."""
    postgres.ensure_database(settings.CONFIG)
    databases.make(settings.CONFIG, settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database, the cast to be copied into it, and what a test with real transactions leaves at its end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        as_migrated = statement_to_restore()

        def restore(_: TransactionTestCase) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(as_migrated)

        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        spread_sequences()
        keep_cast()
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="session", autouse=True)
def small_units_are_counted_every_day() -> Iterator[None]:
    """So that a test sees at once what it has done. A test of the rule asks for `counted_weekly`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppression, "counting_day", lambda on, ended=None: on)
        yield


@pytest.fixture
def counted_weekly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small units are counted once a week, as in the product."""
    monkeypatch.setattr(suppression, "counting_day", COUNTING_DAY)


@pytest.fixture(scope="session", autouse=True)
def compiled_queries_are_as_django_writes_them() -> Iterator[None]:
    """Compiled queries that the tests ask are compared with what Django writes for the same arguments.

    Each is compared at the first calls with arguments of a shape, as Django writing it is what makes a query slow.
    """
    ask = CompiledQuery.__call__
    asked: Counter[tuple[object, ...]] = Counter()

    def compare_and_ask(query: CompiledQuery[..., Any], *args: Any) -> list[Any]:
        key = (query, *map(_shape_of, args))
        asked[key] += 1
        if asked[key] > COMPARED:
            return ask(query, *args)
        with suppress(EmptyResultSet):
            sql, params = query.build(*args).query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            assert query.sql_for(*args) == (sql, tuple(params)), query.build.__name__
        return ask(query, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompiledQuery, "__call__", compare_and_ask)
        yield


@pytest.fixture(autouse=True)
def a_known_day(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Who asks the clock is told the cast's day, at ten; a test marked `own_clock` has the real one."""
    if request.node.get_closest_marker("own_clock"):
        yield None
        return
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. The pages it shows come from `live_server`, whose database the test shares."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--lang=da"])
        yield chromium
        chromium.close()


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what was imported: the tests take a tenth less time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def _kind_of(item: pytest.Item) -> str:
    """What a test takes: a browser, waiting for processes of its own or the clock, much computing, or not long."""
    if item.get_closest_marker("browser"):
        return "browser"
    if not item.get_closest_marker("slow"):
        return "short"
    waits = item.get_closest_marker("own_clock") or "installation" in getattr(item, "fixturenames", ())
    return "waiting" if waits else "busy"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests where a worker begins: those that mostly wait at one half of them, the others at the other.

    What waits has a browser, or processes of its own. xdist's `worksteal` gives each worker one part of the list, and
    takes the last of another's part when its own is done: so what is left for the end is short, and all end together.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.own_clock)
    tests: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        tests[_kind_of(item)].append(item)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    parts[0] += tests["browser"]
    parts[1 % workers] += tests["waiting"]
    computing = parts[2:] or parts[-1:]
    for number, (_file, of_file) in enumerate(groupby(tests["busy"], key=lambda item: item.path)):
        computing[number % len(computing)] += of_file  # they share what they set up
    short = iter(tests["short"])
    for worker, part in enumerate(parts):
        share = len(items) * (worker + 1) // workers - len(items) * worker // workers
        part += islice(short, max(share - len(part), 0))
    items[:] = [*chain(*parts), *short]
