"""With wrong settings Udbytte does not start, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.installation import Installation
from udbytte.runtime import config
from udbytte.runtime.database_url import parse_database_url
from udbytte.runtime.settings_table import SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "UDBYTTE_MODE": "production",
    "UDBYTTE_SECRET_KEY": "kJ2w-Zr81_bQvTn5Ls0XyHc7Gf3MdPq9AeUi4Ro6WtBjNaSm8x",
    "UDBYTTE_CONTENT_KEYS": "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v",
    "UDBYTTE_URL": "https://mus.example.dk",
    "UDBYTTE_SMTP_HOST": "mail.example.dk",
    "UDBYTTE_MAIL_FROM": "mus@example.dk",
    "DATABASE_URL": "postgresql://udbytte:secret@db.example.dk:5433/udbytte?sslmode=require",
}


GUESSED = "UDBYTTE_SECRET_KEY can be guessed: it repeats itself, or is an example from the manual. Make a random one."
EVERY_HOST_BELOW = "UDBYTTE_HOSTS has a name that starts with a dot, which is every host below it; name each host."
IN_PLAIN_TEXT = "UDBYTTE_SMTP_SECURITY is none; production encrypts e-mails unless the mail server is on this machine."
DATABASE_IN_PLAIN_TEXT = (
    "DATABASE_URL leads to another machine, and may go there in plain text; add ?sslmode=verify-full."
)


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(config.ConfigError) as refused:
        config.read(environ)
    return refused.value.problems


def test_production_starts_with_what_it_needs() -> None:
    read = config.read(PRODUCTION)
    assert read.hosts == ("mus.example.dk",)
    assert (read.debug, read.demo_login, read.trust_proxy) == (False, False, True)
    assert read.database is not None
    assert read.database.shown == "db.example.dk:5433/udbytte"
    assert dict(read.database.options) == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"UDBYTTE_SECRET_KEY": ""}, "UDBYTTE_SECRET_KEY is missing; production needs one of its own."),
        ({"UDBYTTE_SECRET_KEY": "x" * 49}, "UDBYTTE_SECRET_KEY is too short; it needs at least 50 random characters."),
        ({"UDBYTTE_SECRET_KEY": "x" * 60}, GUESSED),
        ({"UDBYTTE_SECRET_KEY": "secret" * 10}, GUESSED),
        ({"UDBYTTE_SECRET_KEY": "sommer2026!A" * 5}, GUESSED),
        ({"UDBYTTE_SECRET_KEY": "fifty or more random characters " * 2}, GUESSED),
        ({"UDBYTTE_SECRET_KEY": "At least 50 random characters; signs links and sessions"}, GUESSED),
        ({"UDBYTTE_DEBUG": "on"}, "UDBYTTE_DEBUG is on; production refuses it."),
        ({"UDBYTTE_DEMO_LOGIN": "on"}, "UDBYTTE_DEMO_LOGIN is on; production refuses it."),
        ({"UDBYTTE_HOSTS": "*"}, "UDBYTTE_HOSTS has *; name the hosts that production answers."),
        ({"UDBYTTE_HOSTS": "a.dk,*.b.dk"}, "UDBYTTE_HOSTS has *; name the hosts that production answers."),
        ({"UDBYTTE_HOSTS": "mus.example.dk,.dk"}, EVERY_HOST_BELOW),
        ({"UDBYTTE_HOSTS": ".example.dk"}, EVERY_HOST_BELOW),
        ({"UDBYTTE_HOSTS": "."}, EVERY_HOST_BELOW),
        ({"UDBYTTE_SMTP_SECURITY": "none"}, IN_PLAIN_TEXT),
        ({"UDBYTTE_SMTP_SECURITY": "none", "UDBYTTE_SMTP_HOST": "127.0.0.1.example.dk"}, IN_PLAIN_TEXT),
        ({"UDBYTTE_URL": ""}, "UDBYTTE_URL is missing; links in emails need the address that people use."),
        ({"UDBYTTE_URL": "http://mus.example.dk"}, "UDBYTTE_URL must start with https:// in production."),
        ({"DATABASE_URL": "postgresql://db.example.dk/udbytte"}, DATABASE_IN_PLAIN_TEXT),
        ({"DATABASE_URL": "postgresql://db.example.dk/udbytte?sslmode=prefer"}, DATABASE_IN_PLAIN_TEXT),
        ({"DATABASE_URL": "postgresql://10.1.2.3/udbytte?sslmode=disable"}, DATABASE_IN_PLAIN_TEXT),
        ({"DATABASE_URL": "postgresql:///udbytte?host=/run/postgresql,db.example.dk"}, DATABASE_IN_PLAIN_TEXT),
        ({"DATABASE_URL": "postgresql://localhost/udbytte?hostaddr=10.1.2.3"}, DATABASE_IN_PLAIN_TEXT),
        ({"UDBYTTE_SMTP_HOST": ""}, "UDBYTTE_SMTP_HOST is missing; production sends emails."),
        ({"UDBYTTE_MAIL_FROM": ""}, "UDBYTTE_MAIL_FROM is missing; emails need a sender."),
        ({"UDBYTTE_MAIL_FROM": "mus"}, "UDBYTTE_MAIL_FROM must be an e-mail address."),
        (
            {"UDBYTTE_TODAY": "2027-03-01"},
            "UDBYTTE_TODAY is for trying out: it needs the demo login. Take it away.",
        ),
    ],
)
def test_production_refuses(change: dict[str, str], said: str) -> None:
    assert problems(PRODUCTION | change) == [said]


@pytest.mark.parametrize("here", ["localhost", "127.0.0.1", "::1"])
def test_a_mail_server_on_the_same_machine_needs_no_encryption(here: str) -> None:
    assert config.read(PRODUCTION | {"UDBYTTE_SMTP_HOST": here, "UDBYTTE_SMTP_SECURITY": "none"}).smtp_host == here


@pytest.mark.parametrize("mode", [{}, {"UDBYTTE_MODE": ""}])
def test_with_a_database_and_no_mode_it_is_production(mode: dict[str, str]) -> None:
    unsaid = {name: value for name, value in PRODUCTION.items() if name != "UDBYTTE_MODE"} | mode
    assert config.read(unsaid).mode == "production"
    assert problems({"DATABASE_URL": PRODUCTION["DATABASE_URL"]} | mode) == [
        "UDBYTTE_MODE is not set; with a DATABASE_URL it is production, which needs more settings.",
        "UDBYTTE_SECRET_KEY is missing; production needs one of its own.",
        "UDBYTTE_URL is missing; links in emails need the address that people use.",
        "UDBYTTE_SMTP_HOST is missing; production sends emails.",
        "UDBYTTE_MAIL_FROM is missing; emails need a sender.",
    ]


def test_without_a_database_and_a_mode_it_is_the_demo(tmp_path: Path) -> None:
    read = config.read({"UDBYTTE_DATA": str(tmp_path), "DATABASE_URL": " "})
    assert (read.mode, read.demo_login, read.database) == ("demo", True, None)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("UDBYTTE_MODE", "live", "UDBYTTE_MODE is 'live'; it can be demo, production, test, dev."),
        ("PORT", "0", "PORT is '0'; it must be a whole number from 1 to 65535."),
        ("PORT", "80a", "PORT is '80a'; it must be a whole number from 1 to 65535."),
        ("UDBYTTE_WEB_PROCESSES", "65", "UDBYTTE_WEB_PROCESSES is '65'; it must be a whole number from 1 to 64."),
        ("UDBYTTE_DEBUG", "perhaps", "UDBYTTE_DEBUG is 'perhaps'; it can be on or off."),
        ("UDBYTTE_SMTP_SECURITY", "ssl", "UDBYTTE_SMTP_SECURITY is 'ssl'; it can be starttls, tls, none."),
        ("UDBYTTE_URL", "mus.dk", "UDBYTTE_URL is 'mus.dk'; it must look like https://udbytte.example.dk."),
        ("UDBYTTE_TODAY", "1/3", "UDBYTTE_TODAY cannot be used: '1/3' is no day; write it as 2027-03-01."),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL cannot be used: it must start with postgresql://."),
        (
            "UDBYTTE_SMPT_HOST",
            "mail",
            "UDBYTTE_SMPT_HOST is not a setting of Udbytte. Did you mean UDBYTTE_SMTP_HOST?",
        ),
    ],
)
def test_a_wrong_value_is_reported_in_one_line(name: str, value: str, said: str, tmp_path: Path) -> None:
    assert problems({"UDBYTTE_DATA": str(tmp_path), "UDBYTTE_MODE": "demo", name: value}) == [said]


def test_all_errors_are_reported_at_once_with_status_2(tmp_path: Path) -> None:
    done = Installation({"UDBYTTE_DATA": str(tmp_path), "UDBYTTE_MODE": "x", "PORT": "x"}).run("doctor")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "udbytte: UDBYTTE_MODE is 'x'; it can be demo, production, test, dev.",
        "udbytte: PORT is 'x'; it must be a whole number from 1 to 65535.",
    ]


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("udbytte:a%2Cb@db1:5432,db2:5433", "db1,db2", "5432,5433"),
        ("udbytte:secret@db1,db2", "db1,db2", ""),
        ("udbytte@[::1]:5432,db2", "::1,db2", "5432,"),
        ("udbytte@db1:5433", "db1", "5433"),
        ("udbytte@", "", ""),
    ],
)
def test_a_primary_and_its_standby_are_one_address(address: str, host: str, port: str) -> None:
    """As libpq takes it; each tries one after the other."""
    read = parse_database_url(f"postgresql://{address}/udbytte?target_session_attrs=read-write")
    assert (read.host, read.port, read.user, read.name) == (host, port, "udbytte", "udbytte")
    assert read.options == (("target_session_attrs", "read-write"),)
    in_query = parse_database_url("postgresql:///udbytte?host=/run/a,/run/b&port=1,2")
    assert (in_query.host, in_query.port) == ("/run/a,/run/b", "1,2")


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="its port is not a number"):
        parse_database_url("postgresql://udbytte@db1:5432,db2:x/udbytte")


def test_a_database_that_does_not_answer_is_one_line_without_the_password(tmp_path: Path) -> None:
    address = "postgresql://udbytte:geheim@127.0.0.1:1/udbytte"
    done = Installation({"UDBYTTE_DATA": str(tmp_path), "DATABASE_URL": address}).run("backup", "x.dump")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("udbytte: DATABASE_URL: no connection to 127.0.0.1:1/udbytte")
    assert "geheim" not in done.stderr


def test_the_demo_makes_its_secret_once_and_keeps_it_for_the_owner(tmp_path: Path) -> None:
    environ = {"UDBYTTE_DATA": str(tmp_path / "data")}
    first = config.read(environ).secret_key
    assert len(first) >= config.SHORTEST_SECRET
    assert config.read(environ).secret_key == first
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_the_manual_lists_every_setting_as_it_is() -> None:
    manual = (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in manual.splitlines() if line.startswith(("| `UDBYTTE_", "| `DATABASE_", "| `PORT"))]
    assert rows == [f"| `{one.name}` | {one.default} | {one.meaning} |" for one in SETTINGS]


@pytest.mark.parametrize(
    ("change", "trusted"),
    [
        ({}, 1),
        ({"UDBYTTE_TRUST_PROXY": "off"}, 0),
        ({"UDBYTTE_TRUSTED_PROXIES": "2"}, 2),
        ({"UDBYTTE_MODE": "test", "UDBYTTE_TRUST_PROXY": "on"}, 0),
    ],
)
def test_one_proxy_is_trusted_in_production_behind_one(change: dict[str, str], trusted: int) -> None:
    assert config.read(PRODUCTION | change).trusted_proxies == trusted


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///udbytte?host=/var/run/postgresql",
        "postgresql:///udbytte",
        "postgresql://localhost/udbytte",
        "postgresql://[::1]:5433/udbytte",
        "postgresql://db.example.dk/udbytte?sslmode=verify-full",
        "postgresql://database/udbytte",  # a container beside this one; doctor asks about it
    ],
)
def test_a_database_here_or_behind_tls_is_taken(address: str) -> None:
    assert config.read(PRODUCTION | {"DATABASE_URL": address}).database is not None


def test_production_asks_roles_that_see_much_for_a_second_step_unless_it_is_switched_off(tmp_path: Path) -> None:
    assert config.read(PRODUCTION).second_step_for == ("hr", "administrator", "budget_owner")
    for off in ("none", ""):
        assert config.read(PRODUCTION | {"UDBYTTE_SECOND_STEP_FOR": off}).second_step_for == ()
    for mode in ("demo", "dev", "test"):
        assert config.read({"UDBYTTE_MODE": mode, "UDBYTTE_DATA": str(tmp_path)}).second_step_for == ()
