"""Say whether the code of the pages has changed since speed was measured (docs/develop/speed.json); never fail."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "docs/develop/speed.json"
MAKE_PAGES = ("udbytte/web", "udbytte/queries", "udbytte/access", "udbytte/templates")


def main() -> None:
    """Print one line, or nothing when nothing has changed or there is no git to ask."""
    if not MEASURED.exists():
        print("speed: not measured yet. Do it with: make bench")
        return
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    commit = measured["commit"]
    if commit is None or _git("rev-parse", "HEAD") is None:
        return
    changed = _git("diff", "--name-only", commit, "--", *MAKE_PAGES)
    if changed is None:
        print(f"speed: measured {measured['date']} on a commit that is not here. Measure again with: make bench")
    elif changed:
        count = len(changed.splitlines())
        print(
            f"speed: {count} files of the pages have changed since {measured['date']}. Measure again with: make bench"
        )


def _git(*arguments: str) -> str | None:
    """What git answers; None where it fails, or is not installed."""
    try:
        answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return answer.stdout if answer.returncode == 0 else None


if __name__ == "__main__":
    main()
