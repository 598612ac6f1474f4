"""The HTTP gateway: the line's description, values, figures, events, commands and clock over HTTP, and one page."""

from twin.host.gateway_entry import GatewayEntry

entry = GatewayEntry("http", 8000, "api.server")
"""What the entry point `http` of the group `rajola.gateways` names."""

__all__ = ["entry"]
