"""Stops the embedded server when nobody uses it, also when its last user was killed and could not stop it.

It is a process of its own, started with the server: `python -m udbytte.runtime.watcher`. It sleeps until no other
process holds a lock on the file of users.
"""

from __future__ import annotations

import fcntl
import os
import signal

from .config import read


def main() -> None:
    """Wait until there are no users, and stop the server. If a new user comes before it is stopped, wait again."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    config = read(os.environ)
    users = config.data / "postgres.users"
    stopped = False
    while not stopped:
        try:
            with users.open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
        except FileNotFoundError:
            return  # the whole folder has been deleted
        from . import postgres  # imported late, because it needs much memory

        stopped = postgres.stop_if_unused(config)


if __name__ == "__main__":
    main()
