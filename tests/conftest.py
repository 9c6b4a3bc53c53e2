"""What all tests share: a database of their own, hypothesis profiles, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.cast import TODAY, Cast, keep_cast, make_cast
from tools.browser import find_chromium
from udbytte.ground import postgres

SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile(
    "suite", max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW_MACHINES
)
hypothesis_settings.register_profile("quick", parent=hypothesis_settings.get_profile("suite"), max_examples=10)
hypothesis_settings.register_profile(
    "thorough", parent=hypothesis_settings.get_profile("suite"), max_examples=1000, derandomize=False
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A fresh copy of the migrated template; its name is this process's own already, so xdist need not add to it."""
    postgres.hold(settings.CONFIG)
    databases.make(settings.CONFIG, settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database, and the cast to be copied into it."""
    with django_db_blocker.unblock():
        keep_cast()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def a_known_day(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Who asks the clock is told the cast's day, at ten; a test marked `own_clock` has the real one."""
    if request.node.get_closest_marker("own_clock"):
        yield None
        return
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session", autouse=True)
def what_migrations_deliver_comes_back() -> Iterator[None]:
    """A test with real transactions empties all tables at its end, also of what migrations deliver."""
    ways = import_module("udbytte.migrations.0003_practice_methods")
    in_full = import_module("udbytte.migrations.0014_ways_in_full")
    sources = import_module("udbytte.migrations.0011_funding_sources")

    def deliver(**_: object) -> None:
        ways.deliver(apps, None)
        in_full.deliver(apps, None)
        sources.deliver(apps, None)

    sender = apps.get_app_config("udbytte")
    post_migrate.connect(deliver, sender=sender)
    yield
    post_migrate.disconnect(deliver, sender=sender)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. The pages it shows come from `live_server`, whose database the test shares."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--lang=da"])
        yield chromium
        chromium.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.own_clock)
