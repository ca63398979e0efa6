"""What a request of a cloud is. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs

from homeward.model.errors import Missing

BODY_BYTES_MAX = 2 * 1024 * 1024  # Svix sends 1 MB at most
EVENT, NOTICE, BACK = "/open-wearables", "/withings/", "/withings/back"
SHOWN_CHARACTERS_MAX = 64


class What(StrEnum):
    """What is asked for."""

    EVENT = "an event of Open Wearables"
    NOTICE = "a notice of Withings"
    LOOK = "whether anybody is there"
    BACK = "an owner comes back from Withings"


@dataclass(frozen=True, slots=True)
class Call:
    """A request: what it is, what its address shows, and the code an owner was given; without one
    they said no."""

    what: What
    shown: str = ""
    code: str = ""


def call_of(method: str, target: str) -> Call:
    """Read a request line. Raises Missing for what there is not."""
    path, _, query = target.partition("?")
    if path == EVENT and method == "POST":
        return Call(What.EVENT)
    if path == BACK and method == "GET":
        try:
            said = parse_qs(query, max_num_fields=10)
        except ValueError:
            said = {}
        state, code = said.get("state", [""])[0], said.get("code", [""])[0]
        return Call(What.BACK, _short(state), code[:512])
    if path.startswith(NOTICE) and path != BACK:
        shown = _short(path.removeprefix(NOTICE))
        if shown and method in ("HEAD", "GET"):
            return Call(What.LOOK, shown)
        if shown and method == "POST":
            return Call(What.NOTICE, shown)
    raise Missing("there is no such path")


def _short(text: str) -> str:
    is_sound = text.isascii() and text.isalnum() and len(text) <= SHOWN_CHARACTERS_MAX
    return text if is_sound else ""
