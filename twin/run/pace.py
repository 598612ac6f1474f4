"""Pace: which plant instant a run should have reached, as a pure function of the wall clock it is given."""

from dataclasses import dataclass, replace

from twin.line.time import SECOND

SLOWEST, FASTEST = 0.01, 10_000.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Plant time `anchor` at wall second `since`, going on at `speed` plant seconds per wall second while `running`."""

    anchor: int
    since: float
    speed: float = 1.0
    running: bool = True

    def target(self, wall: float) -> int:
        """The plant instant for wall second `wall` of a steady clock."""
        if not self.running:
            return self.anchor
        return self.anchor + int((wall - self.since) * self.speed * SECOND)

    def at_speed(self, now: int, wall: float, speed: float) -> "Pace":
        """Go on from plant instant `now` at another speed; a run that stands still does so, or ends its step first."""
        return replace(self, anchor=now, since=wall, speed=speed) if self.running else replace(self, speed=speed)

    def paused(self, now: int) -> "Pace":
        """Stand still at `now`."""
        return replace(self, anchor=now, running=False)

    def resumed(self, now: int, wall: float) -> "Pace":
        """Go on from `now`, unless it goes already."""
        return self if self.running else replace(self, anchor=now, since=wall, running=True)

    def stepped(self, now: int, seconds: float) -> "Pace":
        """Stand still `seconds` of plant time after `now`, or after the end of a step that is under way."""
        return replace(self, anchor=max(now, self.anchor) + int(seconds * SECOND), running=False)

    def slipped(self, now: int, wall: float) -> "Pace":
        """Give up what has not been reached: go on from `now` instead of catching up."""
        return replace(self, anchor=now, since=wall)
