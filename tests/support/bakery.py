"""A bakery as a family of plants: stations, faults, key figures and pictures that have nothing to do with tiles.

Dough is mixed, baked in a tunnel oven and looked at; what is burnt is thrown away.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from twin.line.activity import Activity
from twin.line.distributions import Distribution, Exponential, Uniform
from twin.line.errors import DefinitionError
from twin.line.faults import FailureMode
from twin.line.generic import Conveyor, ConveyorParameters, Machine, MachineParameters, Source, SourceParameters
from twin.line.key_figures import KeyFigureDeclaration, ratio
from twin.line.line import Line
from twin.line.link import Link
from twin.line.presentation import Cells, Fill, Flow, Presentation, Shape, StationPicture
from twin.line.records import Record
from twin.line.signal import Axis, Sensor, counter, flag, measurement, profile, quantity, set_point, text
from twin.line.station import Place, Process, ProcessAlarm, Station, StationState
from twin.line.text import Language, Text
from twin.line.time import HOUR, MINUTE, SECOND
from twin.line.units import CELSIUS, METRE, PERCENT, Unit
from twin.line.validation import validated
from twin.line.views import CurveView, ShareView, TrendView

LOAVES = Unit("loaves", Text("loaves", "panes"))
LOAVES_PER_HOUR = Unit("loaves/h", Text("loaves per hour", "panes por hora"))
RECIPES = ("baguette", "barra", "hogaza")
POSITION = Axis("position", METRE, Text("Distance from the entrance", "Distancia a la entrada"))


class Mixer(Machine):
    """Mixes one loaf after another, forty of a recipe."""

    @text("Recipe in work", "Receta en curso")
    def recipe(self) -> str:
        return RECIPES[self.state.finished // 40 % len(RECIPES)]

    @flag("Lid closed", "Tapa cerrada")
    def lid_closed(self) -> bool:
        return self.state.holding > 0

    @measurement(
        CELSIUS, "Dough temperature", "Temperatura de la masa", low=0.0, high=60.0,
        sensor=Sensor(noise=0.3, resolution=0.25, period=2.0),
    )  # fmt: skip
    def dough_temperature(self) -> float:
        return 24.0 + math.sin(self.state.finished / 10.0)


class OvenParameters(ConveyorParameters):
    """How the oven bakes."""

    temperature: float = Field(default=230.0, ge=150.0, le=320.0)
    """Set point at the start [degC]."""
    length_m: float = Field(default=10.0, gt=0.0)
    zones: int = Field(default=5, ge=2, le=50)


@dataclass(slots=True)
class OvenState(StationState):
    """What the oven keeps besides its loaves."""

    due: Any = None
    clear_at: int = 0
    last_left: int = -(1 << 62)
    stopped_at: int = -1
    left: int = 0
    heat: float = 0.0
    """Temperature at `heat_at` [degC]."""
    heat_at: int = 0
    watch: int = 0
    """When somebody looks at the thermometer next."""
    metered: int = 0
    energy_j: int = 0


class Oven(Conveyor):
    """A tunnel that follows its set point with a time constant of ten minutes; an alarm tells when it is cold."""

    parameters_type = OvenParameters
    process_alarms = (ProcessAlarm("cold", "OVN-110", Text("Oven too cold", "Horno demasiado frío"), 600),)
    parameters: OvenParameters
    state: OvenState

    def initial_state(self) -> OvenState:
        return OvenState(due=super().initial_state().due)

    def open(self) -> None:
        state = self.state
        state.heat, state.heat_at = self.parameters.temperature, self.now
        state.watch, state.metered = self.now + 10 * MINUTE, self.now

    def processes(self) -> Iterator[Process]:
        yield from super().processes()
        yield self._watch()

    def _watch(self) -> Process:
        while True:
            if self.now < self.state.watch:
                yield self.until(self.state.watch)
            self.alarm(0, self.heat_now() < 200.0)
            self.state.watch += 10 * MINUTE

    def heat_now(self) -> float:
        """Temperature of the middle [degC]."""
        asked = self.set_points["temperature_set_point"] + self.faults.condition("heat")
        return asked + (self.state.heat - asked) * math.exp(-(self.now - self.state.heat_at) / (10 * MINUTE))

    def before_change(self) -> None:
        self.state.heat, self.state.heat_at = self.heat_now(), self.now

    def meter(self) -> None:
        used = 50_000 * (self.now - self.state.metered) // SECOND
        self.state.metered, self.state.energy_j = self.now, self.state.energy_j + used
        self.record(Record.METER, 0, used)

    def axis_points(self, axis: str) -> tuple[float, ...]:
        step = self.parameters.length_m / self.parameters.zones
        return tuple((zone + 0.5) * step for zone in range(self.parameters.zones))

    temperature_set_point = set_point(CELSIUS, "Temperature asked for", "Consigna", low=150.0, high=320.0)

    @measurement(
        CELSIUS, "Temperature of the middle", "Temperatura en el centro", low=0.0, high=400.0,
        sensor=Sensor(noise=0.5, relative_noise=0.001, resolution=0.1),
    )  # fmt: skip
    def temperature(self) -> float:
        return self.heat_now()

    @profile(
        CELSIUS, "Temperature along the oven", "Temperatura a lo largo del horno", axis=POSITION, low=0.0, high=400.0,
        sensor=Sensor(noise=1.0, resolution=1.0, period=5.0),
    )  # fmt: skip
    def temperatures(self) -> list[float]:
        return [self.heat_now() - 4.0 * abs(place - 5.0) for place in self.axis_points("position")]


@dataclass(slots=True)
class InspectorState(StationState):
    """What the inspector has seen."""

    good: int = 0
    burnt: int = 0


class Inspector(Station):
    """Throws away the burnt loaves: one in fifty at 230 degC, and more in a hotter oven."""

    counts_work = False
    state: InspectorState

    def initial_state(self) -> InspectorState:
        return InspectorState()

    def run(self) -> Process:
        self._luck = self.stream("burnt")
        yield from ()

    def receive(self, link: Link) -> None:
        loaf, oven = link.take(), link.producer
        self.record(Record.ENTERED, loaf, 1)
        heat = oven.heat_now() if isinstance(oven, Oven) else 0.0
        if self._luck.uniform(loaf) < 0.02 + max(0.0, heat - 240.0) / 50.0:
            self.state.burnt += 1
            self.record(Record.SCRAPPED, loaf, 1)
        else:
            self.state.good += 1

    @counter(LOAVES, "Good loaves", "Panes buenos", main=True)
    def good(self) -> int:
        return self.state.good

    @counter(LOAVES, "Burnt loaves", "Panes quemados")
    def burnt(self) -> int:
        return self.state.burnt

    @quantity(PERCENT, "Share of burnt loaves", "Proporción de panes quemados", low=0.0, high=100.0)
    def burnt_share(self) -> float:
        return ratio(self.state.burnt, self.state.good + self.state.burnt) or 0.0


class BakeryDefinition(BaseModel):
    """A bakery file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title_en: str
    title_es: str
    interval_s: Distribution = Exponential(mean=9.0)
    mixing_s: Distribution = Uniform(low=4.0, high=9.0)
    baking_min: float = Field(default=20.0, gt=0.0, le=120.0)
    oven: OvenParameters = OvenParameters()
    faults: Mapping[str, FailureMode] = Field(default_factory=dict)
    chapter_h: int = Field(default=24, ge=1, le=24)


def _mode(code: str, en: str, es: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "en": en, "es": es, "repair_min": {"distribution": "exponential", "mean": 4.0}} | fields


# Neither by name nor by number in alphabetical order: the order of the file numbers them.
FAULTS: Mapping[str, Any] = {
    "worn_belt": _mode("MIX-300", "Worn belt", "Correa gastada", stops=False, severity=400),
    "jam": _mode(
        "MIX-220", "Dough jam", "Masa atascada", uptime_h={"distribution": "exponential", "mean": 0.8}, severity=800
    ),
    "pause": _mode(
        "", "Short stop", "Microparo", uptime_h={"distribution": "exponential", "mean": 0.2}, activity="micro-stop"
    ),
}
SHIPPED: Mapping[str, Mapping[str, Any]] = {
    "corner-bakery": {
        "id": "corner-bakery", "title_en": "Corner bakery", "title_es": "Panadería de la esquina", "faults": FAULTS,
    },
    "hourly-bakery": {
        "id": "hourly-bakery", "title_en": "Hourly bakery", "title_es": "Panadería por horas", "faults": FAULTS,
        "chapter_h": 1,
    },
}  # fmt: skip


class BakeryLine(Line):
    """Source, mixer, oven, inspector."""

    def __init__(self, definition: BakeryDefinition) -> None:
        title = Text(definition.title_en, definition.title_es)
        super().__init__(definition.id, "mill-street", title, _presentation())
        self._chapter = definition.chapter_h * HOUR

        def place(area: str, en: str, es: str) -> Place:
            return Place(area, "line-1", Text(en, es))

        flour = SourceParameters(interval_s=definition.interval_s)
        mixing = MachineParameters(cycle_s=definition.mixing_s, faults=definition.faults)
        self.flour = self.add(Source("flour", flour, place("dough", "Flour", "Harina")))
        self.mixer = self.add(Mixer("mixer", mixing, place("dough", "Mixer", "Amasadora")))
        baking = definition.oven.model_copy(
            update={"transit_s": definition.baking_min * 60.0, "faults": {"door": _DOOR}, "capacity": 400}
        )
        self.oven = self.add(Oven("oven", baking, place("baking", "Tunnel oven", "Horno de túnel")))
        self.inspector = self.add(Inspector("inspector", None, place("baking", "Inspection", "Inspección")))
        self.connect(self.flour, self.mixer, 50)
        self.connect(self.mixer, self.oven)
        self.connect(self.oven, self.inspector)

    def next_chapter(self, after: int) -> int:
        return (after // self._chapter + 1) * self._chapter

    @property
    def zone(self) -> str:
        return "Europe/Madrid"

    def key_figures(self) -> Sequence[KeyFigureDeclaration]:
        mixer, inspector = self.stations.index(self.mixer), self.stations.index(self.inspector)
        nothing = Text("nothing was baked yet", "todavía no se ha horneado nada")
        return (
            KeyFigureDeclaration(
                "availability", Text("Mixer: availability", "Amasadora: disponibilidad"), PERCENT, self.mixer.path,
                "producing / elapsed", "ISO 22400-2",
                lambda tally: ratio(tally.time_in(mixer, Activity.PRODUCING), tally.elapsed), nothing, main=True,
            ),
            KeyFigureDeclaration(
                "good_share", Text("Good loaves", "Panes buenos"), PERCENT, "", "good / seen", "house rule",
                lambda tally: ratio(tally.entered(inspector) - tally.scrapped(inspector), tally.entered(inspector)),
                nothing,
            ),
            KeyFigureDeclaration(
                "per_hour", Text("Loaves per hour", "Panes por hora"), LOAVES_PER_HOUR, "", "seen / elapsed",
                "house rule", lambda tally: ratio(tally.entered(inspector), tally.elapsed / HOUR, 1.0), nothing,
                high=10_000.0,
            ),
        )  # fmt: skip

    def summary(self) -> Mapping[str, Any]:
        return {"loaves": {"good": self.inspector.state.good, "burnt": self.inspector.state.burnt}}

    def summary_lines(self, summary: Mapping[str, Any], language: Language) -> Sequence[str]:
        return [f"{name:<12} {count}" for name, count in summary["loaves"].items()]


_DOOR = FailureMode.model_validate(
    _mode("OVN-200", "Door open", "Puerta abierta", stops=False, conditions={"heat": -60.0}, clock="plant")
)


def _presentation() -> Presentation:
    box = Shape(form="rectangle", points=((0, 0), (120, 80)))
    return Presentation(
        width=700,
        height=200,
        stations=(
            StationPicture(station="flour", at=(20, 60), size=(120, 80), shapes=(box,)),
            StationPicture(
                station="mixer", at=(180, 60), size=(120, 80), figures=("mixer/recipe", "mixer/dough_temperature"),
                shapes=(box, Shape(form="circle", points=((60, 40), (60, 20)), role="state")), beats="mixer/finished",
            ),
            StationPicture(
                station="oven", at=(340, 60), size=(120, 80), shapes=(box,), figures=("oven/temperature",),
                fills=(Fill(signal="oven/inside", low=(5, 75), high=(115, 60)),),
                cells=(Cells(signal="oven/temperatures", low=(5, 10), high=(115, 40), scale="heat"),),
            ),
            StationPicture(
                station="inspector", at=(500, 60), size=(120, 80), shapes=(box,), figures=("inspector/good",)
            ),
        ),
        flows=(Flow(points=((300, 100), (340, 100)), counter="mixer/finished"),),
        views=(
            CurveView(name="baking", title=Text("Baking curve", "Curva de horneado"), lines=("oven/temperatures",)),
            TrendView(
                name="heat", title=Text("Heat", "Calor"), lines=("oven/temperature", "oven/temperature_set_point")
            ),
            ShareView(
                name="quality", title=Text("Quality", "Calidad"), parts=("inspector/good", "inspector/burnt")
            ),
        ),
        headline=("inspector/good", "oven/temperature"),
    )  # fmt: skip


class Bakeries:
    """The family `bakeries`: two shipped plants, plant files of one table, and order books of one number."""

    name = "bakeries"

    def plants(self) -> Mapping[str, Text]:
        return {name: Text(str(plant["title_en"]), str(plant["title_es"])) for name, plant in SHIPPED.items()}

    def scenarios(self) -> Mapping[str, Text]:
        return {
            "standard": Text("As it is", "Tal como es"),
            "ideal-sensors": Text("Sensors show the truth", "Los sensores muestran la verdad"),
        }

    def resolve(self, plant: str, scenario: str, orders: str | None) -> Mapping[str, Any]:
        if plant in SHIPPED:
            data: Any = SHIPPED[plant]
        elif Path(plant).is_file():
            data = tomllib.loads(Path(plant).read_text())
        else:
            raise DefinitionError(f"plant {plant!r} is neither a shipped plant nor a file")
        if scenario not in self.scenarios() and not Path(scenario).is_file():
            raise DefinitionError(f"scenario {scenario!r} is neither a shipped scenario nor a file")
        return {
            "bakery": validated(BakeryDefinition, data, plant).model_dump(mode="json"),
            "ideal_sensors": scenario == "ideal-sensors",
            "orders": None if orders is None else Path(orders).read_text(),
        }

    def plant_id(self, content: Mapping[str, Any]) -> str:
        return str(content["bakery"]["id"])

    def build(self, content: Mapping[str, Any]) -> Line:
        line = BakeryLine(validated(BakeryDefinition, content["bakery"], "the definition"))
        line.ideal_sensors = bool(content["ideal_sensors"])
        return line

    def without(self, content: Mapping[str, Any], altered: Set[int]) -> Mapping[str, Any]:
        assert not altered, "scenarios of a bakery change nothing"
        return content


bakeries = Bakeries()
"""The family of these tests."""
