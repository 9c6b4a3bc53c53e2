"""`udbytte run` starts everything, and leaves no process behind, for whatever reason it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.runtime.installation import COMMAND, Installation
from tests.runtime.migrated import SECONDS_TO_VANISH, all_of, copy_migrated, wait_until_gone

pytestmark = [pytest.mark.slow, pytest.mark.own_clock]
SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copy_migrated(tmp_path / "data")


class House:
    """`udbytte run` on a free port with a data folder of its own, started and answering."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.installation = Installation({"UDBYTTE_DATA": str(data), "PORT": str(self.port)})
        self.log = data.parent / "log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*COMMAND, "run"], env=self.installation.full_environ, stdout=output, stderr=output
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while "Ctrl-C stops it." not in self.said() and self.process.poll() is None:
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> dict[str, psutil.Process]:
        children = psutil.Process(self.process.pid).children()
        return {child.cmdline()[3]: child for child in children if child.cmdline()[1:3] == ["-m", "udbytte"]}


@contextmanager
def house_in(data: Path) -> Iterator[House]:
    house = House(data)
    try:
        yield house
    finally:
        house.process.kill()
        house.process.wait()
        for process in wait_until_gone(house.data):
            with suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    with house_in(data) as house:
        yield house


@pytest.fixture
def demo_house(tmp_path: Path) -> Iterator[House]:
    """One whose database has the demo's mark."""
    data = copy_migrated(tmp_path / "data")
    mark = "from udbytte.models import DemoMark; DemoMark.objects.create(made_on='2026-03-02')"
    done = Installation({"UDBYTTE_DATA": str(data)}).run("shell", "--verbosity", "0", "--command", mark)
    assert done.returncode == 0, done.stderr
    with house_in(data) as house:
        yield house


def test_it_prints_its_address_and_the_cast(demo_house: House) -> None:
    house = demo_house
    address = f"http://127.0.0.1:{house.port}"
    assert f"{address}/" in house.said()
    assert f"{address}/demo/" in house.said()
    assert re.findall(r"^  ([a-z-]+) ", house.said(), re.MULTILINE) == [
        "employee",
        "manager",
        "coordinator",
        "helper",
        "budget-owner",
        "hr",
        "works-council",
        "administrator",
    ]
    with urllib.request.urlopen(f"{address}/konto/login/", timeout=10) as page:
        assert page.status == 200
    assert set(house.children()) == {"serve", "worker"}


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, *(pytest.param(other, marks=pytest.mark.prove) for other in (signal.SIGINT, signal.SIGHUP))],
)
def test_it_stops_with_nothing_left_running(house: House, number: signal.Signals) -> None:
    assert len(all_of(house.data)) > 3
    house.process.send_signal(number)
    assert house.process.wait(timeout=SECONDS_TO_VANISH) == 0
    assert wait_until_gone(house.data) == []
    assert "Udbytte has stopped." in house.said()


def test_when_the_parent_is_killed_everything_ends(house: House) -> None:
    house.process.kill()
    house.process.wait()
    assert wait_until_gone(house.data) == []
    again = house.installation.run("migrate", "--check")
    assert (again.returncode, again.stderr) == (0, "")


def test_when_all_are_killed_at_once_the_database_stops_too(house: House) -> None:
    parent = psutil.Process(house.process.pid)
    for process in [parent, *parent.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # it may have ended with the one before
            process.kill()
    house.process.wait()
    assert wait_until_gone(house.data) == []


@pytest.mark.parametrize(
    ("child", "named"), [("worker", "worker"), pytest.param("serve", "web server", marks=pytest.mark.prove)]
)
def test_a_child_that_dies_is_reported_and_ends_everything(house: House, child: str, named: str) -> None:
    house.children()[child].kill()
    assert house.process.wait(timeout=SECONDS_TO_VANISH) == 1
    assert f"udbytte: the {named} ended by itself" in house.said()
    assert wait_until_gone(house.data) == []


def test_a_port_in_use_is_reported_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = Installation({"UDBYTTE_DATA": str(tmp_path / "data"), "PORT": str(port)}).run("run")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"udbytte: port {port} on 127.0.0.1 cannot be used")
    assert f"PORT={port + 1} make run" in line


def test_two_commands_share_one_server_and_the_last_one_stops_it(data: Path) -> None:
    installation = Installation({"UDBYTTE_DATA": str(data)})
    both = [
        subprocess.Popen([*COMMAND, "migrate", "--check"], env=installation.full_environ, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[1] for process in both] == [b"", b"", b""]
    assert [process.returncode for process in both] == [0, 0, 0]
    assert wait_until_gone(data) == []


def test_a_server_killed_in_the_middle_comes_back(tmp_path: Path) -> None:
    """Its file then names a process that is gone, or another one that has got the number since."""
    # Too long for a socket, which then is elsewhere.
    data = copy_migrated(tmp_path / ("a-long-way-down" * 8) / "data")
    installation = Installation({"UDBYTTE_DATA": str(data)})
    for number in (os.getpid(), 4_000_000):
        (data / "postgres" / "postmaster.pid").write_text(f"{number}\n{data}/postgres\n1\n5432\n\n\n\nready\n")
        again = installation.run("migrate", "--check")
        assert (again.returncode, again.stderr) == (0, "")
