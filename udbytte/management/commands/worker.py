"""`udbytte worker`: do the background work of all queues until stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from threading import Event
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError

from udbytte.runtime.logs import start_and_stop_logged
from udbytte.tasks import accounts

logger = logging.getLogger(__name__)
SECONDS_TO_FINISH_A_JOB = 8
SECONDS_BETWEEN_LOOKS = 5
OPTIONS: dict[str, Any] = {
    "fetch_job_polling_interval": SECONDS_BETWEEN_LOOKS,
    "shutdown_graceful_timeout": SECONDS_TO_FINISH_A_JOB,
    "install_signal_handlers": False,
}


class Command(BaseCommand):
    help = "Do the background work (emails, follow-up, imports) until stopped; any number can run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("udbytte.audit").setLevel(logging.INFO)
        with start_and_stop_logged("worker", settings.CONFIG):
            while not _works_until_stopped():
                sleep(SECONDS_BETWEEN_LOOKS)


def _works_until_stopped() -> bool:
    """Work until somebody stops it. False: the database went away, and it must begin again."""
    is_asked_to_stop = Event()
    try:
        with app.replace_connector(DjangoConnector().get_worker_connector()), suppress(asyncio.CancelledError):
            asyncio.run(_work(is_asked_to_stop))
    except* (ConnectorException, OperationalError):  # the second while it connects
        pass
    # Workers may also end without an error when the database goes, if it goes while they listen to it.
    if not is_asked_to_stop.is_set():
        logger.warning("the database is away; the worker tries again")
    return is_asked_to_stop.is_set()


async def _work(is_asked_to_stop: Event) -> None:
    """Run two workers in one process: one for all queues, and one for login codes, which must not wait for an import.

    After SIGTERM or Ctrl-C both finish their present job.
    """
    this = asyncio.current_task()

    def stop() -> None:
        is_asked_to_stop.set()
        if this is not None:
            this.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    async with app.open_async(), asyncio.TaskGroup() as both:
        both.create_task(app.run_worker_async(**OPTIONS))
        both.create_task(app.run_worker_async(queues=[accounts.QUEUE], **OPTIONS))
