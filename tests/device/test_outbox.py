"""An outbox forgets nothing that was not answered, and says what it had to drop."""

import pytest

from homeward.device.outbox import Message, Outbox


def message(seq: int) -> Message:
    return Message("devices/m/readings", b"{}", seq)


def sent(outbox: Outbox, count: int) -> None:
    for packet in range(1, count + 1):
        taken = outbox.take()
        assert taken is not None
        outbox.sent(packet, taken)


def order(outbox: Outbox) -> list[int]:
    taken = []
    while (each := outbox.take()) is not None:
        taken.append(each.seq)
    return taken


def filled(count: int, messages_max: int = 100) -> Outbox:
    outbox = Outbox(messages_max)
    for seq in range(count):
        outbox.put(message(seq))
    return outbox


def test_an_acknowledged_message_is_gone():
    outbox = filled(2)
    sent(outbox, 2)
    assert outbox.settle(1, 0x00)
    assert len(outbox) == 1
    assert outbox.acknowledged == 1


def test_after_a_lost_line_everything_unanswered_goes_again_in_order():
    outbox = filled(5)
    sent(outbox, 3)
    outbox.settle(2, 0x00)
    outbox.disconnected()
    assert order(outbox) == [0, 2, 3, 4]


@pytest.mark.parametrize("reason", [0x80, 0x83, 0x97])
def test_not_now_comes_back(reason: int):
    outbox = filled(2)
    sent(outbox, 1)
    assert not outbox.settle(1, reason)
    assert order(outbox) == [0, 1]


@pytest.mark.parametrize("reason", [0x87, 0x90, 0x95, 0x99])
def test_never_is_given_up_and_counted(reason: int):
    outbox = filled(1)
    sent(outbox, 1)
    assert outbox.settle(1, reason)
    assert len(outbox) == 0
    assert outbox.refused == 1


def test_a_full_outbox_drops_its_oldest_and_counts():
    outbox = filled(5, messages_max=3)
    assert outbox.dropped == 2
    assert order(outbox) == [2, 3, 4]


def test_an_answer_nobody_waits_for_changes_nothing():
    outbox = filled(1)
    assert outbox.settle(77, 0x00)
    assert len(outbox) == 1
    assert outbox.acknowledged == 0


def test_several_that_were_not_taken_now_keep_their_places():
    outbox = filled(6)
    sent(outbox, 4)
    for packet, reason in ((1, 0x80), (2, 0x00), (3, 0x80)):
        outbox.settle(packet, reason)
    assert outbox.take() is None, "the fourth has no answer yet"
    outbox.settle(4, 0x80)
    assert order(outbox) == [0, 2, 3, 4, 5]


def test_what_is_too_large_is_found_by_sending_one_at_a_time():
    outbox = filled(4)
    outbox.on_too_large = lambda message: message.seq == 2
    sent(outbox, 4)
    outbox.too_large()
    outbox.disconnected()
    for seq in (0, 1):
        assert order_of_one(outbox, seq), "nothing flies beside it"
        assert outbox.settle(seq, 0x00)
    assert order_of_one(outbox, 2)
    outbox.too_large()
    outbox.disconnected()
    outbox.put(message(4))
    assert order(outbox) == [3, 4], "it is seen to, and all fly together again"


def order_of_one(outbox: Outbox, seq: int) -> bool:
    taken = outbox.take()
    assert taken is not None
    outbox.sent(seq, taken)
    return taken.seq == seq and outbox.take() is None
