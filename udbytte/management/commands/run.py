"""`udbytte run`: the whole house in one command, ready to look at: database, demo data, web server and worker."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from udbytte.models.people import Person
from udbytte.queries.demo import has_demo_login
from udbytte.runtime import postgres, processes
from udbytte.runtime.config import Config

ROLES = (
    ("employee", "what did we agree, and what is my next step"),
    ("manager", "how is my team doing, what waits for me"),
    ("coordinator", "which courses must be found and booked"),
    ("helper", "what am I asked"),
    ("budget-owner", "which nominations wait, how much is left"),
    ("hr", "is the round running, does anything come of it"),
    ("works-council", "does it work, is it fair"),
    ("administrator", "imports, roles, health"),
)


class Command(BaseCommand):
    help = "Serve Udbytte on this machine, with everything it needs, until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        config: Config = settings.CONFIG
        begun = time.monotonic()
        try:
            processes.check_port(config)
            with processes.child_processes() as home:
                self._prepare(config, home)
                self._serve(config, home, begun)
        except processes.PortTaken as taken:
            print(f"udbytte: {taken}", file=sys.stderr)
            raise SystemExit(2) from None
        except processes.ChildDied as death:
            print(f"udbytte: {death} Everything is stopped.", file=sys.stderr)
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            print("\nUdbytte is stopped. What was entered is there next time.", flush=True)

    def _prepare(self, config: Config, home: processes.ChildProcesses) -> None:
        """Database, served files, demo data: each step is quick when there is nothing to do."""
        unfinished = config.data / "demo-data-unfinished"
        if unfinished.exists() and config.database is None:
            connection.close()
            postgres.recreate_database(config)
        _say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if config.serves_collected_files:
            call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
        if config.mode == "demo" and not Person.objects.exists():
            _say("Living a year in the demo organisation (this first time only, about a minute) …")
            self._make_demo_data(home, unfinished)
        connection.close()

    def _make_demo_data(self, home: processes.ChildProcesses, unfinished: Path) -> None:
        """Made by a child, as it can be stopped half-way: the mark in the data folder then has it begun anew."""
        unfinished.touch()
        child = home.start("demo data", "simulate", "--demo")
        if child.wait() != 0:
            raise processes.ChildDied(f"the demo data could not be made (status {child.returncode}).")
        del home.children["demo data"]
        unfinished.unlink()

    def _serve(self, config: Config, home: processes.ChildProcesses, begun: float) -> None:
        _say("Starting the web server and the worker …")
        home.start("web server", "serve")
        home.start("worker", "worker")
        processes.wait_until_it_answers(config, home.check)
        address = processes.local_address(config)
        _say(f"\nUdbytte is running after {time.monotonic() - begun:.0f} seconds: {address}/")
        if has_demo_login():
            _say(f"Step in as one of these people at {address}/demo/")
            for role, asks in ROLES:
                _say(f"  {role:<14} {asks}")
        _say("Ctrl-C stops it.")
        processes.watch_children(home)


def _say(line: str) -> None:
    print(line, flush=True)
