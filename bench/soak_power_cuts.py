"""Power cuts under load and in the middle of all long work: nothing acknowledged is lost.

    make soak NAME=power_cuts            20 cuts under load, 3 without fsync, 20 or 10 in each work
    python -m bench.soak_power_cuts 2    a tenth of all that, and so on

Linux, as root. The whole installation, its backups and its cold store lie on a disk that keeps what
was flushed and of the rest a random part, torn at sectors, in no order (bench/_volatile_disk.py).
A cut ends every process at once. Then the disk is mounted anew, Homeward is started on it as after
any outage, and the record is held against every acknowledgement, one by one.

The same is done with PostgreSQL's `fsync` off. That must lose readings: else the disk of this soak
keeps too much, and what it shows is worth nothing.
"""

import asyncio
import random
import statistics
import sys
import time
from dataclasses import dataclass, field

from bench._database_cuts import Work, in_ageing, in_migration
from bench._gateway_load import NOTHING, Compared, compare, found_ward
from bench._installation_cuts import end_all, house_on, in_backup, load_until_cut, url_of
from bench._volatile_disk import Cut, machine_of
from bench.report import finish, table
from homeward.drill.house import HOMEWARD

CUTS = 20
CARELESS_CUTS = 3
LOAD_SECONDS = (3.0, 7.0)  # of load before each cut
RATE_MIN = 10_000
CHECKPOINT_SECONDS = 0.2  # from its start to the cut, at most
# What starts Homeward with a database that does not wait for its disk.
CARELESS = """
import sys
from homeward.cli import main
from homeward.engines import postgres
postgres.SETTINGS["fsync"] = "off"
sys.argv = ["homeward", *sys.argv[1:]]
main()
"""


@dataclass
class Cuts:
    """What became of an installation whose power was cut again and again."""

    compared: Compared = NOTHING
    sectors: list[Cut] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    back_seconds: list[float] = field(default_factory=list)
    unopened: int = 0


async def under_load(cuts: int, seed: int, program: tuple[str, ...] = HOMEWARD) -> Cuts:
    """An installation at full load whose power is cut again and again."""
    chosen, found = random.Random(seed), Cuts()
    with machine_of() as (folder, machine):
        house = house_on(machine, program)
        house.start()
        ward = await asyncio.to_thread(found_ward, house, folder / "papers")
        for number in range(cuts):
            since = time.time_ns() // 1000
            seconds = chosen.uniform(*LOAD_SECONDS)
            # From a cache that wrote nothing to one that wrote nearly all, in its own order.
            share = number % 5 / 4 * 0.9
            rate, cut = await load_until_cut(house, machine, ward, seconds, share, seed + number)
            found.rates.append(rate)
            found.sectors.append(cut)
            machine.power_off()
            machine.power_on()
            house = house_on(machine, program)
            try:
                found.back_seconds.append(house.start())
            except SystemExit as why:
                print(f"cut {number + 1}: it does not open: {str(why)[-200:]}", flush=True)
                found.unopened += 1
                end_all(house)
                break
            now = await compare(url_of(house), ward, since=since)
            print(
                f"cut {number + 1} of {cuts}: {now.acknowledged:,} acknowledged at {rate:,.0f}/s, "
                f"{now.lost} lost; {cut.lost:,} sectors not written, {cut.kept:,} written unasked",
                flush=True,
            )
            if now.lost:  # it may have lost its devices too
                found.compared += now
                break
        if found.compared.lost:
            house.stop()
        elif found.unopened:
            found.compared = Compared(ward.count, ward.count, 0, 0)
        else:
            found.compared = await compare(url_of(house), ward)
            house.stop()
    return found


async def main(tenths: int) -> None:
    """Fail where anything was lost, or where nothing was lost that had to be."""
    seed = time.time_ns() % 1_000_000
    print(f"seed {seed}")
    cuts = max(1, CUTS * tenths // 10)
    careful = await under_load(cuts, seed)
    careless = await under_load(min(cuts, CARELESS_CUTS), seed, (sys.executable, "-c", CARELESS))
    works = [
        await in_migration(cuts, seed),
        *await in_ageing(max(1, cuts // 2), seed),
        await in_backup(max(1, cuts // 4), seed),
    ]
    _print(careful, careless, works)
    finish("power_cuts", _figures(careful, careless, works))
    bad = careful.compared.lost + careful.compared.doubled + careful.compared.changed
    if bad or any(each.whole != each.cuts for each in works):
        raise SystemExit(1)
    if not careless.compared.lost:
        raise SystemExit("without fsync nothing was lost: this disk keeps too much")


def _figures(careful: Cuts, careless: Cuts, works: list[Work]) -> dict[str, object]:
    figures: dict[str, object] = {
        "R2_lost": careful.compared.lost,
        "R2_rate": statistics.median(careful.rates),
        "R2_cuts": len(careful.rates),
        "R2_acknowledged": careful.compared.acknowledged,
        "R2_doubled": careful.compared.doubled,
        "R2_changed": careful.compared.changed,
        "lost_without_fsync": careless.compared.lost,
        "back_seconds_worst": max(careful.back_seconds),
    }
    for each in works:
        figures[f"R3_{each.name}"] = each.whole / each.cuts
        figures[f"R3_{each.name}_cuts"] = each.cuts
    return figures


def _print(careful: Cuts, careless: Cuts, works: list[Work]) -> None:
    head = ("power cuts under load", "cuts", "acknowledged", "a second", "lost", "doubled",
            "changed", "back, median s", "worst s")  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for name, each in (("as it is", careful), ("fsync off", careless)):
        c = each.compared
        back = sorted(each.back_seconds) or [float("nan")]
        rows.append((
            name, len(each.rates), f"{c.acknowledged:,}", f"{statistics.median(each.rates):,.0f}",
            f"{c.lost:,}", c.doubled, c.changed,
            f"{statistics.median(back):.1f}", f"{back[-1]:.1f}",
        ))  # fmt: skip
    table(head, rows)
    print()
    table(
        ("power cuts in the middle of", "cuts", "it was under way", "opens, all equal"),
        [(each.name, each.cuts, each.midway, each.whole) for each in works],
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
