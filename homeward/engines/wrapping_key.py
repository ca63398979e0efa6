"""Where the key comes from that wraps the keys of patients: a setting, a file, or a program.

The file has one key a line, the one in use first: 32 bytes in base64, or `wrapped:` and what a
program of the operator's (a key management service, a security module) made of them. The program
is run with `wrap` or `unwrap`, reads base64 and writes base64.
"""

import base64
import binascii
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from homeward.engines.secret import write_private
from homeward.guard.sealing import KEY_BYTES, Wrapping, new_key
from homeward.model.errors import Conflict, Misconfigured
from homeward.settings import Settings

WRAPPED = "wrapped:"
PROGRAM_SECONDS_MAX = 30
GUIDE = "(docs/guides/sealing.md)"


def key_file(settings: Settings) -> Path:
    """Where it lies."""
    named = settings.patients_key_file
    return Path(named).expanduser() if named else settings.data / "keys" / "patients.key"


def is_made_by_hand(settings: Settings) -> bool:
    """Whether the operator gives the keys in a setting: nothing here makes or destroys one then."""
    return bool(settings.patients_key)


def keep_wrapping_key(settings: Settings) -> None:
    """Make it where there is none yet."""
    if not is_made_by_hand(settings) and not key_file(settings).exists():
        write_keys(settings, [new_key()])


def reads(settings: Settings) -> Callable[[], Wrapping]:
    """What reads the keys, each time anew."""
    return lambda: wrapping(settings)


def wrapping(settings: Settings) -> Wrapping:
    """The wrapping keys, the one in use first. Raises Misconfigured where they cannot be had."""
    if is_made_by_hand(settings):
        words, place = settings.patients_key.replace(",", " ").split(), "patients_key"
    else:
        file = key_file(settings)
        place = str(file)
        try:
            words = file.read_text().split()
        except FileNotFoundError:
            raise Misconfigured(
                f"{file} is missing. It opens patients' names and notes: bring it back from where "
                f"you keep it, apart from the backups {GUIDE}"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{file} cannot be read: {error}") from None
    keys = [_key(settings, word, place) for word in words]
    if not keys:
        raise Misconfigured(f"{place} holds no key {GUIDE}")
    return Wrapping(keys)


def write_keys(settings: Settings, keys: Sequence[bytes]) -> None:
    """These are the keys from now on. Raises Conflict where the operator gives them by hand."""
    if is_made_by_hand(settings):
        raise Conflict("the keys are in HOMEWARD_PATIENTS_KEY, which only you can change")
    lines = [_line(settings, key) for key in keys]
    write_private(key_file(settings), "".join(f"{line}\n" for line in lines).encode())


def _line(settings: Settings, key: bytes) -> str:
    text = base64.b64encode(key).decode()
    if not settings.patients_key_command:
        return text
    return WRAPPED + _asked(settings.patients_key_command, "wrap", text)


def _key(settings: Settings, word: str, place: str) -> bytes:
    if word.startswith(WRAPPED):
        if not settings.patients_key_command:
            raise Misconfigured(f"{place} needs the program that unwraps it: patients_key_command")
        word = _asked(settings.patients_key_command, "unwrap", word.removeprefix(WRAPPED))
    try:
        key = base64.b64decode(word, validate=True)
    except binascii.Error:
        raise Misconfigured(f"{place} holds what is no base64 {GUIDE}") from None
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"{place} has a key of {len(key)} bytes; {KEY_BYTES} are expected")
    return key


def _asked(command: str, act: str, text: str) -> str:
    """What the operator's program makes of it. Raises Misconfigured."""
    words = [*shlex.split(command), act]
    try:
        said = subprocess.run(
            words, input=text, capture_output=True, text=True, timeout=PROGRAM_SECONDS_MAX,
            check=True,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise Misconfigured(f"{words[0]} {act}: exit code {error.returncode}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Misconfigured(f"{words[0]} {act}: {error}") from None
    return said.stdout.strip()
