"""`udbytte setup`: from nothing to an organisation at work. Before Django starts, cli.py writes the settings file."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils.translation import override

from udbytte.models import Employment, Person, Role, RoleAssignment, Round
from udbytte.runtime import settings_file, setup_answers
from udbytte.runtime.clock import today
from udbytte.runtime.setup_answers import (
    ADMINISTRATOR,
    ADMINISTRATOR_NAME,
    FIRST_ROUND,
    HR,
    HR_NAME,
    IMPORT,
    YES,
    Answers,
    NoAnswer,
    Question,
    email_address,
)
from udbytte.services.errors import Refused
from udbytte.services.notifications.smtp import NotSent, send_test_email
from udbytte.services.people.first_setup import Newcomer, give_first_role
from udbytte.services.rounds.first_round import draft_first_round


def _is_delivered(folder: Path) -> bool:
    """Whether the files to serve were collected beforehand, as in an image that cannot be written to."""
    return folder.exists() and not os.access(folder, os.W_OK)


class Command(BaseCommand):
    help = "Set up Udbytte: settings, tables, organisation, first roles, test email; safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        setup_answers.add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            try:
                is_well = self._set_up(Answers(options, asks=setup_answers.can_ask(options)), options["test_mail"])
            except (NoAnswer, Refused) as problem:
                print(f"udbytte setup: {problem} What is done stays; run it again.", file=sys.stderr)
                raise SystemExit(2) from None
            except (KeyboardInterrupt, EOFError):
                print("\nudbytte setup: stopped. What is done stays; run it again.", file=sys.stderr)
                raise SystemExit(130) from None
        if not is_well:
            raise SystemExit(1)

    def _set_up(self, answers: Answers, test_mail: str | None) -> bool:
        """Do each part that is not done yet. False if something is left to correct."""
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        self._say("The tables are up to date.")
        if settings.CONFIG.serves_collected_files and not _is_delivered(settings.STATIC_ROOT):
            call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
            self._say(f"Files to serve are in {settings.STATIC_ROOT}.")
        is_well = self._import(answers)
        first = [
            self._role(Role.ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR_NAME, answers),
            self._role(Role.HR, HR, HR_NAME, answers),
        ]
        address = test_mail or next((given.person.email for given in first if given is not None), None)
        if address:
            is_well &= self._try_mail(address)
        if not Round.objects.exists() and answers.to(FIRST_ROUND).lower() in YES:
            with override(settings.LANGUAGE_CODE):  # people read its texts
                draft = draft_first_round(by=None, on=today())
            if draft is not None:
                self._say(f"Made a draft of the first round: {draft.name}. HR changes and publishes it.")
        self._say_what_is_next()
        return is_well

    def _import(self, answers: Answers) -> bool:
        is_asked = IMPORT.key in answers.given
        if Employment.objects.exists() and not is_asked:
            return True
        path = answers.to(IMPORT)
        if not path:
            return True
        try:
            call_command("import", "organisation", path)
        except SystemExit:
            self._say(f"Not imported. Correct the file, and then: udbytte import organisation {path}")
            return False
        return True

    def _role(self, role: Role, who: Question, name: Question, answers: Answers) -> RoleAssignment | None:
        """Give the role if nobody has it for the whole organisation. None: somebody has."""
        held = RoleAssignment.objects.on(today()).filter(role=role, unit=None, person__is_active=True)
        if held.exists() and who.key not in answers.given:
            return None
        if who.key not in answers.given and not answers.asks:
            self._say(f"Nobody is {role.label} yet: give --{who.key}, or use the code that udbytte serve writes.")
            return None
        email = answers.to(who)
        existing = held.filter(person__email__iexact=email).exists()
        is_known = Person.objects.filter(email__iexact=email).exists()
        given = give_first_role(role, Newcomer(email, "" if is_known else answers.to(name)), on=today())
        if existing:
            return None
        called = str(Role(role).label)
        self._say(f"{given.person.name} is {called if role == Role.HR else called.lower()} now.")
        return given

    def _try_mail(self, address: str) -> bool:
        email_address(address)
        try:
            with override(settings.LANGUAGE_CODE):
                send_test_email(address)
        except NotSent as refusal:
            self._say(f"The test email to {address} was not sent. The mail server: {refusal.answer}")
            self._say("Correct it with --mail-server, --mail-port, --mail-security, --mail-user or --mail-from.")
            return False
        server = settings.CONFIG.smtp_host
        self._say(f"{server} has taken a test email to {address}. See that it arrives, not as spam.")
        return True

    def _say_what_is_next(self) -> None:
        file = os.environ[settings_file.NAME]
        if file != str(settings_file.USUAL):
            self._say(f"The settings are not in their usual place: set {settings_file.NAME}={file} for every command.")
        self._say("Next: start udbytte serve and udbytte worker (docs/operate/install.md has the units), and log in at")
        self._say(f"  {settings.BASE_URL}{reverse('account_login')}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
