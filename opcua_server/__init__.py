"""The OPC UA gateway: the line as an address space, and what clients may ask of it."""

from opcua_server.gateway import gateway

__all__ = ["gateway"]
