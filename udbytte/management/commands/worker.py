"""`udbytte worker`: does the background work of all queues until stopped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

SECONDS_TO_FINISH_A_JOB = 8
SECONDS_BETWEEN_LOOKS = 5


class Command(BaseCommand):
    help = "Do the background work: letters, follow-up, imports. Any number may run at once, on any number of machines."

    def handle(self, *args: Any, **options: Any) -> None:
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            app.run_worker(
                fetch_job_polling_interval=SECONDS_BETWEEN_LOOKS, shutdown_graceful_timeout=SECONDS_TO_FINISH_A_JOB
            )
