"""A code that a camera reads."""

import io

import segno


def qr(text: str) -> str:
    """A QR code of a text, as SVG."""
    picture = io.BytesIO()
    # A quiet zone of four modules and no transparency: scanners read it on a dark page too.
    segno.make(text, error="m").save(
        picture, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return picture.getvalue().decode()
