"""Django's SMTP, which trusts the organisation's own certificate authority too (UDBYTTE_CA_FILE)."""

from __future__ import annotations

import ssl
from functools import cached_property

from django.conf import settings
from django.core.mail.backends import smtp


class EmailBackend(smtp.EmailBackend):
    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if settings.CA_FILE is not None:
            context.load_verify_locations(settings.CA_FILE)
        return context
