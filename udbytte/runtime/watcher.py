"""Stops the embedded server when nobody uses it any more, also when the last who did was killed and could not do it.

It is started beside the server as a process of its own: `python -m udbytte.runtime.watcher`. It sleeps in the kernel
until all others have let go of the file that says who uses the server.
"""

from __future__ import annotations

import fcntl
import os
import signal

from .config import read


def main() -> None:
    """Wait for the last to leave; whoever comes before the server is stopped makes it wait again."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    config = read(os.environ)
    users = config.data / "postgres.users"
    stopped = False
    while not stopped:
        try:
            with users.open("a") as nobody:
                fcntl.flock(nobody, fcntl.LOCK_EX)
        except FileNotFoundError:
            return  # the whole folder is gone
        from . import postgres  # only now: what it needs is large

        stopped = postgres.stop_if_unused(config)


if __name__ == "__main__":
    main()
