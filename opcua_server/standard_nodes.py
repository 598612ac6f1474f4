"""The nodes of the standard, built before it is known what is served: they are the same for every line."""

from typing import Any

from asyncua.server.address_space import AddressSpace, NodeManagementService
from asyncua.server.standard_address_space import standard_address_space

_prepared: list[Any] = []


def prepare() -> None:
    """Build the nodes for the server that starts next in this process; takes a second of processor time."""
    space = AddressSpace()
    fill: Any = standard_address_space.fill_address_space
    fill(NodeManagementService(space))
    _prepared.append(space)


def hand_over(space: Any) -> bool:
    """Put prepared nodes into the empty space of a server; false when there are none."""
    if not _prepared:
        return False
    prepared = _prepared.pop()
    names = prepared.keys()
    for name in names:
        space[name] = prepared[name]
    return True
