"""All that a console needs before it can draw, as one answer: what stays the same is written and compressed once."""

import zlib
from functools import cached_property

from api.answers import encoded
from api.index import Index
from api.pictures import Pictures

_GZIP = 16 + zlib.MAX_WBITS
_EFFORT = 6


class Beginning:
    """Writes the answer; `parts` that change come last, so that the others need not be compressed again."""

    def __init__(self, index: Index, pictures: Pictures) -> None:
        self._index, self._pictures = index, pictures

    @cached_property
    def _steady(self) -> bytes:
        """The line, its pictures and all its signals as JSON, open for more parts."""
        signals = encoded(list(self._index.outlines.values()))
        pictures = encoded(self._pictures.as_plain())
        return b'{"line":' + self._index.structure + b',"presentation":' + pictures + b',"signals":' + signals

    @cached_property
    def _begun(self) -> tuple[bytes, "zlib._Compress"]:
        """What is compressed already, and the state from which one goes on."""
        compressor = zlib.compressobj(_EFFORT, zlib.DEFLATED, _GZIP)
        return compressor.compress(self._steady) + compressor.flush(zlib.Z_SYNC_FLUSH), compressor

    def prepare(self) -> None:
        """Write what stays the same now, so that no one has to wait for it."""
        _ = self._begun

    def answer(self, parts: dict[str, bytes], *, small: bool) -> bytes:
        """The whole as JSON; with `small` as gzip writes it. `parts` are JSON by name."""
        rest = b"".join(b',"' + name.encode() + b'":' + part for name, part in parts.items()) + b"}"
        if not small:
            return self._steady + rest
        head, compressor = self._begun
        ending = compressor.copy()
        return head + ending.compress(rest) + ending.flush()
