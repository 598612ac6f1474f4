"""Texts as QR codes, drawn by the page: dark modules as a path in a square of so many modules."""

from itertools import groupby

import segno
from segno import DataOverflowError

from api.problems import ProblemError
from api.rooms.shapes import Code

QUIET = 4
"""Width of the empty border that readers need [modules]."""


def code_of(text: str) -> Code:
    """The QR code of a text; raises ProblemError for one that is too long for any."""
    try:
        rows = segno.make_qr(text, error="m").matrix
    except DataOverflowError:
        raise ProblemError(422, "out-of-range", f"{text[:40]}... is too long for a QR code.") from None
    return Code(size=len(rows) + 2 * QUIET, path="".join(_run(y, bytes(row)) for y, row in enumerate(rows)))


def _run(y: int, row: bytes) -> str:
    """The dark stretches of a row as a path."""
    found, x = "", QUIET
    for dark, stretch in groupby(row):
        length = len(list(stretch))
        found += f"M{x} {y + QUIET}h{length}v1h-{length}z" if dark else ""
        x += length
    return found
