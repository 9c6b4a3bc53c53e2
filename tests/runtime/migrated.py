"""A data folder whose database is migrated and stopped: made once for the migrations there are, then copied."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import time
from pathlib import Path

import psutil

from tests import databases
from tests.runtime.installation import Installation
from tests.settings import CONFIG
from udbytte.runtime.postgres import BINARIES, cluster_user

SECONDS_TO_VANISH = 60  # a database that stops writes everything to disk first, which a busy disk takes its time for


def copy_migrated(data: Path) -> Path:
    """Make `data` a data folder with a migrated database, as migrating takes a while. Returns `data`."""
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-pR", f"{_migrated()}/.", data], check=True)
    cluster_user().own(data / "postgres", BINARIES.parent)
    return data


def _migrated() -> Path:
    """The folder that is copied. Another process that asks meanwhile waits until it is complete."""
    made = CONFIG.data / f"migrated_{databases.fingerprint()}"
    made.parent.mkdir(parents=True, exist_ok=True)
    with (CONFIG.data / "migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in CONFIG.data.glob("*migrated_*"):
                shutil.rmtree(old)
            draft = CONFIG.data / "draft_of_migrated_database"
            done = Installation({"UDBYTTE_DATA": str(draft)}).run("migrate", "--verbosity", "0")
            assert (done.returncode, wait_until_gone(draft)) == (0, []), done.stderr
            draft.rename(made)
    return made


def all_of(data: Path) -> list[psutil.Process]:
    """Every process that has to do with this data folder: by its settings, or the server by its arguments."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            mine = process.environ().get("UDBYTTE_DATA") == str(data) or str(data / "postgres") in process.cmdline()
        except psutil.Error:
            continue
        if mine:
            found.append(process)
    return found


def wait_until_gone(data: Path) -> list[psutil.Process]:
    """The processes of the folder that are left after a minute at most."""
    deadline = time.monotonic() + SECONDS_TO_VANISH
    while (left := all_of(data)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left
