"""PostgreSQL refuses to run as root: where we are root (a container), the embedded server gets a user of its own."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

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
