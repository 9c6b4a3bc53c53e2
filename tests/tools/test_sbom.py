"""The bill of materials has the packages of an installation, and not those that only check pages."""

from __future__ import annotations

import json

from tools.sbom import ROOT, npm_components


def test_npm_packages_have_their_hashes_and_licences() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {package["name"]: package for package in npm_components(lock)}
    served = packages["@digdir/designsystemet-css"]
    assert served["purl"].startswith("pkg:npm/%40digdir/designsystemet-css@")
    assert [(each["alg"], len(each["content"])) for each in served["hashes"]] == [("SHA-512", 128)]
    assert served["licenses"] == [{"license": {"name": "MIT"}}]
    assert "html-validate" not in packages and "vnu-jar" not in packages
