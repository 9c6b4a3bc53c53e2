"""The web server and the worker work with database accounts that cannot change the audit log or drop what guards it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import AuditEntry, AuditKind
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.audit import note
from udbytte.services.privacy.erase import retention_door

pytestmark = pytest.mark.django_db
WEB, WORKER = "grants_test_web", "grants_test_worker"


@pytest.fixture
def accounts(cast: Cast) -> None:
    """They are gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {WEB}")
        cursor.execute(f"CREATE ROLE {WORKER}")
    call_command("grants", web=WEB, worker=WORKER)


@contextmanager
def as_account(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield
        cursor.execute("RESET ROLE")


def is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "must be owner" in str(error) or "permission denied" in str(error)
    return False


@pytest.mark.parametrize("account", [WEB, WORKER])
def test_nobody_but_the_owner_switches_off_what_guards_the_audit_log(cast: Cast, accounts: None, account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'udbytte_auditentry'::regclass AND NOT tgisinternal"
        )
        triggers = [name for (name,) in cursor.fetchall()]
    assert len(triggers) == 2
    with as_account(account):
        for trigger in triggers:
            assert is_refused(f'DROP TRIGGER "{trigger}" ON udbytte_auditentry')
        for statement in (
            "ALTER TABLE udbytte_auditentry DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
            "TRUNCATE udbytte_auditentry",
            "DROP TABLE udbytte_auditentry",
            "UPDATE udbytte_auditentry SET by_id = NULL",
            "CREATE TABLE elsewhere (id int)",
        ):
            assert is_refused(statement), statement


def test_the_worker_alone_deletes_what_is_past_its_limit(cast: Cast, accounts: None) -> None:
    note(AuditKind.LOGIN, by=cast.mette, about=cast.mette, on=date(2024, 3, 1))
    with as_account(WEB), retention_door():
        assert is_refused("DELETE FROM udbytte_auditentry")
    with as_account(WORKER), retention_door():
        AuditEntry.objects.filter(on=date(2024, 3, 1)).delete()
    assert not AuditEntry.objects.filter(on=date(2024, 3, 1)).exists()


def test_the_web_server_can_do_its_work(cast: Cast, accounts: None) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    lars = enter(cast.lars)
    with as_account(WEB):
        assert lars.get(reverse("plan-of", args=[cast.plan.conversation.employment_id])).status_code == 200
        assert enter(cast.hanne).get(reverse("organisation")).status_code == 200
        take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    assert AuditEntry.objects.filter(kind=AuditKind.PLAN, by=cast.lars).exists()


def test_an_account_that_is_missing_is_named(cast: Cast) -> None:
    with pytest.raises(CommandError, match='"nobody_here" does not exist'):
        call_command("grants", web="nobody_here", worker="nobody_here")
