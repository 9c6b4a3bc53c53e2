"""All settings, read from the environment and checked before anything else starts.

`settings_table` lists them, and `database_url` reads the address of the database.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import ballot_key, key_files, settings_file
from .content_cipher import parse_keys
from .database_url import THIS_MACHINE, DatabaseUrl, parse_database_url
from .settings_table import SETTINGS, WEB_DEFAULTS
from .sign_on import ROLES, SignOn, read_sign_on

Network = IPv4Network | IPv6Network


def parse_statement(text: str) -> str:
    """The address of an accessibility statement. Raises ValueError with a message for people."""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("an address that begins with https:// is needed, as https://www.was.digst.dk/your-page")
    return text


def parse_contact(text: str) -> str:
    """Where to tell about a security hole. Raises ValueError with a message for people."""
    if not text.startswith(("mailto:", "https://")) or len(text.split()) != 1:
        raise ValueError("mailto: with an address, or an address that begins with https://, is needed")
    return text


def parse_address(text: str) -> str:
    """An email address. Raises ValueError with a message for people."""
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", text):
        raise ValueError("one email address is needed, as journal@example.dk")
    return text


def parse_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between. Raises ValueError with a message for people."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"{error}; write addresses or networks as 10.0.0.5,10.1.0.0/16") from None


def parse_token(text: str) -> str:
    """A secret that a program sends. Raises ValueError with a message for people, without the secret."""
    if len(text) < SHORTEST_TOKEN or not text.isascii() or len(text.split()) != 1:
        raise ValueError(f"at least {SHORTEST_TOKEN} letters and digits without spaces are needed")
    return text


MODES = ("demo", "production", "test", "dev")
LANGUAGES = ("da", "en")
MAIL_SECURITY = ("starttls", "tls", "none")
SECTORS = ("municipality", "region", "state", "other")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
SHORTEST_TOKEN = 20
SHORTEST_SECRET = 50
FEWEST_DIFFERENT = 8  # different characters in a secret; a random one of 50 has more, even if all are digits
SECOND_STEP_FOR = ("hr", "administrator", "budget_owner")  # in production: they see much or decide about money
CHECKOUT = Path(__file__).resolve().parent.parent.parent
IS_CHECKOUT = (CHECKOUT / "pyproject.toml").exists()  # otherwise installed from a wheel
DATA = CHECKOUT / ".data" if IS_CHECKOUT else Path.home() / ".local" / "share" / "udbytte"


class ConfigError(Exception):
    """The environment cannot be used. `problems` has one line for each error."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Config:
    """The checked settings. `database` is None for the embedded PostgreSQL."""

    mode: str
    data: Path
    database: DatabaseUrl | None
    port: int
    bind: str
    url: str
    hosts: tuple[str, ...]
    secret_key: str = field(repr=False)
    content_keys: tuple[str, ...] = field(repr=False)
    content_keys_file: Path | None  # where they stand; None: in the environment
    backup_recipients: tuple[str, ...]
    debug: bool
    demo_login: bool
    public_self_check: bool
    ballot_key_file: Path
    ballot_key: bytes | None
    accessibility_statement: str
    security_contact: str
    trust_proxy: bool
    trusted_proxies: int
    idle_minutes: int
    sign_on: SignOn
    second_step_for: tuple[str, ...]
    web_processes: int
    pool: int
    lock_timeout: int
    statement_timeout: int
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str
    mail_from: str
    ca_file: Path | None
    organisation: str
    journal_address: str
    sector: str
    works_council: str
    language: str
    log_level: str
    log_format: str
    metrics_token: str
    metrics_from: tuple[Network, ...]
    today: date | None

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def serves_collected_files(self) -> bool:
        """Whether static files are collected beforehand and served under hashed names."""
        return self.mode in ("demo", "production")


class _Reader:
    """Reads variables and collects all problems, so that they are shown together."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(name, "").strip() or default

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} is {value!r}; it can be {', '.join(allowed)}.")
            return default
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
            self.problems.append(f"{name} is {value!r}; it must be a whole number from {low} to {high}.")
            return default
        return int(value)

    def switch(self, name: str, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value in ("on", "1", "true", "yes"):
            return True
        if value not in ("off", "0", "false", "no"):
            self.problems.append(f"{name} is {value!r}; it can be on or off.")
            return default
        return False

    def checked(self, name: str, parse: Callable[[str], Any]) -> Any:
        value = self.text(name)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError as error:
            self.problems.append(f"{name} cannot be used: {error}.")
            return None


def read(environ: Mapping[str, str]) -> Config:
    """The checked settings in `environ`. Raises ConfigError with a line for each error.

    In demo, dev and test a missing secret is made once and stored in the data folder.
    """
    try:
        reader = _Reader(settings_file.complete(environ))
    except settings_file.UnusableFile as error:
        raise ConfigError([str(error)]) from None
    _refuse_unknown(reader)
    mode = _mode(reader)
    production = mode == "production"
    port = reader.number("PORT", 8000, 1, 65535)
    url = reader.text("UDBYTTE_URL", "" if production else f"http://127.0.0.1:{port}").rstrip("/")
    data = Path(reader.text("UDBYTTE_DATA", str(DATA))).expanduser().absolute()
    trust_proxy = reader.switch("UDBYTTE_TRUST_PROXY", production)
    keys_file = _content_keys_file(reader, data)
    config = Config(
        mode=mode,
        data=data,
        database=reader.checked("DATABASE_URL", parse_database_url),
        port=port,
        bind=reader.text("UDBYTTE_BIND", "127.0.0.1"),
        url=url,
        hosts=_hosts(reader, url, production=production),
        secret_key=reader.text("UDBYTTE_SECRET_KEY"),
        content_keys=reader.checked("UDBYTTE_CONTENT_KEYS", parse_keys) or (),
        content_keys_file=keys_file,
        backup_recipients=reader.checked("UDBYTTE_BACKUP_RECIPIENTS", key_files.parse_recipients) or (),
        debug=reader.switch("UDBYTTE_DEBUG", mode == "dev"),
        demo_login=reader.switch("UDBYTTE_DEMO_LOGIN", mode in ("demo", "dev", "test")),
        public_self_check=reader.switch("UDBYTTE_PUBLIC_SELF_CHECK", mode in ("demo", "dev", "test")),
        ballot_key_file=Path(reader.text("UDBYTTE_BALLOT_KEY_FILE", str(data / "ballot-key"))).expanduser().absolute(),
        ballot_key=reader.checked("UDBYTTE_BALLOT_KEY", ballot_key.parse),
        security_contact=reader.checked("UDBYTTE_SECURITY_CONTACT", parse_contact) or "",
        accessibility_statement=reader.checked("UDBYTTE_ACCESSIBILITY_STATEMENT", parse_statement) or "",
        trust_proxy=trust_proxy,
        trusted_proxies=reader.number("UDBYTTE_TRUSTED_PROXIES", int(production and trust_proxy), 0, 9),
        idle_minutes=reader.number("UDBYTTE_IDLE_MINUTES", 60, 0, 720),
        sign_on=reader.checked("UDBYTTE_SIGN_ON", lambda path: read_sign_on(path, production=production)) or SignOn(),
        second_step_for=_second_step_for(reader, production=production),
        web_processes=reader.number("UDBYTTE_WEB_PROCESSES", 2, 1, 64),
        pool=reader.number("UDBYTTE_POOL", 0, 0, 100),
        lock_timeout=reader.number("UDBYTTE_LOCK_TIMEOUT", 0, 0, 3600),
        statement_timeout=reader.number("UDBYTTE_STATEMENT_TIMEOUT", 0, 0, 3600),
        smtp_host=reader.text("UDBYTTE_SMTP_HOST"),
        smtp_port=reader.number("UDBYTTE_SMTP_PORT", 587, 1, 65535),
        smtp_user=reader.text("UDBYTTE_SMTP_USER"),
        smtp_password=reader.text("UDBYTTE_SMTP_PASSWORD"),
        smtp_security=reader.one_of("UDBYTTE_SMTP_SECURITY", "starttls", MAIL_SECURITY),
        mail_from=reader.text("UDBYTTE_MAIL_FROM"),
        ca_file=reader.checked("UDBYTTE_CA_FILE", _readable_file),
        organisation=reader.text("UDBYTTE_ORGANISATION"),
        journal_address=reader.checked("UDBYTTE_JOURNAL_ADDRESS", parse_address) or "",
        sector=reader.one_of("UDBYTTE_SECTOR", SECTORS[0], SECTORS),
        works_council=reader.text("UDBYTTE_WORKS_COUNCIL"),
        language=reader.one_of("UDBYTTE_LANGUAGE", LANGUAGES[0], LANGUAGES),
        log_level=reader.one_of("UDBYTTE_LOG_LEVEL", "INFO", LOG_LEVELS),
        log_format=reader.one_of("UDBYTTE_LOG_FORMAT", "text", LOG_FORMATS),
        metrics_token=reader.checked("UDBYTTE_METRICS_TOKEN", parse_token) or "",
        metrics_from=reader.checked("UDBYTTE_METRICS_FROM", parse_networks) or (),
        today=reader.checked("UDBYTTE_TODAY", _day),
    )
    refused = _production_problems(config) if production else []
    if refused and not reader.text("UDBYTTE_MODE"):
        refused.insert(0, "UDBYTTE_MODE is not set; with a DATABASE_URL it is production, which needs more settings.")
    problems = reader.problems + refused
    if config.today is not None and not config.demo_login:
        problems.append("UDBYTTE_TODAY is for trying out: it needs the demo login. Take it away.")
    if config.mail_from and "@" not in config.mail_from:
        problems.append("UDBYTTE_MAIL_FROM must be an e-mail address.")
    if problems:
        raise ConfigError(problems)
    if config.ca_file is not None and config.database is not None:
        config = replace(config, database=_trusting(config.database, config.ca_file))
    return _with_stored_keys(config)


def _trusting(database: DatabaseUrl, ca_file: Path) -> DatabaseUrl:
    """The address with our certificate authority, where it asks for a checked certificate and names none itself."""
    options = dict(database.options)
    if options.get("sslmode") not in ("verify-ca", "verify-full") or "sslrootcert" in options:
        return database
    return replace(database, options=tuple(sorted((options | {"sslrootcert": str(ca_file)}).items())))


def set_web_process_defaults() -> None:
    """Set the defaults of a web process for this process and the processes it starts."""
    for name, default in WEB_DEFAULTS.items():
        os.environ.setdefault(name, default)


def load() -> Config:
    """The settings of this process. If any are wrong, write one line for each to stderr and end the process with 2."""
    place = settings_file.place(os.environ)
    try:
        return read(os.environ | ({settings_file.NAME: str(place)} if place is not None else {}))
    except ConfigError as error:
        for problem in error.problems:
            print(f"udbytte: {problem}", file=sys.stderr)
        raise SystemExit(2) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as 2027-03-01") from None


def _second_step_for(reader: _Reader, *, production: bool) -> tuple[str, ...]:
    """The roles that must have a second step: those set, nobody for `none` and for an empty text, else the default."""
    name = "UDBYTTE_SECOND_STEP_FOR"
    if name not in reader.environ:
        return SECOND_STEP_FOR if production else ()
    return () if reader.text(name) == "none" else reader.checked(name, _roles) or ()


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(role.strip() for role in text.split(","))
    if unknown := [role for role in roles if role not in ROLES]:
        raise ValueError(f"{unknown[0]!r} is no role; roles are {', '.join(ROLES)}")
    return roles


def _readable_file(text: str) -> Path:
    file = Path(text).expanduser().absolute()
    try:
        file.open("rb").close()
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    return file


def _refuse_unknown(reader: _Reader) -> None:
    known = [setting.name for setting in SETTINGS]
    for name in sorted(reader.environ):
        if name.startswith("UDBYTTE_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            reader.problems.append(f"{name} is not a setting of Udbytte.{hint}")


def _mode(reader: _Reader) -> str:
    """The mode that is set, otherwise production with a DATABASE_URL, so that a forgotten setting opens no demo."""
    return reader.one_of("UDBYTTE_MODE", "production" if reader.text("DATABASE_URL") else "demo", MODES)


def _hosts(reader: _Reader, url: str, *, production: bool) -> tuple[str, ...]:
    """The host names that are answered: those set, or that of UDBYTTE_URL; outside production also this machine."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        reader.problems.append(f"UDBYTTE_URL is {url!r}; it must look like https://udbytte.example.dk.")
    listed = [host.strip() for host in reader.text("UDBYTTE_HOSTS").split(",") if host.strip()]
    hosts = listed or ([parts.hostname] if parts.hostname else [])
    return tuple(hosts) if production else tuple(dict.fromkeys([*hosts, "127.0.0.1", "localhost", "[::1]"]))


def secret_problem(secret: str) -> str:
    """What is wrong with a secret, without the secret itself; empty when it is good enough."""
    if not secret:
        return "is missing; production needs one of its own"
    if len(secret) < SHORTEST_SECRET:
        return f"is too short; it needs at least {SHORTEST_SECRET} random characters"
    repeats = secret in (secret * 2)[1:-1]
    if repeats or len(set(secret)) < FEWEST_DIFFERENT or "random characters" in secret.lower():
        return "can be guessed: it repeats itself, or is an example from the manual. Make a random one"
    return ""


def _production_problems(config: Config) -> list[str]:
    """What production refuses: a weak secret, DEBUG, any host, the demo login, no emails, no encryption."""
    secret = secret_problem(config.secret_key)
    in_plain_text = config.smtp_security == "none" and config.smtp_host not in THIS_MACHINE
    rules = (
        (bool(secret), f"UDBYTTE_SECRET_KEY {secret}."),
        (config.debug, "UDBYTTE_DEBUG is on; production refuses it."),
        (config.demo_login, "UDBYTTE_DEMO_LOGIN is on; production refuses it."),
        (any("*" in host for host in config.hosts), "UDBYTTE_HOSTS has *; name the hosts that production answers."),
        (
            any(host.startswith(".") for host in config.hosts),
            "UDBYTTE_HOSTS has a name that starts with a dot, which is every host below it; name each host.",
        ),
        (not config.url, "UDBYTTE_URL is missing; links in emails need the address that people use."),
        (config.url.startswith("http://"), "UDBYTTE_URL must start with https:// in production."),
        (not config.smtp_host, "UDBYTTE_SMTP_HOST is missing; production sends emails."),
        (
            in_plain_text,
            "UDBYTTE_SMTP_SECURITY is none; production encrypts e-mails unless the mail server is on this machine.",
        ),
        (
            # A name without a dot can be a container on this machine; `udbytte doctor` asks about it.
            config.database is not None and any(set(".:") & set(host) for host in config.database.unencrypted_hosts),
            "DATABASE_URL leads to another machine, and may go there in plain text; add ?sslmode=verify-full.",
        ),
        (not config.mail_from, "UDBYTTE_MAIL_FROM is missing; emails need a sender."),
    )
    return [line for wrong, line in rules if wrong]


def _content_keys_file(reader: _Reader, data: Path) -> Path | None:
    """The file with the keys of the content; None if they are in the environment."""
    named = reader.text("UDBYTTE_CONTENT_KEYS_FILE")
    if reader.text("UDBYTTE_CONTENT_KEYS"):
        if named:
            reader.problems.append("UDBYTTE_CONTENT_KEYS and UDBYTTE_CONTENT_KEYS_FILE are both set; take one away.")
        return None
    return Path(named).expanduser().absolute() if named else data / key_files.FOLDER / "content"


def _with_stored_keys(config: Config) -> Config:
    """The same settings with the secret and the keys of the content, where they stand in files.

    Outside production, what is missing in the data folder is made. Raises ConfigError.
    """
    try:
        if not config.secret_key:
            secret = key_files.read_or_make(config.data / "secret-key", lambda: secrets.token_urlsafe(64))
            config = replace(config, secret_key=secret)
        if (file := config.content_keys_file) is None:
            return config
        may_make = not config.is_production and file.is_relative_to(config.data)
        return replace(config, content_keys=key_files.read_content_keys(file, may_make=may_make))
    except OSError as error:
        raise ConfigError([f"UDBYTTE_DATA: {config.data} cannot be used ({error.strerror})."]) from error
    except ValueError as error:
        raise ConfigError([f"UDBYTTE_CONTENT_KEYS_FILE: {error}."]) from None
