"""A folder of backups: what counts as whole, what is removed, and what damage is found."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeward.engines.backup import (
    FORMAT,
    SEGMENT_BYTES,
    BackupFolder,
    Base,
    Database,
    Manifest,
    changes,
    copy_data,
    gap,
    segment_of,
    settings_text,
)
from homeward.engines.restore import beside, choose, lay_out, opened
from homeward.model.errors import Conflict, Misconfigured, Missing
from homeward.settings import load
from homeward.store.cold import MARK

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Data:
    """A data folder with one of each kind of thing."""

    path: Path

    def __post_init__(self) -> None:
        for name in ("keys/vapid.pem", "certificates/root.key", "sentinel/sentinel.toml"):
            self.put(name, f"the {name}")
        for name in ("logs/web.log", "engines/postgres/bin", "run.json", "lock", "ready/web"):
            self.put(name, "made anew")

    def put(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)


@pytest.fixture
def data(tmp_path: Path) -> Data:
    return Data(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    made = BackupFolder(tmp_path / "backups")
    made.claim("ours")
    return made


def base(folder: BackupFolder, data: Data, at: datetime, starts: int | None = None) -> Base:
    """A base without PostgreSQL's files; `starts` is the number of its first file of changes."""
    part = folder.begin(at)
    files = copy_data(data.path, part / "files")
    database = None
    if starts is not None:
        place = f"0/{starts * SEGMENT_BYTES:X}"
        database = Database(18, 1, place, "a point", {}, 0)
        (part / "wal" / segment_of(place, 1)).touch()
    return folder.finish(part, Manifest(FORMAT, "0", "ours", at, at, database, files))


def test_all_is_kept_but_what_is_made_anew(folder: BackupFolder, data: Data, tmp_path: Path):
    data.put("something/nobody/has/thought/of", "kept")
    data.put("leaving-x1/vitals.parquet", "its chunks are in the database")
    data.put(f"old/archive/{MARK}", "a cold store")
    data.put("old/archive/vitals/2026/01/a.parquet", "old, and large")
    data.put("old/beside.txt", "kept")
    kept = base(folder, data, NOON)
    lay_out(kept, [], tmp_path / "new", lambda _: None)
    found = {str(p.relative_to(tmp_path / "new")) for p in (tmp_path / "new").rglob("*")}
    files = {name for name in found if (tmp_path / "new" / name).is_file()}
    assert files == {
        "keys/vapid.pem",
        "certificates/root.key",
        "sentinel/sentinel.toml",
        "something/nobody/has/thought/of",
        "old/beside.txt",
    }


def test_only_we_may_read_it(folder: BackupFolder, data: Data):
    kept = base(folder, data, NOON)
    for path in (kept.path, *kept.path.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_one_that_was_cut_off_is_none(folder: BackupFolder, data: Data):
    part = folder.begin(NOON)
    copy_data(data.path, part / "files")
    assert folder.bases() == []
    with pytest.raises(Missing, match="no whole backup"):
        opened(folder.path)
    folder.begin(NOON + timedelta(hours=1))
    assert not part.exists(), "the next one removes it"


def test_a_damaged_file_is_found(folder: BackupFolder, data: Data, tmp_path: Path):
    kept = base(folder, data, NOON)
    key = kept.path / "files/keys/vapid.pem"
    key.write_text("the keys/vapid.pen")
    (kept.path / "files/certificates/root.key").unlink()
    found = lay_out(kept, [], tmp_path / "new", lambda _: None)
    assert sorted(found) == [
        f"{kept.path}/files/certificates/root.key cannot be read: No such file or directory",
        f"{key} is not what was backed up",
    ]


def test_a_restore_goes_to_an_empty_place_and_a_failed_one_leaves_none(open_folder: Path):
    full = open_folder / "full"
    full.mkdir()
    (full / "something").touch()
    with pytest.raises(Conflict, match="not empty"), beside(full):
        pass
    target = open_folder / "target"

    def fail() -> None:
        with beside(target) as part:
            (part / "half").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sorted(open_folder.iterdir()) == [full]


def test_another_installations_folder_is_refused(folder: BackupFolder):
    folder.claim("ours")
    with pytest.raises(Misconfigured, match="another installation"):
        folder.claim("theirs")


def test_one_base_is_taken_at_a_time(folder: BackupFolder):
    with folder.alone(), pytest.raises(Conflict), BackupFolder(folder.path).alone():
        pass


def test_any_moment_of_the_days_kept_can_still_be_restored(folder: BackupFolder, data: Data):
    """Bases at days 0, 1, 2, 3; on day 4 two days are kept, and the base they begin from."""
    bases = [base(folder, data, NOON + timedelta(days=day), 10 * day + 1) for day in range(4)]
    stream = folder.begin_stream(NOON)
    for number in range(1, 40):
        (stream / segment_of(f"0/{number * SEGMENT_BYTES:X}", 1)).touch()
    now = NOON + timedelta(days=4, hours=-1)
    assert folder.prune(now, 2) == [bases[0].path.name]
    assert [each.path for each in folder.bases()] == [each.path for each in bases[1:]]
    earliest = now - timedelta(days=2)
    assert choose(folder.bases(), earliest).path == bases[1].path
    left = sorted(path.name for path in stream.iterdir())
    assert left[0] == segment_of(f"0/{11 * SEGMENT_BYTES:X}", 1)
    assert len(left) == 29


def test_the_last_base_is_never_removed(folder: BackupFolder, data: Data):
    kept = base(folder, data, NOON)
    assert folder.prune(NOON + timedelta(days=1000), 1) == []
    assert [each.path for each in folder.bases()] == [kept.path]


def test_a_moment_before_the_first_base_is_refused(folder: BackupFolder, data: Data):
    early = base(folder, data, NOON)
    late = base(folder, data, NOON + timedelta(days=1))
    assert choose(folder.bases(), NOON + timedelta(hours=1)).path == early.path
    assert choose(folder.bases(), None).path == late.path
    with pytest.raises(Missing, match="2026-03-01 12:00:00"):
        choose(folder.bases(), NOON - timedelta(seconds=1))


def test_a_whole_file_of_changes_wins_over_an_unfinished_one(folder: BackupFolder, data: Data):
    kept = base(folder, data, NOON, 7)
    old, new = folder.begin_stream(NOON), folder.begin_stream(NOON + timedelta(hours=1))
    name, after = (segment_of(f"0/{number * SEGMENT_BYTES:X}", 1) for number in (8, 9))
    (old / f"{name}.partial").touch()
    (new / name).touch()
    (new / f"{after}.partial").touch()
    found = changes(kept, folder.streams())
    assert found[name] == new / name
    assert found[after] == new / f"{after}.partial"
    assert gap(list(found)) is None


@pytest.mark.parametrize("fuller", ["stream", "base"])
def test_of_two_unfinished_files_of_changes_the_fuller_one_counts(
    folder: BackupFolder, data: Data, fuller: str
):
    kept = base(folder, data, NOON, 7)
    stream = folder.begin_stream(NOON)
    name = f"{segment_of(f'0/{8 * SEGMENT_BYTES:X}', 1)}.partial"
    places = {"base": kept.path / "wal", "stream": stream}
    places["base"].mkdir(exist_ok=True)
    for whose, place in places.items():
        written = b"x" * (900 if whose == fuller else 500)
        (place / name).write_bytes(written.ljust(1000, b"\0"))
    assert list(changes(kept, folder.streams()).values())[-1] == places[fuller] / name


def test_a_gap_in_the_changes_is_named():
    names = ["0000000100000000000000FE", "0000000100000000000000FF", "000000010000000100000000"]
    assert gap(names) is None
    assert gap([names[0], names[2]]) == names[1]
    assert gap([]) is None


def test_settings_come_back_as_they_were():
    values = {"smtp_host": 'a "quoted" \\ host\né', "web_port": 8443, "sentinel": True}
    settings, _ = load({}, settings_text(values))
    assert {name: getattr(settings, name) for name in values} == values
