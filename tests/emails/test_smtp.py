"""The mail server's certificate is checked, also against an authority of the organisation's own."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from pytest_django import Settings

from tests.runtime.test_processes import free_port
from udbytte.services.notifications.smtp import NotSent, send_test_email

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


class Takes(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.taken.append(message)


def test_our_own_authority_is_trusted_only_where_it_is_named(settings: Settings, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=mail.nordby.test", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, *names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler, port = Takes(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ssl_context=context)
    settings.EMAIL_BACKEND = "udbytte.emails.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "127.0.0.1", port, True
    settings.EMAIL_USE_TLS = False
    controller.start()
    try:
        settings.CA_FILE = None
        with pytest.raises(NotSent, match="self-signed certificate"):
            send_test_email("ida@nordby.test")
        settings.CA_FILE = certificate
        send_test_email("ida@nordby.test")
    finally:
        controller.stop()
    assert [message["To"] for message in handler.taken] == ["ida@nordby.test"]
