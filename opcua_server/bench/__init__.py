"""`rajola bench opcua`: what a delivered value costs this server, asyncua's own and node-opcua."""

from opcua_server.bench.command import bench

__all__ = ["bench"]
