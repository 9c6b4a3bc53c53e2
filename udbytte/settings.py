"""Django's settings, made from the checked environment (runtime/config.py). Nothing here reads the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from udbytte.runtime import config, postgres
from udbytte.runtime.logs import FORMATTERS, OneLine

django_stubs_ext.monkeypatch()

CONFIG = config.load()
PACKAGE = Path(__file__).resolve().parent

SECRET_KEY = CONFIG.secret_key
CONTENT_KEYS = CONFIG.content_keys
DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.hosts)
BASE_URL = CONFIG.url
DEMO_LOGIN = CONFIG.demo_login
PUBLIC_SELF_CHECK = CONFIG.public_self_check
ACCESSIBILITY_STATEMENT = CONFIG.accessibility_statement
SECURITY_CONTACT = CONFIG.security_contact
SECTOR = CONFIG.sector
ORGANISATION = CONFIG.organisation
WORKS_COUNCIL = CONFIG.works_council
JOURNAL_ADDRESS = CONFIG.journal_address
MODE = CONFIG.mode

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "udbytte",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "udbytte.web.base.locale.HealthMiddleware",
    "udbytte.web.base.metrics.MetricsMiddleware",
    # The headers are on everything: on files, and on the refusal of a wrong host, which SecurityMiddleware finds.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "udbytte.web.base.locale.UnreadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "udbytte.web.accounts.sessions.SessionMiddleware",
    "udbytte.web.base.drafts.LoginMiddleware",
    "udbytte.web.base.second_step.SecondStepMiddleware",
    "udbytte.web.base.private.PrivateMiddleware",
    "udbytte.web.base.audit.AuditMiddleware",
    "udbytte.web.base.locale.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "udbytte.web.base.drafts.DraftMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "udbytte.urls"
WSGI_APPLICATION = "udbytte.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

_LOADERS: list[Any] = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "udbytte.web.base.components",
                "udbytte.web.base.form_field",
                "udbytte.web.agreements.choice_fields",
                "udbytte.web.agreements.rows",
                "udbytte.web.courses.board_card",
                "udbytte.web.people.member_html",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "udbytte.web.base.request.everywhere",
            ],
        },
    }
]

FORM_RENDERER = "udbytte.web.base.fields.Renderer"

DATABASES: dict[str, dict[str, Any]] = {"default": postgres.django_database(CONFIG)}
# What web processes share (login attempts) is in the database, so that it holds for any number of machines.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "udbytte_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # with Django's 300, attempts would soon be deleted
    }
}
PROCRASTINATE_IMPORT_PATHS = [
    "udbytte.imports.tasks",
    *(f"udbytte.tasks.{path.stem}" for path in sorted((PACKAGE / "tasks").glob("[a-z]*.py"))),
]

# --- Language and time ---
LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "udbytte.formats"
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# --- Static files: hashed names and compressed where people are served, plain ones elsewhere ---
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data / "static"
if not CONFIG.serves_collected_files:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty; whitenoise warns if it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "udbytte.web.base.static_files.StaticFiles"
        if CONFIG.serves_collected_files
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not CONFIG.serves_collected_files
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Logging in: with a one-time code by e-mail. Nobody signs up: HR imports the people who can log in ---
AUTH_USER_MODEL = "udbytte.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "udbytte.web.accounts.passwords.WordsOfHere"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "udbytte.web.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "udbytte.web.accounts.openid.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "login": "udbytte.web.accounts.forms.Login",
    "request_login_code": "udbytte.web.accounts.forms.RequestLoginCode",
    "confirm_login_code": "udbytte.web.accounts.forms.ConfirmLoginCode",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # nobody signs up; this lets people who have a password use it
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.trusted_proxies
# ip: one client address, which can be a whole town hall. key: one account and one client address together, so that a
# stranger elsewhere cannot lock a person out; for the second factor, the account alone.
ACCOUNT_RATE_LIMITS = {
    "login": "1000/m/ip",
    "login_failed": "5/5m/key,600/5m/ip",
    "request_login_code": "1000/m/ip",
    "code_for_address": "5/5m/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # the login code has already proved the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that belong to nobody here
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https") else "http"
MFA_ADAPTER = "udbytte.web.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "udbytte.web.accounts.forms.Authenticate",
    "reauthenticate": "udbytte.web.accounts.forms.Reauthenticate",
    "activate_totp": "udbytte.web.accounts.forms.ActivateTOTP",
    "add_webauthn": "udbytte.web.accounts.forms.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Udbytte"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_SAVE_EVERY_REQUEST = False
IDLE_SECONDS = CONFIG.idle_minutes * 60
SIGN_ON = CONFIG.sign_on  # where people log in at work; web/accounts/sign_on.py
SECOND_STEP_FOR = CONFIG.second_step_for

# --- What a browser may do with our pages ---
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers take a cookie with this prefix only over TLS and from this very host, for all of its addresses.
COOKIE_PREFIX = "__Host-" if CONFIG.is_production else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
MESSAGE_STORAGE = "udbytte.web.base.messages.Messages"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CONFIG.is_production
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = CONFIG.is_production
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = CONFIG.is_production
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https") else []
SECURE_SSL_REDIRECT = CONFIG.is_production
SECURE_REDIRECT_EXEMPT: list[str] = []
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if CONFIG.is_production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CONFIG.is_production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.trust_proxy else None
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- Emails: sent by SMTP in production; in the demo none are sent, and people read them in the browser ---
_MAIL_BACKENDS = {
    "production": "udbytte.emails.smtp",
    "demo": "django.core.mail.backends.dummy",
    "test": "django.core.mail.backends.locmem",
    "dev": "udbytte.emails.smtp" if CONFIG.smtp_host else "django.core.mail.backends.console",
}
EMAIL_BACKEND = f"{_MAIL_BACKENDS[CONFIG.mode]}.EmailBackend"
EMAIL_HOST = CONFIG.smtp_host
EMAIL_PORT = CONFIG.smtp_port
EMAIL_HOST_USER = CONFIG.smtp_user
EMAIL_HOST_PASSWORD = CONFIG.smtp_password
EMAIL_USE_TLS = CONFIG.smtp_security == "starttls"
EMAIL_USE_SSL = CONFIG.smtp_security == "tls"
EMAIL_TIMEOUT = 20
CA_FILE = CONFIG.ca_file
DEFAULT_FROM_EMAIL = CONFIG.mail_from or "udbytte@localhost"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Logging: to stderr, without anything about people (no addresses, no query parameters) and without keys ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": FORMATTERS[CONFIG.log_format]}},
    "filters": {"one_line": {"()": OneLine}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "stranger": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["one_line"]},
    },
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": CONFIG.log_level},
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": ["stranger"], "propagate": False},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
        "saml2": {"level": "CRITICAL"},  # it writes who logs in; web/accounts/saml.py says what went wrong
        "udbytte.audit": {"level": "WARNING"},  # web processes and workers write its lines, and commands do not
    },
}
