"""The web application for any WSGI server: `granian --interface wsgi udbytte.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from udbytte.runtime import config, postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
config.be_a_web_process()
postgres.hold_or_exit(config.load())
application = get_wsgi_application()
