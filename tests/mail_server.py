"""A real SMTP server for tests, which can be away, hang, drop, greylist and refuse."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pytest_django import Settings

OK = "250 OK"
Answer = Callable[[str], str]  # from the address of the recipient


class MailServer:
    """Takes what it is sent, unless an answer says otherwise. Listens until it goes `away`."""

    def __init__(self, settings: Settings, *, wants_login: bool = True) -> None:
        self.wants_login = wants_login
        self.taken: list[Message] = []
        self.recipients: list[str] = []
        self.seen: set[str] = set()
        self.well()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.controller: Controller | None = None
        settings.EMAIL_BACKEND = "udbytte.emails.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", self.port, 1
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "udbytte" if wants_login else ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.DEFAULT_FROM_EMAIL = "udbytte@kommune.example"
        self.back()

    def well(self) -> None:
        """Take everything."""
        self.rejects_login = self.hangs_at_once = self.hangs_at_data = False
        self.drops: Callable[[str], bool] = lambda _address: False
        self.on_sender = OK
        self.on_recipient: Answer = lambda _address: OK
        self.on_data: Answer = lambda _address: OK

    def away(self) -> None:
        """Refuse connections."""
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None

    def back(self) -> None:
        """Listen again, and take everything."""
        self.well()
        if self.controller is None:
            self.controller = Controller(
                self,
                hostname="127.0.0.1",
                port=self.port,
                authenticator=self._authenticate,
                auth_require_tls=False,
                auth_required=self.wants_login,
                enable_SMTPUTF8=True,
            )
            self.controller.start()

    def greylists(self) -> None:
        """Refuse each recipient the first time."""
        self.on_recipient = self._greylist

    def _greylist(self, address: str) -> str:
        known = address in self.seen
        self.seen.add(address)
        return OK if known else "451 4.7.1 Greylisted, try again later"

    def _authenticate(self, *_: Any) -> AuthResult:
        return AuthResult(success=not self.rejects_login, handled=False)

    async def handle_EHLO(  # noqa: N802 (aiosmtpd names these)
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        if self.hangs_at_once:
            await asyncio.sleep(30)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.on_sender == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.on_sender

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.on_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if self.hangs_at_data:
            await asyncio.sleep(30)
        if self.drops(address):
            server.transport.abort()
            return "421 closing"
        answer = self.on_data(address)
        if answer == OK:
            self.taken.append(BytesParser().parsebytes(envelope.content))
            self.recipients.append(address)
        return answer
