"""Write the software bill of materials (CycloneDX, JSON): every package that an installation has, with its hashes.

It reads the locked Python packages of requirements.txt and the locked npm packages that are served or put into PDFs.
cyclonedx-bom does the work in an environment of its own, so that it is in no installation.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "sbom.json"


def tool(name: str, command: str) -> str:
    """The command of requirements-NAME.txt, which is installed when it is missing or another one is locked."""
    environment, requirements = ROOT / ".venv" / name, ROOT / f"requirements-{name}.txt"
    mark = environment / "installed"
    if not mark.exists() or mark.read_bytes() != requirements.read_bytes():
        venv.create(environment, with_pip=True, clear=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(requirements)], check=True)
        mark.write_bytes(requirements.read_bytes())
    return str(environment / "bin" / command)


def npm_components(lock: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages of package-lock.json without those that only check pages."""
    components = []
    for place, package in sorted(lock["packages"].items()):
        if not place or package.get("dev") or package.get("devOptional"):
            continue
        name = place.rpartition("node_modules/")[2]
        algorithm, _, digest = package["integrity"].partition("-")
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        component = {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": package["version"],
            "purl": purl,
            "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        }
        if "license" in package:
            component["licenses"] = [{"license": {"name": package["license"]}}]
        components.append(component)
    return components


def main() -> int:
    command = [
        tool("sbom", "cyclonedx-py"),
        "requirements",
        "requirements.txt",
        "--pyproject",
        "pyproject.toml",
        "--output-reproducible",
    ]
    done = subprocess.run(
        [*command, "--output-format", "JSON", "--spec-version", "1.6"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    bom = json.loads(done.stdout)
    bom["components"] += npm_components(json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8")))
    FILE.write_text(json.dumps(bom, indent=1) + "\n", encoding="utf-8")
    print(f"sbom: {FILE.name} has {len(bom['components'])} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
