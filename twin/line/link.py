"""Links: the places between two stations."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.line.station import Station

UNLIMITED = 1 << 62


class Link:
    """A first-in first-out connection of `capacity` places from a producer to a consumer.

    A link of capacity 0 is a hand-over: it takes a token only when the consumer is ready for it (`ready` counts the
    consumer's free servers). A closed link takes nothing.
    """

    __slots__ = ("capacity", "consumer", "producer", "queue", "ready", "taking")

    def __init__(self, producer: "Station", consumer: "Station", capacity: int | None) -> None:
        self.producer = producer
        self.consumer = consumer
        self.capacity = UNLIMITED if capacity is None else capacity
        self.queue: deque[int] = deque()
        self.ready = 0
        self.taking = True

    def has_room(self) -> bool:
        """Whether a token can be put now."""
        return self.taking and len(self.queue) < self.capacity + self.ready

    def put(self, token: int) -> None:
        """Hand a token over; the caller has asked `has_room` at this instant."""
        self.queue.append(token)
        self.consumer.receive(self)

    def take(self) -> int:
        """Take the oldest token out, and tell the producer that there is room."""
        token = self.queue.popleft()
        self.producer.wake()
        return token
