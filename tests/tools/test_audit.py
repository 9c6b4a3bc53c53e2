"""`make audit` says what is known of holes in packages, and never that all is well when it could not ask."""

from __future__ import annotations

import sys

import pytest

from tools.audit import Unknown, holes_in_npm, holes_in_python, report_of


def test_a_hole_is_named_with_the_version_that_mends_it() -> None:
    hole = {"id": "GHSA-1", "fix_versions": ["5.2.9"]}
    packages = [
        {"name": "django", "version": "5.2.8", "vulns": [hole]},
        {"name": "typst", "version": "1", "vulns": []},
        {"name": "pillow", "version": "12", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]},
    ]
    assert holes_in_python({"dependencies": packages}) == [
        "django 5.2.8: GHSA-1, mended in 5.2.9",
        "pillow 12: PYSEC-2, not mended yet",
    ]


def test_packages_that_pip_audit_could_not_look_at_are_not_well() -> None:
    skipped = {"name": "django", "skip_reason": "Dependency not found on PyPI and could not be audited"}
    with pytest.raises(Unknown, match=r"nothing of 1 of 2 packages, such as django"):
        holes_in_python({"dependencies": [skipped, {"name": "typst", "version": "1", "vulns": []}]})


def test_what_npm_answers_is_read() -> None:
    assert holes_in_npm({"vulnerabilities": {}}) == []
    assert holes_in_npm({"vulnerabilities": {"htmx": {"range": "<2.0.9", "severity": "high"}}}) == ["htmx <2.0.9: high"]
    with pytest.raises(Unknown, match=r"405 Method Not Allowed"):
        holes_in_npm({"message": "405 Method Not Allowed - POST https://registry.example"})


def test_a_tool_that_writes_no_report_says_why() -> None:
    with pytest.raises(Unknown, match=r"^no route to host$"):
        report_of([sys.executable, "-c", "import sys; print('no route to host', file=sys.stderr)"])
