"""Logging in at work by OpenID Connect: django-allauth speaks with the provider, and we find the person."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from requests import RequestException, Session

from udbytte.models import Person
from udbytte.runtime.clock import today
from udbytte.runtime.sign_on import OpenId
from udbytte.services.people.sign_on import (
    Claims,
    NotLetIn,
    check_required,
    follow_roles,
    is_second_step_taken,
    link_person,
)
from udbytte.web.base.sign_on import METHOD, WorkLogin, remember_work_login

from .not_let_in import not_let_in

NONCE = "nonce"
# How a provider may sign: with a key of its own, never with one that we share. The token names its algorithm itself.
ALGORITHMS = tuple(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))


def _provider(id: str) -> OpenId:
    provider = settings.SIGN_ON.provider(id)
    if not isinstance(provider, OpenId):
        raise Http404
    return provider


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers come from the settings alone, nobody signs up, and nothing that a provider says is stored."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=known.id,
                name=known.name,
                client_id=known.client_id,
                secret=known.client_secret,
                settings={
                    "server_url": known.issuer.rstrip("/"),
                    "oauth_pkce_enabled": True,
                    "scope": list(known.scopes),
                },
            )
            for known in settings.SIGN_ON.providers
            if isinstance(known, OpenId) and provider in (None, "openid_connect", known.id)
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: object) -> Any:
        """Move what the provider says aside, before allauth stores it with the account."""
        said = sociallogin.account.extra_data
        sociallogin.token_claims = said.get("id_token")
        sociallogin.claims = {**said.get("userinfo", {}), **said.get("id_token", {})}
        sociallogin.is_about_one = said.get("userinfo", {}).get("sub") == said.get("id_token", {}).get("sub")
        sociallogin.account.extra_data = {}
        return sociallogin.user

    def get_requests_session(self) -> Session:
        """Asks providers without following them elsewhere: a redirection raises an error."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Only `link_person` finds people."""
        return

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person, or answer with the page that says why nobody is let in."""
        provider = _provider(sociallogin.account.provider)
        try:
            _check_answer(sociallogin)
            claims: Claims = sociallogin.claims
            check_required(provider, claims)
            if not sociallogin.is_existing:
                sociallogin.user = link_person(provider, sociallogin.account.uid, claims)
            person: Person = sociallogin.user
            if person.is_active:
                follow_roles(person, provider, claims, on=today())
        except NotLetIn as refused:
            raise ImmediateHttpResponse(not_let_in(request, provider, refused.reason)) from None
        if request.user.is_authenticated and (request.user != person or not person.is_active):
            get_account_adapter(request).logout(request)
        begin_work_login(
            request,
            WorkLogin(
                person=person.pk,
                provider=provider.id,
                at=float(sociallogin.token_claims.get("auth_time") or 0),
                has_second_step=is_second_step_taken(provider, claims),
                ticket=sociallogin.id_token,
            ),
            person,
            sociallogin.account.uid,
            sociallogin.get_redirect_url(request),
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """The provider is away, refuses, or answers with something that is not right or not asked for."""
        reason = "invalid"
        if isinstance(exception, RequestException):
            reason = "away"
        elif error == AuthError.CANCELLED:
            reason = "cancelled"
        raise ImmediateHttpResponse(not_let_in(request, _provider(provider.app.provider_id), reason))


def begin_work_login(request: HttpRequest, login: WorkLogin, person: Person, uid: str, page: str | None) -> None:
    """Note the login at work in the session. Somebody who is logged in already goes on without losing the session."""
    remember_work_login(request, login)
    if request.user.is_authenticated:
        record_authentication(request, person, METHOD, provider=login.provider, uid=uid)
        raise ImmediateHttpResponse(redirect(page or settings.LOGIN_REDIRECT_URL))


def _check_answer(sociallogin: SocialLogin) -> None:
    """Refuse an answer without token, about two people, or to another question (a nonce of another session)."""
    asked = (sociallogin.state.get("data") or {}).get(NONCE)
    if not sociallogin.token_claims or not sociallogin.is_about_one or not asked:
        raise NotLetIn("invalid")
    if not secrets.compare_digest(str(sociallogin.token_claims.get(NONCE, "")), asked):
        raise NotLetIn("invalid")


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks more than allauth does, and keeps the token itself, by which a person is logged out at the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config["issuer"]).rstrip("/") != self.get_provider().app.settings["server_url"].rstrip("/"):
            raise ValueError("The description is of another issuer.")
        return config

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Check the signature too, though the token comes from the provider itself: TLS may end at a proxy."""
        self.did_fetch_access_token = False
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("This is no token.") from error
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("The token is signed with an algorithm that does not count.")
        token: dict[str, Any] = super()._decode_id_token(app, id_token)
        return token

    def complete_login(self, request: HttpRequest, app: SocialApp, token: object, **kwargs: Any) -> SocialLogin:
        login = super().complete_login(request, app, token, **kwargs)
        login.id_token = kwargs["response"].get("id_token", "")
        return login


def begin_openid(request: HttpRequest, provider: OpenId, page: str, *, again: bool) -> HttpResponse:
    """Send the person to the provider. `again`: they must give their password there, even if they are logged in."""
    nonce = secrets.token_urlsafe(24)
    asked = {NONCE: nonce} | ({"prompt": "login", "max_age": "0"} if again else {})
    client = get_adapter(request).get_provider(request, provider.id)
    client.oauth2_adapter_class = _Adapter
    try:
        response: HttpResponse = client.redirect(
            request, process="login", next_url=page, data={NONCE: nonce}, auth_params=asked
        )
    except (RequestException, ValueError, KeyError, TypeError):  # no answer, or one that is no description
        return not_let_in(request, provider, "away")
    return response


def finish_openid(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The person comes back from the provider."""
    provider = _provider(provider_id)
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(_Adapter(request, provider_id))(request)
    except RequestException:
        return not_let_in(request, provider, "away")
    except (ValueError, KeyError, TypeError):  # a token or a description that lacks something
        return not_let_in(request, provider, "invalid")
    return response


def end_openid(request: HttpRequest, login: WorkLogin) -> str:
    """The address at the provider that logs the person out there too; empty when it has none or does not answer."""
    provider = settings.SIGN_ON.provider(login.provider)
    if not isinstance(provider, OpenId):
        return ""
    try:
        address = _Adapter(request, provider.id).openid_config.get("end_session_endpoint", "")
    except (RequestException, ValueError):
        return ""
    return str(address)


def has_work_account(person: Person) -> bool:
    """Whether the person has ever logged in at work."""
    return bool(SocialAccount.objects.filter(user=person).exists())
