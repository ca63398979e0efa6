"""Every row of PS3.15 table E.1-1 is applied, at the top and in sequences; nothing stays."""

from pathlib import Path
from typing import Any

import pytest
from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from homeward.model.errors import Conflict, Unreadable
from homeward.services.release.dicom import EDITION, action_of, deidentify

PLANTED = "ZYKPLANT"
UID = "1.2.826.0.1.3680043.2.1125.99"
ROWS = [
    (tag[0], tag[1])
    for name, tags in dicom_anonymization_database_selector(EDITION).items()
    if name != "ALL_TAGS"
    for tag in tags
    if tag[0] > 0x0002  # commands and the head of a file are not of the data set
]
NESTING = 0x00081200  # Studies Containing Other Referenced Instances Sequence: no row of the table
_VALUES: dict[str, Any] = {
    "AS": "067Y", "DA": "20260308", "DT": "20260308101112", "TM": "101112", "UI": UID,
    "UR": f"http://{PLANTED}.example", "DS": "67.25", "IS": "6725", "PN": f"{PLANTED}^A",
}  # fmt: skip
TEXT = ("AE", "CS", "LO", "LT", "SH", "ST", "UC", "UT")


def fill(dataset: Dataset, group: int, number: int) -> bool:
    """Plant something that can be known again; whether this row is one of the dictionary."""
    tag = group << 16 | number
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return False
    vr = vr.split(" or ")[0]
    if vr == "SQ":
        item = Dataset()
        item.PatientName = PLANTED
        dataset.add_new(tag, vr, [item])
    elif vr in TEXT:
        dataset.add_new(tag, vr, PLANTED)
    elif vr in _VALUES:
        dataset.add_new(tag, vr, _VALUES[vr])
    elif vr.startswith("O") or vr == "UN":
        dataset.add_new(tag, vr, PLANTED.encode())
    else:
        dataset.add_new(tag, vr, 6725)
    return True


def file_of(place: Path, dataset: Dataset) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.SourceApplicationEntityTitle = PLANTED
    dataset.file_meta, dataset.preamble = meta, PLANTED.encode().ljust(128, b"\0")
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, UID
    dataset.save_as(place, enforce_file_format=True)


def planted() -> tuple[Dataset, int]:
    """A file with every row of the table, at the top and within a sequence; how many rows."""
    dataset, inner, known = Dataset(), Dataset(), 0
    for group, number in ROWS:
        known += fill(dataset, group, number)
        fill(inner, group, number)
    dataset.add_new(0x00091010, "LO", PLANTED)
    dataset.add_new(0x00090010, "LO", PLANTED)
    dataset.add_new(NESTING, "SQ", [inner])
    dataset.Modality, dataset.Rows = "CT", 2
    return dataset, known


def wrong(before: Dataset, after: Dataset) -> list[str]:
    """Elements that are not what the table asks for."""
    found: list[str] = []
    for element in before:
        action, left = action_of(element.tag.group, element.tag.element), after.get(element.tag)
        if element.tag.is_private or action == "X":
            is_right = left is None
        elif action == "Z":
            is_right = left is not None and left.is_empty
        elif action in {"D", "U"}:
            is_right = left is not None and left.value != element.value
        else:
            is_right = True
        if not is_right:
            found.append(f"{element.tag} {action}: {left}")
    return found


def test_every_row_of_the_table_is_applied_at_every_depth(tmp_path: Path) -> None:
    dataset, known = planted()
    source, out = tmp_path / f"{PLANTED}.dcm", tmp_path / "out"
    out.mkdir()
    file_of(source, dataset)
    before = dcmread(source)
    assert deidentify(source, out).files == 1
    (place,) = out.iterdir()
    after = dcmread(place)
    assert known > 600
    assert wrong(before, after) == []
    assert wrong(before[NESTING].value[0], after[NESTING].value[0]) == []
    raw = place.read_bytes()
    for word in (PLANTED, UID, "20260308", "067Y", "67.25"):
        assert word.encode() not in raw, word
    assert PLANTED not in place.name
    assert after.PatientIdentityRemoved == "YES"
    assert after.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID
    assert after.Rows == 2  # what is nobody's stays


def test_files_that_belong_together_still_do(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    for number in (1, 2):
        dataset = Dataset()
        dataset.StudyInstanceUID, dataset.PatientName, dataset.Modality = UID, PLANTED, "CT"
        dataset.SeriesInstanceUID = f"{UID}.{number}"
        file_of(source / f"{number}.dcm", dataset)
        dataset.SOPInstanceUID = f"{UID}.7.{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as(source / f"{number}.dcm", enforce_file_format=True)
    (source / "notes.txt").write_text("no picture")
    done = deidentify(source, out)
    assert (done.files, len(done.left_out)) == (2, 1)
    one, other = (dcmread(place) for place in out.iterdir())
    assert one.StudyInstanceUID == other.StudyInstanceUID != UID
    assert one.SeriesInstanceUID != other.SeriesInstanceUID


@pytest.mark.parametrize(("modality", "said"), [("CT", "YES"), ("US", None), ("SC", "")])
def test_a_picture_with_a_name_in_it_is_not_let_out(
    tmp_path: Path, modality: str, said: str | None
) -> None:
    dataset, source, out = Dataset(), tmp_path / "1.dcm", tmp_path / "out"
    out.mkdir()
    dataset.Modality = modality
    if said is not None:
        dataset.BurnedInAnnotation = said
    file_of(source, dataset)
    with pytest.raises(Conflict):
        deidentify(source, out)
    assert list(out.iterdir()) == []
    assert deidentify(source, out, is_looked_at=True).files == 1


def test_what_is_no_dicom_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(Unreadable):
        deidentify(tmp_path, tmp_path)
