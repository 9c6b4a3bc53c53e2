"""`udbytte setup` goes from an empty database to an organisation at work, and changes nothing the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.mail_server import MailServer
from tests.runtime.installation import Installation

ANSWERS = """
organisation = "Nordby Kommune"
sector = "municipality"
language = "da"
url = "https://udbytte.nordby.test"
mail-server = "127.0.0.1"
mail-security = "none"
mail-port = {port}
mail-user = "udbytte"
mail-password = "udbytte"
mail-from = "udbytte@nordby.test"
import = "{table}"
administrator = "ida@nordby.test"
administrator-name = "Ida Holm"
hr = "hanne@nordby.test"
first-round = true
"""
TABLE = "name;email;unit\nHanne Krogh;hanne@nordby.test;Nordby Kommune\nNina Ny;nina@nordby.test;Nordby Kommune\n"


@pytest.mark.slow
def test_from_nothing_and_again(installation: Installation, tmp_path: Path, settings: Settings) -> None:
    server = MailServer(settings)
    file, table, answers = (tmp_path / name for name in ("udbytte.env", "people.csv", "answers.toml"))
    table.write_text(TABLE)
    answers.write_text(ANSWERS.format(port=server.port, table=table))
    address = installation.environ["DATABASE_URL"]
    fresh = Installation({"UDBYTTE_MODE": "", "UDBYTTE_SETTINGS": str(file)})
    options = ["setup", "--answers", str(answers), "--database", address, "--no-input"]
    done = fresh.run(*options)
    assert (done.returncode, done.stderr) == (0, "")
    for line in ("Ida Holm is administrator now.", "Hanne Krogh is HR now.", "Made a draft of the first round: MUS "):
        assert line in done.stdout
    assert server.recipients == ["ida@nordby.test"]
    roles = "select role, email from udbytte_roleassignment r join udbytte_person p on p.id = r.person_id order by 1"
    assert installation.ask(roles) == [("administrator", "ida@nordby.test"), ("hr", "hanne@nordby.test")]
    assert installation.ask("select count(*) from udbytte_person") == [(3,)]
    assert installation.ask("select count(*) from udbytte_round where published_on is null") == [(1,)]
    assert "Din leder inviterer dig" in str(installation.ask("select procedure from udbytte_round"))
    assert "pr=C3=B8vemail" in str(server.taken[0]["Subject"])
    key = file.parent / "data" / "keys" / "content"
    assert f"Written: {key}. Keep a copy apart from the backups" in done.stdout and key.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    assert "UDBYTTE_MODE=production" in before and 'UDBYTTE_ORGANISATION="Nordby Kommune"' in before

    server.away()
    again = fresh.run(*options, "--test-mail", "ida@nordby.test")
    assert (again.returncode, again.stderr, file.read_text()) == (1, "", before)
    assert "was not sent. The mail server: " in again.stdout
    assert installation.ask("select count(*) from udbytte_person") == [(3,)]
    assert installation.ask("select count(*) from udbytte_round") == [(1,)]


def test_an_answer_that_lacks_or_is_wrong_is_said_in_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "udbytte.env"
    fresh = Installation({"UDBYTTE_MODE": "", "UDBYTTE_SETTINGS": str(file)})
    done = fresh.run("setup", "--no-input")
    assert (done.returncode, done.stderr) == (2, "udbytte setup: --organisation lacks: the name of the organisation.\n")
    wrong = fresh.run("setup", "--no-input", "--organisation", "Nordby", "--url", "http://udbytte.nordby.test")
    assert wrong.returncode == 2 and "must look like https://udbytte.example.dk" in wrong.stderr
    assert not file.exists()
