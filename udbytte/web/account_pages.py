"""The addresses of logging in: what is used, no more. Nobody signs up, has a password or an address of their own.

A code by e-mail lets in; addresses come with the organisation's import. A second step (an app that shows codes) is each
one's own choice. The views are django-allauth's, every page and word is ours (templates/account, templates/mfa).
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.urls import path


class TurnOn(totp.ActivateTOTPView):  # type: ignore[misc]
    """Who has just shown a code of the app need not show another one to see the emergency codes."""

    request: HttpRequest

    def form_valid(self, form: object) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, added, reauthenticated=True)
        return response


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("lukket/", account.account_inactive, name="account_inactive"),
    path("to-trin/", mfa.index, name="mfa_index"),
    path("to-trin/login/", mfa.authenticate, name="mfa_authenticate"),
    path("to-trin/bekraeft/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("to-trin/til/", TurnOn.as_view(), name="mfa_activate_totp"),
    path("to-trin/fra/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("to-trin/koder/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("to-trin/koder/nye/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("to-trin/koder/fil/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
