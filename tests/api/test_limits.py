"""How often a client may ask."""

import pytest

from api.limits import KEPT, Bucket
from tests.support.fake_port import FakePort
from tests.support.http_client import client_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_ask_as_often_as_its_bucket_holds_and_then_at_the_rate() -> None:
    clock = Clock()
    bucket = Bucket(2.0, 3.0, clock)
    assert [bucket.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    clock.now = 0.5
    assert bucket.wait("a") == 0.0
    assert bucket.wait("a") == pytest.approx(0.5)


def test_one_client_does_not_empty_the_bucket_of_another() -> None:
    bucket = Bucket(1.0, 1.0, Clock())
    assert bucket.wait("a") == 0.0
    assert bucket.wait("a") > 0.0
    assert bucket.wait("b") == 0.0


def test_a_bucket_never_holds_more_than_its_size() -> None:
    clock = Clock()
    bucket = Bucket(100.0, 2.0, clock)
    clock.now = 1000.0
    assert [bucket.wait("a") == 0.0 for _ in range(3)] == [True, True, False]


def test_no_more_clients_are_remembered_than_the_limit() -> None:
    bucket = Bucket(1.0, 1.0, Clock())
    for number in range(KEPT + 100):
        bucket.wait(str(number))
    assert len(bucket._levels) == KEPT


async def test_who_asks_too_often_is_told_how_long_to_wait(port: FakePort) -> None:
    client, _ = client_of(port, reads_per_second=0.1, reads_at_once=2.0)
    async with client:
        answers = [await client.get("/health") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 10
    assert answers[2].json()["code"] == "too-many-requests"
