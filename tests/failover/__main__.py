"""`python -m tests.failover`: lose the database's machine under load, and say what it cost (status 1 if anything)."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from .run import failover


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.failover", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="for which people write before and after the loss")
    parser.add_argument("--decide", type=float, default=2, help="seconds from the loss until the standby is promoted")
    parser.add_argument("--emails", type=int, default=200)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="udbytte-failover-"))
    folder.chmod(0o755)
    report = failover(
        folder / "data", seconds=chosen.seconds, decides_after=chosen.decide, emails=chosen.emails, say=_say
    )
    _say(str(report))
    if report.wrong:
        _say(f"the log of the processes: {folder}/soak.log")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(bool(report.wrong))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
