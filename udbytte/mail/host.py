"""What the installation is called in identifiers of mails and calendar entries."""

from __future__ import annotations

from django.conf import settings


def host() -> str:
    """The name of the machine in the address that people use, without scheme, port and path."""
    return settings.BASE_URL.split("//")[-1].split(":")[0].split("/")[0] or "localhost"
