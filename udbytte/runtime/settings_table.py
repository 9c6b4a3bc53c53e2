"""The table of all settings. The manual for operation has the same one, and a test compares the two."""

from __future__ import annotations

from dataclasses import dataclass

from . import settings_file

WEB_THREADS = 4  # in each web process; each uses a database connection while it makes a page
# The defaults of a web process. People wait for its pages, but nobody waits for commands and the worker.
WEB_DEFAULTS = {"UDBYTTE_POOL": str(WEB_THREADS), "UDBYTTE_LOCK_TIMEOUT": "3", "UDBYTTE_STATEMENT_TIMEOUT": "30"}


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as text for people, and its meaning."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        settings_file.NAME,
        f"{settings_file.USUAL}, if it is there",
        "the file with the settings below; a variable of the environment comes before a line of it",
    ),
    Setting("UDBYTTE_MODE", "production with a DATABASE_URL, otherwise demo", "demo, production, test or dev"),
    Setting(
        "UDBYTTE_DATA",
        ".data in the checkout, otherwise ~/.local/share/udbytte",
        "the folder for the embedded database, collected files, demo secret",
    ),
    Setting("DATABASE_URL", "empty: the embedded PostgreSQL", "postgresql://user:password@host:5432/name"),
    Setting("PORT", "8000", "the port that the web server listens on"),
    Setting("UDBYTTE_BIND", "127.0.0.1", "the address that the web server listens on"),
    Setting("UDBYTTE_URL", "http://127.0.0.1:PORT", "the address that people use; links in emails start with it"),
    Setting(
        "UDBYTTE_HOSTS", "the host of UDBYTTE_URL", "host names that are answered, with commas between; never * or .dk"
    ),
    Setting(
        "UDBYTTE_SECRET_KEY",
        "generated in demo, dev and test",
        "at least 50 random characters; signs links and sessions",
    ),
    Setting(
        "UDBYTTE_CONTENT_KEYS",
        "those of the file",
        "the keys that encrypt what people write, with commas between: the first writes, all read",
    ),
    Setting(
        "UDBYTTE_CONTENT_KEYS_FILE",
        "keys/content in UDBYTTE_DATA; generated in demo, dev and test",
        "the file with these keys, one on each line; only its owner may read it",
    ),
    Setting(
        "UDBYTTE_BACKUP_RECIPIENTS",
        "empty: backups are not encrypted as a whole",
        "public keys of age (age1...) that `udbytte backup` encrypts for, with commas between",
    ),
    Setting(
        "UDBYTTE_DEBUG", "on in dev, otherwise off", "on or off: error pages for developers; refused in production"
    ),
    Setting("UDBYTTE_DEMO_LOGIN", "on in demo and dev", "on or off: step in as one of the cast; refused in production"),
    Setting(
        "UDBYTTE_PUBLIC_SELF_CHECK",
        "on in demo and dev",
        "on or off: `/selvtjek/` for anybody, without login; nothing is kept there",
    ),
    Setting(
        "UDBYTTE_BALLOT_KEY_FILE",
        "ballot-key in UDBYTTE_DATA",
        "the file with the private key that opens the answers to self-checks; the worker makes it; no backup has it",
    ),
    Setting(
        "UDBYTTE_BALLOT_KEY",
        "empty: the file",
        "the same key as 64 hexadecimal digits, instead of the file: where workers run on several machines",
    ),
    Setting(
        "UDBYTTE_ACCESSIBILITY_STATEMENT",
        "empty: no link",
        "the https address of your accessibility statement (from WAS-Tool); `/was` and the footer lead to it",
    ),
    Setting(
        "UDBYTTE_SECURITY_CONTACT",
        "empty: no file",
        "where to tell about a security hole, as mailto:security@example.dk; `/.well-known/security.txt` says it",
    ),
    Setting(
        "UDBYTTE_TRUST_PROXY", "on in production", "on or off: believe X-Forwarded-Proto from the TLS proxy in front"
    ),
    Setting(
        "UDBYTTE_TRUSTED_PROXIES",
        "1 in production with UDBYTTE_TRUST_PROXY, otherwise 0",
        "how many proxies in front write to X-Forwarded-For; limits on logging in count for the address they tell",
    ),
    Setting(
        "UDBYTTE_IDLE_MINUTES",
        "60",
        "after so many minutes without use a login ends; 0 is no limit; every login ends after 12 hours",
    ),
    Setting(
        "UDBYTTE_SIGN_ON",
        "empty: email codes alone",
        "a TOML file with where people log in at work: Entra ID, Keycloak or another; see [sign-on](sign-on.md)",
    ),
    Setting(
        "UDBYTTE_SECOND_STEP_FOR",
        "hr,administrator,budget_owner in production, otherwise none",
        "roles that must have a second step, with commas between: hr, administrator, coordinator, budget_owner,"
        " works_council; none or empty: nobody",
    ),
    Setting("UDBYTTE_WEB_PROCESSES", "2", "how many web processes; one for each core is a good start"),
    Setting(
        "UDBYTTE_POOL",
        f"{WEB_DEFAULTS['UDBYTTE_POOL']} in a web process, otherwise 0",
        "the most database connections in one process; 0 is no pool",
    ),
    Setting(
        "UDBYTTE_LOCK_TIMEOUT",
        f"{WEB_DEFAULTS['UDBYTTE_LOCK_TIMEOUT']} in a web process, otherwise 0",
        "seconds to wait for a row that somebody else is writing; 0 is no limit",
    ),
    Setting(
        "UDBYTTE_STATEMENT_TIMEOUT",
        f"{WEB_DEFAULTS['UDBYTTE_STATEMENT_TIMEOUT']} in a web process, otherwise 0",
        "the most seconds that one query may take; 0 is no limit",
    ),
    Setting("UDBYTTE_SMTP_HOST", "empty", "the mail server; needed in production"),
    Setting("UDBYTTE_SMTP_PORT", "587", "the port of the mail server"),
    Setting("UDBYTTE_SMTP_USER", "empty", "the user at the mail server, where it wants one"),
    Setting("UDBYTTE_SMTP_PASSWORD", "empty", "the password of that user"),
    Setting(
        "UDBYTTE_SMTP_SECURITY",
        "starttls",
        "starttls, tls or none; in production none only for a mail server on this machine",
    ),
    Setting("UDBYTTE_MAIL_FROM", "empty", "the sender of all emails; needed in production"),
    Setting(
        "UDBYTTE_CA_FILE",
        "empty: those of the system",
        "a file (PEM) of your own certificate authority, for the mail server and the database",
    ),
    Setting("UDBYTTE_ORGANISATION", "empty", "the name of the organisation, on the login page and in emails"),
    Setting(
        "UDBYTTE_JOURNAL_ADDRESS",
        "empty: no button",
        "the email address of the journal system that signed plans can be sent to",
    ),
    Setting(
        "UDBYTTE_SECTOR",
        "municipality",
        "municipality, region, state or other: which funds are proposed, and whether the works council is MED or SU",
    ),
    Setting("UDBYTTE_WORKS_COUNCIL", "empty: by the sector", "what the works council is called here, as Hovedudvalget"),
    Setting("UDBYTTE_LANGUAGE", "da", "da or en: the language until a person chooses"),
    Setting("UDBYTTE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting(
        "UDBYTTE_LOG_FORMAT", "text", "text, or json: one JSON object in each line, for a program that collects logs"
    ),
    Setting(
        "UDBYTTE_METRICS_TOKEN", "empty", "the secret that Prometheus sends to read `/metrics`; at least 20 characters"
    ),
    Setting(
        "UDBYTTE_METRICS_FROM",
        "empty",
        "addresses and networks that may read `/metrics`, as 10.0.0.5,10.1.0.0/16; if neither is set, nobody may",
    ),
    Setting("UDBYTTE_TODAY", "empty: the real day", "another day, as 2027-03-01, to try what comes; demo login only"),
)
