"""Settings come from the environment, from a file, and secrets from files of their own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.runtime import settings_file
from udbytte.runtime.config import ConfigError, read

SECRET = "kL9-" * 8 + "qwertyuiopasdfghjklzx"


def _read(tmp_path: Path, text: str, **environ: str) -> dict[str, str]:
    file = tmp_path / "udbytte.env"
    file.write_text(text, encoding="utf-8")
    return settings_file.complete({"UDBYTTE_SETTINGS": str(file), **environ})


def test_the_environment_comes_before_a_line_of_the_file(tmp_path: Path) -> None:
    known = _read(tmp_path, '# a comment\n\nPORT=8010\nUDBYTTE_ORGANISATION="Nordby \\"Ø\\""\n', PORT="8020")
    assert (known["PORT"], known["UDBYTTE_ORGANISATION"]) == ("8020", 'Nordby "Ø"')


def test_a_line_that_is_no_setting_and_a_name_that_is_unknown_are_said(tmp_path: Path) -> None:
    with pytest.raises(settings_file.UnusableFile, match=r"udbytte.env, line 2: write a setting as NAME=VALUE"):
        _read(tmp_path, "PORT=1\nexport X\n")
    file = tmp_path / "udbytte.env"
    file.write_text("UDBYTTE_PROT=1\n")
    with pytest.raises(ConfigError, match="UDBYTTE_PROT is not a setting"):
        read({"UDBYTTE_SETTINGS": str(file), "UDBYTTE_DATA": str(tmp_path)})


def test_the_usual_file_is_of_production_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "udbytte.env"
    usual.write_text("PORT=8010\n")
    monkeypatch.setattr(settings_file, "USUAL", usual)
    assert settings_file.place({}) == settings_file.place({"UDBYTTE_MODE": "production"}) == usual
    assert settings_file.place({"UDBYTTE_MODE": "demo"}) is None


@pytest.mark.parametrize("name", settings_file.SECRETS)
def test_a_secret_comes_from_its_file_or_from_systemd(tmp_path: Path, name: str) -> None:
    file = tmp_path / name.lower()
    file.write_text(f"{SECRET}\n")
    for environ in ({f"{name}_FILE": str(file)}, {"CREDENTIALS_DIRECTORY": str(tmp_path)}):
        known = settings_file.complete(environ | {"UDBYTTE_MODE": "test"})
        assert known[name] == SECRET and f"{name}_FILE" not in known
    with pytest.raises(settings_file.UnusableFile, match="both set"):
        settings_file.complete({name: "x", f"{name}_FILE": str(file), "UDBYTTE_MODE": "test"})
    with pytest.raises(settings_file.UnusableFile, match="No such file"):
        settings_file.complete({f"{name}_FILE": str(tmp_path / "none"), "UDBYTTE_MODE": "test"})


def test_writing_keeps_other_lines_and_only_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "new" / "udbytte.env"
    settings_file.write(file, {"PORT": "1"}, heading=("Udbytte",))
    settings_file.write(file, {"UDBYTTE_BIND": "::1", "PORT": "2"})
    assert file.read_text() == "# Udbytte\nPORT=2\nUDBYTTE_BIND=::1\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and [file] == list(file.parent.iterdir())


@given(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \"'\\$#;"), max_size=20))
def test_what_is_written_is_read(value: str) -> None:
    assert settings_file._unquoted(settings_file.quoted(value.strip())) == value.strip()


def test_our_authority_is_for_a_database_that_asks_for_a_checked_certificate(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("")
    common = {"UDBYTTE_MODE": "test", "UDBYTTE_DATA": str(tmp_path), "UDBYTTE_CA_FILE": str(authority)}
    checked = read(common | {"DATABASE_URL": "postgresql://db.test/udbytte?sslmode=verify-full"}).database
    plain = read(common | {"DATABASE_URL": "postgresql:///udbytte?host=/run/postgresql"}).database
    assert checked is not None and dict(checked.options) == {"sslmode": "verify-full", "sslrootcert": str(authority)}
    assert plain is not None and plain.options == ()
    with pytest.raises(ConfigError, match="UDBYTTE_CA_FILE cannot be used"):
        read(common | {"UDBYTTE_CA_FILE": str(tmp_path / "none")})
