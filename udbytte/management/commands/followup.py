"""`udbytte followup`: do the follow-up of a day by hand, or show what it would do."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from udbytte.models import Notification
from udbytte.runtime.clock import today
from udbytte.services.notifications.follow_up import follow_up


class Command(BaseCommand):
    help = "Notify people about what is due on a day, never twice about the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day, as 2026-03-02 (today)")
        parser.add_argument(
            "--preview", action="store_true", help="list who would be notified about what, and write nothing"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or today()
        notified: list[dict[str, str]] = []
        with transaction.atomic():
            newest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            report = follow_up(on=on)
            if options["preview"]:
                rows = Notification.objects.filter(pk__gt=newest).select_related("person", "agreement")
                notified = [{"person": row.person.name, "kind": row.kind} for row in rows.order_by("person", "pk")]
                transaction.set_rollback(True)
        result = report.as_json() | ({"notified": notified} if options["preview"] else {})
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
            return
        kinds = ", ".join(f"{count} {_words(kind)}" for kind, count in sorted(report.notifications.items()))
        new = f"{_count(sum(report.notifications.values()), 'new notification')}" + (f" ({kinds})" if kinds else "")
        # An email also carries what waited for it, so the two numbers are about different things.
        emails = _count(report.emails, "email") + (", also about what waited" if report.emails else "")
        self.stdout.write(f"{on}: {new}; {emails}{'; nothing is written in a preview' if options['preview'] else ''}.")
        for row in notified:
            self.stdout.write(f"  {row['person']}: {_words(row['kind'])}")
        for skipped in report.skipped:
            self.stdout.write(f"  {skipped.person} gets no email: {skipped.why}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
