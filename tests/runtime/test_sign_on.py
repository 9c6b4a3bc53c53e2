"""The file of the login at work: what it can say, and what is refused. And what the doctor says of the providers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.openid import Provider
from tests.runtime.test_config import PRODUCTION, problems
from udbytte.queries.health import findings
from udbytte.runtime import config
from udbytte.runtime.sign_on import OpenId, Saml, SignOn, read_sign_on

ENTRA = """
codes_for = "administrators"
ask = "Servicedesk"

[[openid]]
id = "entra"
name = "Engby Kommune"
issuer = "https://login.microsoftonline.com/8b1c/v2.0"
client_id = "11-22"
client_secret_file = "entra-secret"
finds = "external_id"
claim = "employeeid"
second_step = ["mfa"]

[openid.require]
tid = "8b1c"

[openid.roles]
"Udbytte.HR" = "hr"
"""
LEAST = '[[openid]]\nid = "a"\nname = "A"\nissuer = "https://a.example"\nclient_id = "b"\n'


def written(folder: Path, content: str) -> str:
    (folder / "sign-on.toml").write_text(content)
    return str(folder / "sign-on.toml")


def test_a_file_names_providers_and_takes_secrets_from_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "entra-secret").write_text("very secret\n")
    read = config.read(PRODUCTION | {"UDBYTTE_SIGN_ON": written(tmp_path, ENTRA)}).sign_on
    assert read == SignOn(
        (
            OpenId(
                id="entra",
                name="Engby Kommune",
                issuer="https://login.microsoftonline.com/8b1c/v2.0",
                client_id="11-22",
                client_secret="very secret",
                finds="external_id",
                claim="employeeid",
                second_step=("mfa",),
                require={"tid": "8b1c"},
                roles={"Udbytte.HR": "hr"},
            ),
        ),
        "administrators",
        "Servicedesk",
    )


def test_without_a_file_there_is_no_provider() -> None:
    assert config.read(PRODUCTION).sign_on == SignOn()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[openid", "is no TOML"),
        ('codes_for = "nobody"', "codes_for is 'nobody'; it can be everybody, others, administrators"),
        ('codes_for = "administrators"', "there is no provider to log in at"),
        ("code_for = 1", "Did you mean codes_for?"),
        ('[openid]\nid = "a"', "write [[openid]] with two brackets on each side"),
        (LEAST.replace('client_id = "b"', ""), "openid 1: client_id is missing"),
        (LEAST + 'clientsecret = "x"', "Did you mean client_secret?"),
        (LEAST + 'client_secret_file = "none"', "cannot be read (No such file or directory)"),
        (LEAST.replace('id = "a"', 'id = "Å b"'), "id can have small letters"),
        (LEAST + LEAST, "two providers have the same id"),
        (LEAST + 'finds = "name"', "finds is 'name'; it can be email, external_id"),
        (LEAST + "trust_email = 1", "trust_email must be true or false"),
        (LEAST + 'second_step = "mfa"', 'second_step must be a list, as ["mfa"]'),
        (LEAST + '[openid.roles]\nX = "boss"', "'boss' is no role"),
        (LEAST.replace("https://a", "http://a"), "issuer must begin with https:// in production"),
        (LEAST.replace("https://a.example", "a.example"), "issuer must be an address"),
        (
            LEAST.replace("https://a.example", "https://login.microsoftonline.com/common/v2.0"),
            "issuer is for all organisations",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_one_line(tmp_path: Path, content: str, said: str) -> None:
    [problem] = problems(PRODUCTION | {"UDBYTTE_SIGN_ON": written(tmp_path, content)})
    assert problem.startswith("UDBYTTE_SIGN_ON cannot be used: ") and said in problem


def test_the_second_step_is_asked_of_roles_that_exist() -> None:
    read = config.read(PRODUCTION | {"UDBYTTE_SECOND_STEP_FOR": "hr, administrator"})
    assert read.second_step_for == ("hr", "administrator")
    [problem] = problems(PRODUCTION | {"UDBYTTE_SECOND_STEP_FOR": "hr,boss"})
    assert "'boss' is no role" in problem


def test_saml_takes_its_files_from_beside_the_file(tmp_path: Path) -> None:
    content = '[[saml]]\nid = "fk"\nname = "FK"\nmetadata = "idp.xml"\ncertificate = "a.crt"\nkey = "/etc/a.key"\n'
    [provider] = read_sign_on(written(tmp_path, content), production=True).providers
    assert isinstance(provider, Saml)
    assert (provider.metadata, provider.key) == (tmp_path / "idp.xml", Path("/etc/a.key"))


@pytest.mark.django_db
def test_the_doctor_asks_the_providers(provider: Provider, settings: Settings, tmp_path: Path) -> None:
    def said() -> tuple[str, str]:
        [found] = [finding for finding in findings(datetime.now(UTC)) if finding.name == "sign-on"]
        return found.seen, found.mend

    assert said() == ("work", "")
    provider.control(is_away=True)
    assert "does not answer (HTTPError)" in said()[0]
    provider.logs_in("mette@example.test")
    here = provider.issuer.replace("127.0.0.1", "localhost")
    settings.SIGN_ON = SignOn((OpenId(id="work", name="", issuer=here, client_id=""),))
    assert said() == (f"work: the provider calls itself {provider.issuer}", "Write exactly this as issuer.")
    none = tmp_path / "none"
    settings.SIGN_ON = SignOn((Saml(id="fk", name="", metadata=none, certificate=none, key=none),))
    assert "cannot be read" in said()[0] or "xmlsec1 is missing" in said()[0]
