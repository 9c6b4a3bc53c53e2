"""The web server of `udbytte serve` still answers when one process dies or one page waits."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings
from psycopg_pool import ConnectionPool

from tests.runtime.installation import COMMAND, Installation
from tests.runtime.test_processes import free_port
from udbytte.runtime import config, postgres
from udbytte.runtime.database_url import parse_database_url
from udbytte.runtime.settings_table import WEB_DEFAULTS

pytestmark = pytest.mark.slow
SECONDS_TO_START = 60
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def until(true: Any, seconds: float = SECONDS_TO_START) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Web:
    """`udbytte serve` on a free port."""

    def __init__(self, installation: Installation, processes: int) -> None:
        self.port, self.processes = free_port(), processes
        more = {"PORT": str(self.port), "UDBYTTE_WEB_PROCESSES": str(processes), "UDBYTTE_METRICS_FROM": "127.0.0.1"}
        self.log = Path(installation.environ["UDBYTTE_DATA"]).parent / "web.log"
        with self.log.open("w") as log:
            self.server = subprocess.Popen(
                [*COMMAND, "serve"], env=Installation({**installation.environ, **more}).full_environ, stderr=log
            )

    def status(self, path: str, timeout: float = 20) -> int:
        """The status of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def children(self) -> list[psutil.Process]:
        """The web processes; granian makes them as copies of itself."""
        return [one for one in psutil.Process(self.server.pid).children() if one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def web(installation: Installation, request: pytest.FixtureRequest) -> Iterator[Web]:
    web = Web(installation, request.param)
    try:
        until(lambda: web.status("/readyz") == 200 and len(web.children()) == web.processes)
        yield web
    finally:
        family = web.children() if web.server.poll() is None else []
        web.server.terminate()
        with suppress(subprocess.TimeoutExpired):
            web.server.wait(timeout=20)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        web.server.kill()
        web.server.wait()


@pytest.mark.parametrize("web", [2], indirect=True)
def test_when_a_web_process_is_killed_the_others_answer_and_a_new_one_comes(web: Web) -> None:
    before = {child.pid for child in web.children()}
    killed = before.pop()
    psutil.Process(killed).kill()
    until(lambda: killed not in {child.pid for child in web.children()})
    answers = [web.status("/readyz", timeout=5) for _ in range(20)]
    assert answers.count(200) >= 18  # a connection that waited for the dead one may be lost
    until(lambda: len(web.children()) == 2)
    assert before < {child.pid for child in web.children()}
    assert web.server.poll() is None


@pytest.mark.parametrize("web", [2], indirect=True)
def test_all_processes_count_together_and_the_server_says_when_it_starts_and_stops(web: Web) -> None:
    """Every answer of /metrics has the counts of all processes, whichever one gives it."""
    asked, counts = 24, set[float]()
    assert [web.status("/konto/login/") for _ in range(asked)] == [200] * asked
    for _ in range(8):
        with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/metrics") as page:
            lines = page.read().decode().splitlines()
        [line] = [
            line for line in lines if line.startswith('udbytte_requests_total{page="account_login",status="200"}')
        ]
        counts.add(float(line.split()[-1]))
    assert counts == {asked}
    started = f"mode test, http://127.0.0.1:{web.port}, 2 processes with 4 threads each"
    assert any(line.endswith(started) for line in web.log.read_text().splitlines())
    web.server.terminate()
    assert web.server.wait(timeout=30) == 0
    assert web.log.read_text().splitlines()[-1].endswith("The web server has stopped")


@pytest.mark.parametrize("web", [1], indirect=True)
def test_pages_that_wait_for_a_lock_do_not_hold_up_the_others(installation: Installation, web: Web) -> None:
    name = parse_database_url(installation.environ["DATABASE_URL"]).name
    statuses: list[int] = []
    waiting = [threading.Thread(target=lambda: statuses.append(web.status("/readyz"))) for _ in range(3)]
    with postgres.connect(settings.CONFIG, name) as other, other.transaction():
        other.execute("lock table django_migrations in access exclusive mode")
        for thread in waiting:
            thread.start()
        until(lambda: installation.ask(WAITING) == [(3,)], seconds=10)
        assert web.status("/healthz", timeout=2) == 200
        for thread in waiting:
            thread.join()  # their wait has an end, though the lock is still held
    assert statuses == [503] * 3
    assert web.status("/readyz") == 200


SETTINGS_OF_CONNECTION = (
    "from django.db import connection as c; cursor = c.cursor(); "
    "print([cursor.execute(f'show {name}').fetchone()[0] for name in ('lock_timeout', 'statement_timeout')])"
)


def test_a_web_process_waits_for_a_time_and_the_others_without_end(installation: Installation) -> None:
    web = installation.python(f"import udbytte.wsgi; {SETTINGS_OF_CONNECTION}")
    assert (web.stdout.strip(), web.stderr) == ("['3s', '30s']", "")
    command = installation.run("shell", "--no-imports", "-c", SETTINGS_OF_CONNECTION)
    assert command.stdout.strip() == "['0', '0']"


class Road:
    """A port that leads to the database's socket, and can be closed."""

    def __init__(self, to: str) -> None:
        self.to, self.port, self.open = to, free_port(), True
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if not self.open:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.to)
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.open = False
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()


def test_pages_are_back_soon_after_the_database(django_db_setup: None) -> None:
    road = Road(f"{postgres.socket_folder(settings.CONFIG)}/.s.PGSQL.5432")
    address = f"postgresql://postgres@127.0.0.1:{road.port}/postgres"
    environ = {"UDBYTTE_MODE": "test", "UDBYTTE_DATA": str(settings.CONFIG.data), "DATABASE_URL": address}
    given = postgres.django_database(config.read(environ | WEB_DEFAULTS))
    options = given["OPTIONS"]["pool"] | {"check": ConnectionPool.check_connection}
    with ConnectionPool(address, **options) as pool:
        pool.wait()
        road.close()
        gone = time.monotonic()
        while time.monotonic() < gone + 16:  # requests go on coming while the database is away
            with suppress(psycopg.Error), pool.connection() as connection:
                connection.execute("select 1")
        road.open = True
        back = time.monotonic()
        with pool.connection() as connection:
            connection.execute("select 1")
        assert time.monotonic() - back < 3
    assert given["CONN_HEALTH_CHECKS"]
