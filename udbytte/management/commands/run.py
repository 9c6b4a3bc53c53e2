"""`udbytte run`: start everything in one command: database, demo data, web server and worker."""

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

UNFINISHED = "demo-data-unfinished"  # a mark in the data folder while the demo is made
ROLES = (
    ("employee", "what was agreed with me, and what is my next step?"),
    ("manager", "how is my team doing, and what waits for me?"),
    ("coordinator", "who is to be registered for which course?"),
    ("helper", "who asks me for help, and with what?"),
    ("budget-owner", "which nominations wait, and what can still be granted?"),
    ("hr", "how is the round going, and what comes of it?"),
    ("works-council", "does it work, and does everyone get a share?"),
    ("administrator", "imports, roles and settings"),
)


class Command(BaseCommand):
    help = "Run Udbytte on this machine with everything it needs until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        config: Config = settings.CONFIG
        begun = time.monotonic()
        try:
            processes.check_port(config)
            with processes.child_processes() as children:
                self._prepare(config, children)
                self._serve(config, children, begun)
        except processes.PortTaken as taken:
            print(f"udbytte: {taken}", file=sys.stderr)
            raise SystemExit(2) from None
        except processes.ChildDied as death:
            print(f"udbytte: {death} Everything is stopped.", file=sys.stderr)
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            if (config.data / UNFINISHED).exists():
                _say("\nUdbytte has stopped before its demo was made. The next start makes it from the beginning.")
            else:
                _say("\nUdbytte has stopped. What was entered is there next time.")

    def _prepare(self, config: Config, children: processes.ChildProcesses) -> None:
        """Prepare the database, the static files and the demo data. Each step is quick when nothing is to be done."""
        unfinished = config.data / UNFINISHED
        if unfinished.exists() and config.database is None:
            connection.close()
            postgres.recreate_database(config)
        _say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if config.serves_collected_files:
            call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
        if config.mode == "demo" and not Person.objects.exists():
            _say("Making a demo organisation and a year of its work (only this first time) …")
            self._make_demo_data(children, unfinished)
        connection.close()

    def _make_demo_data(self, children: processes.ChildProcesses, unfinished: Path) -> None:
        """Let a child make the demo data. If it is stopped halfway, a mark in the data folder makes it start again."""
        unfinished.touch()
        child = children.start("demo data", "simulate", "--demo", "--verbosity", "0")
        if child.wait() != 0:
            raise processes.ChildDied(f"the demo data could not be made (status {child.returncode}).")
        del children.children["demo data"]
        unfinished.unlink()

    def _serve(self, config: Config, children: processes.ChildProcesses, begun: float) -> None:
        _say("Starting the web server and the worker …")
        children.start("web server", "serve")
        children.start("worker", "worker")
        processes.wait_until_it_answers(config, children.check)
        address = processes.local_address(config)
        _say(f"\nUdbytte is running after {time.monotonic() - begun:.0f} seconds: {address}/")
        if has_demo_login():
            _say(f"Log in as one of these people at {address}/demo/")
            for role, asks in ROLES:
                _say(f"  {role:<14} {asks}")
        _say("Ctrl-C stops it.")
        processes.watch_children(children)


def _say(line: str) -> None:
    print(line, flush=True)
