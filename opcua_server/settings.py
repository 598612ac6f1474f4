"""Every limit and choice of the OPC UA server in one place; the address space publishes the same numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from twin.host.options import MOST_LOAD
from twin.line.text import Language

CONTROLLER_LIMITS: Mapping[str, float] = {
    "connections": 10,
    "sessions": 5,
    "subscriptions": 10,
    "subscriptions_per_session": 5,
    "items_per_session": 1_000,
    "queue_size": 10,
    "publish_requests": 5,
    "unacknowledged": 5,
    "shortest_publishing_interval_ms": 200.0,
    "shortest_sampling_interval_ms": 100.0,
    "operations": 100,
    "browses": 50,
    "method_calls": 5,
    "references_per_browse": 100,
    "references_per_answer": 1_000,
    "continuation_points": 2,
    "history_nodes": 5,
    "message_bytes": 256 * 1024,
}
"""What `--controller-limits` serves with: our own choice of the order of what small controllers grant their clients."""


class Settings(BaseModel):
    """How the server behaves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language = "en"
    """Language of display names and descriptions."""
    simulator: bool = True
    """Whether clients see the controls of the simulator."""
    endpoint_path: str = "/rajola/"

    unencrypted: bool = False
    """Whether policy None and anonymous reading are offered beyond this machine too."""

    load_profile: int = Field(default=0, ge=0, le=MOST_LOAD)
    """How many fast and how many slow variables `Objects/LoadProfile` has; 0: there is no such folder."""

    connections: int = Field(default=100, gt=0)
    sessions: int = Field(default=100, gt=0)
    subscriptions: int = Field(default=500, gt=0)
    """Of all sessions together."""
    subscriptions_per_session: int = Field(default=20, gt=0)
    items_per_session: int = Field(default=5_000, gt=0)
    """Monitored items of all subscriptions of one session together."""
    queue_size: int = Field(default=1000, gt=0)
    """Longest queue of a monitored item."""
    queued_per_session: int = Field(default=100_000, gt=0)
    """Places in all queues of one session together: queues that are asked for beyond it are made shorter."""
    unacknowledged: int = Field(default=32, gt=0)
    """Messages that a subscription keeps for Republish."""
    publish_requests: int = Field(default=100, gt=0)
    """Publish requests of one session that may wait."""
    shortest_publishing_interval_ms: float = Field(default=50.0, gt=0)
    shortest_sampling_interval_ms: float = Field(default=50.0, gt=0)
    """Frames come less often in real time; a client cannot ask for more than this."""
    longest_publishing_interval_ms: float = Field(default=3_600_000.0, gt=0)
    longest_lifetime_ms: float = Field(default=3_600_000.0, gt=0)
    """How long a subscription may live without a publish request, keep-alives included."""
    longest_session_timeout_ms: float = Field(default=600_000.0, gt=0)
    shortest_session_timeout_ms: float = Field(default=5_000.0, gt=0)
    longest_token_lifetime_ms: float = Field(default=3_600_000.0, gt=0)
    """How long the keys of a secure channel are good."""
    operations: int = Field(default=10_000, gt=0)
    """Reads, writes, items ... in one request."""
    browses: int = Field(default=1_000, gt=0)
    """Nodes or paths to browse in one request."""
    method_calls: int = Field(default=100, gt=0)
    """Methods to call in one request."""
    path_elements: int = Field(default=64, gt=0)
    """Steps of one path to translate."""
    references_per_browse: int = Field(default=1000, gt=0)
    """References of one node in one answer; BrowseNext brings the rest."""
    references_per_answer: int = Field(default=20_000, gt=0)
    """References of all nodes of one Browse request."""
    continuation_points: int = Field(default=10, gt=0)
    """Of one session."""
    history_values: int = Field(default=10_000, gt=0)
    """Values of one node in one answer about history; a continuation point brings the rest."""
    history_values_per_answer: int = Field(default=100_000, gt=0)
    """Values of all nodes of one request about history."""
    history_nodes: int = Field(default=100, gt=0)
    """Nodes in one request about history."""
    history_points: int = Field(default=20, gt=0)
    """Continuation points of HistoryRead of one session."""
    nodesets: Path | None = None
    """Folder of the official files of companion models, which are imported in the place of our declarations."""
    results: int = Field(default=1000, gt=0)
    """Results of one kind that a machine keeps; the oldest go first."""
    message_bytes: int = Field(default=4 * 1024 * 1024, gt=0)
    """Longest message in each direction."""
    incoming_bytes: int = Field(default=64 * 1024 * 1024, gt=0)
    """Of messages of all connections that are not complete yet."""
    strangers_bytes: int = Field(default=256 * 1024, gt=0)
    """What a connection may send before somebody has logged in on it."""
    hello_bytes: int = Field(default=8 * 1024, gt=0)
    array_length: int = Field(default=65_535, gt=0)
    text_bytes: int = Field(default=65_535, gt=0)
    """Longest text or byte string in a request."""
    nesting: int = Field(default=64, gt=0)
    """Deepest nesting of structures and variants in a request."""
    structures_per_message: int = Field(default=20_000, gt=0)
    """Elements of all arrays of structures and texts in a request."""
    numbers_per_message: int = Field(default=262_144, gt=0)
    """Elements of all arrays of numbers in a request."""
    certificate_bytes: int = Field(default=8 * 1024, gt=0)
    rejected_certificates: int = Field(default=100, gt=0)
    """Certificates that are kept for `rajola pki list` after they were refused; the oldest go first."""
    channel_s: float = Field(default=10.0, gt=0)
    """How long a connection may take until its secure channel is open [s of wall time]."""
    login_s: float = Field(default=60.0, gt=0)
    """How long a connection may live without anybody having logged in [s of wall time]."""
    message_s: float = Field(default=10.0, gt=0)
    """How long a message may take from its first byte to its last [s of wall time]."""
    slow_reader_s: float = Field(default=10.0, gt=0)
    """How long a client may leave its answers unread [s of wall time]."""
    unread_bytes: int = Field(default=1024 * 1024, gt=0)
    """Answers that may wait for a slow reader before nothing more is done for it."""
    outcome_s: float = Field(default=10.0, gt=0)
    """How long a client waits for the fate of its command [s of wall time]."""
    shown_s: float = Field(default=5.0, gt=0)
    """How long its answer waits for the published frame that shows an accepted command [s of wall time]."""
    stop_s: float = Field(default=2.0, gt=0)
    """How long connections may take to close when the server stops [s of wall time]."""


def settings_from(options: Mapping[str, Any], default_language: Language) -> Settings:
    """The settings that the options of a gateway ask for (`limits`: others than the defaults, by name).

    Options meant for others are left alone.
    """
    limits = CONTROLLER_LIMITS if options.get("controller_limits", False) else {}
    return Settings(
        language=options.get("language", default_language),
        simulator=options.get("simulator", True),
        unencrypted=options.get("unencrypted", False),
        load_profile=options.get("load_profile", 0),
        nodesets=options.get("nodesets"),
        **{**limits, **options.get("limits", {})},
    )
