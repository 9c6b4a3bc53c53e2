"""The connection to the mail server: sends one email, and says in one way why it could not."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from udbytte.domain.notifications.mail_answers import (
    CLOSING,
    TOO_LARGE,
    WANT_LOGIN,
    About,
    Trouble,
    about_address,
    is_plain,
)
from udbytte.emails.calendar import calendar_objects
from udbytte.models import OUTSIDE_KINDS, Email
from udbytte.queries.people.units import organisations_of
from udbytte.services.conversations import journal

NEEDS_SMTPUTF8 = "the mail server does not take letters such as å and ø before the @ (SMTPUTF8)"


class NotSent(Exception):
    """An email was not sent, or the server takes none. `trouble` is set where it is a fact about the server."""

    def __init__(self, about: About, answer: str, trouble: Trouble | None = None) -> None:
        super().__init__(answer)
        self.about, self.answer, self.trouble = about, answer, trouble


class Connection:
    """One connection, which is opened when it is needed and again after it was lost."""

    def __init__(self) -> None:
        self.backend = get_connection()

    def open(self) -> None:
        """Connect and log in, if that is not done. Raises NotSent about the server."""
        try:
            self.backend.open()
        except smtplib.SMTPException as error:
            self.close()
            trouble = Trouble.LOGIN if isinstance(error, LOGIN_ERRORS) else Trouble.AWAY
            raise NotSent(About.SERVER, _words(error), trouble) from error
        except OSError as error:
            self.close()
            raise NotSent(About.SERVER, _words(error), Trouble.AWAY) from error

    def probe(self) -> None:
        """Ask whether the server takes mail from our sender, without sending any. Raises NotSent about the server."""
        self.open()
        server = self._server
        if server is None:
            return
        try:
            server.ehlo_or_helo_if_needed()  # logging in would have done it; a relay inside the house wants no login
            code, answer = server.mail(sanitize_address(self._sender, "utf-8"))
            server.rset()
        except OSError as error:
            self.close()
            raise NotSent(About.SERVER, _words(error), Trouble.AWAY) from error
        if code != 250:
            self.close()
            raise _sender_refused(code, _decoded(answer))

    def offers_smtputf8(self) -> bool:
        """Whether the server takes letters such as å and ø before the @. Raises NotSent if it cannot be asked."""
        self.open()
        server = self._server
        if server is None:
            return True
        server.ehlo_or_helo_if_needed()
        return server.has_extn("smtputf8")

    def send(self, email: Email) -> None:
        """Send one email. Raises NotSent; the connection is closed then, so that the server forgets the email."""
        try:
            self.open()
            message = message_of(email, self.backend)
            is_usual = is_plain(email.to) or self._server is None
            sent = message.send() if is_usual else self._send_utf8(message, email.to)
            if not sent:
                raise NotSent(About.CONTENT, "nothing was sent")
        except NotSent:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise _not_sent(error) from error

    def close(self) -> None:
        with suppress(OSError):
            self.backend.close()

    @property
    def _server(self) -> smtplib.SMTP | None:
        return self.backend.connection if isinstance(self.backend, EmailBackend) else None

    @property
    def _sender(self) -> str:
        return EmailMultiAlternatives().from_email

    def _send_utf8(self, message: EmailMultiAlternatives, to: str) -> int:
        """Send to an address that is not ASCII before the @; Django would encode it into another one."""
        server = self._server
        if server is None or not self.offers_smtputf8():
            raise NotSent(About.CONTENT, NEEDS_SMTPUTF8)
        if any(character.isspace() for character in to):
            raise ValueError(f"no address: {to!r}")
        message.to = []
        content = f"To: {to}\r\n".encode() + message.message().as_bytes(linesep="\r\n")
        sender = sanitize_address(message.from_email, "utf-8")
        server.sendmail(sender, [to], content, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        return 1


def send_test_email(to: str) -> None:
    """Send an email that shows that emails arrive, at once and not by the worker. Raises NotSent."""
    connection = Connection()
    connection.open()
    text = _("If you read this, Udbytte can send you emails. Its address is %(url)s") % {"url": settings.BASE_URL}
    message = EmailMultiAlternatives(
        _("A test email from Udbytte"),
        f"{text}\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection.backend,
    )
    try:
        message.send()
    except (OSError, ValueError) as error:
        raise _not_sent(error) from error
    finally:
        connection.close()


LOGIN_ERRORS = (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)


def _not_sent(error: Exception) -> NotSent:
    """What an error says while an email is sent."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _answered(code, _decoded(answer))
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
        return _sender_refused(error.smtp_code, _decoded(error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, _decoded(error.smtp_error))
    if isinstance(error, OSError):  # no answer: this email can be the cause, or the server
        return NotSent(About.EMAIL, _words(error))
    return NotSent(About.CONTENT, _words(error))


def _answered(code: int, answer: str) -> NotSent:
    """What an answer to one email says."""
    words = f"{code} {answer}"
    if code == CLOSING:
        return NotSent(About.SERVER, words, Trouble.REFUSES)
    about = about_address(code, answer)
    if about is About.SERVER:
        return NotSent(About.SERVER, words, Trouble.SENDER)
    return NotSent(about or About.EMAIL, words)


def _sender_refused(code: int, answer: str) -> NotSent:
    trouble = Trouble.LOGIN if code in WANT_LOGIN else Trouble.AWAY if code == CLOSING else Trouble.SENDER
    return NotSent(About.SERVER, f"{code} {answer}", trouble)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    said = getattr(error, "strerror", None) or error  # without the number of the operating system
    return " ".join(str(said).split()) or type(error).__name__


def _decoded(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def sender_of(email: Email) -> str:
    """The address of the installation, with the reader's organisation in its name: "Udbytte · Engby Kommune"."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organisation = organisations_of([email.person], email.on)[email.person_id] or settings.ORGANISATION
    words = [name or "Udbytte", organisation if organisation not in name else ""]
    return formataddr((" · ".join(filter(None, words)), address))


def message_of(email: Email, backend: BaseEmailBackend) -> EmailMultiAlternatives:
    """The email as it is sent."""
    message = EmailMultiAlternatives(
        email.subject,
        email.text,
        from_email=sender_of(email),
        to=[email.to],
        reply_to=[email.person.email] if email.kind in OUTSIDE_KINDS and email.person.email else None,
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
        connection=backend,
    )
    if email.kind == journal.KIND:
        message.attach("plan.zip", journal.archive_of(email), "application/zip")
    if email.html:
        message.attach_alternative(email.html, "text/html")
    for number, (method, entry) in enumerate(calendar_objects(email.calendar)):
        if number == 0:  # most calendars read the alternative; the others need the attached file
            message.attach_alternative(entry, f"text/calendar; method={method}")
        message.attach(f"udbytte-{number + 1}.ics", entry, f"text/calendar; method={method}")
    return message
