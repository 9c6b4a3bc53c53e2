"""DATABASE_URL taken apart, without a library and without a password in any message."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a PostgreSQL is found. An empty host means libpq's own default, a path is a folder with its socket."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> str:
        """For people: where it is, without user and password."""
        return f"{self.host or 'localhost'}{':' + self.port if self.port else ''}/{self.name}"


def parse_database_url(text: str) -> DatabaseUrl:
    """Take a postgresql:// address apart. Raises ValueError, in words for people, when it is not one."""
    parts = urlsplit(text)
    if parts.scheme not in SCHEMES:
        raise ValueError("it must start with postgresql://")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ValueError("it names no database; it must look like postgresql://user:password@host:5432/name")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("its port is not a number") from None
    options = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or options.pop("host", "")
    return DatabaseUrl(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=str(port or options.pop("port", "")),
        options=tuple(sorted(options.items())),
    )
