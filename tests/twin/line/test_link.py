"""Links hold what they have places for, in order, and wake a producer that found no room."""

from twin.line.link import Link
from twin.line.station import Station


class Witness(Station):
    """Counts how often it is woken and what it receives."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.woken_times = 0
        self.received: list[int] = []

    def wake(self) -> None:
        self.woken_times += 1

    def receive(self, link: Link) -> None:
        self.received.append(link.queue[-1])


def link(capacity: int | None) -> tuple[Link, Witness, Witness]:
    producer, consumer = Witness("producer"), Witness("consumer")
    return Link(producer, consumer, capacity), producer, consumer


def test_a_link_has_room_for_as_many_tokens_as_it_has_places() -> None:
    two, _, _ = link(2)
    two.put(7)
    assert two.has_room()
    two.put(8)
    assert not two.has_room()


def test_tokens_leave_in_the_order_in_which_they_came() -> None:
    endless, _, consumer = link(None)
    for token in range(1000):
        assert endless.has_room()
        endless.put(token)

    assert consumer.received == list(range(1000))
    assert [endless.take() for _ in range(1000)] == list(range(1000))


def test_a_producer_that_found_no_room_is_woken_once_when_there_is() -> None:
    one, producer, _ = link(1)
    one.put(0)
    assert not one.has_room()
    one.take()
    one.put(1)
    one.take()

    assert producer.woken_times == 1


def test_a_producer_that_has_not_asked_is_left_alone() -> None:
    one, producer, _ = link(1)
    one.put(0)
    one.take()
    one.offer(1)

    assert producer.woken_times == 0


def test_a_hand_over_has_room_only_for_the_consumers_free_servers() -> None:
    hand_over, producer, _ = link(0)
    assert not hand_over.has_room()
    hand_over.offer(1)
    assert producer.woken_times == 1
    assert hand_over.has_room()
    hand_over.put(0)
    assert not hand_over.has_room()


def test_a_closed_link_takes_nothing_until_it_is_opened() -> None:
    endless, producer, _ = link(None)
    endless.taking = False
    assert not endless.has_room()
    endless.open()
    assert endless.has_room()
    assert producer.woken_times == 1


def test_a_consumer_that_sets_the_pace_pulls_a_token_or_hears_that_there_is_none() -> None:
    buffered, _, _ = link(3)
    assert buffered.pull(0) == -1
    buffered.put(5)
    assert buffered.pull(0) == 5
    assert not buffered.queue
