"""Who may log in: people the organisation has imported, and nobody else. And what is said when it does not work."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

WRONG_CODE = lazy("That is not the code. Look at it once more.")
TOO_OFTEN = lazy("That was tried too many times. Wait a few minutes, and ask for a new code.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed: nobody signs up; people come from the organisation's import."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": lazy("According to the organisation you no longer work here. If that is wrong, tell HR."),
        "incorrect_code": WRONG_CODE,
        "invalid_login": lazy("Write your work e-mail, as in name@example.dk."),
        "email_password_mismatch": lazy(
            "E-mail and password do not belong together. A code by e-mail lets you in too."
        ),
        "rate_limited": TOO_OFTEN,
        "too_many_login_attempts": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **facts: Any) -> bool:
        """Who uses the app shows another code of it; the others must have just logged in (account_pages.TurnOn)."""
        return bool(is_mfa_enabled(self.request.user))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody who has been in for a while shows that it is still them: by the app, where they use one."""
        if not user.is_authenticated or not is_mfa_enabled(user):
            return []
        return [{"id": "mfa_reauthenticate", "description": "", "url": reverse("mfa_reauthenticate")}]


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Closed as well: the employer's login lets in those who are imported."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of logging in, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": lazy("Turn on logging in with two steps first."),
    }
