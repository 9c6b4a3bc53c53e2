"""`python -m tests.soak`: kill for an hour, and say what was lost, doubled or left hanging (then the status is 1)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .run import soak


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills the same in the same order")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pause", type=float, default=20, help="seconds between two kills, about")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="udbytte-soak-") as folder:
        data = Path(folder) / "data"
        report = soak(data, seed=chosen.seed, kills=chosen.kills, pause=chosen.pause, say=_say)
    _say(f"seed {chosen.seed}: {report}")
    raise SystemExit(bool(report.wrong))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
