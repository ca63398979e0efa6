"""Every parser is under fire: nothing that reads bytes is left out of bench/fuzz unsaid."""

import ast
import importlib
from pathlib import Path

import pytest

from bench.fuzz.targets import every_target

ROOT = Path(__file__).parents[2]
TARGETS = every_target()
COVERED = {name for target in TARGETS.values() for name in target.covers}
COVERED_MODULES = {name.partition(":")[0] for name in COVERED}

# What turns bytes or text from elsewhere into things.
DECODES = (
    "msgspec.json.decode", "msgspec.json.Decoder", "msgspec.msgpack.decode", "json.loads",
    "tomllib.loads", "np.frombuffer", "unpack_from", "zlib.decompressobj",
    "standalone.simple_decompress", "x509.load_pem_x509_csr", "h11.Connection",
)  # fmt: skip
OWN_ROWS = "rows that this code wrote, in pages with checksums"
OWN_FILES = "a file of this installation's own folder, readable by it alone"
OVER_SOCKETS = "given to a socket by bench/fuzz/sockets.py"
OUR_SERVER = "the answers of the server this program was set up with, over TLS that it verified"
ELSEWHERE: dict[str, str] = {
    "homeward.connectors.talk": OVER_SOCKETS,
    "homeward.edge.page": OVER_SOCKETS,
    "homeward.edge.alarms": "a journal of its own; a torn tail is passed over",
    "homeward.api.locked": "texts of its own, on their way to a screen",
    "homeward.api.strict": OVER_SOCKETS,
    "homeward.device.line": OUR_SERVER,
    "homeward.device.papers": OWN_FILES,
    "homeward.device.renewal": OUR_SERVER,
    "homeward.edge.meters.book": "a journal of its own; a torn tail is cut",
    "homeward.edge.meters.hub": OWN_FILES,
    "homeward.engines.backup": OWN_FILES,
    "homeward.engines.enrolment": OUR_SERVER,
    "homeward.engines.folder": OWN_FILES,
    "homeward.connectors.clouds.withings": OWN_ROWS,
    "homeward.engines.restore": "a backup; it is verified before it is used",
    "homeward.sentinel.config": OWN_FILES,
    "homeward.sentinel.nurse": OUR_SERVER,
    "homeward.sentinel.probe": OWN_FILES,
    "homeward.services.call.reach.routes": OWN_ROWS,
    "homeward.services.phones.notebook": OWN_ROWS,
    "homeward.services.phones.routes": OWN_ROWS,
    "homeward.services.plan.answers": OWN_ROWS,
    "homeward.services.plan.body": OWN_ROWS,
    "homeward.services.record.fold": OWN_ROWS,
    "homeward.services.record.newest": OWN_ROWS,
    "homeward.services.record.retire": OWN_ROWS,
    "homeward.services.release.questions": OWN_ROWS,
    "homeward.services.release.summary": OWN_ROWS,
    "homeward.services.watch.curves": "frames as told, by `waves as told`",
    "homeward.services.watch.frames": "frames as told, by `hot.readings`",
    "homeward.services.watch.registry": OWN_ROWS,
    "homeward.store.chunks": OWN_ROWS,
    "homeward.store.newest": OWN_ROWS,
    "homeward.store.proof": OWN_ROWS,
    "homeward.store.recall": OWN_ROWS,
    "homeward.store.trends": OWN_ROWS,
}
# For an operator's own hands, and for benches.
NOT_SERVED = ("homeward.cli", "homeward.drill", "homeward.simulate")


def module_of(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")


def decoding() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "homeward").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(DECODES):
                found.add(module_of(path))
    return {each for each in found if not each.startswith(NOT_SERVED)}


def test_every_module_that_decodes_is_fuzzed_or_says_why_not() -> None:
    left_out = decoding() - COVERED_MODULES - ELSEWHERE.keys()
    assert not left_out, "give it a target in bench/fuzz/parsers"


def test_no_excuse_is_left_over() -> None:
    assert not ELSEWHERE.keys() - decoding()
    assert not ELSEWHERE.keys() & COVERED_MODULES


# Where every public function that takes bytes is a parser.
_WRITERS = (
    "balp.py", "consent.py", "fhir_answered.py", "fhir_apps.py", "fhir_meters.py", "fhir_record.py",
    "fhir_samples.py",
)  # fmt: skip
_GATT = ("crc", "local_time", "measured", "meter_clock", "racp", "read", "sync")
ONLY_WRITES = {ROOT / "homeward/standards" / name for name in _WRITERS}
PARSERS = sorted(
    [
        *(ROOT / "homeward/connectors").glob("*/parse.py"),
        *(set((ROOT / "homeward/standards").glob("[!_]*.py")) - ONLY_WRITES),
        *(ROOT / "homeward/standards/gatt" / f"{each}.py" for each in _GATT),
        ROOT / "homeward/model/frame.py",
        ROOT / "homeward/model/ward_frame.py",
        ROOT / "homeward/store/packed.py",
    ]
)
# They write, count, or are given what is ours: our own text, a key we made, rows that were read.
WRITES = {"pack_spoiled", "whose_word", "encoded", "packed", "frame", "fingerprint"}


@pytest.mark.parametrize("path", PARSERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_parser_has_a_target(path: Path) -> None:
    module = module_of(path)
    takes_bytes = {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(
            each.annotation is not None and ast.unparse(each.annotation) == "bytes"
            for each in node.args.args
        )
    }
    missing = {name for name in takes_bytes - WRITES if f"{module}:{name}" not in COVERED}
    assert not missing
    assert module in COVERED_MODULES


def test_targets_name_what_there_is() -> None:
    for name in COVERED:
        module, _, thing = name.partition(":")
        assert hasattr(importlib.import_module(module), thing), name
