"""What sensors show of the truth; docs/sensors.md says how."""

from twin.line.sensing import Status
from twin.run.sensors.channel import Channel
from twin.run.sensors.instruments import Instruments

GOOD, UNCERTAIN, BAD = int(Status.GOOD), int(Status.UNCERTAIN), int(Status.BAD)

__all__ = ["BAD", "GOOD", "UNCERTAIN", "Channel", "Instruments"]
