"""`udbytte serve`: run the web server, as `udbytte run` and systemd do."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.urls import reverse
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from udbytte.queries.demo import is_demo_database
from udbytte.runtime.clock import today
from udbytte.runtime.config import Config
from udbytte.runtime.logs import start_and_stop_logged
from udbytte.runtime.metrics_folder import share_counts
from udbytte.runtime.processes import local_address
from udbytte.runtime.settings_table import WEB_THREADS
from udbytte.services.people.first_setup import new_setup_code

SECONDS_TO_FINISH_A_PAGE = 30  # more than the slowest page that is made in the request


def _say_setup_code() -> None:
    """While nobody is administrator, write where to set Udbytte up, and the one-time code for it."""
    try:
        code = None if is_demo_database() else new_setup_code(on=today())
    except DatabaseError:  # before `udbytte migrate`; the pages say so themselves
        return
    finally:
        connection.close()
        # The web processes are copies of this one, and a pool cannot be copied.
        connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's
    if code is not None:
        print(
            "Udbytte has no administrator yet. Make one with `udbytte setup`, or in the browser:\n"
            f"  {settings.BASE_URL}{reverse('first-visit')}\n  one-time code: {code}",
            file=sys.stderr,
            flush=True,
        )


class Command(BaseCommand):
    help = "Serve the pages on UDBYTTE_BIND and PORT until stopped."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        config: Config = settings.CONFIG
        share_counts(config)
        _say_setup_code()
        # More processes give more pages a second, because Python runs one page at a time in each. Threads let other
        # pages of a process continue while one waits for a lock or the database.
        server = Server(
            "udbytte.wsgi:application",
            address=config.bind,
            port=config.port,
            interface=Interfaces.WSGI,
            workers=config.web_processes,
            blocking_threads=WEB_THREADS,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
            workers_kill_timeout=SECONDS_TO_FINISH_A_PAGE,
        )
        processes = f"{config.web_processes} processes with {WEB_THREADS} threads each"
        with start_and_stop_logged("web server", config, local_address(config), processes):
            server.serve()
