"""A twin: a fresh installation of this version with the same settings, on loopback."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from homeward.drill.disk import Disk, small_disk
from homeward.drill.house import NOT_OURS, House, temporary_folder
from homeward.settings import Settings

DISK_BYTES = 768 * 1024**2
RESERVE_BYTES = 32 * 1024**2  # on a disk as small as this


@contextlib.contextmanager
def twin(
    settings: Settings, same: Mapping[str, str], *, has_disk: bool, size: int = DISK_BYTES
) -> Iterator[tuple[House, Disk | None, Settings]]:
    """A running twin, its disk, and the settings that reach it; gone at the end.

    `same` are the settings as variables of a child. Raises Unreachable, and Misconfigured where it
    cannot have a disk of its own.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("drill"))
        extra = dict(same) | {f"HOMEWARD_{name.upper()}": v for name, v in NOT_OURS.items()}
        disk = stack.enter_context(small_disk(folder, size)) if has_disk else None
        house = House(folder, extra)
        if disk is not None:
            house.at = disk.folder
            extra["HOMEWARD_DISK_RESERVE_BYTES"] = str(RESERVE_BYTES)
            extra["HOMEWARD_DISK_LOW_BYTES"] = str(3 * RESERVE_BYTES)
        stack.callback(house.stop)
        house.start()
        yield house, disk, reaching(settings, house)


def reaching(settings: Settings, house: House) -> Settings:
    """The settings that reach this installation as it runs now."""
    run = house.data.running()
    plain = replace(settings, **{k: v for k, v in NOT_OURS.items() if k.endswith(("url", "host"))})
    return replace(
        plain, data=house.data.path, web_port=house.web_port, mqtt_port=house.mqtt_port,
        postgres_url=run.postgres_url, nats_url=run.nats_url, sentinel_calls="", doors=1,
    )  # fmt: skip


def papers_of(house: House) -> Path:
    """Where the pretend devices' keys lie: not on the disk that fails."""
    folder = house.folder / "papers"
    folder.mkdir(exist_ok=True)
    return folder
