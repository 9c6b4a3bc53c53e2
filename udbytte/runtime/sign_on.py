"""Logging in as one does at work: the providers, read from the TOML file that UDBYTTE_SIGN_ON names.

docs/operate/sign-on has the file with all its entries.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

CODES_FOR = ("everybody", "others", "administrators")
FINDS = ("email", "external_id")
ROLES = ("hr", "administrator", "coordinator", "budget_owner", "works_council")
TENANTS_OF_EVERYBODY = ("/common/", "/organizations/", "/consumers/")  # at Entra: not one organisation
_ID = re.compile(r"[a-z0-9-]{1,30}")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where people log in at work, and how somebody from there is found among the people here.

    A name of a claim is also the name of an attribute, in SAML.
    """

    id: str  # in addresses and in the database, so it must not change
    name: str  # on the button
    finds: str = "email"  # what the claim is compared with: the person's email or external id
    claim: str = "email"
    trust_email: bool = False  # believe an email that the provider does not call verified
    require: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # claims that everybody must have, such as the tenant
    second_step: tuple[str, ...] = ()  # values of amr or acr that say that a second step was taken there
    roles_claim: str = "roles"
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)  # a value of roles_claim: the role it gives


@dataclass(frozen=True, kw_only=True)
class OpenId(Provider):
    """A provider of OpenID Connect. `issuer` is the address under which it describes itself."""

    table: ClassVar[str] = "openid"
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")


@dataclass(frozen=True, kw_only=True)
class Saml(Provider):
    """An identity provider of SAML 2.0, by files: its metadata, our certificate and our key."""

    table: ClassVar[str] = "saml"
    metadata: Path
    certificate: Path
    key: Path
    entity_id: str = ""  # empty: the address of our metadata


@dataclass(frozen=True)
class SignOn:
    """Everything in the file. Without a file there is no provider, and everybody logs in by a code.

    `codes_for` is who can log in by an email code or a password: everybody; others, who have never come through a
    provider; or administrators alone. `ask` is whom a person asks who is not let in.
    """

    providers: tuple[OpenId | Saml, ...] = ()
    codes_for: str = "everybody"
    ask: str = ""

    def provider(self, id: str) -> OpenId | Saml | None:
        return next((provider for provider in self.providers if provider.id == id), None)


class _Problem(ValueError):
    """What is wrong with the file, for people."""


def read_sign_on(path: str, *, production: bool) -> SignOn:
    """Read the file. Raises ValueError with a message for people, never with a secret."""
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text())
    except OSError as error:
        raise _Problem(f"{path} cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _Problem(f"{path} is no TOML: {error}") from None
    tables = {kind.table: content.pop(kind.table, []) for kind in (OpenId, Saml)}
    _refuse_unknown(content, ("codes_for", "ask"), path)
    codes_for = _one_of(content, "codes_for", "everybody", CODES_FOR, path)
    providers = [
        _provider(kind, values, f"{path}, {kind.table} {number}", file.parent, production=production)
        for kind in (OpenId, Saml)
        for number, values in enumerate(_list_of_tables(tables[kind.table], kind.table, path), 1)
    ]
    ids = [provider.id for provider in providers]
    if len(set(ids)) < len(ids):
        raise _Problem(f"{path}: two providers have the same id")
    if codes_for != "everybody" and not providers:
        raise _Problem(f"{path}: codes_for is {codes_for!r}, but there is no provider to log in at")
    return SignOn(tuple(providers), codes_for, str(content.get("ask", "")))


def _list_of_tables(found: Any, name: str, path: str) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
        raise _Problem(f"{path}: write [[{name}]] with two brackets on each side")
    return found


def _refuse_unknown(values: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise _Problem(f"{where}: {name!r} is not an entry." + (f" Did you mean {near[0]}?" if near else ""))


def _one_of(values: Mapping[str, Any], name: str, default: str, allowed: tuple[str, ...], where: str) -> str:
    value = str(values.get(name, default))
    if value not in allowed:
        raise _Problem(f"{where}: {name} is {value!r}; it can be {', '.join(allowed)}")
    return value


def _provider(
    kind: type[OpenId] | type[Saml], values: dict[str, Any], where: str, folder: Path, *, production: bool
) -> Any:
    values = dict(values)
    if kind is OpenId and "client_secret_file" in values:
        values["client_secret"] = _secret(folder / str(values.pop("client_secret_file")), where)
    known = {entry.name: entry for entry in fields(kind)}
    _refuse_unknown(values, (*known, "client_secret_file"), where)
    for name, entry in known.items():
        needed = entry.default is MISSING and entry.default_factory is MISSING
        if needed and not values.get(name):
            raise _Problem(f"{where}: {name} is missing")
    read = {name: _read(value, str(known[name].type), f"{where}: {name}", folder) for name, value in values.items()}
    provider: OpenId | Saml = kind(**read)
    if not _ID.fullmatch(provider.id):
        raise _Problem(f"{where}: id can have small letters, digits and -, at most 30")
    _one_of(values, "finds", "email", FINDS, where)
    if unknown := set(provider.roles.values()) - set(ROLES):
        raise _Problem(f"{where}: {min(unknown)!r} is no role; roles are {', '.join(ROLES)}")
    if isinstance(provider, OpenId):
        _check_issuer(provider.issuer, where, production=production)
    return provider


def _read(value: Any, kind: str, where: str, folder: Path) -> Any:
    """A value of the file as the entry has it, which is told by how its type is written."""
    if kind == "bool":
        wanted: type = bool
    elif kind.startswith("tuple"):
        wanted = list
    elif kind.startswith("Mapping"):
        wanted = dict
    else:
        wanted = str
    content: Any = value
    if not isinstance(value, wanted):
        words = {bool: "true or false", list: 'a list, as ["mfa"]', dict: "a table", str: "a text in quotes"}
        raise _Problem(f"{where} must be {words[wanted]}")
    if wanted is list:
        return tuple(str(part) for part in content)
    if wanted is dict:
        return {str(name): str(part) for name, part in content.items()}
    return folder / content if kind == "Path" else content


def _secret(file: Path, where: str) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise _Problem(f"{where}: client_secret_file {file} cannot be read ({error.strerror})") from None


def _check_issuer(issuer: str, where: str, *, production: bool) -> None:
    parts = urlsplit(issuer)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Problem(f"{where}: issuer must be an address, as https://login.example.dk/realms/work")
    if production and parts.scheme != "https":
        raise _Problem(f"{where}: issuer must begin with https:// in production")
    if any(tenants in f"{parts.path}/" for tenants in TENANTS_OF_EVERYBODY):
        raise _Problem(f"{where}: issuer is for all organisations; write your own tenant's id in it")
