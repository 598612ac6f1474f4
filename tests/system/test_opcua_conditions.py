"""Alarms and conditions over the wire, with asyncua's client: a fault, its events, and what people do with them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncua import ua

from tests.support.opcua import Connection, connected
from tests.support.opcua_plant import MIXER, OVEN, ROOT, Plant, plant

DOOR = f"{OVEN}/alarms/door"
FIELDS = (
    "EventId", "EventType", "SourceName", "Message", "Severity", "ConditionName", "Retain", "ActiveState/Id",
    "AckedState/Id", "ConfirmedState/Id", "EnabledState/Id", "ShelvingState/CurrentState", "Comment", "ClientUserId",
    "LatchedState/Id", "Time",
)  # fmt: skip
SERVER = ua.NodeId(ua.ObjectIds.Server)


@pytest.fixture(scope="module")
def bakery() -> Iterator[Plant]:
    with plant() as served:
        yield served


@pytest.fixture
async def client(bakery: Plant) -> AsyncIterator[Connection]:
    async with connected(bakery.address) as connection:
        yield connection


@pytest.fixture(autouse=True)
async def tidy(client: Connection) -> AsyncIterator[None]:
    yield
    await call(client, "Simulator", "Simulator/clear_fault", OVEN, "door")
    await call(client, DOOR, f"{DOOR}/Enable")
    await call(client, f"{DOOR}/ShelvingState", f"{DOOR}/ShelvingState/Unshelve")


async def call(client: Connection, owner: Any, method: Any, *arguments: Any) -> str:
    """Call a method and return the name of its status."""
    request = ua.CallMethodRequest(
        ObjectId=owner if isinstance(owner, ua.NodeId) else client.node(owner).nodeid,
        MethodId=method if isinstance(method, ua.NodeId) else client.node(method).nodeid,
        InputArguments=[each if isinstance(each, ua.Variant) else ua.Variant(each) for each in arguments],
    )
    (result,) = await client.client.uaclient.call([request])
    return str(result.StatusCode.name)


def operand(path: str) -> ua.SimpleAttributeOperand:
    return ua.SimpleAttributeOperand(
        TypeDefinitionId=ua.NodeId(ua.ObjectIds.BaseEventType),
        BrowsePath=[ua.QualifiedName(name, 0) for name in path.split("/")],
        AttributeId=ua.AttributeIds.Value,
    )


def literal(value: Any, kind: ua.VariantType | None = None) -> ua.LiteralOperand:
    return ua.LiteralOperand(Value=ua.Variant(value, kind) if kind else ua.Variant(value))


def element(operator: ua.FilterOperator, *operands: Any) -> ua.ContentFilterElement:
    return ua.ContentFilterElement(FilterOperator=operator, FilterOperands=list(operands))


CONDITIONS = element(ua.FilterOperator.OfType, literal(ua.NodeId(ua.ObjectIds.ConditionType), ua.VariantType.NodeId))


class Listener:
    """Reads notifications of one subscription by hand: asyncua's own event class knows fields by their type."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.number = 0
        self.items: list[int] = []

    def hear(self, result: ua.PublishResult) -> None:
        for data in result.NotificationMessage.NotificationData or ():
            if isinstance(data, ua.EventNotificationList):
                for event in data.Events:
                    values = [field.Value for field in event.EventFields]
                    self.events.put_nowait(dict(zip(FIELDS, values, strict=True)) | {"handle": event.ClientHandle})

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(15):
            return await self.events.get()

    async def until(self, **fields: Any) -> dict[str, Any]:
        """The next event with these fields."""
        while True:
            event = await self.next()
            if all(event[name.replace("__", "/")] == value for name, value in fields.items()):
                return event

    async def quiet(self) -> bool:
        await asyncio.sleep(0.7)
        return self.events.empty()


def request(node_id: ua.NodeId, handle: int, where: list[ua.ContentFilterElement], queue: int = 100) -> Any:
    wanted = ua.EventFilter(
        SelectClauses=[operand(path) for path in FIELDS], WhereClause=ua.ContentFilter(Elements=where)
    )
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(node_id, ua.AttributeIds.EventNotifier),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(handle, 0.0, wanted, queue, True),
    )


@asynccontextmanager
async def listening(
    client: Connection, *node_ids: ua.NodeId, where: list[ua.ContentFilterElement] | None = None, queue: int = 100
) -> AsyncIterator[Listener]:
    """Hear events at some nodes; only conditions unless told."""
    listener = Listener()
    created = await client.client.uaclient.create_subscription(
        ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=50, RequestedLifetimeCount=100, RequestedMaxKeepAliveCount=10,
            PublishingEnabled=True,
        ),
        listener.hear,
    )  # fmt: skip
    listener.number = created.SubscriptionId
    requests = [
        request(node_id, handle, [CONDITIONS] if where is None else where, queue)
        for handle, node_id in enumerate(node_ids)
    ]
    results = await client.client.uaclient.create_monitored_items(
        ua.CreateMonitoredItemsParameters(SubscriptionId=created.SubscriptionId, ItemsToCreate=requests)
    )
    assert [result.StatusCode.name for result in results] == ["Good"] * len(results)
    listener.items = [result.MonitoredItemId for result in results]
    yield listener
    await client.client.uaclient.delete_subscriptions([created.SubscriptionId])


async def inject(client: Connection, station: str = OVEN, fault: str = "door") -> None:
    """Make a fault that lasts until somebody comes."""
    result = await client.client.get_node(client.node("Simulator/inject_fault").nodeid).get_children()
    assert result is not None
    arguments = [station, fault, 0.0]
    if (status := await call(client, "Simulator", "Simulator/inject_fault", *arguments)) == "BadArgumentsMissing":
        status = await call(client, "Simulator", "Simulator/inject_fault", *arguments, 1.0)
    assert status == "Good"


async def test_an_injected_fault_is_heard_at_the_machine_the_line_and_the_server(client: Connection) -> None:
    line = ua.NodeId(ROOT + "/baking/line-1", client.namespace)
    async with listening(client, client.node(OVEN).nodeid, line, SERVER, client.node(MIXER).nodeid) as heard:
        await inject(client)
        events = [await heard.until(ConditionName="OVN-200", ActiveState__Id=True) for _ in range(3)]
        assert {event["handle"] for event in events} == {0, 1, 2}
        assert len({event["EventId"] for event in events}) == 1
        event = events[0]
        assert (event["SourceName"], event["Retain"], event["AckedState/Id"]) == ("oven", True, False)


@pytest.mark.parametrize("through", ["instance", "type"])
async def test_acknowledging_and_confirming_bring_the_plant_back(client: Connection, through: str) -> None:
    acknowledge: Any = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Acknowledge)
    confirm: Any = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Confirm)
    if through == "instance":
        acknowledge, confirm = f"{DOOR}/Acknowledge", f"{DOOR}/Confirm"
    comment = ua.LocalizedText("on my way", "en")
    async with listening(client, SERVER) as heard:
        await inject(client)
        raised = await heard.until(ConditionName="OVN-200", ActiveState__Id=True)
        assert await call(client, DOOR, acknowledge, b"nonsense", comment) == "BadEventIdUnknown"
        assert await call(client, DOOR, acknowledge, raised["EventId"], comment) == "Good"
        acked = await heard.until(ConditionName="OVN-200", AckedState__Id=True)
        assert acked["Comment"].Text == "on my way"
        assert await call(client, DOOR, acknowledge, raised["EventId"], comment) == "BadConditionBranchAlreadyAcked"
        assert await call(client, DOOR, confirm, acked["EventId"], comment) == "Good"
        assert await call(client, DOOR, confirm, acked["EventId"], comment) == "BadConditionBranchAlreadyConfirmed"
        over = await heard.until(ConditionName="OVN-200", ActiveState__Id=False)
        assert over["Retain"] is False


async def test_shelving_and_enabling_follow_their_states(client: Connection) -> None:
    shelving = f"{DOOR}/ShelvingState"
    async with listening(client, client.node(OVEN).nodeid) as heard:
        await inject(client)
        assert await call(client, shelving, f"{shelving}/TimedShelve", -1.0) == "BadShelvingTimeOutOfRange"
        assert await call(client, shelving, f"{shelving}/Unshelve") == "BadConditionNotShelved"
        assert await call(client, shelving, f"{shelving}/TimedShelve", 30_000.0) == "Good"
        assert await call(client, shelving, f"{shelving}/OneShotShelve") == "BadConditionAlreadyShelved"
        shelved = await heard.until(ConditionName="OVN-200")
        while shelved["ShelvingState/CurrentState"].Text != "Timed shelved":
            shelved = await heard.until(ConditionName="OVN-200")
        # Half a minute of plant time, which goes sixty times as fast.
        over = await heard.until(ConditionName="OVN-200")
        assert over["ShelvingState/CurrentState"].Text == "Unshelved"
        assert await call(client, DOOR, f"{DOOR}/Disable") == "Good"
        disabled = await heard.until(ConditionName="OVN-200")
        assert (disabled["EnabledState/Id"], disabled["Retain"]) == (False, False)
        assert await call(client, DOOR, f"{DOOR}/Disable") == "BadConditionAlreadyDisabled"
        assert await call(client, DOOR, f"{DOOR}/AddComment", b"", ua.LocalizedText("x")) == "BadConditionDisabled"
        state = await client.node(f"{DOOR}/ActiveState/Id").read_data_value(raise_on_bad_status=False)
        assert state.StatusCode.name == "BadConditionDisabled"
        assert await call(client, DOOR, f"{DOOR}/Enable") == "Good"
        assert (await heard.until(ConditionName="OVN-200"))["Retain"] is True


async def test_a_refresh_tells_of_what_is_retained_between_two_marks(client: Connection) -> None:
    await inject(client)
    async with listening(client, SERVER, client.node(OVEN).nodeid) as heard:
        condition_type = ua.NodeId(ua.ObjectIds.ConditionType)
        number = ua.Variant(heard.number, ua.VariantType.UInt32)
        refresh = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh)
        assert await call(client, condition_type, refresh, number) == "Good"
        start = ua.NodeId(ua.ObjectIds.RefreshStartEventType)
        end = ua.NodeId(ua.ObjectIds.RefreshEndEventType)
        seen: dict[int, list[Any]] = {0: [], 1: []}
        while not all(events and events[-1]["EventType"] == end for events in seen.values()):
            event = await heard.next()
            seen[event["handle"]].append(event)
        for events in seen.values():
            assert events[0]["EventType"] == start
            assert "OVN-200" in [event["ConditionName"] for event in events[1:-1]]
        only = ua.Variant(heard.items[1], ua.VariantType.UInt32)
        second = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh2)
        assert await call(client, condition_type, second, number, only) == "Good"
        assert (await heard.until(EventType=end))["handle"] == 1
        wrong = ua.Variant(999_999, ua.VariantType.UInt32)
        assert await call(client, condition_type, refresh, wrong) == "BadSubscriptionIdInvalid"
        assert await call(client, condition_type, second, number, wrong) == "BadMonitoredItemIdInvalid"


@pytest.mark.parametrize(
    ("where", "heard_of"),
    [
        ([element(ua.FilterOperator.Like, operand("ConditionName"), literal("OVN-2%"))], True),
        ([element(ua.FilterOperator.Like, operand("ConditionName"), literal("OVN-2_"))], False),
        ([element(ua.FilterOperator.InList, operand("ConditionName"), literal("A"), literal("OVN-200"))], True),
        (
            [
                element(
                    ua.FilterOperator.Between, operand("Severity"), literal(700, ua.VariantType.UInt16),
                    literal(1000, ua.VariantType.UInt16),
                )
            ],
            True,
        ),
        ([element(ua.FilterOperator.GreaterThan, operand("Severity"), literal(999, ua.VariantType.UInt16))], False),
        (
            [
                element(ua.FilterOperator.And, ua.ElementOperand(Index=1), ua.ElementOperand(Index=2)),
                CONDITIONS,
                element(ua.FilterOperator.Not, ua.ElementOperand(Index=3)),
                element(ua.FilterOperator.Equals, operand("SourceName"), literal("mixer")),
            ],
            True,
        ),
        (
            [element(ua.FilterOperator.OfType, literal(ua.NodeId(ua.ObjectIds.AuditEventType), ua.VariantType.NodeId))],
            False,
        ),
    ],
)  # fmt: skip
async def test_where_clauses_choose_events(
    client: Connection, where: list[ua.ContentFilterElement], heard_of: bool
) -> None:
    async with listening(client, client.node(OVEN).nodeid, where=where) as heard:
        await inject(client)
        if heard_of:
            await heard.until(ConditionName="OVN-200")
        else:
            assert await heard.quiet()


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (
            [element(ua.FilterOperator.InView, literal(ua.NodeId(1), ua.VariantType.NodeId))],
            "BadFilterOperatorUnsupported",
        ),
        ([element(ua.FilterOperator.Equals, operand("Severity"))], "BadFilterOperandCountMismatch"),
        ([element(ua.FilterOperator.Not, ua.ElementOperand(Index=0))], "BadFilterOperandInvalid"),
        ([element(ua.FilterOperator.OfType, literal("text"))], "BadFilterOperandInvalid"),
        ([element(ua.FilterOperator.IsNull, operand("Nothing"))], "BadFilterOperandInvalid"),
    ],
)
async def test_a_filter_that_cannot_be_used_is_refused_when_it_is_given(
    client: Connection, where: list[ua.ContentFilterElement], code: str
) -> None:
    async with listening(client, SERVER) as heard:
        (result,) = await client.client.uaclient.create_monitored_items(
            ua.CreateMonitoredItemsParameters(SubscriptionId=heard.number, ItemsToCreate=[request(SERVER, 1, where)])
        )
    assert result.StatusCode.name == "BadEventFilterInvalid"
    assert result.FilterResult.WhereClauseResult.ElementResults[0].StatusCode.name == code


async def test_a_full_queue_of_events_says_that_some_were_lost(client: Connection) -> None:
    async with listening(client, client.node(OVEN).nodeid, queue=2) as heard:
        await client.client.uaclient.set_publishing_mode(
            ua.SetPublishingModeParameters(PublishingEnabled=False, SubscriptionIds=[heard.number])
        )
        await inject(client)
        for _ in range(3):
            assert await call(client, f"{DOOR}/ShelvingState", f"{DOOR}/ShelvingState/OneShotShelve") == "Good"
            assert await call(client, f"{DOOR}/ShelvingState", f"{DOOR}/ShelvingState/Unshelve") == "Good"
        await client.client.uaclient.set_publishing_mode(
            ua.SetPublishingModeParameters(PublishingEnabled=True, SubscriptionIds=[heard.number])
        )
        assert (await heard.next())["EventType"] == ua.NodeId(ua.ObjectIds.EventQueueOverflowEventType)


async def test_the_variables_of_an_instance_can_be_watched(client: Connection) -> None:
    class Values:
        def __init__(self) -> None:
            self.seen: asyncio.Queue[Any] = asyncio.Queue()

        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            self.seen.put_nowait(value)

    values = Values()
    subscription = await client.client.create_subscription(50, values)
    await subscription.subscribe_data_change(client.node(f"{DOOR}/ActiveState/Id"))
    async with asyncio.timeout(15):
        first = await values.seen.get()
        await inject(client)
        while first is False:
            first = await values.seen.get()
    assert first is True
    await subscription.delete()
