"""The whole house under one parent process: the web server and the worker as children, each on a leash."""

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
SECONDS_TO_LEAVE = 12
SECONDS_TO_DIE = 3
SECONDS_BETWEEN_LOOKS = 0.1
ASKED_FOR_LIFE = "/konto/login/"


class PortTaken(Exception):
    """Somebody else listens where we would; the message is one line for people."""


class ChildDied(Exception):
    """A child ended by itself; the message is one line for people."""


@dataclass
class ChildProcesses:
    """The children of this process. `write_end` is the pipe end whose closing tells them that the parent is gone."""

    read_end: int
    write_end: int
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `udbytte ARGUMENTS` as a child in a process group of its own, so that Ctrl-C reaches us only."""
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
        """Ask all to leave, and after twelve seconds make them; those they started go with them."""
        for child in self.children.values():
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_LEAVE
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            child.wait()
            _wait_for_group(child.pid)
        self.children.clear()


def _wait_for_group(group: int) -> None:
    """Wait until nobody of a killed group is left: while one dies, it still holds what it had open."""
    deadline = time.monotonic() + SECONDS_TO_DIE
    with suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(SECONDS_BETWEEN_LOOKS / 5)


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return


@contextmanager
def child_processes() -> Iterator[ChildProcesses]:
    """The children started inside are stopped when the block ends, for whatever reason it ends.

    SIGTERM, SIGHUP and Ctrl-C inside the block raise KeyboardInterrupt; while stopping they are ignored.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    read_end, write_end = os.pipe()
    home = ChildProcesses(read_end, write_end)
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield home
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        home.stop()
        os.close(read_end)
        os.close(write_end)
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def check_port(config: Config) -> None:
    """Raises PortTaken when somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in config.bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.bind, config.port))
        except OSError as error:
            other = config.port + 1 if config.port < 65535 else 8000
            raise PortTaken(
                f"port {config.port} on {config.bind} cannot be used ({error.strerror}); "
                f"stop what uses it, or choose another one: PORT={other} make run"
            ) from error


def local_address(config: Config) -> str:
    """Where the web server is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.bind, config.bind)  # noqa: S104 (read, not bound)
    return f"http://{host}:{config.port}"


def wait_until_it_answers(config: Config, check: Callable[[], None]) -> None:
    """Wait for the first page; `check` is called between tries and raises when the server has ended.

    Raises ChildDied after 90 seconds without an answer.
    """
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        check()
        if _answers(local_address(config) + ASKED_FOR_LIFE):
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise ChildDied(f"the web server has not answered for {SECONDS_TO_ANSWER} seconds.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own http address)
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def watch_children(home: ChildProcesses) -> None:
    """Stay until a child dies (ChildDied) or somebody stops us (KeyboardInterrupt)."""
    while True:
        home.check()
        time.sleep(SECONDS_BETWEEN_LOOKS * 2)
