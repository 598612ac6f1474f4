"""Subscriptions that change hands, and those that nobody asks for."""

import asyncio
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from opcua_server.settings import Settings
from opcua_server.subscriptions import SessionSubscriptions, SubscriptionsService
from twin.host.access import Role, User


class Connection:
    """Stands for the connection of a session: has publish requests to answer, and keeps the answers."""

    def __init__(self, service: SubscriptionsService, number: int, user: str, owner: bytes) -> None:
        self.requests: list[object] = []
        self.answers: list[ua.PublishResult] = []
        self.refused: list[int] = []
        self.own = SessionSubscriptions(service, "en")
        self.own.user, self.own.owner = User(user, Role.OPERATOR), owner
        self.own.belong_to(ua.NodeId(number, 1))

    def send(self, result: ua.PublishResult, request: object) -> None:
        self.answers.append(result)

    def get_publish_request(self, number: int) -> object | None:
        return self.requests.pop() if self.requests else None

    def refuse_publish_requests(self, code: int) -> None:
        self.refused.append(code)

    async def subscribe(self, lifetime: int = 100) -> int:
        asked: Any = ua.CreateSubscriptionParameters(50.0, lifetime, 1, 0, True, 0)
        result = await self.own.create_subscription(asked, self.send, self.own.session_id, self.get_publish_request)
        return int(result.SubscriptionId)

    async def take_over(self, number: int) -> str:
        asked: Any = ua.TransferSubscriptionsParameters([number], True)
        (result,) = await self.own.transfer_subscriptions(asked, self.own.session_id, self.send)
        return str(result.StatusCode.name)


@pytest.fixture
async def service() -> SubscriptionsService:
    return SubscriptionsService(AddressSpace(), Settings())


async def test_the_same_user_and_application_takes_over_and_the_old_session_is_told(
    service: SubscriptionsService,
) -> None:
    first, second = Connection(service, 1, "ana", b"app"), Connection(service, 2, "ana", b"app")
    number = await first.subscribe()
    first.requests.append(object())
    assert await second.take_over(number) == "Good"
    await asyncio.sleep(0.01)
    (farewell,) = first.answers
    (change,) = farewell.NotificationMessage.NotificationData
    assert change.Status.name == "GoodSubscriptionTransferred"
    assert (list(first.own.own), list(second.own.own)) == ([], [number])
    second.requests.append(object())
    await asyncio.sleep(0.2)
    assert [int(answer.SubscriptionId) for answer in second.answers] == [number]
    await service.delete_subscriptions([number])


@pytest.mark.parametrize(("user", "owner"), [("eva", b"app"), ("ana", b"another")])
async def test_nobody_else_takes_a_subscription_over(service: SubscriptionsService, user: str, owner: bytes) -> None:
    first, second = Connection(service, 1, "ana", b"app"), Connection(service, 2, user, owner)
    number = await first.subscribe()
    assert await second.take_over(number) == "BadUserAccessDenied"
    assert list(first.own.own) == [number]
    await service.delete_subscriptions([number])


async def test_a_session_sees_no_subscription_but_its_own(service: SubscriptionsService) -> None:
    first, second = Connection(service, 1, "ana", b"app"), Connection(service, 2, "ana", b"app")
    number = await first.subscribe()
    with pytest.raises(ServiceError):
        second.own.republish(ua.RepublishParameters(number, 1))
    (result,) = await second.own.delete_subscriptions([number])
    assert result.name == "BadSubscriptionIdInvalid"
    await first.own.delete_subscriptions([number])
    assert first.refused == [ua.StatusCodes.BadNoSubscription]


async def test_a_subscription_that_nobody_asks_for_ends_and_says_so_when_somebody_asks(
    service: SubscriptionsService,
) -> None:
    connection = Connection(service, 1, "ana", b"app")
    number = await connection.subscribe(lifetime=3)
    for _ in range(100):
        if not service.subscriptions:
            break
        await asyncio.sleep(0.05)
    assert service.subscriptions == {}
    assert connection.own.publish([])[0] == 0
    farewell = connection.own.subscriptions[number]
    assert farewell.publish_results(object())
    (change,) = connection.answers[-1].NotificationMessage.NotificationData
    assert change.Status.name == "BadTimeout"
    with pytest.raises(ServiceError):
        connection.own.publish([])
