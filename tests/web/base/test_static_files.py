"""The files of the pages where people are served: every one is named by what is in it, also what a module imports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

COLLECTED = {"BACKEND": "udbytte.web.base.static_files.StaticFiles"}
IMPORT = re.compile(r'from "([^"]+)"')


def test_every_module_imports_files_that_are_there_by_their_lasting_names(tmp_path: Path) -> None:
    stores = {**settings.STORAGES, "staticfiles": COLLECTED}
    with override_settings(STATIC_ROOT=tmp_path, STATICFILES_DIRS=[settings.PACKAGE / "static"], STORAGES=stores):
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
        entry = tmp_path / cast(Any, staticfiles_storage).stored_name("writing.js")
    seen, waiting = set[Path](), [entry]
    while waiting:
        file = waiting.pop()
        seen.add(file)
        for name in IMPORT.findall(file.read_text()):
            imported = (
                (file.parent / name).resolve() if name.startswith(".") else tmp_path / name.removeprefix("/static/")
            )
            assert re.search(r"\.[0-9a-f]{12}\.js$", imported.name), imported
            assert imported.exists(), imported
            waiting += [imported] if imported not in seen else []
    assert {file.name.split(".")[0] for file in seen} == {
        "writing",
        "field",
        "queue",
        "server",
        "state",
        "store",
        "sealed",
    }
