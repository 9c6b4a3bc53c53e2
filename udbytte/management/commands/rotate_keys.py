"""`udbytte rotate-keys`: encrypt everything that people wrote with the first key."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from udbytte.models.encrypted import content_cipher
from udbytte.queries.encrypted import count_left, encrypted_columns
from udbytte.runtime.content_cipher import CannotDecrypt
from udbytte.services.content_keys import BATCH, encrypt_column


class Command(BaseCommand):
    help = "Encrypt with the first key what an older key has written. It can be stopped and started again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; status 1 if anything is left")
        parser.add_argument("--batch", type=int, default=BATCH, help=f"rows in each transaction (default {BATCH})")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch is a whole number from 1.")
        cipher, counts = content_cipher(), {}
        for column in encrypted_columns(apps.get_models()):
            try:
                steps = () if options["check"] else encrypt_column(column, cipher, batch=options["batch"])
                counts[str(column)] = {"rewritten": sum(steps), "left": count_left(column, cipher)}
            except CannotDecrypt as error:
                raise CommandError(f"{error}. Nothing is lost: add that key to the keys, and run this again.") from None
        rewritten, left = (sum(count[name] for count in counts.values()) for name in ("rewritten", "left"))
        key = cipher.prefix.split(":")[1]
        if options["json"]:
            self.stdout.write(json.dumps({"key": key, "rewritten": rewritten, "left": left, "columns": counts}))
        else:
            for name, count in counts.items():
                if any(count.values()):
                    self.stdout.write(f"{name}: {count['rewritten']} rewritten, {count['left']} left")
            self.stdout.write(f"rotate-keys: {rewritten} rows are now written with the key {key}; {left} are left.")
        if left:
            raise SystemExit(1)
