"""Ends a child process when its parent has ended, for whatever reason.

The parent holds the writing end of a pipe open and never writes. When it ends, even by kill -9, the kernel closes that
end, and the child, which reads at the other end, notices.
"""

from __future__ import annotations

import os
import signal
import threading
import time

SECONDS_TO_LEAVE = 10
OPTION = "--leash"


def take_option(arguments: list[str]) -> None:
    """Remove `--leash FD`, which the parent has added, from the arguments, and follow that parent."""
    if OPTION in arguments[:-1]:
        at = arguments.index(OPTION)
        follow_parent(int(arguments[at + 1]))
        del arguments[at : at + 2]


def follow_parent(read_end: int) -> None:
    """From now on, end when the parent has ended, and by force if that takes more than ten seconds.

    The process must lead its own process group, because the processes it has started end with it.
    """
    os.set_inheritable(read_end, False)
    threading.Thread(target=_wait_for_end_of_parent, args=(read_end,), name="leash", daemon=True).start()


def _wait_for_end_of_parent(read_end: int) -> None:
    os.read(read_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_LEAVE)
    os.killpg(0, signal.SIGKILL)
