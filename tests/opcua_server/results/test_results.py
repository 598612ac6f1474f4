"""Results of machines over the wire: methods, variables, events and structures, as a client sees them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncua import Client, Node, ua

from tests.support.opcua import OVEN, Served, served

RESULT, LINE = "http://opcfoundation.org/UA/Machinery/Result/", "urn:rajola:line:1"
KEPT = 10


@pytest.fixture(scope="module")
def oven() -> Iterator[Served]:
    with served(limits={"results": KEPT}) as running:
        running.do(lambda port: setattr(port, "loaves", 12))
        yield running


class Results:
    """The management of results of the oven, and its methods."""

    def __init__(self, client: Client, result: int, line: int) -> None:
        self.client, self.result, self.line = client, result, line
        self.path = f"{OVEN}/MachineryBuildingBlocks/ResultManagement"

    def node(self, name: str = "") -> Node:
        return self.client.get_node(ua.NodeId(f"{self.path}/{name}" if name else self.path, self.line))

    async def call(self, method: str, *arguments: ua.Variant) -> list[Any]:
        request = ua.CallMethodRequest(self.node().nodeid, self.node(method).nodeid, list(arguments))
        (answer,) = await self.client.uaclient.call([request])
        answer.StatusCode.check()
        return [each.Value for each in answer.OutputArguments]

    async def by_id(self, key: str) -> list[Any]:
        return await self.call("GetResultById", text(key), timeout())


def text(value: str) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.String)


def timeout() -> ua.Variant:
    return ua.Variant(0, ua.VariantType.Int32)


@asynccontextmanager
async def results(server: Served, locale: str = "en") -> AsyncIterator[Results]:
    client = Client(server.address)
    client.set_locale([locale])
    async with client:
        found = Results(client, *[await client.get_namespace_index(uri) for uri in (RESULT, LINE)])
        async with asyncio.timeout(60):
            while (await found.call("GetLatestResult", timeout()))[2] != 0:  # noqa: ASYNC110 - another loop tells
                await asyncio.sleep(0.05)
        yield found


async def test_the_newest_result_has_meta_data_and_content_of_a_type_of_its_own(oven: Served) -> None:
    async with results(oven) as found:
        handle, result, error = await found.call("GetLatestResult", timeout())
        assert handle > 0
        assert error == 0
        meta, (content,) = result.ResultMetaData, result.ResultContent
        assert (meta.ResultId, meta.PartId, meta.ProductId, meta.JobId) == ("loaf-B-12", "B-12", "baguette", "monday")
        assert (meta.ResultEvaluation, meta.IsSimulated, meta.StepId) == (2, True, "oven")
        loaf = content.Value
        assert (loaf.Order, loaf.Weight, loaf.Crust, loaf.Class) == ("monday", 412.0, 2, 1)
        assert [each.Text for each in loaf.Flaws] == ["burnt", "torn"]


async def test_texts_of_results_come_in_the_language_of_the_session(oven: Served) -> None:
    async with results(oven, "es") as found:
        _, result, _ = await found.by_id("loaf-B-9")
        assert [each.Text for each in result.ResultContent[0].Value.Flaws] == ["quemado", "rasgado"]
        latest = await found.node("Results/LatestResult").read_value()
        assert [each.Text for each in latest.ResultContent[0].Value.Flaws] == ["quemado", "rasgado"]


async def test_only_so_many_results_are_kept_and_an_unknown_one_is_an_error_of_ours(oven: Served) -> None:
    async with results(oven) as found:
        _, listed, error = await found.call("GetResultIdListFiltered", nothing(), paths(), unsigned(0), timeout())
        assert error == 0
        assert listed == [f"loaf-B-{number}" for number in range(12 - KEPT + 1, 13)]
        assert await found.by_id("loaf-B-1") == [0, ua.ExtensionObject(), -1]


async def test_results_are_filtered_and_ordered_by_the_fields_of_their_meta_data(oven: Served) -> None:
    async with results(oven) as found:
        for path in (["Result", "ResultMetaData"], ["ResultMetaData"], []):
            names = [*path, "ResultEvaluation"]
            chosen = ua.ContentFilter([_equals([ua.QualifiedName(name, found.result) for name in names], 2)])
            asked = ua.Variant(chosen, ua.VariantType.ExtensionObject)
            by_id = ["ResultMetaData", "PartId"]
            _, listed, _ = await found.call("GetResultIdListFiltered", asked, paths(by_id), unsigned(3), timeout())
            assert listed == ["loaf-B-12", "loaf-B-3", "loaf-B-6"]


async def test_a_filter_by_what_results_do_not_have_is_refused(oven: Served) -> None:
    async with results(oven) as found:
        wrong = ua.ContentFilter([_equals([ua.QualifiedName("Colour", found.result)], 2)])
        asked = ua.Variant(wrong, ua.VariantType.ExtensionObject)
        with pytest.raises(ua.uaerrors.UaStatusCodeError):
            await found.call("GetResultIdListFiltered", asked, paths(), unsigned(0), timeout())
        with pytest.raises(ua.uaerrors.UaStatusCodeError):
            await found.call("GetResultIdListFiltered", nothing(), paths(["Colour"]), unsigned(0), timeout())


async def test_handles_are_released_once_and_results_acknowledged_by_their_ids(oven: Served) -> None:
    async with results(oven) as found:
        handle, _, _ = await found.by_id("loaf-B-9")
        assert await found.call("ReleaseResultHandle", unsigned(handle)) == [0]
        assert await found.call("ReleaseResultHandle", unsigned(handle)) == [-1]
        known = ua.Variant(["loaf-B-9"], ua.VariantType.String, is_array=True)
        assert await found.call("AcknowledgeResults", known) == [[], 0]
        mixed = ua.Variant(["loaf-B-9", "loaf-B-99"], ua.VariantType.String, is_array=True)
        assert await found.call("AcknowledgeResults", mixed) == [[0, -1], -1]


async def test_the_type_s_own_method_answers_too(oven: Served) -> None:
    async with results(oven) as found:
        request = ua.CallMethodRequest(found.node().nodeid, ua.NodeId(7008, found.result), [timeout()])
        (answer,) = await found.client.uaclient.call([request])
        assert answer.OutputArguments[1].Value.ResultMetaData.ResultId.startswith("loaf-B-")


async def test_the_variables_of_the_newest_result_agree_with_it(oven: Served) -> None:
    async with results(oven) as found:
        place = "Results/LatestResult"
        whole = await found.node(place).read_value()
        meta = await found.node(f"{place}/ResultMetaData").read_value()
        part = await found.node(f"{place}/ResultMetaData/PartId").read_value()
        (content,) = await found.node(f"{place}/ResultContent").read_value()
        assert whole.ResultMetaData.PartId == meta.PartId == part
        assert content == whole.ResultContent[0].Value
        kind = await found.node(place).read_type_definition()
        assert kind == ua.NodeId("type:LoafResultType", found.line)


class Heard:
    """Keeps the events that it hears."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)


async def test_a_new_result_is_an_event_at_the_machine_and_at_the_server(oven: Served) -> None:
    async with results(oven) as found:
        client, heard = found.client, Heard()
        subscription = await client.create_subscription(50, heard)
        kind = client.get_node(ua.NodeId("type:LoafResultReadyEventType", found.line))
        for node in (client.nodes.server, client.get_node(ua.NodeId(OVEN, found.line))):
            await subscription.subscribe_events(node, kind)
        oven.do(lambda port: setattr(port, "loaves", port.loaves + 1))
        async with asyncio.timeout(60):
            while len(heard.events) < 2:  # noqa: ASYNC110 - another loop tells
                await asyncio.sleep(0.05)
        first, second = heard.events[:2]
        assert first.EventId == second.EventId
        assert first.Result.ResultMetaData.PartId == "B-13"
        assert first.EventType == ua.NodeId("type:LoafResultReadyEventType", found.line)


def nothing() -> ua.Variant:
    return ua.Variant(None, ua.VariantType.ExtensionObject)


def unsigned(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.UInt32)


def paths(*names: list[str]) -> ua.Variant:
    """Paths to order by."""
    given = [
        ua.RelativePath([ua.RelativePathElement(TargetName=ua.QualifiedName(name, 0)) for name in each])
        for each in names
    ]
    return ua.Variant(given, ua.VariantType.ExtensionObject, is_array=True)


def _equals(path: list[ua.QualifiedName], value: int) -> ua.ContentFilterElement:
    field = ua.SimpleAttributeOperand(BrowsePath=path, AttributeId=ua.AttributeIds.Value)
    literal = ua.LiteralOperand(ua.Variant(value, ua.VariantType.Int32))
    return ua.ContentFilterElement(ua.FilterOperator.Equals, [field, literal])
