"""The health of the installation: one finding for each thing that must be in order, with what to do if it is not."""

from __future__ import annotations

import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.cache import cache
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import localdate, localtime
from procrastinate.contrib.django.models import ProcrastinateWorker

from udbytte.domain.figures.sealing import public_key_of
from udbytte.models import BallotKey, FollowUpRun, Role, RoleAssignment, SelfCheck
from udbytte.models.encrypted import content_cipher
from udbytte.queries.encrypted import encrypted_columns, sample_of
from udbytte.queries.notifications.mail import mail_state
from udbytte.runtime import ballot_key
from udbytte.runtime.config import SHORTEST_SECRET, secret_problem
from udbytte.runtime.content_cipher import STORED, CannotDecrypt
from udbytte.runtime.key_files import is_readable_by_others
from udbytte.runtime.postgres import OLDEST_VERSION
from udbytte.runtime.processes import local_address

from .demo import is_demo_database
from .sign_on import trouble_with

SERVED = ("vendor/designsystemet.css", "vendor/designsystemet-theme.css", "vendor/htmx.min.js")
WORKER_IS_GONE_AFTER = timedelta(seconds=60)
CLOCKS_MAY_DIFFER = timedelta(seconds=5)
FOLLOW_UP_IS_LATE_AFTER = timedelta(days=1)
SECONDS_FOR_THE_WEB = 10
# In the cache: (how many proxies were trusted, how many addresses a request named) when these were fewer.
TOO_FEW_ADDRESSES = "too-few-forwarded-addresses"


@dataclass(frozen=True)
class Finding:
    """One check: whether it is `ok`, what was `seen`, and how to `mend` it (empty if it is in order)."""

    name: str
    seen: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend

    def as_dict(self) -> dict[str, object]:
        return {"ok": self.ok, **asdict(self)}


def findings(now: datetime, *, is_drill: bool = False) -> list[Finding]:
    """Check everything once; `now` is the clock of this process.

    Without a database, checks that need it are left out; in a drill with a restored backup, those of what does not run.
    """
    database = _database()
    if is_drill and database.ok:
        return [database, *(_look(look) for look in (_migrations, lambda: _roles(now), _keys, _assets, _secret))]
    looks: list[Callable[[], Finding]] = [_web, _mail, _assets, _secret]
    if database.ok:
        looks = [
            _migrations,
            lambda: _worker(now),
            lambda: _clock(now),
            lambda: _follow_up(now),
            lambda: _emails(now),
            lambda: _roles(now),
            _ballot_key,
            _proxies,
            _keys,
            *looks,
        ]
    if settings.SIGN_ON.providers:
        looks.append(_sign_on)
    return [database, *(_look(look) for look in looks)]


def blocking_problems() -> list[str]:
    """The names of findings that keep this installation from answering pages; empty if there are none."""
    database = _database()
    if not database.ok:
        return [database.name]
    return [finding.name for finding in [_look(_migrations)] if not finding.ok]


def _look(look: Callable[[], Finding]) -> Finding:
    """Make one check. An error of the database, such as a missing table, is a finding too."""
    try:
        return look()
    except Error as error:
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Finding("tables", f"the database refused: {message}", "Run: udbytte migrate")


def _database() -> Finding:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version'), current_setting('server_version_num')::int")
            shown, number = cursor.fetchone()
    except Error as error:
        return Finding("database", " ".join(str(error).split()), "Start PostgreSQL, or correct DATABASE_URL.")
    at = settings.CONFIG.database
    kind = "embedded" if at is None else "given by DATABASE_URL"
    old = number // 10000 < OLDEST_VERSION
    mend = f"Upgrade PostgreSQL to {OLDEST_VERSION} or later." if old else ""
    if settings.CONFIG.is_production and at is not None and at.unencrypted_hosts and at.sslmode != "disable":
        mend = (
            "Add ?sslmode=verify-full to DATABASE_URL, so that nobody on the way reads along; or sslmode=disable, if"
            f" {' and '.join(at.unencrypted_hosts)} is on this machine."
        )
    if settings.CONFIG.is_production and at is None:
        mend = "Set DATABASE_URL: the embedded PostgreSQL is for trying out, it has no backups or replicas."
    return Finding("database", f"PostgreSQL {shown}, {kind}", mend)


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding("migrations", f"{len(missing)} not applied", "Run: udbytte migrate")
    return Finding("migrations", "all applied")


def _worker(now: datetime) -> Finding:
    last = ProcrastinateWorker.objects.order_by("-last_heartbeat").values_list("last_heartbeat", flat=True).first()
    mend = "Start a worker: udbytte worker (or systemctl start udbytte-worker)."
    if last is None:
        return Finding("worker", "none has ever been seen", mend)
    silent = max(now - last, timedelta())
    seen = f"heard of {silent.total_seconds():.0f} seconds ago"
    return Finding("worker", seen, mend if silent > WORKER_IS_GONE_AFTER else "")


def _clock(now: datetime) -> Finding:
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
    apart = abs(theirs - (now + (datetime.now(UTC) - before)))
    seen = f"{apart.total_seconds():.1f} seconds from the database's"
    return Finding("clock", seen, "Set both clocks by NTP." if apart > CLOCKS_MAY_DIFFER else "")


def _follow_up(now: datetime) -> Finding:
    last = FollowUpRun.objects.filter(finished_at__isnull=False).order_by("-on").values_list("on", flat=True).first()
    mend = "See that a worker runs, or run it once: udbytte followup"
    if last is None:
        return Finding("follow-up", "has never run", mend)
    late = localdate(now) - last > FOLLOW_UP_IS_LATE_AFTER
    return Finding("follow-up", f"last run for {last:%Y-%m-%d}", mend if late else "")


def _roles(now: datetime) -> Finding:
    """There must be an active administrator and an active HR: without them nothing can be set up in the application."""
    assignments = RoleAssignment.objects.on(localdate(now)).filter(person__is_active=True)
    roles = (Role.ADMINISTRATOR, "administrator"), (Role.HR, "HR")
    count = {name: assignments.filter(role=role).values("person").distinct().count() for role, name in roles}
    lacking = [(role, name) for role, name in roles if not count[name]]
    if not lacking:
        return Finding("roles", ", ".join(f"{name}: {number}" for name, number in count.items()))
    seen = " and ".join(f"nobody is {name}" for _role, name in lacking)
    commands = " and: ".join(f"udbytte role {role.value} EMAIL" for role, _name in lacking)
    return Finding("roles", seen, f"Run: {commands}")


def _ballot_key() -> Finding:
    """Whether the key that opens the answers to self-checks is there, is secret, and fits the public keys."""
    file, given = settings.CONFIG.ballot_key_file, settings.CONFIG.ballot_key
    if given is None and not file.exists() and not BallotKey.objects.exists():
        return Finding("self-check", "no key yet; the worker makes it")
    try:
        private = given or ballot_key.read(file)
    except ballot_key.NoBallotKey as problem:
        mend = "Put the key back (without one, the worker makes another), or ask the doctor on the worker's machine."
        return Finding("self-check", f"the key {problem}", mend)
    if given is None and ballot_key.is_open_to_others(file):
        return Finding("self-check", f"other users can read or change {file}", f"Run: chmod 600 {file}")
    public = public_key_of(private)
    if SelfCheck.objects.filter(closed_on__isnull=True).exclude(public_key=public).exists():
        mend = "Put back the key they were opened with. If it is lost, HR closes them and opens new ones."
        return Finding("self-check", "the key does not fit all open self-checks", mend)
    if not BallotKey.objects.filter(public=public).exists():
        return Finding(
            "self-check", "the key does not fit the public key", "See that a worker runs: it puts this right."
        )
    return Finding("self-check", "the key fits")


def _proxies() -> Finding:
    """Whether X-Forwarded-For has named as many addresses as proxies are trusted, when somebody logged in today."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    noted, named = cache.get(TOO_FEW_ADDRESSES) or (0, 0)
    if noted != trusted or not trusted:
        return Finding("proxies", f"{trusted} trusted")
    return Finding(
        "proxies",
        f"{trusted} trusted, but X-Forwarded-For named {named}, so people share limits on logging in",
        "Set UDBYTTE_TRUSTED_PROXIES to the number of proxies in front, and let each add its address to the header.",
    )


def _keys() -> Finding:
    """Whether the keys of the content are safe, and open what is stored: the oldest and newest rows of each column."""
    cipher, file = content_cipher(), settings.CONFIG.content_keys_file
    number = len(settings.CONTENT_KEYS)
    seen = f"{number} {'key' if number == 1 else 'keys'} in {file or 'UDBYTTE_CONTENT_KEYS'}"
    plain, closed = 0, ""
    for column in encrypted_columns(apps.get_models()):
        for pk, stored in sample_of(column):
            plain += STORED.match(stored) is None
            try:
                cipher.decrypt(stored)
            except CannotDecrypt as error:
                closed = closed or f"{column}, row {pk}: {error}"
    if closed:
        return Finding(
            "keys", f"{seen}; not all opens: {closed}", "Add the key that is missing: see Keys in the manual."
        )
    if file is not None and is_readable_by_others(file):
        return Finding("keys", f"{seen}, which others can read", f"Run: chmod 600 {file}")
    if plain:
        return Finding("keys", f"{seen}; some texts are not encrypted", "Run: udbytte rotate-keys")
    return Finding("keys", seen)


def _web() -> Finding:
    """Whether a web server answers: the one of this machine, or, where there is none, the one that people use."""
    here, everywhere = local_address(settings.CONFIG), settings.BASE_URL
    if answer := _answer(f"{here}/readyz"):
        mend = "" if answer == "ok" else "See the other findings, and the log of the web server."
        return Finding("web", f"{here} answers: {answer}", mend)
    if everywhere != here and (answer := _answer(f"{everywhere}/readyz")) == "ok":
        return Finding("web", f"{everywhere} answers, none on this machine")
    return Finding("web", f"{here} does not answer", "Start it: udbytte serve (or systemctl start udbytte-web).")


def _answer(url: str) -> str:
    """What a web server says of itself; empty if there is none."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_FOR_THE_WEB) as page:  # noqa: S310 (our own address)
            said, status = page.read(100), page.status
    except urllib.error.HTTPError as error:
        said, status = error.read(100), error.code
    except (OSError, ValueError):
        return ""
    return ", ".join(said.decode(errors="replace").split()) or f"status {status}"


def _mail() -> Finding:
    backend = get_connection()
    if not isinstance(backend, EmailBackend):
        if settings.CONFIG.is_production:
            return Finding("mail", "letters are not sent", "Set UDBYTTE_SMTP_HOST.")
        return Finding("mail", f"letters are not sent in {settings.CONFIG.mode} mode")
    server = f"{backend.host}:{backend.port}"
    try:
        backend.open()
        backend.close()
    except (OSError, smtplib.SMTPException, socket.gaierror) as error:
        message = " ".join(str(error).split()) or type(error).__name__
        return Finding("mail", f"{server} does not take mail ({message})", "Correct the UDBYTTE_SMTP_ settings.")
    return Finding("mail", f"{server} answers")


def _emails(now: datetime) -> Finding:
    """Whether what is written goes out. The server's answer is left out: it may name an address."""
    state = mail_state(now)
    if not state.waiting and state.outage is None:
        return Finding("emails", "none waits")
    age = state.age(now)
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    seen = f"{state.waiting} unsent, the oldest for {hours} h {minutes:02} min"
    if state.outage is not None:
        since = localtime(state.outage.since)
        seen += f"; the mail server takes none since {since:%Y-%m-%d %H:%M} ({state.outage.trouble})"
    is_trouble = state.is_trouble and (settings.MODE != "demo" or is_demo_database())
    mend = "See why on the page Emails (/mails/). Correct the mail server, or the UDBYTTE_SMTP_ settings."
    return Finding("emails", seen, mend if is_trouble else "")


def _assets() -> Finding:
    if isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        missing = [name for name in SERVED if name not in staticfiles_storage.hashed_files]
        mend = "Run: python tools/assets.py, then udbytte collectstatic --no-input"
    else:
        missing = [name for name in SERVED if finders.find(name) is None]
        mend = "Run: make setup"
    if missing:
        return Finding("assets", f"missing: {', '.join(missing)}", mend)
    return Finding("assets", "all there")


def _sign_on() -> Finding:
    """Whether each provider of the login at work can be used; the first trouble is told."""
    for provider in settings.SIGN_ON.providers:
        seen, mend = trouble_with(provider)
        if mend:
            return Finding("sign-on", f"{provider.id}: {seen}", mend)
    return Finding("sign-on", ", ".join(provider.id for provider in settings.SIGN_ON.providers))


def _secret() -> Finding:
    """The secret itself is never shown. Production does not start without one, so this finds a weak one."""
    if problem := secret_problem(settings.SECRET_KEY):
        return Finding("secret", problem, f"Give UDBYTTE_SECRET_KEY at least {SHORTEST_SECRET} random characters.")
    seen = "given" if settings.CONFIG.is_production else "kept in the data folder or given"
    return Finding("secret", seen)
