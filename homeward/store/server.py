"""What a PostgreSQL server says of itself: whether we may work there, and what it keeps."""

from dataclasses import dataclass

import psycopg

from homeward.model.errors import Unreachable
from homeward.store.address import primary

# Each of these off, and what was acknowledged to a device can be lost.
KEEPING = ("fsync", "synchronous_commit", "full_page_writes")
_ASKED = b"""
select current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
       has_schema_privilege(current_schema(), 'create'), current_setting('fsync'),
       current_setting('synchronous_commit'), current_setting('full_page_writes'),
       current_setting('synchronous_standby_names'), pg_is_in_recovery()"""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Server:
    """A server as one account sees one database; `careless` are settings that are off."""

    major: int
    encoding: str
    may_create: bool
    careless: tuple[str, ...]
    is_private: bool  # TLS, a UNIX socket, or this machine
    is_here: bool  # on this machine
    is_standby: bool
    has_standbys: bool  # a commit waits for one; `waits_for` says until when
    waits_for: str


def ask(url: str, seconds: int) -> Server:
    """Connect within so many seconds and ask. Raises Unreachable with the first line of why not."""
    try:
        with psycopg.connect(primary(url), connect_timeout=seconds, autocommit=True) as sql:
            row = sql.execute(_ASKED).fetchone()
            host = sql.info.host
            is_here = host.startswith("/") or host in _LOOPBACK
            is_private = sql.pgconn.ssl_in_use or is_here
    except psycopg.Error as error:
        raise Unreachable((str(error).strip().splitlines() or [type(error).__name__])[0]) from None
    assert row is not None
    major, encoding, may_create, *kept = row[:-2]
    standbys, is_standby = row[-2:]
    careless = tuple(name for name, value in zip(KEEPING, kept, strict=True) if value == "off")
    return Server(
        major, encoding, may_create, careless, is_private, is_here, is_standby,
        has_standbys=bool(standbys.strip()), waits_for=kept[1],
    )  # fmt: skip
