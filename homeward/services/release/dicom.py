"""DICOM files without who they are: the Basic Application Level Confidentiality Profile, by table
E.1-1 of PS3.15 (2026c), at every depth.

The table comes with the library dicom-anonymizer. Applying it is ours: the library stops at the top
level of a file, and what lies in a sequence would stay. Where the table leaves a choice to the kind
of file (X/Z, X/D, Z/D, X/Z/D) an element stays, empty or with a dummy, so that a file stays valid.
Private elements go. UIDs are replaced alike in all files of one run.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from homeward.model.errors import Conflict, Unreadable
from homeward.store.cold import needed

EXTRA = "dicom"
EDITION = "dicomfields_2026c"
METHOD = "Homeward, DICOM PS3.15 2026c table E.1-1"
# What each list of the table asks for: X remove, Z empty, D dummy, U another UID.
_ACTIONS = {
    "X_TAGS": "X", "Z_TAGS": "Z", "D_TAGS": "D", "U_TAGS": "U", "Z_D_TAGS": "D", "X_Z_TAGS": "Z",
    "X_D_TAGS": "D", "X_Z_D_TAGS": "D", "X_Z_U_STAR_TAGS": "U",
}  # fmt: skip
# Pictures in which a machine may write a name, unless the file says NO (0028,0301).
_MAY_BE_WRITTEN_IN = frozenset({"US", "SC", "OT", "ES", "XC", "GM", "OP", "DOC", "IVUS", "RF"})
_DUMMIES: dict[str, Any] = {
    "AE": "ANONYMOUS", "AS": "000Y", "CS": "ANONYMOUS", "DA": "19000101",
    "DT": "19000101000000", "TM": "000000", "LO": "ANONYMOUS", "LT": "ANONYMOUS",
    "PN": "ANONYMOUS", "SH": "ANONYMOUS", "ST": "ANONYMOUS", "UC": "ANONYMOUS",
    "UT": "ANONYMOUS", "UR": "http://anonymous.invalid", "DS": "0", "IS": "0",
}  # fmt: skip
_NUMBERS = frozenset({"FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"})
Action = Callable[[Any, Any], None]


@dataclass(slots=True)
class Done:
    """What came of a run. `left_out`: files that are no DICOM."""

    files: int = 0
    left_out: list[Path] = field(default_factory=list)


class Run:
    """One run over many files: a UID becomes the same other one in all of them."""

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or secrets.token_bytes(32)

    def clean(self, dataset: Any) -> None:
        """Take identity out of a file as pydicom read it. Raises Conflict for a picture in which
        somebody's name may be written."""
        self._walk(dataset)
        pydicom = needed("pydicom", EXTRA)
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = METHOD
        dataset.LongitudinalTemporalInformationModified = "REMOVED"
        code = pydicom.Dataset()
        code.CodeValue, code.CodingSchemeDesignator = "113100", "DCM"
        code.CodeMeaning = "Basic Application Confidentiality Profile"
        dataset.DeidentificationMethodCodeSequence = [code]
        meta = pydicom.dataset.FileMetaDataset()
        for name in ("MediaStorageSOPClassUID", "TransferSyntaxUID"):
            if name in dataset.file_meta:
                setattr(meta, name, getattr(dataset.file_meta, name))
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.file_meta, dataset.preamble = meta, b"\0" * 128

    def uid(self, uid: str) -> str:
        """The UID that stands for another in this run (PS3.5, B.2: derived from a UUID)."""
        digest = hmac.digest(self._key, uid.encode(), hashlib.sha256)
        return f"2.25.{int.from_bytes(digest[:16])}"

    def _walk(self, dataset: Any) -> None:
        for element in list(dataset):
            if element.tag.is_private:
                del dataset[element.tag]
                continue
            action = action_of(element.tag.group, element.tag.element)
            if action == "X":
                del dataset[element.tag]
            elif action in {"Z", "D"}:
                _replace(element, is_empty=action == "Z")
            elif element.VR == "SQ":
                for item in element.value:
                    self._walk(item)
            elif action == "U":
                self._replace_uid(element)

    def _replace_uid(self, element: Any) -> None:
        if element.VR != "UI":
            _replace(element, is_empty=True)
        elif isinstance(element.value, str):
            element.value = self.uid(element.value) if element.value else ""
        elif element.value:
            element.value = [self.uid(each) for each in element.value]


def _replace(element: Any, *, is_empty: bool) -> None:
    pydicom = needed("pydicom", EXTRA)
    if element.VR == "SQ":
        element.value = [] if is_empty else [pydicom.Dataset()]
    elif is_empty:
        element.value = None
    elif element.VR in _NUMBERS:
        element.value = 0
    else:
        element.value = _DUMMIES.get(element.VR, b"\0\0")


@cache
def _table() -> tuple[dict[tuple[int, int], str], list[tuple[tuple[int, int, int, int], str]]]:
    """Rows by tag, and those of repeating groups by tag and mask."""
    needed("dicomanonymizer", EXTRA)
    from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector

    rows = dicom_anonymization_database_selector(EDITION)
    found = [(tag, action) for name, action in _ACTIONS.items() for tag in rows[name]]
    single = {tag: action for tag, action in found if len(tag) == 2}
    return single, [(tag, action) for tag, action in found if len(tag) == 4]


def action_of(group: int, number: int) -> str | None:
    """What the table asks for of an element: X, Z, D, U, or nothing."""
    single, repeating = _table()
    if action := single.get((group, number)):
        return action
    for (of, which, group_mask, number_mask), action in repeating:
        if group & group_mask == of & group_mask and number & number_mask == which & number_mask:
            return action
    return None


def may_be_written_in(dataset: Any) -> bool:
    """Whether somebody must look whether a name is in the picture itself (0028,0301)."""
    said = str(dataset.get("BurnedInAnnotation", "")).upper()
    if said in {"YES", "NO"}:
        return said == "YES"
    return str(dataset.get("Modality", "")).upper() in _MAY_BE_WRITTEN_IN


def _files(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield from sorted(place for place in source.rglob("*") if place.is_file())
    else:
        yield source


def deidentify(source: Path, folder: Path, *, is_looked_at: bool = False) -> Done:
    """Write a file, or all of a folder, into another, named by their new UIDs. `is_looked_at`:
    somebody looked that no name is written in the pictures.

    Raises Conflict for a picture in which one may be, before anything is written of it; Unreadable
    where nothing is DICOM; Misconfigured without the library.
    """
    pydicom = needed("pydicom", EXTRA)
    run, done = Run(), Done()
    for place in _files(source):
        try:
            dataset = pydicom.dcmread(place)
        except pydicom.errors.InvalidDicomError:
            done.left_out.append(place)
            continue
        if "SOPInstanceUID" not in dataset:  # a directory of others: it names them
            done.left_out.append(place)
            continue
        if may_be_written_in(dataset) and not is_looked_at:
            raise Conflict(
                f"{place}: a name may be written in the picture (0028,0301). Look at it; "
                "then say --looked-at, or leave it out."
            )
        run.clean(dataset)
        dataset.save_as(folder / f"{dataset.SOPInstanceUID}.dcm", enforce_file_format=True)
        done.files += 1
    if not done.files:
        raise Unreadable(f"{source}: nothing of it is DICOM.")
    return done
