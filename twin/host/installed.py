"""What is installed beside the kernel: plant families, gateways and commands, found by their entry points."""

from importlib.metadata import entry_points, version
from typing import TYPE_CHECKING, Any, Protocol

# Commands that need no plant shall not wait until all that makes a plant is loaded.
if TYPE_CHECKING:
    from twin.host.gateway_entry import GatewayEntry
    from twin.host.rooms.wall import RoomsGateway
    from twin.run.definition import PlantFamily


class CommandLine(Protocol):
    """What an entry point of the group `rajola.commands` names: a subcommand of `rajola`."""

    name: str
    help: str

    def configure(self, parser: Any) -> None:
        """Add the arguments to an argparse parser."""
        ...

    def run(self, arguments: Any) -> int:
        """Do it; the exit code."""
        ...


def _loaded(group: str, name: str | None = None) -> list[Any]:
    found = entry_points(group=group) if name is None else entry_points(group=group, name=name)
    return [point.load() for point in sorted(found, key=lambda point: point.name)]


def families() -> "list[PlantFamily]":
    """All installed plant families."""
    return _loaded("rajola.plants")


def gateways() -> "list[GatewayEntry]":
    """All installed gateways, OPC UA before HTTP so that the page can show its address."""
    return sorted(_loaded("rajola.gateways"), key=lambda gateway: gateway.name != "opcua")


def rooms_gateways() -> "list[RoomsGateway]":
    """What shows the rooms of a class to their instructor."""
    return _loaded("rajola.rooms")


def benches() -> list[CommandLine]:
    """What packages let `rajola bench` measure, besides the line and the historian."""
    return _loaded("rajola.benches")


def commands(name: str | None = None) -> list[CommandLine]:
    """The subcommands that packages bring: all, or those of a name."""
    return _loaded("rajola.commands", name)


def engine_version() -> str:
    """Version of the installed distribution."""
    return version("rajola")
