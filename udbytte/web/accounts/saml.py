"""Logging in at work by SAML 2.0, with pysaml2. Imported only where a provider of SAML is set: it takes a while.

Requests are signed. Answers come by POST from the provider's page, so that the browser sends no session of ours with
them. What was asked stands in a signed cookie of its own meanwhile.
"""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, SAMLError
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.ident import code, decode
from saml2.metadata import entity_descriptor
from saml2.response import AuthnResponse
from saml2.s_utils import SamlException
from saml2.saml import NAMEID_FORMAT_TRANSIENT
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from udbytte.queries.sign_on import XMLSEC
from udbytte.runtime.clock import today
from udbytte.runtime.sign_on import Saml
from udbytte.services.people.sign_on import NotLetIn, is_second_step_taken, let_in, values_of
from udbytte.web.base.sign_on import METHOD, WorkLogin, remember_work_login

from .not_let_in import not_let_in
from .saml_algorithms import StrongAlgorithms

logger = logging.getLogger(__name__)
COOKIE = f"{settings.COOKIE_PREFIX}udbytte_saml"  # what was asked
SECONDS = 600  # to log in at the provider
LONGEST_UID = 191  # characters, as the column has it
# Short names for attributes of OIOSAML 3 and 2, of which a provider sends one.
OIOSAML = {
    "email": ("https://data.gov.dk/model/core/eid/email", "urn:oid:0.9.2342.19200300.100.1.3", "mail"),
    "uuid": ("https://data.gov.dk/model/core/eid/professional/uuid/persistent", "dk:gov:saml:attribute:UserUUID"),
    "cvr": ("https://data.gov.dk/model/core/eid/professional/cvr", "dk:gov:saml:attribute:CvrNumberIdentifier"),
    "loa": ("https://data.gov.dk/concept/core/nsis/loa", "dk:gov:saml:attribute:AssuranceLevel"),
    "employeeid": ("urn:oid:2.16.840.1.113730.3.1.3", "employeeNumber"),
}


@lru_cache(maxsize=8)
def _config(provider: Saml, base: str) -> SPConfig:
    """How we speak with the provider. Raises an error of pysaml2 or OSError if a file or the program is missing."""
    metadata = base + reverse("saml-metadata", args=[provider.id])
    files = {"key_file": str(provider.key), "cert_file": str(provider.certificate)}
    config = SPConfig()
    config.load(
        {
            "entityid": provider.entity_id or metadata,
            "xmlsec_binary": shutil.which(XMLSEC),
            **files,
            "encryption_keypairs": [files],
            "metadata": {"local": [str(provider.metadata)]},
            "allow_unknown_attributes": True,
            "signing_algorithm": SIG_RSA_SHA256,
            "digest_algorithm": DIGEST_SHA256,
            "service": {
                "sp": {
                    "name": "Udbytte",
                    "endpoints": {
                        "assertion_consumer_service": [
                            (base + reverse("saml-answer", args=[provider.id]), BINDING_HTTP_POST)
                        ],
                        "single_logout_service": [(base + reverse("account_login"), BINDING_HTTP_REDIRECT)],
                    },
                    "authn_requests_signed": True,
                    "logout_requests_signed": True,
                    "want_assertions_signed": True,
                    "want_response_signed": False,
                    "allow_unsolicited": False,
                }
            },
        }
    )
    return config


def _client(request: HttpRequest, provider: Saml) -> tuple[Saml2Client, str]:
    """The client, and the entity id of the one provider in the metadata."""
    config = _config(provider, f"{request.scheme}://{request.get_host()}")
    [entity] = config.metadata.identity_providers()
    return Saml2Client(config), entity


def metadata_of(request: HttpRequest, provider: Saml) -> HttpResponse:
    """Our metadata for the provider, with addresses and certificates."""
    config = _config(provider, f"{request.scheme}://{request.get_host()}")
    return HttpResponse(str(entity_descriptor(config)), content_type="application/samlmetadata+xml; charset=utf-8")


def begin_saml(request: HttpRequest, provider: Saml, page: str, *, again: bool) -> HttpResponse:
    """Send the person to the provider with a signed request. `again`: they must give their password there."""
    try:
        client, entity = _client(request, provider)
        forced = {"force_authn": "true"} if again else {}
        asked, sent = client.prepare_for_authenticate(
            entityid=entity, binding=BINDING_HTTP_REDIRECT, sign=True, sigalg=SIG_RSA_SHA256, **forced
        )
    except Exception:  # pysaml2 raises many kinds, of which some are bare
        logger.exception("The login %s cannot be begun.", provider.id)
        return not_let_in(request, provider, "away")
    response = HttpResponseRedirect(dict(sent["headers"])["Location"])
    response.set_cookie(
        COOKIE,
        signing.dumps([provider.id, asked, page], salt=COOKIE),
        max_age=SECONDS,
        secure=True,  # browsers ask for it with SameSite=None, and take http://localhost for secure
        httponly=True,
        samesite="None",
    )
    return response


def finish_saml(request: HttpRequest, provider: Saml) -> HttpResponse:
    """The person comes back with an answer. Whatever is not right in it is noted for whoever runs the server."""
    try:
        known, asked, page = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=SECONDS)
        if known != provider.id:
            raise NotLetIn("invalid")
        answer = _read_answer(request, provider, asked)
        claims = _claims(answer)
        person = let_in(provider, _uid(answer, claims), claims, on=today())
    except NotLetIn as refused:
        return not_let_in(request, provider, refused.reason)
    except signing.BadSignature:
        return not_let_in(request, provider, "invalid")
    [statement] = answer.assertion.authn_statement
    login = WorkLogin(
        person=person.pk,
        provider=provider.id,
        at=_seconds(statement.authn_instant),
        has_second_step=is_second_step_taken(provider, claims),
        ticket=f"{statement.session_index or ''} {code(answer.name_id)}",
    )
    remember_work_login(request, login)
    record_authentication(request, person, METHOD, provider=provider.id)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=page))
    response.delete_cookie(COOKIE, samesite="None")
    return response


def _read_answer(request: HttpRequest, provider: Saml, asked: str) -> AuthnResponse:
    """The answer to what was asked, with its signature and times checked, once. Raises NotLetIn."""
    try:
        client, _entity = _client(request, provider)
        client.sec.crypto = StrongAlgorithms(client.sec.crypto.xmlsec)
        sent = request.POST.get("SAMLResponse", "")
        answer = client.parse_authn_request_response(sent, BINDING_HTTP_POST, outstanding={asked: "/"})
    except Exception as error:  # pysaml2 raises many kinds, of which some are bare
        logger.warning("An answer from %s is not right: %s.", provider.id, type(error).__name__)
        raise NotLetIn("invalid") from None
    if answer is None or not cache.add(f"saml:{answer.assertion.id}", 1, timeout=24 * 3600):
        raise NotLetIn("invalid")
    return answer


def _claims(answer: AuthnResponse) -> dict[str, list[str]]:
    """The attributes by their own names and by short ones of OIOSAML; context and level of assurance as acr."""
    claims: dict[str, list[str]] = {}
    for statement in answer.assertion.attribute_statement:
        for attribute in statement.attribute:
            values = [value.text for value in attribute.attribute_value if value.text]
            claims[attribute.name] = values
            if attribute.friendly_name:
                claims.setdefault(attribute.friendly_name, values)
    for short, names in OIOSAML.items():
        claims.setdefault(short, next((claims[name] for name in names if claims.get(name)), []))
    contexts = [context for context, _authorities, _instant in answer.authn_info()]
    return claims | {"acr": [*contexts, *claims["loa"]]}


def _uid(answer: AuthnResponse, claims: dict[str, list[str]]) -> str:
    """What stays the same for the person at the provider: OIOSAML's UUID, else the NameID unless it is of one login."""
    uuids = values_of(claims, "uuid")
    is_lasting = answer.name_id is not None and answer.name_id.format != NAMEID_FORMAT_TRANSIENT
    uid = uuids[0] if uuids else str(answer.name_id.text) if is_lasting else ""
    if not uid or len(uid) > LONGEST_UID:
        raise NotLetIn("no_claim")
    return uid


def _seconds(instant: str) -> float:
    return datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(UTC).timestamp()


def end_saml(request: HttpRequest, provider: Saml, login: WorkLogin) -> str:
    """The address at the provider that logs the person out there too; empty when it has none."""
    index, _space, name_id = login.ticket.partition(" ")
    try:
        client, entity = _client(request, provider)
        [service, *_others] = client.metadata.single_logout_service(entity, BINDING_HTTP_REDIRECT, "idpsso")
        destination: Any = service["location"]
        _number, asked = client.create_logout_request(
            destination, entity, name_id=decode(name_id), session_indexes=[index] if index else None
        )
        sent = client.apply_binding(BINDING_HTTP_REDIRECT, str(asked), destination, sign=True, sigalg=SIG_RSA_SHA256)
    except (SAMLError, SamlException, ValueError, KeyError, TypeError, OSError):
        logger.warning("Nobody can be logged out at %s.", provider.id)
        return ""
    return str(dict(sent["headers"])["Location"])
