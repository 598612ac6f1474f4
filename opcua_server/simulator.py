"""The controls of the simulator under one folder: its clock as variables, its commands as methods."""

from collections.abc import Sequence
from dataclasses import dataclass

from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.object_ids import ObjectIds

from opcua_server.arguments import Argument
from opcua_server.data_types import engineering_units, moment
from opcua_server.nodes import Nodes, standard
from opcua_server.wire import data_value
from twin.host.chaos import BY_NAME
from twin.host.port import Clock
from twin.line.text import Text
from twin.line.units import SECOND, TIMES_REAL_TIME, Unit

FOLDER = "Simulator"
_TITLE = Text("Simulator", "Simulador")


@dataclass(frozen=True, slots=True)
class Method:
    """A method that hands in the command of the same name; the argument `target` says on what."""

    name: str
    meaning: Text
    arguments: tuple[Argument, ...] = ()
    target: str | None = None


_STATION = Argument(
    "station",
    ua.VariantType.String,
    Text("Path of the station, such as its node id.", "Ruta de la estación, la de su nodo."),
)
_FAULT = Argument("fault", ua.VariantType.String, Text("Name of the fault.", "Nombre de la avería."))
_FACTOR = Argument(
    "factor", ua.VariantType.Double, Text("Plant seconds per real second.", "Segundos de planta por segundo real.")
)
_SECONDS = Argument(
    "seconds", ua.VariantType.Double, Text("Plant time to run [s].", "Tiempo de planta que simular [s].")
)
_DURATION = Argument(
    "duration_s",
    ua.VariantType.Double,
    Text(
        "Plant time until it clears [s], 0: until cleared.", "Tiempo de planta hasta que cesa [s], 0: hasta anularla."
    ),
)
_SIZE = Argument(
    "size",
    ua.VariantType.Double,
    Text("How many times as strong as usual.", "Cuántas veces más fuerte de lo habitual."),
)
_CHAOS = Argument("kind", ua.VariantType.String, Text(f"One of {', '.join(BY_NAME)}.", f"Uno de {', '.join(BY_NAME)}."))
_CHAOS_TIME = Argument(
    "duration_s",
    ua.VariantType.Double,
    Text("How long [s of wall time], 0: as usual.", "Cuánto tiempo real [s], 0: lo habitual."),
)
_CHAOS_SIZE = Argument(
    "size",
    ua.VariantType.Double,
    Text(
        "How late [ms], hours left or ago, or ahead [s], after the kind; 0: as usual.",
        "Retraso [ms], horas o adelanto [s], según el tipo; 0: lo habitual.",
    ),
)

METHODS = (
    Method("start", Text("Start the run.", "Inicia la simulación.")),
    Method("pause", Text("Pause the run.", "Pausa la simulación.")),
    Method("resume", Text("Resume a paused run.", "Reanuda la simulación.")),
    Method("set_speed", Text("Set the pace of the run.", "Fija el ritmo de la simulación."), (_FACTOR,)),
    Method("step", Text("Run a while, then pause again.", "Avanza un rato y vuelve a la pausa."), (_SECONDS,)),
    Method(
        "inject_fault",
        Text("Make a station fail.", "Provoca una avería."),
        (_STATION, _FAULT, _DURATION, _SIZE),
        "station",
    ),
    Method("clear_fault", Text("End an injected fault.", "Anula una avería."), (_STATION, _FAULT), "station"),
    Method(
        "start_chaos",
        Text("Disturb the clients of this server.", "Perturba a los clientes de este servidor."),
        (_CHAOS, _CHAOS_TIME, _CHAOS_SIZE),
    ),
    Method("end_chaos", Text("End all such disturbances.", "Termina esas perturbaciones.")),
)


class Clockwork:
    """The variables that show the clock of the run."""

    def __init__(self, nodes: Nodes, folder: ua.NodeId, clock: Clock) -> None:
        self._time = self._add(
            nodes, folder, "time", Text("Plant time", "Tiempo de planta"),
            ua.Variant(moment(clock.time), ua.VariantType.DateTime),
        )  # fmt: skip
        self._speed = self._add(
            nodes, folder, "speed", Text("Pace asked for", "Ritmo pedido"),
            ua.Variant(clock.speed, ua.VariantType.Double), TIMES_REAL_TIME,
        )  # fmt: skip
        self._lag = self._add(
            nodes, folder, "lag", Text("Plant time behind the pace", "Retraso respecto al ritmo"),
            ua.Variant(clock.lag, ua.VariantType.Double), SECOND,
        )  # fmt: skip
        self._running = self._add(
            nodes, folder, "running", Text("Whether the run goes on", "Si la simulación está en marcha"),
            ua.Variant(clock.running, ua.VariantType.Boolean),
        )  # fmt: skip

    def read(self, clock: Clock) -> Sequence[tuple[AttributeValue, ua.DataValue]]:
        """What is to be written into the address space so that it shows `clock`."""
        variants = (
            (self._time, ua.Variant(moment(clock.time), ua.VariantType.DateTime)),
            (self._speed, ua.Variant(float(clock.speed), ua.VariantType.Double)),
            (self._lag, ua.Variant(float(clock.lag), ua.VariantType.Double)),
            (self._running, ua.Variant(clock.running, ua.VariantType.Boolean)),
        )
        # Facts of the session, not of the plant: their source is the host's clock.
        wall_time = moment(clock.wall_time)
        return [(place, data_value(variant, wall_time, wall_time)) for place, variant in variants]

    def _add(
        self,
        nodes: Nodes,
        folder: ua.NodeId,
        name: str,
        meaning: Text,
        value: ua.Variant,
        unit: Unit | None = None,
    ) -> AttributeValue:
        type_definition = ObjectIds.BaseDataVariableType if unit is None else ObjectIds.AnalogUnitType
        node_id = nodes.add_variable(
            f"{FOLDER}/{name}",
            folder,
            value,
            name=name,
            description=meaning,
            type_definition=type_definition,
        )
        if unit is not None:
            units = ua.Variant(engineering_units(unit, nodes.language), ua.VariantType.ExtensionObject)
            nodes.add_property(node_id, "EngineeringUnits", units, ObjectIds.EUInformation)
        return nodes.value_of(node_id)


def add_simulator(nodes: Nodes, clock: Clock) -> tuple[ua.NodeId, Clockwork, dict[ua.NodeId, Method]]:
    """Add the folder; returns it, its clock and its methods by node id."""
    folder = nodes.add_object(
        FOLDER,
        standard(ObjectIds.ObjectsFolder),
        name=FOLDER,
        display=_TITLE,
        type_definition=standard(ObjectIds.FolderType),
    )
    methods = {_add_method(nodes, folder, method): method for method in METHODS}
    return folder, Clockwork(nodes, folder, clock), methods


def _add_method(nodes: Nodes, folder: ua.NodeId, method: Method) -> ua.NodeId:
    arguments = [argument.described(nodes.language) for argument in method.arguments]
    return nodes.add_method(
        f"{FOLDER}/{method.name}", folder, name=method.name, description=method.meaning, arguments=arguments
    )
