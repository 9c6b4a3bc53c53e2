"""Where the web processes of one server count together: each writes to a file of its own in one folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .config import Config

# prometheus-client reads it when it is imported. It must not be imported before, so this module does not.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_counts(config: Config) -> Path:
    """Let this process and those it starts count together, from zero. The folder belongs to the port."""
    folder = config.data / f"metrics-{config.port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[VARIABLE] = str(folder)
    return folder
