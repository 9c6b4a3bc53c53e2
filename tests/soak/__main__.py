"""`python -m tests.soak`: kill for an hour, and say what was lost, doubled or left hanging (then the status is 1)."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from .run import soak

SECONDS_TO_RETURN = 5.0  # in which pages answer when the database is back


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills the same in the same order")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pause", type=float, default=20, help="seconds between two kills, about")
    parser.add_argument(
        "--outage", type=float, default=60, help="seconds for which a killed database stays away, at most"
    )
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="udbytte-soak-"))
    report = soak(
        folder / "data",
        seed=chosen.seed,
        kills=chosen.kills,
        pause=chosen.pause,
        outage=chosen.outage,
        returns_within=SECONDS_TO_RETURN,
        say=_say,
    )
    _say(f"seed {chosen.seed}: {report}")
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
