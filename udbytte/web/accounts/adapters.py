"""Who may log in: only people whom the organisation has imported. With the messages for when it does not work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from udbytte.models import Person
from udbytte.models.encrypted import content_cipher
from udbytte.queries.health import TOO_FEW_ADDRESSES
from udbytte.services.notifications.account_emails import queue_account_email, wake_worker
from udbytte.web.base.audit import note_too_often

from .work_login import can_use_codes

WRONG_CODE = lazy("That is not the code. Look at it once more.")
TOO_OFTEN = lazy("That was tried too many times. Wait a few minutes, and ask for a new code.")
SECONDS_NOTED = 24 * 3600
LOGIN_CODE = "account/email/login_code"
USE_WORK_LOGIN = "account/email/use_work_login"
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so that no code is a word


def code_for(seed: str) -> str:
    """The code that is sent, made of the seed in the session. Somebody who reads only the database cannot make it."""
    number = int.from_bytes(salted_hmac("udbytte.login-code", seed, algorithm="sha256").digest())
    letters = [CODE_LETTERS[number // len(CODE_LETTERS) ** place % len(CODE_LETTERS)] for place in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def limit_codes(request: HttpRequest, email: str) -> None:
    """Raise ValidationError when a client asks for too many codes for one address. Other clients still can."""
    if not ratelimit.consume(request, action="code_for_address", key=f"{email.lower()} {get_ip(request)}"):
        raise AccountAdapter(request).validation_error("rate_limited")


def login_address() -> str:
    return f"{settings.BASE_URL}{reverse('account_login')}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people come from the organisation's import."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": lazy("According to the organisation you no longer work here. If that is wrong, tell HR."),
        "incorrect_code": WRONG_CODE,
        "invalid_login": lazy("Write your work e-mail, as in name@example.dk."),
        "email_password_mismatch": lazy(
            "E-mail and password do not belong together. A code by e-mail lets you in too."
        ),
        "use_work_login": lazy("You log in as you do at work: use the first button."),
        "rate_limited": TOO_OFTEN,
        "too_many_login_attempts": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: Any) -> Exception:
        """The message for a code; that something was tried too often is noted."""
        if code in ("rate_limited", "too_many_login_attempts"):
            note_too_often(self.request)
        error: Exception = super().validation_error(code, *args)
        return error

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, by which logging in is limited.

        If X-Forwarded-For names fewer addresses than proxies are trusted, it is the address that connects, and
        `udbytte doctor` says so.
        """
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            named = len(request.headers["X-Forwarded-For"].split(","))
            cache.set(TOO_FEW_ADDRESSES, (settings.ALLAUTH_TRUSTED_PROXY_COUNT, named), SECONDS_NOTED)
            return str(request.META["REMOTE_ADDR"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the email into the outbox, in the language of the person whose address it is, and wake the worker."""
        request = allauth_context.request
        person = Person.objects.filter(email__iexact=email).first()
        lasts = None
        if template_prefix == LOGIN_CODE:
            if person is not None and not can_use_codes(person):
                template_prefix = USE_WORK_LOGIN
            context = context | {"code": code_for(context["code"]), "login_address": login_address()}
            lasts = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        with translation.override(person.language if person else translation.get_language()):
            message = self.render_mail(template_prefix, email, {"request": request, "email": email} | context)
        parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
        html = next((str(part[0]) for part in parts if part[1] == "text/html"), "")
        with transaction.atomic():
            queue_account_email(
                person=person,
                subject=message.subject,
                text=str(message.body),
                html=html,
                now=timezone.now(),
                lasts=lasts,
            )
            wake_worker()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person whose password it is. Only who knows the password hears that it is not used any more."""
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None and not can_use_codes(person):
            raise self.validation_error("use_work_login")
        return person

    def pretend_to_send_code(self, email: str) -> None:
        """Take as long for an unknown address as for a known one."""
        self.send_mail(LOGIN_CODE, email, {"code": self.generate_login_code()})

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by address and client, so that a stranger elsewhere cannot lock a person out."""
        return f"{credentials.get('email', '').lower()} {get_ip(request)}"

    def is_reauthentication_required(self, *, app: str, **facts: Any) -> bool:
        """Whether the person must show a code of the app again. Others must just have logged in (urls.TurnOn)."""
        return bool(is_mfa_enabled(self.request.user))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody who logged in a while ago shows that it is still them: by the app, a passkey or a code."""
        if not user.is_authenticated or not is_mfa_enabled(user):
            return []
        has_app = is_mfa_enabled(user, [Authenticator.Type.TOTP])
        name = "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn"
        return [{"id": name, "description": "", "url": reverse(name)}]

    def get_login_stages(self) -> list[str]:
        """As allauth has them, with our second step."""
        theirs, ours = "allauth.mfa.stages.AuthenticateStage", "udbytte.web.accounts.stages.SecondStep"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of logging in, with our messages."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": lazy("Turn on logging in with two steps first."),
    }

    def encrypt(self, text: str) -> str:
        return content_cipher().encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return content_cipher().decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """What a passkey is called whose owner has not named it."""
        known = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": known + 1}
