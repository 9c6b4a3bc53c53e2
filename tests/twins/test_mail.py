"""Two equal lives, of which one meets an outage of the mail server on day 0: on day 10 both are equal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from tests.cast import Cast
from tests.mail_server import MailServer
from tests.twins.mail_lives import Outage, Twins
from udbytte.domain.lifecycle import Event

pytestmark = pytest.mark.django_db


def is_away(server: MailServer) -> None:
    server.away()


def refuses_relay(server: MailServer) -> None:
    server.on_recipient = lambda _address: "554 5.7.1 Relay access denied"


def knows_nobody(server: MailServer) -> None:
    server.on_recipient = lambda _address: "550 5.1.1 User unknown"


def rejects_login(server: MailServer) -> None:
    server.rejects_login = True


def drops(server: MailServer) -> None:
    server.drops = lambda _address: True


OUTAGES = {
    "away for 60 hours": Outage(is_away, timedelta(hours=60)),
    "relay refused for an hour": Outage(refuses_relay, timedelta(hours=2)),  # from five to seven: an hour of mail
    "every address unknown for an hour": Outage(knows_nobody, timedelta(hours=2)),
    "login rejected for a day": Outage(rejects_login, timedelta(hours=24)),
    "every email dropped for a day": Outage(drops, timedelta(hours=24)),
}


@pytest.fixture
def twins(cast: Cast, settings: Settings, a_known_day: time_machine.Traveller) -> Iterator[Twins]:
    server = MailServer(settings)
    twins = Twins(cast, server, a_known_day)
    twins.prepare()
    yield twins
    server.away()


def later_presses(twins: Twins, day: int) -> None:
    """From day 4 on, the same in both lives."""
    cast = twins.cast
    if day == 4:
        twins.step("late", Event.CHOOSE_RUN, cast.bente, day, run=twins.runs[0])
    if day == 5:
        twins.step("late", Event.NOMINATE, cast.lars, day, reason="Vi har brug for det.", price=6000)
        twins.step("asked", Event.ACCEPT, cast.karim, day)


def early_presses(twins: Twins, day: int) -> None:
    """Karim answers on a page on day 1, before any email has asked him in the one life."""
    if day == 1:
        twins.step("asked", Event.ACCEPT, twins.cast.karim, day)


def test_on_day_ten_nothing_is_left_of_an_outage(twins: Twins) -> None:
    quiet = twins.live(None, later_presses)
    kinds = {cause.split(":")[0] for _person, cause in quiet.told}
    assert {"step", "late", "moved", "lapse", "coming", "deadline", "told"} <= kinds, "the life has too little in it"
    for name, outage in OUTAGES.items():
        assert twins.live(outage, later_presses) == quiet, name
    assert not quiet.marked


@pytest.mark.prove
def test_what_is_answered_during_an_outage_is_told_or_answered_before_it_could_be(twins: Twins) -> None:
    quiet = twins.live(None, early_presses)
    agreement = twins.agreements["asked"]
    question = ("Karim", f"step:{agreement.pk}:2")
    assert question in quiet.told
    for name, outage in OUTAGES.items():
        lived = twins.live(outage, early_presses)
        assert (lived.agreements, lived.roles, lived.marked) == (quiet.agreements, quiet.roles, quiet.marked), name
        assert quiet.told - lived.told <= {question} and lived.told <= quiet.told, name
