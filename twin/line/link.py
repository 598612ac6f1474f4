"""Links: the places between two stations."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.line.station import Station

UNLIMITED = 1 << 62


class Link:
    """A first-in first-out connection of `capacity` places from a producer to a consumer.

    A link of capacity 0 is a hand-over: it takes a token only when the consumer is ready for it (`ready` counts the
    consumer's free servers). A closed link takes nothing. A producer that has found no room is woken when there is.
    """

    __slots__ = ("awaited", "capacity", "consumer", "producer", "queue", "ready", "same_until", "taking")

    def __init__(self, producer: "Station", consumer: "Station", capacity: int | None) -> None:
        self.producer = producer
        self.consumer = consumer
        self.capacity = UNLIMITED if capacity is None else capacity
        self.queue: deque[int] = deque()
        self.ready = 0
        self.taking = True
        self.same_until = 0
        """Tokens below this number are taken without asking the consumer's `ready_for`."""
        self.awaited = False
        """Whether the producer waits for a change here; it asks again when it is started again."""

    def has_room(self) -> bool:
        """Whether a token can be put now; if not, the producer is woken as soon as that may have changed."""
        if self.taking and len(self.queue) < self.capacity + self.ready:
            return True
        self.awaited = True
        return False

    def put(self, token: int) -> None:
        """Hand a token over; the caller has asked `has_room` at this instant."""
        self.queue.append(token)
        self.consumer.receive(self)

    def pull(self, now: int) -> int:
        """Ask the producer for a token at `now`; -1 when it has none to give. For consumers that set the pace."""
        return self.producer.deliver(self, now)

    def take(self) -> int:
        """Take the oldest token out, and tell a producer that waits for room."""
        token = self.queue.popleft()
        if self.awaited:
            self.wake_producer()
        return token

    def offer(self, ready: int) -> None:
        """Say how many servers of the consumer are free for a hand-over."""
        more = ready > self.ready
        self.ready = ready
        if more and self.awaited:
            self.wake_producer()

    def open(self) -> None:
        """Take tokens again."""
        self.taking = True
        if self.awaited:
            self.wake_producer()

    def wake_producer(self) -> None:
        """Let the producer look again."""
        self.awaited = False
        self.producer.wake()
