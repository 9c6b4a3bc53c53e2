"""A relay inside the house wants no login, and is greeted before it is asked anything."""

from __future__ import annotations

from pytest_django import Settings

from tests.mail_server import MailServer
from udbytte.services.notifications.smtp import Connection


def test_a_relay_without_login_is_asked_whether_it_takes_mail(settings: Settings) -> None:
    server = MailServer(settings, wants_login=False)
    try:
        Connection().probe()
    finally:
        server.away()
