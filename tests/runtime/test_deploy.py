"""The programs for which `deploy/` has files accept them, and proxies do not log addresses that give access."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.addresses import addresses_of
from tests.runtime.test_config import ROOT
from udbytte.management.commands.serve import SECONDS_TO_FINISH_A_PAGE
from udbytte.runtime import config, settings_file
from udbytte.urls import urlpatterns


def site() -> str:
    return (ROOT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")


def keys() -> list[str]:
    """An example of each address that has a token in it."""
    paths = [str(pattern.pattern) for pattern in addresses_of(urlpatterns)]
    return [f"/{re.sub('<[^>]*>', 'x', path)}" for path in paths if "<str:token>" in path]


@pytest.mark.skipif(not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed")
def test_nginx_takes_it(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=udbytte.example.dk"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    text = site().replace("/etc/ssl/udbytte", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    text = text.replace("listen 443", "listen 127.0.0.1:44300").replace("listen 80;", "listen 127.0.0.1:44301;")
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(main)
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_addresses_that_are_keys_stand_in_no_log() -> None:
    found = re.search(r"location ~ (\S+) \{(.*?)\}", site(), re.DOTALL)
    assert found is not None
    pattern, block = found.groups()
    assert keys() and [path for path in keys() if not re.match(pattern, path)] == []
    assert "access_log off;" in block and "error_log /dev/null" in block
    log = re.search(r"log_format udbytte '(.*)'", site())
    assert log is not None and not re.search(r"\$(request|request_uri|args|http_referer)\b", log[1])


def test_what_needs_no_login_has_a_limit_and_the_first_location_that_fits_is_the_right_one() -> None:
    locations = re.findall(r"location ~ (\S+) \{(.*?)\n\s*\}", site(), re.DOTALL)
    for path in [*keys(), "/konto/login/", "/konto/login/code/", "/selvtjek/", "/sprog/", "/.well-known/security.txt"]:
        block = next(block for pattern, block in locations if re.match(pattern, path))
        assert "limit_req zone=strangers" in block, path
        assert ("access_log off;" in block) == (path in keys()), path
    for path in ("/readyz", "/mailz"):
        assert "deny all;" in next(block for pattern, block in locations if re.match(pattern, path))


def test_it_tells_the_address_of_the_client_and_works_with_the_nginx_of_debian_and_ubuntu() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in site()
    assert "listen 443 ssl http2;" in site() and "\n    http2 on" not in site()


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_takes_it_and_logs_no_addresses(tmp_path: Path) -> None:
    file = str(ROOT / "deploy" / "proxy" / "Caddyfile")
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = ["caddy", "adapt", "--validate", "--adapter", "caddyfile", "--config", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    (server,) = made["apps"]["http"]["servers"].values()
    assert "logs" not in server
    assert made["logging"]["logs"]["default"]["encoder"]["fields"]["request>uri"] == {"filter": "delete"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = sorted((ROOT / "deploy" / "systemd").iterdir())
    assert {unit.stem for unit in units} == {"udbytte-web", "udbytte-worker", "udbytte-backup"}
    for unit in units:
        text = unit.read_text(encoding="utf-8").replace("/usr/local/bin/udbytte", "/bin/true")
        (tmp_path / unit.name).write_text(re.sub("^(User|Group)=.*$", "", text, flags=re.MULTILINE))
    files = [str(tmp_path / unit.name) for unit in units]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "udbytte" in line]
    assert (done.returncode, about_ours) == (0, [])


def test_a_unit_waits_longer_for_its_end_than_a_page_may_take() -> None:
    unit = (ROOT / "deploy" / "systemd" / "udbytte-web.service").read_text(encoding="utf-8")
    compose = (ROOT / "deploy" / "container" / "compose.yaml").read_text(encoding="utf-8")
    patience = [*re.findall(r"TimeoutStopSec=(\d+)", unit), re.findall(r"stop_grace_period: (\d+)s", compose)[0]]
    assert all(int(seconds) > SECONDS_TO_FINISH_A_PAGE for seconds in patience)


def test_the_containers_settings_and_secrets_are_ours(tmp_path: Path) -> None:
    folder = tmp_path / "container"
    shutil.copytree(ROOT / "deploy" / "container", folder)
    done = subprocess.run(["./prepare", "mus.nordby.test"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    subprocess.run(["./prepare", "other.test"], cwd=folder, capture_output=True, check=True)  # changes nothing
    secrets = folder / "secrets"
    environ = {f"{name.upper()}_FILE": str(secrets / name) for name in ("database_url",)}
    environ |= {
        f"UDBYTTE_{name.upper()}_FILE": str(secrets / name) for name in ("secret_key", "content_keys", "smtp_password")
    }
    read = config.read(environ | {"UDBYTTE_SETTINGS": str(folder / "udbytte.env"), "UDBYTTE_MODE": "production"})
    assert (read.url, read.mail_from) == ("https://mus.nordby.test", "udbytte@mus.nordby.test")
    assert read.database is not None and read.database.password == (secrets / "database_password").read_text()
    compose = (folder / "compose.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:UDBYTTE|DATABASE)_\w+(?=_FILE: /run/secrets)", compose))
    assert named == {*settings_file.SECRETS, "UDBYTTE_CONTENT_KEYS"}
