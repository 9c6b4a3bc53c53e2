"""Importing a file in both ways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import TODAY
from tests.imports.organisation.small_files import Load
from tests.imports.test_pages import masked
from udbytte.imports.organisation.read import mask_cpr
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report


@pytest.fixture(params=["command line", "page"])
def load(request: pytest.FixtureRequest) -> Load:
    """Import a file as the command line does, or as the page does, which stores it without CPR numbers first."""

    def load(source: tuple[str, bytes], **options: Any) -> Report:
        name, content = source
        if request.param == "page":
            content = masked(mask_cpr, name, content)
        return import_organisation((name, content), by=None, on=TODAY, **options)

    return load
