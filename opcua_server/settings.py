"""Every limit and choice of the OPC UA server in one place; the address space publishes the same numbers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from twin.line.text import Language


class Settings(BaseModel):
    """How the server behaves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language = "en"
    """Language of display names and descriptions."""
    simulator: bool = True
    """Whether clients see the controls of the simulator."""
    endpoint_path: str = "/rajola/"

    connections: int = Field(default=100, gt=0)
    subscriptions: int = Field(default=500, gt=0)
    """Of all sessions together."""
    queue_size: int = Field(default=1000, gt=0)
    """Longest queue of a monitored item."""
    shortest_publishing_interval_ms: float = Field(default=50.0, gt=0)
    longest_publishing_interval_ms: float = Field(default=3_600_000.0, gt=0)
    longest_session_timeout_ms: float = Field(default=600_000.0, gt=0)
    operations: int = Field(default=10_000, gt=0)
    """Reads, writes, browses, items ... in one request."""
    references_per_browse: int = Field(default=1000, gt=0)
    """References of one node in one answer; BrowseNext brings the rest."""
    continuation_points: int = Field(default=10, gt=0)
    """Of one session."""
    message_bytes: int = Field(default=4 * 1024 * 1024, gt=0)
    outcome_s: float = Field(default=10.0, gt=0)
    """How long a client waits for the fate of its command [s of wall time]."""
    shown_s: float = Field(default=5.0, gt=0)
    """How long its answer waits for the published frame that shows an accepted command [s of wall time]."""
    stop_s: float = Field(default=2.0, gt=0)
    """How long connections may take to close when the server stops [s of wall time]."""


def settings_from(options: Mapping[str, Any], default_language: Language) -> Settings:
    """The settings that the options of a gateway ask for; options meant for others are left alone."""
    return Settings(language=options.get("language", default_language), simulator=options.get("simulator", True))
