"""Runs the web server and the worker as children of one parent process. They end when the parent ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from . import leash
from .config import Config

SECONDS_TO_ANSWER = 90
SECONDS_TO_END = 12
SECONDS_TO_DIE = 3
SECONDS_BETWEEN_CHECKS = 0.1
FIRST_FREE_PORT = 1024  # lower ones are for root
PAGE_TO_TRY = "/konto/login/"


class PortTaken(Exception):
    """Another program uses the port. The message is one line for people."""


class ChildDied(Exception):
    """A child ended by itself. The message is one line for people."""


@dataclass
class ChildProcesses:
    """The children of this process. When `write_end` of the pipe closes, they know that the parent has ended."""

    read_end: int
    write_end: int
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `udbytte ARGUMENTS` as a child in its own process group, so that Ctrl-C reaches only the parent."""
        command = [sys.executable, "-m", "udbytte", *arguments, leash.OPTION, str(self.read_end)]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(self.read_end,), start_new_session=True)
        self.children[name] = child
        return child

    def check(self) -> None:
        """Raises ChildDied when one of the children has ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise ChildDied(f"the {name} ended by itself (status {child.returncode}); see what it said above.")

    def stop(self) -> None:
        """Ask all children to end, and kill them after twelve seconds, with the processes they have started."""
        for child in self.children.values():
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_END
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            child.wait()
            _wait_for_group(child.pid)
        self.children.clear()


def _wait_for_group(group: int) -> None:
    """Wait until all processes of a killed group have ended. Until then, they hold files and ports open."""
    deadline = time.monotonic() + SECONDS_TO_DIE
    with suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(SECONDS_BETWEEN_CHECKS / 5)


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return


@contextmanager
def child_processes() -> Iterator[ChildProcesses]:
    """Stop the children that are started in the block when it ends, for whatever reason.

    SIGTERM, SIGHUP and Ctrl-C raise KeyboardInterrupt in the block, and are ignored while the children stop.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    read_end, write_end = os.pipe()
    children = ChildProcesses(read_end, write_end)
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield children
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        os.close(read_end)
        os.close(write_end)
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def check_port(config: Config) -> None:
    """Raises PortTaken when another program listens on the port."""
    with socket.socket(socket.AF_INET6 if ":" in config.bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.bind, config.port))
        except OSError as error:
            other = config.port + 1 if config.port in range(FIRST_FREE_PORT, 65535) else 8000
            mend = "stop what uses it, or choose another one"
            if isinstance(error, PermissionError):
                mend = f"only root may use ports below {FIRST_FREE_PORT}, so choose another one"
            raise PortTaken(
                f"port {config.port} on {config.bind} cannot be used ({error.strerror}); {mend}: PORT={other} make run"
            ) from error


def local_address(config: Config) -> str:
    """The address of the web server on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.bind, config.bind)  # noqa: S104 (read, not bound)
    return f"http://{host}:{config.port}"


def wait_until_it_answers(config: Config, check: Callable[[], None]) -> None:
    """Wait for the first page. `check` is called between tries, and raises when the server has ended.

    Raises ChildDied after 90 seconds without an answer.
    """
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        check()
        if _answers(local_address(config) + PAGE_TO_TRY):
            return
        time.sleep(SECONDS_BETWEEN_CHECKS)
    raise ChildDied(f"the web server has not answered for {SECONDS_TO_ANSWER} seconds.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own http address)
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def watch_children(children: ChildProcesses) -> None:
    """Wait until a child ends (ChildDied) or somebody stops us (KeyboardInterrupt)."""
    while True:
        children.check()
        time.sleep(SECONDS_BETWEEN_CHECKS * 2)
