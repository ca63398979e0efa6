"""What a sentinel is told: one folder with its device's papers and `sentinel.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from homeward.connectors.https import checked_url
from homeward.model.errors import Misconfigured
from homeward.model.message import Way
from homeward.settings import Settings

FILE = "sentinel.toml"
# A round holds its pretend patient well for 15 s, or the alarm would not end.
EVERY_SECONDS_MIN = 20
OWN = ("url", "login", "password", "calls", "ping_url", "every_seconds")
WAYS = ("smtp_", "mail_from", "sms_gateway", "voice_gateway", "out_proxy")


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody the sentinel calls by itself."""

    way: Way
    address: str

    @classmethod
    def read(cls, text: str) -> Self:
        """`email:ops@hospital.org`. Raises Misconfigured."""
        way, _, address = text.strip().partition(":")
        if way not in tuple(Way) or not address:
            raise Misconfigured(f"the sentinel calls {text!r}; write it as email:name@hospital.org")
        return cls(Way(way), address)


@dataclass(frozen=True, slots=True)
class Config:
    """One sentinel. Times in seconds.

    `bound_seconds` is how long an alarm may take; after two failures in a row people are called,
    again each `repeat_seconds`. At the very start it waits `grace_seconds` for the platform.
    """

    folder: Path
    url: str
    login: str
    password: str
    calls: tuple[Called, ...]
    ping_url: str
    settings: Settings
    every_seconds: float = 30.0
    bound_seconds: float = 10.0
    repeat_seconds: float = 600.0
    grace_seconds: float = 120.0

    @classmethod
    def read(cls, folder: Path, settings: Settings) -> Self:
        """From its folder, over the settings of this machine. Raises Misconfigured."""
        file = folder / FILE
        try:
            told = tomllib.loads(file.read_text())
        except OSError as error:
            raise Misconfigured(
                f"{file} cannot be read ({error.strerror}); make it on the platform with: "
                "homeward sentinel set-up --out FOLDER"
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise Misconfigured(f"{file}: {error}") from None
        settings = replace(settings, **_ways(told, file))
        calls = told.get("calls", settings.sentinel_calls.split(","))
        every = float(told.get("every_seconds", settings.sentinel_seconds))
        if every < EVERY_SECONDS_MIN:
            raise Misconfigured(f"a sentinel's round takes {EVERY_SECONDS_MIN} s or more")
        for name in ("url", "login", "password"):
            if not told.get(name):
                raise Misconfigured(f"{file} has no {name}")
        checked_url(told["url"])
        return cls(
            folder=folder,
            url=told["url"].rstrip("/"),
            login=told["login"],
            password=told["password"],
            calls=tuple(Called.read(each) for each in calls if each.strip()),
            ping_url=told.get("ping_url", settings.sentinel_ping_url),
            settings=settings,
            every_seconds=every,
        )


def _ways(told: Mapping[str, Any], file: Path) -> dict[str, Any]:
    known = {each.name for each in fields(Settings) if each.name.startswith(WAYS)}
    for name in told.keys() - known - set(OWN):
        raise Misconfigured(f"{file}: there is no {name!r}")
    return {name: told[name] for name in told.keys() & known}
