"""The way to the login at work and back, logging out at both ends, and who can still use codes and passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from udbytte.access.people import is_administrator
from udbytte.models import Person
from udbytte.runtime.clock import today
from udbytte.runtime.sign_on import OpenId, Saml
from udbytte.web.base.sign_on import WorkLogin, work_login

from .openid import begin_openid, end_openid, finish_openid, has_work_account


@login_not_required
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the provider, and from there back to the page `next`. `again` asks for the password there.

    It is a link and not a form, as our pages send forms only to ourselves (form-action), also by redirection. Another
    site cannot begin it: from there one comes to the page with the button. Links in emails lead to that page too.
    """
    provider = settings.SIGN_ON.provider(provider_id)
    if provider is None:
        raise Http404
    page, again = get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL, "again" in request.GET
    if request.user.is_authenticated and not again:
        return redirect(page)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect_to_login(page)
    if isinstance(provider, OpenId):
        return begin_openid(request, provider, page, again=again)
    from .saml import begin_saml

    return begin_saml(request, provider, page, again=again)


@login_not_required
@require_safe
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The person comes back from a provider of OpenID Connect."""
    return finish_openid(request, provider_id)


def _saml(provider_id: str) -> Saml:
    provider = settings.SIGN_ON.provider(provider_id)
    if not isinstance(provider, Saml):
        raise Http404
    return provider


@csrf_exempt  # it comes from the provider's page, and is signed
@login_not_required
@require_POST
def finish_by_saml(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The person comes back from a provider of SAML."""
    provider = _saml(provider_id)
    from .saml import finish_saml

    return finish_saml(request, provider)


@login_not_required
@require_safe
def saml_metadata(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What a provider of SAML has to know of us."""
    provider = _saml(provider_id)
    from .saml import metadata_of

    return metadata_of(request, provider)


class LogOut(account.LogoutView):  # type: ignore[misc]
    """Log out here, and then at the provider that the person came from."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        person = self.request.user if isinstance(self.request.user, Person) else None
        login = work_login(self.request, person)
        response: HttpResponse = super().post(*args, **kwargs)
        return response if login is None else _log_out_at_work(self.request, login)


def _log_out_at_work(request: HttpRequest, login: WorkLogin) -> HttpResponse:
    """A page that goes on to the provider by itself: a redirection would be part of our form (form-action)."""
    provider = settings.SIGN_ON.provider(login.provider)
    if isinstance(provider, Saml):
        from .saml import end_saml

        address = end_saml(request, provider, login)
    elif isinstance(provider, OpenId):
        address = _end_address(request, provider, login)
    else:  # no longer set
        return redirect("account_login")
    return render(request, "account/logged_out.html", {"provider": provider, "address": address})


def _end_address(request: HttpRequest, provider: OpenId, login: WorkLogin) -> str:
    address = end_openid(request, login)
    if address:
        back = request.build_absolute_uri(reverse("account_login"))
        asked = {"post_logout_redirect_uri": back, "client_id": provider.client_id, "id_token_hint": login.ticket}
        address += ("&" if "?" in address else "?") + urlencode({name: text for name, text in asked.items() if text})
    return address


def can_use_codes(person: Person) -> bool:
    """Whether the person can log in by an email code or a password. An administrator always can."""
    codes_for = settings.SIGN_ON.codes_for
    if codes_for == "everybody" or is_administrator(person, today()):
        return True
    return codes_for == "others" and not has_work_account(person)
