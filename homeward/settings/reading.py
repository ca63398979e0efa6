"""Where a setting is read: in the environment (`HOMEWARD_<NAME>`), else in `homeward.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from homeward.model.errors import Misconfigured
from homeward.settings.table import Settings

PREFIX = "HOMEWARD_"


@dataclass(frozen=True, slots=True)
class Origin:
    """One effective setting and where it came from."""

    name: str
    value: Any
    source: str
    meaning: str
    secret: bool


def load(environment: Mapping[str, str], file: str = "") -> tuple[Settings, tuple[Origin, ...]]:
    """The settings from an environment and the text of a TOML file.

    Raises Misconfigured for an unknown name or a value of the wrong type, naming both.
    """
    written = _read(file) if file else {}
    _refuse_unknown(environment, written)
    values: dict[str, Any] = {}
    origins: list[Origin] = []
    for each in fields(Settings):
        value, source = _find(each.name, each.default, environment, written)
        values[each.name] = value
        meaning, secret = each.metadata["meaning"], each.metadata["secret"]
        origins.append(Origin(each.name, value, source, meaning, secret))
    return Settings(**values), tuple(origins)


def _read(file: str) -> dict[str, Any]:
    import tomllib  # takes longer than all the rest here, and most have no such file

    try:
        return tomllib.loads(file)
    except (ValueError, RecursionError) as error:  # of TOML, or of a number that is none
        raise Misconfigured(f"homeward.toml: {error}") from None


def _refuse_unknown(environment: Mapping[str, str], written: Mapping[str, Any]) -> None:
    known = {each.name for each in fields(Settings)}
    names = {name.removeprefix(PREFIX).lower() for name in environment if name.startswith(PREFIX)}
    for name in sorted((names | set(written)) - known):
        raise Misconfigured(f"there is no setting {name!r}; `homeward settings` lists them all")


def _find(
    name: str, default: Any, environment: Mapping[str, str], written: Mapping[str, Any]
) -> tuple[Any, str]:
    variable = PREFIX + name.upper()
    if variable in environment:
        return _typed(name, default, environment[variable]), f"environment {variable}"
    if name in written:
        return _typed(name, default, written[name]), "homeward.toml"
    return _typed(name, default, default), "default"


def _typed(name: str, default: Any, value: Any) -> Any:
    if isinstance(default, Path):
        return Path(str(value)).expanduser()
    if isinstance(default, bool):
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if isinstance(value, bool):
            return value
        if str(value).lower() in words:
            return words[str(value).lower()]
        raise Misconfigured(f"{name} must be true or false, not {value!r}")
    if isinstance(default, StrEnum):
        known = [str(each) for each in type(default)]
        if str(value) not in known:
            raise Misconfigured(f"{name} must be {' or '.join(known)}, not {value!r}")
        return type(default)(str(value))
    if isinstance(default, int):
        try:
            return int(value)
        except (ValueError, TypeError, OverflowError):
            raise Misconfigured(f"{name} must be a whole number, not {value!r}") from None
    return str(value)
