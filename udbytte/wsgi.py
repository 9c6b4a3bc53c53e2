"""The web application for any WSGI server: `granian --interface wsgi udbytte.wsgi:application`."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from udbytte.runtime import config, postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
config.set_web_process_defaults()
postgres.ensure_database_or_exit(config.load())
application = get_wsgi_application()
logging.getLogger("udbytte.audit").setLevel(logging.INFO)
