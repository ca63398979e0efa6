"""The few filters everything here is made of: plain sums, no recursion, nothing to carry over.

All are symmetric, so that a wave is found where it is; the newest half kernel sees the last value
held, as a monitor's own screen does.
"""

import numpy as np

from homeward.clinical.signal import RATE_HZ, Floats


def band(low_hz: float, high_hz: float, taps: int) -> Floats:
    """A band-pass kernel: windowed sinc, Hamming. `low_hz` 0 makes it a low-pass."""
    turn = np.arange(taps) - (taps - 1) / 2

    def low_pass(edge: float) -> Floats:
        share = 2 * edge / RATE_HZ
        return np.asarray(share * np.sinc(share * turn), np.float64)

    kernel = low_pass(high_hz)
    if low_hz:
        kernel = kernel - low_pass(low_hz)
    return np.asarray(kernel * np.hamming(taps), np.float64)


def filtered(values: Floats, kernel: Floats) -> Floats:
    """The values through a kernel of odd length, in place."""
    half = len(kernel) // 2
    return np.convolve(np.pad(values, half, mode="edge"), kernel, "valid")


def mean_of(values: Floats, width: int) -> Floats:
    """The mean over `width` samples around each; beyond the ends there is nothing."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    first = np.arange(len(values)) - width // 2
    end = np.minimum(first + width, len(values))
    return (sums[end] - sums[np.maximum(first, 0)]) / width


def middle(values: Floats) -> float:
    """The median; 0 of nothing. NumPy's own takes ten times as long for so few values."""
    count = len(values)
    if not count:
        return 0.0
    ordered = np.sort(values)
    return float(ordered[(count - 1) // 2] + ordered[count // 2]) / 2


def middle_row(rows: Floats) -> Floats:
    """The median of each column. There must be a row."""
    count = len(rows)
    ordered = np.sort(rows, axis=0)
    return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2


def usual_height(values: Floats, block: int) -> float:
    """The usual height of what comes again and again: the median of each block's highest."""
    count = len(values) // block
    if not count:
        return float(values.max(initial=0.0))
    return middle(values[len(values) - count * block :].reshape(count, block).max(axis=1))
