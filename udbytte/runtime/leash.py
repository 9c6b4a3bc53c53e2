"""A child ends when its parent is gone, however the parent went.

The parent keeps the writing end of a pipe open and never writes. When it dies, even by kill -9, the kernel closes that
end, and the child, which reads at the other end, hears of it.
"""

from __future__ import annotations

import os
import signal
import threading
import time

SECONDS_TO_LEAVE = 10
OPTION = "--leash"


def take_option(arguments: list[str]) -> None:
    """Take `--leash FD` out of the arguments, where the parent has put it, and follow that parent."""
    if OPTION in arguments[:-1]:
        at = arguments.index(OPTION)
        follow_parent(int(arguments[at + 1]))
        del arguments[at : at + 2]


def follow_parent(read_end: int) -> None:
    """From now on, end in good order when the parent is gone, and by force if that takes more than ten seconds.

    The process must lead a process group of its own: those it has started go with it.
    """
    os.set_inheritable(read_end, False)
    threading.Thread(target=_wait_for_the_end, args=(read_end,), name="leash", daemon=True).start()


def _wait_for_the_end(read_end: int) -> None:
    os.read(read_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_LEAVE)
    os.killpg(0, signal.SIGKILL)
