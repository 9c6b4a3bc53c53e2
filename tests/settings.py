"""The settings of the tests: what a developer has set for the demo does not reach them."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

for name in [name for name in os.environ if name.startswith("UDBYTTE_") or name in ("DATABASE_URL", "PORT")]:
    del os.environ[name]
os.environ["UDBYTTE_MODE"] = "test"
os.environ["UDBYTTE_DATA"] = str(ROOT / ".data" / "test")

from tests import databases  # noqa: E402 (the environment comes first)
from udbytte.settings import *  # noqa: E402, F403
from udbytte.settings import CONFIG, DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": databases.claim_name(CONFIG)}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
