"""The OPC UA gateway: the line as an address space, and what clients may ask of it."""

from twin.host.gateway_entry import GatewayEntry

entry = GatewayEntry("opcua", 4840, "opcua_server.gateway")
"""What the entry point `opcua` of the group `rajola.gateways` names."""

__all__ = ["entry"]
