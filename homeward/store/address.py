"""Where PostgreSQL is: one server, or several of which one may be written.

`postgresql://user:password@a,b/homeward`: the one that takes writes is the primary. After a standby
was promoted the next connection finds it.
"""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from homeward.model.errors import Misconfigured

# A machine that dies says nothing. The server finds ours dead after DEAD_SECONDS, and lets go of
# its locks and of what it had begun (store.door asks it to); we find the server dead two seconds
# sooner, since a watcher speaks to it each second: who lost a lock stops before the next one has
# it. Not on UNIX sockets, where libpq ignores it and the kernel knows at once.
DEAD_SECONDS = 5
PROBES = 2
_OURS = DEAD_SECONDS - 2
DEFAULTS = {
    "connect_timeout": "3",
    "tcp_user_timeout": str(_OURS * 1000),
    "keepalives_idle": str(_OURS - PROBES),
    "keepalives_interval": "1",
    "keepalives_count": str(PROBES),
}


WEB_ROLE = "homeward_web"


def as_web(url: str) -> str:
    """The same server under the role of people who came in by a session (migration 0033).

    Put on by the platform's own account, which an injected question could take off again: an
    address of its own (`HOMEWARD_POSTGRES_WEB_URL`) is the stronger way.
    """
    written = conninfo_to_dict(primary(url))
    options = f"{written.get('options') or ''} -c role={WEB_ROLE}".strip()
    return make_conninfo(primary(url), options=options)


def primary(url: str) -> str:
    """The address with what is needed to leave a dead server and to find the one that is written.

    What the user wrote stands. Raises Misconfigured for what libpq cannot read.
    """
    try:
        written = conninfo_to_dict(url)
    except ProgrammingError:  # its text quotes the address, with the password in it
        raise Misconfigured("postgres_url is not an address PostgreSQL understands") from None
    wanted = {name: value for name, value in DEFAULTS.items() if name not in written}
    hosts = str(written.get("hostaddr") or written.get("host") or "")
    if "," in hosts:
        # The shortest libpq knows: while the first of them is dead each connection waits for it.
        wanted |= {"target_session_attrs": "read-write", "connect_timeout": "2"}
    return make_conninfo(url, **(wanted | written))
