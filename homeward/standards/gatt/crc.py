"""E2E-CRC of the CGM service: CRC-16/MCRF4XX (CGMS 1.0.2, 3.11)."""

_POLYNOMIAL = 0x8408  # x^16 + x^12 + x^5 + 1, reflected


def _entry(octet: int) -> int:
    for _ in range(8):
        octet = (octet >> 1) ^ _POLYNOMIAL if octet & 1 else octet >> 1
    return octet


_TABLE = tuple(_entry(octet) for octet in range(256))


def crc16(octets: bytes) -> int:
    """The checksum; it travels with the lower octet first."""
    crc = 0xFFFF
    for octet in octets:
        crc = (crc >> 8) ^ _TABLE[(crc ^ octet) & 0xFF]
    return crc
