"""`python -m tests.attack`: print the table into docs/operate/security.md."""

from __future__ import annotations

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from tests.attack.table import main  # noqa: E402 (the settings come first)

main()
