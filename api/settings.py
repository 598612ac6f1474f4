"""What the gateway is told when it starts, and the limits that it keeps."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from twin.line.text import Language


class Settings(BaseModel):
    """Where the gateway serves, what it shows, and how much it takes from a client."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """The address that the gateway is bound to."""
    simulator: bool = True
    """Whether clients see and use the controls of the simulator: the clock and the faults."""
    language: Language = "en"
    """Language of the page unless its address says otherwise."""
    addresses: Mapping[str, str] = Field(default_factory=dict)
    """Addresses of the other gateways, by gateway name."""
    room: str = ""
    """Which room of a class this is; empty: none."""
    largest_body: int = 65_536
    """Size above which a request's body is refused [bytes]."""
    heartbeat: float = 15.0
    """Time without a frame after which a stream sends a sign of life [s]."""
    frame_interval: float = 0.1
    """Least wall time between two frames of the stream [s]."""
    stream_clients: int = 256
    """Number of streams that may be open at once."""
    reads_per_second: float = 1000.0
    """Requests that an address may send all the time [1/s], as long as they only read."""
    reads_at_once: float = 3000.0
    """Such requests that it may send in one go."""
    posts_per_second: float = 20.0
    """The same for commands."""
    posts_at_once: float = 100.0
    """The same for commands in one go."""
    body_deadline: float = 20.0
    """Time within which a client has to send a whole body [s]."""


def from_options(host: str, language: Language, options: Mapping[str, Any]) -> Settings:
    """The settings that the host's `options` ask for; `language` is the run's own."""
    return Settings(
        host=host,
        simulator=bool(options.get("simulator", True)),
        language=options.get("language") or language,
        addresses=dict(options.get("addresses") or {}),
        room=options.get("room") or "",
    )
