"""A batch: all that waits where one commit takes it, and else the first of it, in order."""

from hypothesis import given
from hypothesis import strategies as st

from homeward.services.record import batch as batch_module
from homeward.services.record.batch import BYTES_MAX, ROW_BYTES, Batch
from homeward.store.bundles import READINGS

sizes = st.lists(st.sampled_from([0, 48, BYTES_MAX // 3, BYTES_MAX]), max_size=12)


def a_batch(sizes: list[int]) -> Batch:
    batch = Batch.empty()
    for number, size in enumerate(sizes):
        batch.rows.append((1, 1, number, READINGS, 1, bytes(size)))
        batch.settles.append(lambda _outcome, number=number: number)
    return batch


@given(sizes, st.booleans())
def test_a_commit_takes_its_bytes_and_the_rest_waits_in_order(sizes, is_bound_loose):
    whole = a_batch(sizes)
    first, rest = whole.cut(whole.size + is_bound_loose * 2 * BYTES_MAX)
    for piece in (first, rest):
        assert len(piece.rows) == len(piece.settles)
    assert [row[2] for row in first.rows + rest.rows] == list(range(len(sizes)))
    assert first.size + rest.size == whole.size == ROW_BYTES * len(sizes) + sum(sizes)
    if rest.rows:  # it is full, by its last message
        assert first.size >= BYTES_MAX
    if len(first.rows) > 1:
        assert first.split(len(first.rows) - 1)[0].size < BYTES_MAX
    assert first.rows or not sizes


def test_a_commit_takes_so_many_messages(monkeypatch):
    monkeypatch.setattr(batch_module, "ROWS_MAX", 5)
    assert [len(each.rows) for each in a_batch([0] * 12).cut(0)] == [5, 7]
    assert [len(each.rows) for each in a_batch([0] * 5).cut(0)] == [5, 0]
