"""An installation of its own that is killed: PostgreSQL, web server, worker, and what starts them again."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.runtime.migrated import copy_migrated
from tests.settings import ROOT
from udbytte.runtime import config, postgres

COMMAND = [sys.executable, "-m", "udbytte"]
FIRST_DAY = date(2026, 3, 2)
STARTS_WITHIN = 300.0  # seconds; a busy machine is slow
# The cast, a session for each of the people, and what they write in.
PREPARE = """
import django, json
django.setup()
from tests.browsing import enter
from tests.cast import build_cast
from udbytte.models import Course, CourseRun
cast = build_cast()
people = "mette lars dorthe bente karim birgit hanne soren ida jonas".split()
sessions = {name: enter(getattr(cast, name)).cookies["sessionid"].value for name in people}
print(json.dumps({"sessions": sessions, "conversation": cast.conversation.pk, "round": cast.round.pk,
                  "run": cast.run.pk, "units": [cast.municipality.name, cast.kindergarten.name]}))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """Starts everything in the folder `data`, and starts again what has died, as systemd would."""

    def __init__(self, data: Path, *, mail_port: int, seed: int, outage: float, web_processes: int) -> None:
        self.random = random.Random(seed)  # which process is killed, and for how long the database is away
        self.outage = outage
        self.data, self.port, self.log = data, free_port(), data.parent / "soak.log"
        self.config = config.read({"UDBYTTE_MODE": "dev", "UDBYTTE_DATA": str(data)})
        self.folder = postgres.socket_folder(self.config)
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("UDBYTTE_", "DATABASE_"))},
            "DJANGO_SETTINGS_MODULE": "udbytte.settings",
            "PYTHONPATH": str(ROOT),
            "UDBYTTE_MODE": "dev",
            "UDBYTTE_DEBUG": "off",
            "UDBYTTE_DATA": str(data),
            "DATABASE_URL": f"postgresql://{postgres.SUPERUSER}@/{postgres.NAME}?host={self.folder}",
            "UDBYTTE_SMTP_HOST": "127.0.0.1",
            "UDBYTTE_SMTP_PORT": str(mail_port),
            "UDBYTTE_SMTP_SECURITY": "none",
            "UDBYTTE_MAIL_FROM": "udbytte@example.test",
            "UDBYTTE_WEB_PROCESSES": str(web_processes),
            "UDBYTTE_TODAY": FIRST_DAY.isoformat(),
            "PORT": str(self.port),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.follow_ups = 0
        self.stopping = threading.Event()

    def start(self) -> dict[str, Any]:
        """Make the database where there is none, start everything, and return what PREPARE prints."""
        if not (self.data / "postgres").exists():
            copy_migrated(self.data)
        postgres.ensure_database(self.config)
        known = json.loads(self.run(sys.executable, "-c", PREPARE))
        self.watching = threading.Thread(target=self._watch)
        self.watching.start()
        self.until(self.answers, STARTS_WITHIN)
        return dict(known)

    def stop(self) -> None:
        self.stopping.set()
        self.watching.join()
        for process in self.processes.values():
            kill_group(process)
        postgres.release_database(self.config)

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environ, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        return done.stdout

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; tried again while the database is away."""
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                with psycopg.connect(self.environ["DATABASE_URL"], autocommit=True) as connection:
                    cursor = connection.execute(query.encode())
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def answers(self) -> bool:
        """Whether pages answer that need the database."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=20) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def until(self, true: Callable[[], bool], seconds: float) -> float:
        """Wait until something is so; returns the seconds it took. Raises TimeoutError."""
        begun = time.monotonic()
        while not true():
            if time.monotonic() > begun + seconds:
                raise TimeoutError(f"not after {seconds} seconds; see {self.log}")
            time.sleep(0.1)
        return time.monotonic() - begun

    # --- Starting again what has died

    def parts(self) -> dict[str, dict[str, str]]:
        """What runs, with the environment of each. The first word of a name is the command."""
        return {"serve": self.environ, "worker": self.environ}

    def _watch(self) -> None:
        while not self.stopping.wait(0.2):
            for name, environ in self.parts().items():
                process = self.processes.get(name)
                if process is None or process.poll() is not None:
                    if process is not None:
                        kill_group(process)  # its children, which may hold the port
                    with self.log.open("a") as log:
                        self.processes[name] = subprocess.Popen(
                            [*COMMAND, name.split()[0]],
                            env=environ,
                            cwd=ROOT,
                            stdout=log,
                            stderr=log,
                            start_new_session=True,
                        )

    # --- Killing

    def kill(self, what: str) -> float:
        """Kill something with SIGKILL, and wait until pages answer again; returns the seconds.

        They count from the kill, and for the postmaster from the moment at which the database is back.
        """
        {
            "web": lambda: kill_group(self.processes["serve"]),
            "web child": self._kill_web_child,
            "worker": lambda: kill_group(self.processes["worker"]),
            "backend": self._kill_backend,
            "postmaster": self._kill_postmaster,
            "follow-up": self._kill_follow_up,
        }[what]()
        return self.until(self.answers, STARTS_WITHIN)

    def _kill_web_child(self) -> None:
        with suppress(psutil.Error, IndexError):
            self.random.choice(psutil.Process(self.processes["serve"].pid).children()).kill()

    def _kill_backend(self) -> None:
        rows = self.ask(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        if rows:
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(sorted(rows))[0], signal.SIGKILL)

    def _kill_postmaster(self) -> None:
        """The server dies with all its processes, and comes back after a while."""
        pid = int((postgres.cluster_folder(self.config) / "postmaster.pid").read_text().split()[0])
        family = psutil.Process(pid).children()
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)
        time.sleep(self.random.uniform(0, self.outage))
        postgres.release_database(self.config)
        postgres.ensure_database(self.config)

    def _kill_follow_up(self) -> None:
        """The follow-up of the next day, killed in the middle, and then carried out."""
        command = self._next_follow_up(days=1)
        process = subprocess.Popen(command, env=self.environ, cwd=ROOT, stdout=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.random.uniform(0.5, 4))
        process.kill()
        process.wait()
        self.run(*command)

    # --- Follow-up

    def _next_follow_up(self, *, days: int) -> list[str]:
        self.follow_ups += days
        return [*COMMAND, "followup", "--on", (FIRST_DAY + timedelta(days=self.follow_ups)).isoformat()]

    def follow_up_a_week_on(self) -> None:
        """The follow-up after a week, which writes everybody's weekly email, whatever the time of the day is."""
        self.run(*self._next_follow_up(days=7))


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
