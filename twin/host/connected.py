"""Who is connected to a gateway, in plain data: each gateway tells, and whoever shows it asks."""

from dataclasses import dataclass

MOST_NAMED = 12
"""Signals of one client that are named; of more, only their number is told."""


@dataclass(frozen=True, slots=True)
class Connected:
    """One client of a gateway, as far as it says who it is."""

    address: str
    program: str
    """What it calls itself."""
    user: str
    security: str
    """How its messages are protected; empty where they are not."""
    reads: int
    """Signals that it follows."""
    signals: tuple[str, ...] = ()
    """Paths of the first of them."""


@dataclass(frozen=True, slots=True)
class GatewayState:
    """What a gateway tells of itself."""

    gateway: str
    clients: tuple[Connected, ...] = ()
    thumbprint: str = ""
    """Of its own certificate, by which clients know it; empty without one."""
    valid_until: int = 0
    """Wall time [microseconds since 1970 UTC] at which the certificate expires; 0 without one."""
    policies: tuple[str, ...] = ()
    """Ways of protection that it offers."""
