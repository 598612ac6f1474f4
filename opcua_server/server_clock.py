"""The clock that clients are shown: that of this machine, unless an instructor has it go wrong."""

from datetime import UTC, datetime, timedelta


class ServerClock:
    """Wall time as the server tells it, in server timestamps, `CurrentTime` and headers."""

    def __init__(self) -> None:
        self.ahead_s = 0.0
        """How far it is off [s]."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)

    def told(self, wall_time: int) -> int:
        """What it shows at a wall instant [microseconds since 1970 UTC]."""
        return wall_time + round(self.ahead_s * 1e6)
