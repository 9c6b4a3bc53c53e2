"""Whether the login at work can be used, for `udbytte doctor`."""

from __future__ import annotations

import shutil

import requests

from udbytte.runtime.sign_on import OpenId, Saml

SECONDS = 5
XMLSEC = "xmlsec1"


def trouble_with(provider: OpenId | Saml) -> tuple[str, str]:
    """What is wrong with a provider, and what to do; two empty texts when nothing is."""
    return _trouble_with_openid(provider) if isinstance(provider, OpenId) else _trouble_with_saml(provider)


def _trouble_with_openid(provider: OpenId) -> tuple[str, str]:
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=SECONDS)
        answer.raise_for_status()
        issuer = str(answer.json()["issuer"])
    except requests.RequestException as error:
        return f"{address} does not answer ({type(error).__name__})", "Correct issuer, or open the way out to it."
    except (KeyError, TypeError):
        return f"{address} is no description of a provider", "Correct issuer."
    if issuer.rstrip("/") != provider.issuer.rstrip("/"):
        return f"the provider calls itself {issuer}", "Write exactly this as issuer."
    return "", ""


def _trouble_with_saml(provider: Saml) -> tuple[str, str]:
    if shutil.which(XMLSEC) is None:
        return (
            f"the program {XMLSEC} is missing, so nobody logs in by SAML",
            f"Run: sudo apt-get install -y {XMLSEC}",
        )
    for file in (provider.metadata, provider.certificate, provider.key):
        try:
            file.read_bytes()
        except OSError as error:
            return f"{file} cannot be read ({error.strerror})", "Put the file there, readable for the user udbytte."
    return "", ""
