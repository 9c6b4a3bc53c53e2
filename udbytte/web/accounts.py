"""Who may log in: people the organisation has imported, and nobody else."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed: nobody signs up; people come from the organisation's import."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Closed as well: the employer's login lets in those who are imported."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
