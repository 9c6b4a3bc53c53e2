"""`udbytte serve`: run the web server, as `udbytte run` and systemd do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from udbytte.runtime.config import WEB_THREADS, Config
from udbytte.runtime.logs import start_and_stop_logged
from udbytte.runtime.metrics_folder import share_counts
from udbytte.runtime.processes import local_address

SECONDS_TO_FINISH_A_PAGE = 8


class Command(BaseCommand):
    help = "Serve the pages on UDBYTTE_BIND and PORT until stopped."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        config: Config = settings.CONFIG
        share_counts(config)
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
