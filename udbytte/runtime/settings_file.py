"""The file with the settings of an installation, and the files with its secrets.

Commands, web processes and workers all read the file themselves, so that a command typed by hand has the same settings
as a unit of systemd. A variable of the environment comes before a line of the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

NAME = "UDBYTTE_SETTINGS"
USUAL = Path("/etc/udbytte/udbytte.env")
# Settings that can come from a file of their own, named by the setting with _FILE or by systemd (LoadCredential=).
SECRETS = ("UDBYTTE_SECRET_KEY", "UDBYTTE_SMTP_PASSWORD", "DATABASE_URL")
FILE = "_FILE"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # of systemd: one file for each credential


class UnusableFile(Exception):
    """A file cannot be used. The message is one line for people."""


def place(environ: Mapping[str, str]) -> Path | None:
    """The file that counts: the one in UDBYTTE_SETTINGS, else the usual one if it is there.

    The usual file is of production, so that a demo or a test on the same machine does not read it.
    """
    if named := environ.get(NAME, "").strip():
        return Path(named).expanduser().absolute()
    is_for_production = environ.get("UDBYTTE_MODE", "production") == "production"
    return USUAL if is_for_production and _exists(USUAL) else None


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except PermissionError:  # of a folder above it, so there is one, but not for this user
        return True


def complete(environ: Mapping[str, str], *, file: Mapping[str, str] | None = None) -> dict[str, str]:
    """`environ`, with what the settings file (`file`: its content) and files of secrets add. Raises UnusableFile."""
    named = environ.get(NAME, "").strip()
    known = dict(file) if file is not None else read(Path(named)) if named else {}
    known |= {name: value for name, value in environ.items() if value.strip() or name not in known}
    folder = known.get(CREDENTIALS, "")
    for name in SECRETS:
        of_secret = known.pop(name + FILE, "").strip()
        credential = Path(folder) / name.lower() if folder else None
        if of_secret and known.get(name, "").strip():
            raise UnusableFile(f"{name} and {name}{FILE} are both set; take one of them away.")
        if of_secret:
            known[name] = _text(Path(of_secret), f"{name}{FILE}").strip()
        elif credential is not None and credential.exists() and not known.get(name, "").strip():
            known[name] = _text(credential, f"the credential {credential.name}").strip()
    return known


def read(file: Path) -> dict[str, str]:
    """The settings in a file of lines NAME=VALUE, as systemd reads it. Raises UnusableFile."""
    settings = {}
    for number, line in enumerate(_text(file, NAME).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UnusableFile(f"{file}, line {number}: write a setting as NAME=VALUE.")
        settings[name.strip()] = _unquoted(value.strip())
    return settings


def write(file: Path, settings: Mapping[str, str], *, heading: Iterable[str] = ()) -> None:
    """Put settings into a file, which only its owner can read. Its other lines stay. Raises UnusableFile."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else [f"# {line}" for line in heading]
        for name, value in settings.items():
            wanted = f"{name}={quoted(value)}"
            at = next((n for n, line in enumerate(lines) if line.partition("=")[0].strip() == name), None)
            if at is None:
                lines.append(wanted)
            else:
                lines[at] = wanted
        draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text("\n".join([*lines, ""]), encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise UnusableFile(f"{file} cannot be written ({error.strerror}).") from error


def quoted(value: str) -> str:
    """A value as systemd and this module read it: in quotes where it needs them."""
    if value and not set(value) & set(" \t#;\"'\\$`"):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if value else ""


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "\"'":
        return value
    inner = value[1:-1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if value[0] == '"' else inner


def _text(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except PermissionError:
        hint = " Run it as the user udbytte: sudo -u udbytte udbytte …" if what == NAME else ""
        raise UnusableFile(f"{what}: {file} cannot be read (Permission denied).{hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{what}: {file} cannot be read ({getattr(error, 'strerror', 'not UTF-8')}).") from None
