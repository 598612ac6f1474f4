"""State machines of instances (OPC 10000-16): the state that holds, and the transition by which it came."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import localized
from opcua_server.model.builder import Builder, not_yet
from opcua_server.model.declaration import (
    CORE,
    LOCALIZED_TEXT,
    NODE_ID,
    Id,
    Node,
    core,
    property_node,
    variable_node,
)
from opcua_server.publisher import put
from opcua_server.wire import make_node_id
from twin.line.text import Language, Text

Place = Callable[[str], Id]
"""The node of a part of a state machine, such as `CurrentState/Id`."""
Stamp = Callable[[ua.Variant], ua.DataValue]
"""A value with its status and times."""
_STATE, _TRANSITION = "CurrentState", "LastTransition"
NO_TIME = datetime(1601, 1, 1, tzinfo=UTC)
"""The null of instants."""
_PARTS = (_STATE, f"{_STATE}/Id", _TRANSITION, f"{_TRANSITION}/Id", f"{_TRANSITION}/TransitionTime")


def state_nodes(place: Place) -> tuple[Node, Node]:
    """The variables CurrentState and LastTransition."""

    def variable(name: str, kind: int, *members: Node) -> Node:
        told = property_node(place(f"{name}/Id"), "Id", NODE_ID, space=CORE)
        return variable_node(
            place(name), name, LOCALIZED_TEXT, told, *members, space=CORE, kind=core(kind), value=Text("", "")
        )

    when = property_node(
        place(f"{_TRANSITION}/TransitionTime"), "TransitionTime", core(ObjectIds.UtcTime), space=CORE
    )  # fmt: skip
    return (
        variable(_STATE, ObjectIds.FiniteStateVariableType),
        variable(_TRANSITION, ObjectIds.FiniteTransitionVariableType, when),
    )


class StateMachine:
    """Shows the state of one instance; states and transitions are nodes of its type, by name of the state."""

    def __init__(
        self,
        builder: Builder,
        place: Place,
        states: Mapping[str, tuple[int, Id]],
        transitions: Mapping[tuple[str, str], Id],
        titles: Mapping[str, Text],
    ) -> None:
        self.state = ""
        """The state that is shown, empty before the first."""
        self._language: Language = builder.language
        self._titles = titles
        self._states = {name: builder.node_id(node) for name, (_, node) in states.items()}
        self._transitions = {pair: builder.node_id(node) for pair, node in transitions.items()}
        self._places = {part: builder.value_of(place(part)) for part in _PARTS}
        for part, value in (
            (_STATE, _text(ua.LocalizedText())), (f"{_STATE}/Id", _id(ua.NodeId())),
            (_TRANSITION, _text(ua.LocalizedText())), (f"{_TRANSITION}/Id", _id(ua.NodeId())),
            (f"{_TRANSITION}/TransitionTime", ua.Variant(NO_TIME, ua.VariantType.DateTime)),
        ):  # fmt: skip
            self._places[part].value = not_yet(value)

    async def show(self, state: str, stamp: Stamp, *, same: bool = True) -> None:
        """Be in a state, empty for none; `same` says whether what was shown before was a state of the same thing."""
        before, self.state = self.state, state
        if state == before:
            return
        node = self._states.get(state, make_node_id(0))
        await self._put(_STATE, _text(self._title(state)), stamp)
        await self._put(f"{_STATE}/Id", _id(node), stamp)
        transition = self._transitions.get((before, state)) if same else None
        if transition is not None:
            told = stamp(_id(transition))
            await self._put(_TRANSITION, _text(ua.LocalizedText(f"From{before}To{state}")), stamp)
            await put(self._places[f"{_TRANSITION}/Id"], told)
            when = ua.Variant(told.SourceTimestamp, ua.VariantType.DateTime)
            await self._put(f"{_TRANSITION}/TransitionTime", when, stamp)

    async def _put(self, part: str, value: ua.Variant, stamp: Stamp) -> None:
        await put(self._places[part], stamp(value))

    def _title(self, state: str) -> ua.LocalizedText:
        return localized(self._titles[state], self._language) if state else ua.LocalizedText()


def _text(value: ua.LocalizedText) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.LocalizedText)


def _id(value: ua.NodeId) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.NodeId)
