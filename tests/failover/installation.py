"""Two machines in one: two web servers and two workers on a PostgreSQL with a standby that follows it."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.runtime.migrated import copy_migrated
from tests.soak.installation import PREPARE, STARTS_WITHIN, Installation, free_port, kill_group
from udbytte.runtime import postgres

STANDBY = "standby"
OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=64MB -c wal_keep_size=256MB"
IS_SYNCHRONOUS = "select sync_state from pg_stat_replication where application_name = 'standby'"


class Server:
    """One PostgreSQL: its folder and its port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.is_alive = False

    @property
    def address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={postgres.SUPERUSER}"

    def control(self, action: str, *arguments: str) -> None:
        command = [str(postgres.BINARIES / "pg_ctl"), "-D", str(self.folder), "-s", "-w", "-t", "60"]
        postgres.run_as_cluster_user(postgres.cluster_user(), [*command, *arguments, action])

    def start(self) -> None:
        self.control("start", "-l", str(self.folder / "server.log"), "-o", f"-p {self.port} {OPTIONS}")
        self.is_alive = True

    def do(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(f"{self.address} dbname=postgres", autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def make_standby(self, folder: Path) -> Server:
        """A server that follows this one. Both run then, and this one commits only what the other has."""
        standby = Server(folder)
        folder.mkdir(mode=0o700)
        postgres.cluster_user().own(folder, postgres.BINARIES.parent)
        backup = [str(postgres.BINARIES / "pg_basebackup"), "-D", str(folder), "-R", "-X", "stream", "-c", "fast"]
        where = ["-d", f"{self.address} application_name={STANDBY}", "-C", "-S", STANDBY]
        postgres.run_as_cluster_user(postgres.cluster_user(), [*backup, *where])
        standby.start()
        self.do(f"alter system set synchronous_standby_names = '{STANDBY}'")
        self.do("select pg_reload_conf()")
        return standby

    def kill(self) -> None:
        """As if the machine had lost its power."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        family = [psutil.Process(pid), *psutil.Process(pid).children()]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)
        self.is_alive = False


class TwoMachines(Installation):
    """`ports` are those of the two web servers."""

    def __init__(self, data: Path, *, mail_port: int) -> None:
        super().__init__(data, mail_port=mail_port, seed=1, outage=0, web_processes=1)
        self.ports = (self.port, free_port())
        self.primary = Server(data / "postgres")
        self.servers = [self.primary]

    def parts(self) -> dict[str, dict[str, str]]:
        web = {f"serve {port}": {**self.environ, "PORT": str(port)} for port in self.ports}
        return web | {f"worker {number}": self.environ for number in (1, 2)}

    def start(self) -> dict[str, Any]:
        copy_migrated(self.data)
        self.primary.start()
        self.standby = self.primary.make_standby(self.data / "standby")
        self.servers.append(self.standby)
        self.until(lambda: self.primary.do(IS_SYNCHRONOUS) == [("sync",)], STARTS_WITHIN)
        ports = f"{self.primary.port},{self.standby.port}"
        self.environ["DATABASE_URL"] = (
            f"postgresql://{postgres.SUPERUSER}@/{postgres.NAME}?host=127.0.0.1,127.0.0.1&port={ports}"
            "&target_session_attrs=read-write&connect_timeout=3"
        )
        known = json.loads(self.run(sys.executable, "-c", PREPARE))
        self.watching = threading.Thread(target=self._watch)
        self.watching.start()
        self.until(self.answers, STARTS_WITHIN)
        return dict(known)

    def stop(self) -> None:
        self.stopping.set()
        if self.processes:
            self.watching.join()
        for process in self.processes.values():
            kill_group(process)
        for server in self.servers:
            if server.is_alive:
                server.control("stop", "-m", "immediate")

    def answers(self) -> bool:
        """Whether both web servers do."""
        return all(is_ready(port) for port in self.ports)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as page:
            return bool(page.status == 200)
    except OSError:
        return False
