"""What the run's process and a gateway's tell each other: pickled plain data, each message under its length.

The run's process takes nothing from a gateway but data classes and enumerations of `twin` and plain values, so that a
gateway that was taken over cannot run code beyond its own process.
"""

import asyncio
import io
import pickle
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from enum import Enum
from typing import Any

from twin.host.gateway_entry import GatewayEntry
from twin.host.logins import Access
from twin.host.port import Clock, PlantEvent

LONGEST_REQUEST = 4 * 1024 * 1024
"""Bytes of the longest message that a gateway may send."""
LONGEST_ANSWER = 512 * 1024 * 1024
_LENGTH = struct.Struct("<I")
_NUMPY = {"_reconstruct", "_frombuffer", "scalar", "ndarray", "dtype"}


@dataclass(frozen=True, slots=True)
class Start:
    """All that a gateway's process has to know before it serves."""

    gateway: GatewayEntry
    host: str
    number: int
    options: Mapping[str, Any]
    access: Access | None
    constants: Mapping[str, Any]
    """Those properties of the port that never change, by name."""


@dataclass(frozen=True, slots=True)
class Request:
    """A method or property of the port, or of access, by name."""

    number: int
    name: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that comes back as itself."""

    kind: type[Exception]
    arguments: tuple[Any, ...]
    state: Mapping[str, Any]

    def rebuilt(self) -> Exception:
        """The exception; its own way of being made is not asked, as that may want other arguments than it keeps."""
        error = self.kind.__new__(self.kind, *self.arguments)
        error.args = self.arguments
        error.__dict__.update(self.state)
        return error


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the request of this number."""

    number: int
    value: Any = None
    error: Raised | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A frame stands in shared memory; what has changed besides."""

    sequence: int
    clock: Clock
    texts: Mapping[int, str] | None
    """All texts, when they are not the same as last time."""
    events: Mapping[bool, tuple[PlantEvent, ...]]
    """New events, as those hear them that may know the truth (True), and as the others do."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A gateway serves at this address."""

    address: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A gateway does not serve, and why."""

    sentence: str
    """For the user; empty when it is a fault of ours."""
    fault: str
    """What is wrong otherwise; the process has told its log more."""


@dataclass(frozen=True, slots=True)
class Alive:
    """A gateway's event loop turns."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A gateway is to stop."""


class _Plain(pickle.Unpickler):
    """Builds data of `twin` only."""

    def find_class(self, module: str, name: str) -> Any:
        """A data class or an enumeration of `twin`, or what arrays are built with."""
        if module.partition(".")[0] == "numpy" and name in _NUMPY:
            return super().find_class(module, name)
        if module.startswith("twin.") and module in sys.modules:
            found = getattr(sys.modules[module], name, None)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"a gateway sent {module}.{name}, which is no plain data")


def packed(message: object) -> bytes:
    """A message as it goes over the wire."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


def plain(content: bytes) -> Any:
    """A message of a gateway; raises UnpicklingError for anything that is no plain data."""
    return _Plain(io.BytesIO(content)).load()


def trusted(content: bytes) -> Any:
    """A message of the run's process."""
    return pickle.loads(content)  # noqa: S301 (from the process that started this one, over its own socket)


def split(buffer: bytearray) -> bytes | None:
    """Take the first whole message off a buffer; None when there is none yet."""
    if len(buffer) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(buffer)
    end = _LENGTH.size + length
    if len(buffer) < end:
        return None
    content = bytes(buffer[_LENGTH.size : end])
    del buffer[:end]
    return content


async def received(reader: asyncio.StreamReader, longest: int) -> bytes:
    """The next message; raises EOFError at the end, and ConnectionError when it is longer than may be."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > longest:
            raise ConnectionError(f"a message of {length} bytes; {longest} is the most")
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise EOFError from None


def raised(error: Exception) -> Raised:
    """An exception as it goes over the wire; one that cannot go is told as text."""
    try:
        sent = Raised(type(error), error.args, dict(error.__dict__))
        pickle.dumps(sent)
    except (pickle.PicklingError, TypeError, AttributeError):
        return Raised(RuntimeError, (f"{type(error).__name__}: {error}",), {})
    return sent
