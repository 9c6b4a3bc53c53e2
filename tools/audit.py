"""Ask whether known holes are in the packages: those of requirements.txt by pip-audit, those of npm by `npm audit`.

pip-audit is in an environment of its own, as what makes the bill of materials is. The status is 1 if there is a hole,
and 2 if nothing is known because the service did not answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tools.assets import ROOT, npm_command
from tools.sbom import tool

SECONDS = 300


class Unknown(Exception):
    """The service that knows of holes could not be asked. The message says why."""


def holes_in_python(report: dict[str, Any]) -> list[str]:
    """One line for each hole in a report of pip-audit. Raises Unknown if it could not look at every package."""
    packages = report["dependencies"]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped:
        # pip-audit itself ends with "no known vulnerabilities" here
        raise Unknown(f"it knows nothing of {len(skipped)} of {len(packages)} packages, such as {skipped[0]}")
    return [
        f"{package['name']} {package['version']}: {hole['id']}, {_mended_in(hole['fix_versions'])}"
        for package in packages
        for hole in package["vulns"]
    ]


def _mended_in(versions: list[str]) -> str:
    return f"mended in {' and '.join(versions)}" if versions else "not mended yet"


def holes_in_npm(report: dict[str, Any]) -> list[str]:
    """One line for each package with a hole in a report of npm. Raises Unknown if npm could not ask."""
    if "vulnerabilities" not in report:
        raise Unknown(str(report.get("message") or report.get("error") or "no answer"))
    return [
        f"{name} {package['range']}: {package['severity']}"
        for name, package in sorted(report["vulnerabilities"].items())
    ]


def report_of(command: list[str]) -> dict[str, Any]:
    """The JSON that the command writes, whatever its status. Raises Unknown if it writes none."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        report: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unknown(f"no answer in {SECONDS} seconds") from None
    except json.JSONDecodeError:
        raise Unknown((done.stderr.strip().splitlines() or ["no answer"])[-1]) from None
    return report


def main() -> int:
    pip_audit = [tool("audit", "pip-audit"), "--disable-pip", "--require-hashes", "-r", "requirements.txt"]
    asked = (
        ("Python", holes_in_python, [*pip_audit, "--format", "json", "--progress-spinner", "off"]),
        ("npm", holes_in_npm, [*npm_command(), "audit", "--json", "--package-lock-only"]),
    )
    status = 0
    for name, holes_in, command in asked:
        try:
            holes = holes_in(report_of(command))
        except Unknown as reason:
            print(f"audit: nothing is known of the {name} packages: their service cannot be asked here ({reason}).")
            status = status or 2
            continue
        print("\n".join([f"audit: {len(holes)} known holes in the {name} packages.", *(f"  {hole}" for hole in holes)]))
        status = 1 if holes else status
    return status


if __name__ == "__main__":
    sys.exit(main())
