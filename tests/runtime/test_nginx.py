"""nginx accepts the configuration in the manual, and does not log addresses that give access."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.addresses import addresses_of
from tests.runtime.test_config import ROOT
from udbytte.urls import urlpatterns


def site() -> str:
    """The block in docs/operate/install.md, without its indent."""
    manual = (ROOT / "docs" / "operate" / "install.md").read_text(encoding="utf-8")
    lines = manual[manual.index("    # The log leaves out") :].splitlines()
    end = next(number for number, line in enumerate(lines) if line and not line.startswith("    "))
    return "\n".join(line.removeprefix("    ") for line in lines[:end])


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
    assert "listen 443 ssl http2;" in site() and "http2 on" not in site()
