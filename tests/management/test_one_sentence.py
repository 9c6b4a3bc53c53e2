"""What goes wrong, or is stopped, at the command line is said in one sentence."""

from __future__ import annotations

import socket
import subprocess
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.cast import TODAY, Cast
from udbytte.management.commands import prove, run
from udbytte.queries import health
from udbytte.runtime import backup, postgres, processes

ROOT = Path(__file__).resolve().parents[2]
INITDB = """initdb: error: could not create directory "x": No space left on device
initdb: removing contents of data directory "/data/postgres"
"""


def _stop(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_backup_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"cannot be written \(File name too long\)\."):
        call_command("backup", str(tmp_path / ("x" * 300)))

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", forbidden)
    monkeypatch.setattr(Path, "unlink", forbidden)
    with pytest.raises(backup.BackupFailed, match=r"b cannot be written \(Permission denied\)\."):
        backup.write(settings.CONFIG, tmp_path / "b")


def test_a_full_disk() -> None:
    assert postgres._cause(INITDB) == 'initdb: error: could not create directory "x": No space left on device'
    assert postgres._cause("one\ntwo\n") == "two" and postgres._cause("") == ""


def test_a_port_that_only_root_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    class Probe(socket.socket):
        def bind(self, address: Any) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "socket", Probe)
    with pytest.raises(processes.PortTaken) as refusal:
        processes.check_port(settings.CONFIG.__class__(**{**vars(settings.CONFIG), "port": 80}))
    assert str(refusal.value) == (
        "port 80 on 127.0.0.1 cannot be used (Permission denied); only root may use ports below 1024, so choose "
        "another one: PORT=8000 make run"
    )


def test_a_python_that_is_named_and_does_not_start(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    command = ["make", "--no-print-directory", f"VENV={venv}", "PYTHON=/no/python3.13", f"{venv}/bin/python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and not venv.exists()
    assert "setup: PYTHON=/no/python3.13 does not start, or is older than 3.11." in done.stdout


@pytest.mark.parametrize(
    ("is_made", "sentence"),
    [
        (True, "Udbytte has stopped. What was entered is there next time."),
        (False, "Udbytte has stopped before its demo was made. The next start makes it from the beginning."),
    ],
)
def test_ctrl_c_while_the_demo_is_made(
    is_made: bool, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not is_made:
        (tmp_path / run.UNFINISHED).touch()
    monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.__class__(**{**vars(settings.CONFIG), "data": tmp_path}))
    monkeypatch.setattr(processes, "check_port", _stop)
    call_command("run")
    assert capsys.readouterr().out == f"\n{sentence}\n"


def test_ctrl_c_during_a_proof(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(prove, "live_all", _stop)
    with pytest.raises(SystemExit) as end:
        call_command("prove")
    assert end.value.code == 130
    assert capsys.readouterr().err == "\nudbytte prove: stopped. Its databases are removed, and no figures are kept.\n"


@pytest.mark.django_db
def test_a_drill_looks_at_the_data_and_not_at_what_does_not_run() -> None:
    findings = health.findings(datetime.now(UTC), is_drill=True)
    assert [finding.name for finding in findings] == ["database", "migrations", "roles", "keys", "assets", "secret"]


@pytest.mark.django_db
def test_a_follow_up_counts_notifications_and_emails_apart(cast: Cast) -> None:
    output = StringIO()
    call_command("followup", "--on", TODAY.isoformat(), stdout=output)
    call_command("followup", "--on", TODAY.isoformat(), stdout=output)
    lines = [line for line in output.getvalue().splitlines() if line.startswith(TODAY.isoformat())]
    assert lines[1] == f"{TODAY}: 0 new notifications; 0 emails."
    assert lines[0].endswith("also about what waited.")
