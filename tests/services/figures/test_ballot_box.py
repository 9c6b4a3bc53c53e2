"""Sealed answers are counted at night, five people's or more at a time, and nobody's answers can be told apart."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from psycopg import sql

from tests.ballots import ALL_NO, ALL_YES, KEY, night, self_check, vote, votes
from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.access.links import Ballot
from udbytte.domain.figures.sealing import SEALED_BYTES
from udbytte.models import Email, Person, SealedAnswers, SelfCheck, SpentBallot
from udbytte.services.errors import NotPossible, Refused
from udbytte.services.figures.selfcheck import close_self_check
from udbytte.services.notifications.follow_up import follow_up

Dump = dict[str, list[str]]
SEALED = "udbytte_sealedanswers"


def dump() -> Dump:
    """All rows of all tables in their physical order, as a backup has them."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        found: Dump = {}
        for table in tables:
            cursor.execute(sql.SQL("select t::text from {} t order by ctid").format(sql.Identifier(table)))
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def after_the_ballot_of(person: Person, says: str, check: SelfCheck) -> Dump:
    """A backup after one person's ballot. It is then as if nobody had answered."""
    with transaction.atomic():
        page = Client().post(Ballot(check.pk, person.pk).path, sent(says))
        assert page.status_code == 200
        after = dump()
        transaction.set_rollback(True)
    return after


def sent(says: str) -> dict[str, str]:
    return {f"q{number}": says for number in ALL_YES}


@pytest.mark.django_db
def test_two_backups_around_one_ballot_are_alike_whoever_answers_and_whatever(cast: Cast) -> None:
    """What differs is one row, which has the same shape for all: a random number, the check, a seal of one length."""
    check = self_check(cast.hanne)
    before, shapes = dump(), set()
    for person, says in ((cast.mette, "yes"), (cast.jonas, "no")):
        after = after_the_ballot_of(person, says, check)
        assert {table for table in before if before[table] != after[table]} == {SEALED}
        (row,) = after[SEALED]
        number, sealed, of = row.strip("()").split(",")
        assert len(sealed.strip('"').removeprefix("\\\\x")) == 2 * SEALED_BYTES and int(of) == check.pk
        shapes.add((len(row), re.sub(r"[0-9a-f]", "x", number)))
        mark = Ballot(check.pk, person.pk).mark
        assert not [table for table, rows in after.items() for row in rows if mark in row]
    assert len(shapes) == 1


def log_position() -> str:
    """The place in the write-ahead log up to which it is on disk."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_logical_emit_message(false, 'test', '', true)::text")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_write_ahead_log_of_a_ballot_has_the_seal_and_nothing_of_the_person() -> None:
    cast = make_cast()
    check = self_check(cast.hanne)
    ballot = Ballot(check.pk, 9_876_543_210)  # other tests write to the same log, but nothing of this person
    client = enter(cast.mette)
    assert client.get(ballot.path).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("select pg_switch_wal()")
        since = log_position()
        assert client.post(ballot.path, sent("no")).status_code == 200
        read = """
            select pg_read_binary_file('pg_wal/' || file_name, file_offset, (%s::pg_lsn - %s)::bigint)
            from pg_walfile_name_offset(%s)
        """
        cursor.execute(read, [log_position(), since, since])
        log = bytes(cursor.fetchone()[0])
    assert bytes(SealedAnswers.objects.get().sealed) in log
    for said in (
        ballot.mark.encode(),
        bytes.fromhex(ballot.mark),
        str(ballot.person_id).encode(),
        ballot.token.encode(),
    ):
        assert said not in log


@pytest.mark.django_db
def test_no_email_has_a_ballot_and_no_backup_has_the_key(cast: Cast) -> None:
    """The link of an email has nothing that is later stored of a used ballot."""
    check = self_check(cast.hanne)
    follow_up(on=TODAY)
    emails = [f"{email.text} {email.html}" for email in Email.objects.all()]
    assert any("/selvtjek/stem/" in text for text in emails)
    votes(check, Person.objects.values_list("pk", flat=True))
    assert night(check)[0] >= 5
    stored = dump()
    spent = list(SpentBallot.objects.values_list("mark", flat=True))
    assert not any(mark in text for mark in spent for text in emails)
    for table, rows in stored.items():
        for row in rows:
            assert KEY.private.hex() not in row
            assert table == "udbytte_spentballot" or not any(mark in row for mark in spent)


@pytest.mark.django_db
def test_fewer_than_five_are_not_opened_and_five_are_counted_together(cast: Cast) -> None:
    check = self_check(cast.hanne)
    votes(check, range(4), ALL_NO)
    assert night(check) == (0, 0)
    assert (SealedAnswers.objects.count(), SpentBallot.objects.count(), check.sums) == (4, 0, {})
    vote(check, 4)
    assert night(check) == (5, 5)
    assert (check.sums["1"]["no"], check.sums["1"]["yes"], check.shown_answers) == (4, 1, 5)
    assert (SealedAnswers.objects.count(), SpentBallot.objects.count()) == (0, 5)
    assert night(check) == (0, 5)  # a second time counts nothing


@pytest.mark.django_db
def test_the_last_answers_before_the_night_count_and_five_ballots_of_one_person_are_one(cast: Cast) -> None:
    check = self_check(cast.hanne)
    for minute in range(5):
        vote(check, 1, ALL_YES if minute < 4 else ALL_NO, minutes=minute)
    votes(check, range(2, 5))
    assert night(check) == (0, 0)
    vote(check, 5)
    assert night(check) == (5, 5)
    assert (check.sums["8"]["no"], check.sums["8"]["yes"]) == (1, 4)
    with pytest.raises(Refused, match="Du har svaret"):
        vote(check, 1)


@pytest.mark.django_db
def test_answers_that_come_while_the_first_are_counted_do_not_count_again(cast: Cast) -> None:
    check = self_check(cast.hanne)
    votes(check, range(5))
    late = list(SealedAnswers.objects.values_list("check_of", "sealed"))
    night(check)
    for of, sealed in late:
        SealedAnswers.objects.create(check_of_id=of, sealed=sealed)
    votes(check, range(5, 9))
    assert night(check) == (0, 5)
    vote(check, 9)
    assert night(check) == (5, 10)


@pytest.mark.django_db
def test_the_marks_of_a_night_are_not_in_the_order_of_the_answers(cast: Cast) -> None:
    check = self_check(cast.hanne)
    votes(check, range(30))
    night(check)
    stored = dump()["udbytte_spentballot"]
    came = [f"({Ballot(check.pk, number).mark},{check.pk})" for number in range(30)]
    assert sorted(stored) == sorted(came) and stored != came


@pytest.mark.django_db
def test_when_it_ends_what_is_left_is_deleted_unopened_and_so_are_the_marks(cast: Cast) -> None:
    check = self_check(cast.hanne)
    votes(check, range(7))
    close_self_check(check, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPossible):
        vote(check, 7)
    assert "De sidste svar tælles i nat" in enter(cast.mette).get(f"/selvtjek/{check.pk}/").content.decode()
    assert night(check) == (7, 7)
    check = self_check(cast.hanne)
    votes(check, range(4))
    close_self_check(check, by=cast.hanne, on=TODAY)
    assert night(check) == (0, 0)
    assert not SealedAnswers.objects.exists() and not SpentBallot.objects.exists()
