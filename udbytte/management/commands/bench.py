"""`udbytte bench`: how fast the pages and the follow-up are at 100,000 employees, as a table."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from psycopg import sql

from udbytte.ground import postgres
from udbytte.models import ManagerRole, Person, Role, RoleAssignment
from udbytte.services.followup import follow_up
from udbytte.services.simulation.bulk import fill

NAME = "udbytte_bench"
# page: who asks, limit in milliseconds, limit of the ratio to the bare page
PAGES: dict[str, tuple[str, int, int]] = {
    "home": ("manager", 50, 3),
    "plan": ("manager", 50, 3),
    "team": ("manager", 50, 3),
    "desk": ("coordinator", 150, 6),
    "figures": ("hr", 300, 10),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured, with its limits; `ratio` is to the bare page of the same run."""

    what: str
    seen: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    ratio_limit: float | None = None

    @property
    def ok(self) -> bool:
        within = self.limit is None or self.seen <= self.limit
        return within and (self.ratio is None or self.ratio_limit is None or self.ratio <= self.ratio_limit)


class Command(BaseCommand):
    help = "Measure speed in a database of its own. Ends with 1 when something is over its limit."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, default=100_000)
        parser.add_argument("--agreements", type=int, default=300_000)
        parser.add_argument("--requests", type=int, default=50, help="of each page, on one connection; at least 50")
        parser.add_argument("--keep", action="store_true", help="keep the database, and use the one kept before")
        parser.add_argument("--json", action="store_true", help="print the lines as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["keep"]:
            _drop()
        made = _create()
        connection.close()
        connection.settings_dict["NAME"] = NAME
        settings.ROOT_URLCONF = "udbytte.management.bench_pages"
        settings.SECURE_SSL_REDIRECT = False
        if settings.CONFIG.serves_collected_files:
            call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
        try:
            lines = _fill(options["employees"], options["agreements"]) if made else []
            lines += _pages(max(50, options["requests"]))
            lines += _follow_up()
        finally:
            connection.close()
            if not options["keep"]:
                _drop()
        self._print(lines, as_json=options["json"])
        if not all(line.ok for line in lines):
            raise SystemExit(1)

    def _print(self, lines: list[Line], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([asdict(line) | {"ok": line.ok} for line in lines], indent=2))
            return
        self.stdout.write(f"{'what':<30} {'seen':>12} {'limit':>7} {'ratio':>6} {'limit':>6}")
        for line in lines:
            limits = [f"{value:g}" if value is not None else "" for value in (line.limit, line.ratio_limit)]
            ratio = f"{line.ratio:.1f}" if line.ratio is not None else ""
            seen = f"{line.seen:.1f} {line.unit}"
            verdict = "ok" if line.ok else "OVER"
            self.stdout.write(f"{line.what:<30} {seen:>12} {limits[0]:>7} {ratio:>6} {limits[1]:>6}  {verdict}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _drop() -> None:
    with postgres.connect(settings.CONFIG) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def _create() -> bool:
    """Make the database, unless it was kept; whether it was made."""
    with postgres.connect(settings.CONFIG) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            return False
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    return True


def _fill(employees: int, agreements: int) -> list[Line]:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    begun = time.monotonic()
    fill(employees=employees, agreements=agreements, seed=1, on=timezone.localdate(), say=_say)
    return [Line("making the data", time.monotonic() - begun, "s", 300)]


def _client(person: Person) -> Client:
    """A browser that is logged in as the person, by a session written to the database."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def _people() -> dict[str, Person]:
    first = {role: RoleAssignment.objects.filter(role=role).order_by("pk").select_related("person") for role in Role}
    manages = ManagerRole.objects.order_by("-unit").select_related("person")
    return {
        "manager": manages[0].person,
        "coordinator": first[Role.COORDINATOR][0].person,
        "hr": first[Role.HR][0].person,
    }


def _median(client: Client, address: str, requests: int) -> float:
    """Milliseconds of one request in the middle of all; the first three are not counted."""
    taken = []
    for number in range(requests + 3):
        begun = time.perf_counter()
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"udbytte bench: {address} answered {answer.status_code}.")
        if number >= 3:
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _pages(requests: int) -> list[Line]:
    clients = {name: _client(person) for name, person in _people().items()}
    bare = _median(clients["manager"], reverse("bare"), requests)
    lines = [Line("bare page", bare, "ms")]
    _say(f"bare page: {bare:.0f} ms")
    for name, (who, limit, top) in PAGES.items():
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        seen = _median(clients[who], address, requests)
        lines.append(Line(name, seen, "ms", limit, seen / bare, top))
        _say(f"{name}: {seen:.0f} ms")
    return lines


def _follow_up() -> list[Line]:
    """The follow-up of the next Monday, when most letters are due; the days before it are caught up first."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    follow_up(on=monday - timedelta(days=1))
    begun = time.monotonic()
    follow_up(on=monday)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Line("follow-up of a Monday", time.monotonic() - begun, "s", 60),
        Line("its memory, at most", peak, "MB", 500),
    ]
