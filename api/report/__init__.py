"""`rajola report`: a run as one HTML file that opens without the internet."""

from api.report.command import command

__all__ = ["command"]
