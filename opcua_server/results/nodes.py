"""The nodes of one machine's management of results."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NAMESPACE
from opcua_server.model.companions.machinery_result import (
    DATA_TYPES,
    MANAGEMENT_TYPE,
    METHODS,
    RESULT,
    SHOWN,
    content_node,
    management_method,
    meta_data_node,
)
from opcua_server.model.declaration import (
    ARGUMENT_LISTS,
    FOLDER_TYPE,
    HAS_ADD_IN,
    Id,
    Link,
    Node,
    core,
    object_node,
    variable_node,
)
from opcua_server.model.machines import BLOCKS
from opcua_server.results.types import ResultTypes
from twin.line.text import Text

_LATEST = Text("The newest result.", "El resultado más reciente.")


class ResultNodes:
    """ResultManagement among the building blocks of the machine at a path, as a declared tree, with its parts."""

    def __init__(self, station: str, types: ResultTypes) -> None:
        self.blocks = Id(NAMESPACE, f"{station}/{BLOCKS}")
        self._path = f"{station}/{BLOCKS}/ResultManagement"
        self.owner = Id(NAMESPACE, self._path)
        self.latest = self._id("Results/LatestResult")
        self.meta_data = self._id("Results/LatestResult/ResultMetaData")
        self.content = self._id("Results/LatestResult/ResultContent")
        self.fields = {field.name: self._id(f"Results/LatestResult/ResultMetaData/{field.name}") for field in SHOWN}
        self.methods = {name: self._id(name) for name in METHODS}
        latest = variable_node(
            self.latest, "LatestResult", DATA_TYPES["ResultDataType"], meta_data_node(self.meta_data, self.fields),
            content_node(self.content, types.content.id), kind=types.variable.id, description=_LATEST,
        )  # fmt: skip
        self.tree = object_node(
            self.owner, "ResultManagement", MANAGEMENT_TYPE, *map(self._method, METHODS),
            object_node(self._id("Results"), "Results", FOLDER_TYPE, latest, space=RESULT),
            space=RESULT, reference=HAS_ADD_IN, description=types.kind.title,
            links=(Link(core(ObjectIds.GeneratesEvent), types.event.id),),
        )  # fmt: skip
        """All of it."""

    def _id(self, name: str) -> Id:
        return Id(NAMESPACE, f"{self._path}/{name}")

    def _method(self, name: str) -> Node:
        lists = (self._id(f"{name}/{title}") for title in ARGUMENT_LISTS)
        return management_method(name, (self.methods[name], *lists))
