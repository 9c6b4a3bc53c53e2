"""The addresses of logging in. Nobody signs up or changes their address here: both come from the import.

The login at work lets a person in, or a code by email. A password instead of the code, and a second step (an app that
shows codes), are everyone's own choice. A forgotten password needs no page: a person who logs in with a code can choose
a new one. The views are django-allauth's, the pages and texts are ours (templates/account, templates/mfa).
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as _

from udbytte.runtime.clock import today
from udbytte.services.people.preferences import set_password
from udbytte.services.people.second_step import is_second_step_required
from udbytte.web.base.fresh_login import just_logged_in
from udbytte.web.base.request import person_of

from .forms import ChoosePassword
from .sessions import end_others, sessions
from .work_login import LogOut, begin, finish, finish_by_saml, saml_metadata


class TwoSteps(mfa.IndexView):  # type: ignore[misc]
    """The ways to take a second step, for whoever wants to and whoever has to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        required = is_second_step_required(person_of(self.request), today())
        return {**super().get_context_data(**kwargs), "second_step_required": required}


class _JustLoggedIn:
    """A page only for a person who has just logged in, so that nobody at an open screen can do it."""

    template_name: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not just_logged_in(request):
            return render(request, self.template_name)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class TurnOn(_JustLoggedIn, totp.ActivateTOTPView):  # type: ignore[misc]
    """Turn on the code app.

    After showing a code of the app here, the person need not show another one to see the emergency codes.
    """

    request: HttpRequest

    def form_valid(self, form: object) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, added, reauthenticated=True)
        return response


class AddPasskey(_JustLoggedIn, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey, which is in the computer, the phone or a key. It has just been shown, as with the app."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        added = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN).latest("pk")
        post_authentication(self.request, added, reauthenticated=True)
        return response


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")


def password(request: HttpRequest) -> HttpResponse:
    """Choose a password, or go without one again. Only for a person who has just logged in."""
    person = person_of(request)
    if not just_logged_in(request):
        return render(request, "account/password.html", {"person": person})
    form = ChoosePassword(person, request.POST or None)
    if request.method == "POST":
        without = request.POST.get("do") == "without"
        if without or form.is_valid():
            set_password(person, None if without else form.cleaned_data["new_password1"], on=today())
            update_session_auth_hash(request, person)
            get_adapter(request).send_notification_mail("account/email/password_changed", person, email=person.email)
            messages.success(request, _("From now on no password lets you in.") if without else _("Saved."))
            return redirect("preferences")
    status = 422 if form.is_bound else 200
    return render(request, "account/password.html", {"person": person, "form": form}, status=status)


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("arbejdslogin/<slug:provider_id>/", begin, name="work-login"),
    path("arbejdslogin/<slug:provider_id>/tilbage/", finish, name="openid_connect_callback"),
    path("arbejdslogin/<slug:provider_id>/saml/", finish_by_saml, name="saml-answer"),
    path("arbejdslogin/<slug:provider_id>/metadata/", saml_metadata, name="saml-metadata"),
    path("logout/", LogOut.as_view(), name="account_logout"),
    path("adgangskode/", password, name="account_password"),
    path("logins/", sessions, name="sessions"),
    path("logins/andre/", end_others, name="end-other-sessions"),
    path("lukket/", account.account_inactive, name="account_inactive"),
    path("to-trin/", TwoSteps.as_view(), name="mfa_index"),
    path("to-trin/login/", mfa.authenticate, name="mfa_authenticate"),
    path("to-trin/bekraeft/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("to-trin/til/", TurnOn.as_view(), name="mfa_activate_totp"),
    path("to-trin/fra/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("to-trin/noegle/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("to-trin/noegle/bekraeft/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("to-trin/noegle/<int:pk>/fjern/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("to-trin/koder/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("to-trin/koder/nye/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("to-trin/koder/fil/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
