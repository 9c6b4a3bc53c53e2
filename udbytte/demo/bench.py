"""How fast the pages, the searches, the follow-up and the imports are in a large workplace, measured.

What it stands on is in `bench_data`, the addresses are in `bench_urls`.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from udbytte.demo.bench_data import fill_catalogue, write_table
from udbytte.demo.bulk.fill import fill_with_bulk_data
from udbytte.domain.working_days import is_working_day
from udbytte.imports.organisation.run import import_organisation
from udbytte.models import Agreement, Employment, Person, Role, RoleAssignment, Unit, below
from udbytte.queries.people.team import DECISIONS
from udbytte.runtime import postgres
from udbytte.runtime.config import CHECKOUT
from udbytte.services.figures.tallies import update_tallies
from udbytte.services.notifications.follow_up import follow_up

NAME, IMPORTED = "udbytte_bench", "udbytte_bench_import"
WRITTEN = Path("docs/develop/speed.json")
# page, who asks, limit in milliseconds, limit of the ratio to the bare page
PAGES = (
    ("home", "employee", 50, 2.5),
    ("home", "manager", 50, 2.5),
    ("plan", "employee", 50, 2.5),
    ("team", "manager", 50, 2.5),
    ("course-board", "coordinator", 150, 4),
    ("figures", "hr", 300, 4),
    ("figures-of", "hr", 150, 4),  # the largest unit right below the whole
)
# What is searched for, by what it is called in the table.
SEARCHES = {
    "one word": "?q=medicinhåndtering",
    "two words with filters": "?q=ledelse+hverdagen&where=central&price_to=9000&free_seats=on&sort=start",
    "a part of a compound": "?q=udvikling",
    "a slip of the hand": "?q=konflikthåndtreing",
    "everyday words": "?q=lære+styring+af+projekter",
    "a code": "?q=B02500",
    "all, by price": "?sort=price&still_open=on",
}
SEARCH_LIMIT, SEARCH_RATIO = 100, 6
WHOLE_LIMIT = 360  # seconds
EMPLOYEES, AGREEMENTS = 100_000, 300_000  # for which the limits are


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


def measure(*, employees: int, agreements: int, requests: int, keep: bool) -> list[Line]:
    """Measure everything in databases of its own, which are dropped at the end.

    Of each page there are so many requests. `keep`: leave the filled database, and use the one left before.
    """
    begun = time.monotonic()
    if not keep:
        _drop(NAME)
    is_new = _create(NAME)
    _use(NAME)
    settings.ROOT_URLCONF = "udbytte.demo.bench_urls"
    settings.SECURE_SSL_REDIRECT = False
    if settings.CONFIG.serves_collected_files:
        call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    try:
        lines = _fill(employees, agreements) if is_new else []
        lines += _sums()
        lines += _pages(requests)
        lines += [_memory()]
        lines += _follow_up()
        lines += [_size()]
        lines += _searches(requests)
        _drop(IMPORTED)
        _create(IMPORTED)
        _use(IMPORTED)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        lines += _import(employees)
    finally:
        connection.close()
        _drop(IMPORTED)
        if not keep:
            _drop(NAME)
    return [*lines, Line("all of this", time.monotonic() - begun, "s", WHOLE_LIMIT)]


def as_table(lines: Sequence[Line]) -> str:
    """The lines as a table for people."""
    rows = [f"{'what':<32} {'seen':>12} {'limit':>7} {'ratio':>6} {'limit':>6}"]
    for line in lines:
        limits = [f"{value:g}" if value is not None else "" for value in (line.limit, line.ratio_limit)]
        ratio = f"{line.ratio:.1f}" if line.ratio is not None else ""
        seen = f"{line.seen:.1f} {line.unit}"
        verdict = "ok" if line.ok else "OVER"
        rows.append(f"{line.what:<32} {seen:>12} {limits[0]:>7} {ratio:>6} {limits[1]:>6}  {verdict}")
    return "\n".join(rows)


def as_json(lines: Sequence[Line], *, employees: int, agreements: int) -> str:
    """The lines as JSON, with the commit they were measured on, the day, the cores and how much data there was."""
    measured: dict[str, Any] = {
        "commit": _commit(),
        "date": date.today().isoformat(),  # noqa: DTZ011 (the machine's own day)
        "cores": os.cpu_count(),
        "employees": employees,
        "agreements": agreements,
        "lines": [_as_facts(line) for line in lines],
    }
    return json.dumps(measured, indent=2, ensure_ascii=False) + "\n"


def _as_facts(line: Line) -> dict[str, Any]:
    rounded = {"seen": round(line.seen, 1), "ratio": None if line.ratio is None else round(line.ratio, 1)}
    return asdict(line) | rounded | {"ok": line.ok}


def write_down(text: str) -> None:
    """Keep the JSON in the checkout, where `make check` compares its commit; an installed copy keeps nothing."""
    if (CHECKOUT / ".git").exists():
        file = CHECKOUT / WRITTEN
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _commit() -> str | None:
    """The commit that is checked out; None without git."""
    if not (CHECKOUT / ".git").exists():
        return None
    command = ["git", "rev-parse", "HEAD"]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _drop(name: str) -> None:
    with postgres.connect(settings.CONFIG) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(name: str) -> bool:
    """Make the database, unless it was kept; whether it was made."""
    with postgres.connect(settings.CONFIG) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def _fill(employees: int, agreements: int) -> list[Line]:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    begun = time.monotonic()
    fill_with_bulk_data(employees=employees, agreements=agreements, seed=1, on=timezone.localdate(), say=_say)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # as autovacuum does within minutes: not while something is measured
    return [Line("making the data", time.monotonic() - begun, "s", 300)]


def _client(person: Person) -> Client:
    """A browser that is logged in as the person, by a session written to the database."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    client = Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip")
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def _spread(ordered: Sequence[int]) -> list[Person]:
    """Nine people evenly from first to last, or all when they are fewer."""
    places = {round(number * (len(ordered) - 1) / 8) for number in range(9)}
    return [Person.objects.get(pk=ordered[place]) for place in sorted(places)]


def _people(on: date) -> dict[str, list[Person]]:
    """Who asks, in turns: nobody is picked because their page is small.

    Employees have as many agreements as anybody who manages no one. Managers are spread over all with 5 to 30 reports,
    from the one with the least to show and to decide to the one with the most. All coordinators ask for their board.
    """
    agreements = Agreement.objects.order_by().filter(employee__reports=None).values_list("employee")
    counted = list(agreements.annotate(count=Count("pk")).order_by("-count", "employee"))
    employees = [pk for pk, count in counted if count == counted[0][1]]
    teams = Employment.objects.on(on).filter(line_manager__isnull=False).order_by().values_list("line_manager")
    sized = teams.annotate(reports=Count("pk", distinct=True), agreed=Count("agreements"))
    waiting = Agreement.objects.filter(step__in=DECISIONS, step_owner=F("employment__line_manager"), closed_on=None)
    waits = dict(waiting.order_by().values_list("step_owner").annotate(count=Count("pk")))
    managers = sorted((agreed + waits.get(pk, 0), pk) for pk, reports, agreed in sized if 5 <= reports <= 30)
    holders = RoleAssignment.objects.on(on).order_by("pk").values_list("role", "person")
    return {
        "employee": _spread(employees),
        "manager": _spread([pk for _shown, pk in managers]),
        "coordinator": _spread([pk for role, pk in holders if role == Role.COORDINATOR]),
        "hr": _spread([pk for role, pk in holders if role == Role.HR]),
    }


def _time(client: Client, address: str) -> float:
    """Milliseconds of one request."""
    begun = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"udbytte bench: {address} answered {answer.status_code}.")
    return taken


def _largest_unit() -> Unit:
    """The unit right below a top one that has the most units below it."""
    units = Unit.objects.filter(parent__isnull=False, parent__parent__isnull=True)
    return max(units, key=lambda unit: (Unit.objects.filter(below(unit)).count(), -unit.pk))


def _sums() -> list[Line]:
    """What the worker does once a day for the figures."""
    begun = time.monotonic()
    update_tallies(on=timezone.localdate())
    return [Line("all sums of the figures", time.monotonic() - begun, "s")]


def _pages(requests: int) -> list[Line]:
    """Each page in turns with the bare one, so that both meet the same machine; the first three turns warm up."""
    people = _people(timezone.localdate())
    clients = {name: [_client(person) for person in asking] for name, asking in people.items()}
    lines, all_bare = list[Line](), list[float]()
    for name, who, limit, ratio_limit in PAGES:
        address = reverse(name, args=[_largest_unit().pk] if name == "figures-of" else [])
        bare, seen = _beside_bare(clients[who], address, requests)
        all_bare += bare
        lines.append(_line(f"{name}, asked by the {who}", bare, seen, limit, ratio_limit))
    return [Line("bare page", statistics.median(all_bare), "ms"), *lines]


def _beside_bare(clients: Sequence[Client], address: str, requests: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each request for the bare page, and of each for the address, in turns; three turns warm up."""
    turns = []
    for number, client in zip(range(requests + 3), cycle(clients), strict=False):
        turn = _time(client, reverse("bare")), _time(client, address)
        turns += [turn] if number >= 3 else []
    bare, seen = zip(*turns, strict=True)
    return list(bare), list(seen)


def _line(what: str, bare: list[float], seen: list[float], limit: float, ratio_limit: float) -> Line:
    """The medians as a line of the table."""
    middle, least = statistics.median(seen), statistics.median(bare)
    _say(f"{what}: {middle:.0f} ms, bare {least:.0f} ms")
    return Line(what, middle, "ms", limit, middle / least, ratio_limit)


def _memory() -> Line:
    """What this process holds after all pages, as a web process does."""
    return Line("memory of a web process", psutil.Process().memory_info().rss / 1024**2, "MB")


def _size() -> Line:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return Line("database", size / 1024**2, "MB")


def _searches(requests: int) -> list[Line]:
    """Searching 5,000 courses with 20,000 runs, each page of the catalogue asked by an employee."""
    fill_catalogue(courses=5_000, runs=20_000, on=timezone.localdate())
    clients = [_client(person) for person in _people(timezone.localdate())["employee"][:1]]
    lines = []
    for name, query in SEARCHES.items():
        bare, seen = _beside_bare(clients, reverse("courses") + query, requests)
        lines.append(_line(f"search: {name}", bare, seen, SEARCH_LIMIT, SEARCH_RATIO))
    return lines


def _follow_up() -> list[Line]:
    """The follow-ups of tomorrow, as if it were the day on which most weekly emails are due, and of the day after."""
    first = timezone.localdate() + timedelta(days=1)
    while not is_working_day(first):
        first += timedelta(days=1)
    Person.objects.filter(digest_weekday=1).update(digest_weekday=first.isoweekday())
    lines = []
    for what, day in (("most weekly emails", first), ("few", first + timedelta(days=1))):
        begun = time.monotonic()
        report = follow_up(on=day)
        lines.append(Line(f"follow-up, {what}", time.monotonic() - begun, "s", 60))
        moves, notifications = sum(report.moves.values()), sum(report.notifications.values())
        _say(f"follow-up, {what}: {moves} moves, {notifications} notifications, {report.emails} emails")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return [*lines, Line("memory of all this, at most", peak, "MB", 500)]


def _import(employments: int) -> list[Line]:
    """An organisation from one CSV into an empty database, and the same file again, which changes nothing."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "organisation.csv"
        write_table(table, employments)
        for what in ("first import", "the same import again"):
            begun = time.monotonic()
            import_organisation(table, by=None, on=timezone.localdate())
            lines.append(Line(what, time.monotonic() - begun, "s", 60))
            _say(f"{what}: {lines[-1].seen:.0f} s")
    return lines
