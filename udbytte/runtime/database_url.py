"""The address of the database, as DATABASE_URL has it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = ("postgresql", "postgres")
ENCRYPTED = ("require", "verify-ca", "verify-full")  # values of libpq's sslmode that do not go on without TLS
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class DatabaseUrl:
    """The address of a PostgreSQL. An empty host is libpq's default; a path is the folder of a socket.

    `host` and `port` may be several, with commas between; libpq tries one after the other.
    """

    name: str
    user: str
    password: str
    host: str
    port: str
    options: tuple[tuple[str, str], ...]

    @property
    def sslmode(self) -> str:
        return dict(self.options).get("sslmode", "")

    @property
    def unencrypted_hosts(self) -> list[str]:
        """The hosts to which the connection may go without TLS; sockets and this machine need none."""
        hosts = [*self.host.split(","), dict(self.options).get("hostaddr", "")]  # libpq tries one after the other
        others = [host for host in hosts if host and not host.startswith(("/", "@")) and host not in THIS_MACHINE]
        return [] if self.sslmode in ENCRYPTED else others

    @property
    def shown(self) -> str:
        """The address without user and password, for messages."""
        return f"{self.host or 'localhost'}{':' + self.port if self.port else ''}/{self.name}"


def parse_database_url(text: str) -> DatabaseUrl:
    """Read a postgresql:// address. Raises ValueError with a message for people, never with the password."""
    parts = urlsplit(text)
    if parts.scheme not in SCHEMES:
        raise ValueError("it must start with postgresql://")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ValueError("it names no database; it must look like postgresql://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query))
    hosts, ports = _hosts_and_ports(parts.netloc.rpartition("@")[2])
    host, port = ",".join(hosts) or options.pop("host", ""), ",".join(ports)
    return DatabaseUrl(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=port if port.strip(",") else options.pop("port", ""),
        options=tuple(sorted(options.items())),
    )


def _hosts_and_ports(netloc: str) -> tuple[list[str], list[str]]:
    """The hosts of an address and their ports (empty: the usual one), which libpq tries one after the other."""
    hosts, ports = [], []
    for part in filter(None, netloc.split(",")):
        one = urlsplit(f"//{part}")
        try:
            hosts.append(unquote(one.hostname or ""))
            ports.append(str(one.port or ""))
        except ValueError:
            raise ValueError("its port is not a number") from None
    return hosts, ports
