"""The HTTP gateway: the line's description, values, figures, events, commands and clock over HTTP, and one page."""

from api.server import HttpGateway

gateway = HttpGateway()
"""What the entry point `http` of the group `rajola.gateways` names."""

__all__ = ["gateway"]
