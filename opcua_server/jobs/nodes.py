"""The nodes of a line's job management: what it has of the types of job control."""

from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NAMESPACE
from opcua_server.model.companions.job_control import (
    PROVIDER_METHODS,
    PROVIDER_TYPE,
    PROVIDER_VARIABLES,
    RECEIVER_METHODS,
    RECEIVER_TYPE,
    RECEIVER_VARIABLES,
    Method,
    Variable,
)
from opcua_server.model.companions.machinery_jobs import JOB_MANAGEMENT_TYPE, MACHINERY_JOBS
from opcua_server.model.declaration import ARGUMENT_LISTS, Id, Link, Node, core, object_node, object_type
from opcua_server.model.state_machines import state_nodes
from twin.line.text import Text

STATE_TITLES = {
    "NotAllowedToStart": Text("NotAllowedToStart", "Sin permiso de inicio"),
    "AllowedToStart": Text("AllowedToStart", "Con permiso de inicio"),
    "Running": Text("Running", "En curso"),
    "Interrupted": Text("Interrupted", "Interrumpida"),
    "Ended": Text("Ended", "Terminada"),
    "Aborted": Text("Aborted", "Abortada"),
}
"""What the states of a job are called."""
EVENT_TYPE = object_type(
    Id(NAMESPACE, "type:JobOrderStatusEventType"), "JobOrderStatusEventType",
    description=Text("The state of a job has changed.", "El estado de un trabajo ha cambiado."),
)  # fmt: skip
"""Of the events that are sent; the official type is abstract."""


class JobNodes:
    """JobManagement of the line at a path, as a declared tree, with its parts by name."""

    def __init__(self, line: str) -> None:
        self._path = f"{line}/JobManagement"
        self.control, self.results = self._id("JobOrderControl"), self._id("JobOrderResults")
        self.variables: dict[str, Id] = {}
        self.methods: dict[str, Id] = {}
        control = object_node(
            self.control, "JobOrderControl", RECEIVER_TYPE,
            *self._variables("JobOrderControl", RECEIVER_VARIABLES), *state_nodes(self.part),
            *(self._method("JobOrderControl", each) for each in RECEIVER_METHODS), space=MACHINERY_JOBS,
        )  # fmt: skip
        results = object_node(
            self.results, "JobOrderResults", PROVIDER_TYPE,
            *self._variables("JobOrderResults", PROVIDER_VARIABLES),
            *(self._method("JobOrderResults", each) for each in PROVIDER_METHODS),
            links=(Link(core(ObjectIds.GeneratesEvent), EVENT_TYPE.id),), space=MACHINERY_JOBS,
        )  # fmt: skip
        self.tree = object_node(
            Id(NAMESPACE, self._path), "JobManagement", JOB_MANAGEMENT_TYPE, control, results, space=MACHINERY_JOBS,
        )  # fmt: skip
        """All of it."""

    def part(self, name: str) -> Id:
        """A part of the state machine of JobOrderControl."""
        return self._id(f"JobOrderControl/{name}")

    def _id(self, name: str) -> Id:
        return Id(NAMESPACE, f"{self._path}/{name}")

    def _variables(self, owner: str, declared: tuple[Variable, ...]) -> list[Node]:
        for each in declared:
            self.variables[each.name] = self._id(f"{owner}/{each.name}")
        return [each.node(self.variables[each.name]) for each in declared]

    def _method(self, owner: str, method: Method) -> Node:
        path = f"{owner}/{method.name}"
        self.methods[method.name] = self._id(path)
        return method.node((self._id(path), *(self._id(f"{path}/{name}") for name in ARGUMENT_LISTS)))
