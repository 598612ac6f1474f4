"""A larger bakery with a full presentation: silo to packing, a tunnel oven with zones and rows that move.

It gives the page something to draw that looks like a plant and has nothing to do with tiles.
"""

import itertools
import math
from dataclasses import replace

from tests.support.fake_port import START, FakePort
from tests.support.village_views import BATCHES, INSPECTED, PAGES, STORIES, VIEWS, batches
from tests.support.village_views import loaves as inspected
from twin.host.port import Alarm, Clock, Command, KeyFigure
from twin.line.description import (
    AxisDescription,
    FaultDescription,
    LineDescription,
    LinkDescription,
    SignalDescription,
    StationDescription,
)
from twin.line.key_figures import Counted, KeyFigureDeclaration
from twin.line.presentation import (
    Cells,
    Fill,
    Flow,
    Presentation,
    Shape,
    StateLook,
    StationPicture,
)
from twin.line.signal import Kind, ValueType
from twin.line.text import Language, Text
from twin.line.units import CELSIUS, KILOGRAM, METRE, MINUTE, PERCENT, Unit
from twin.line.work_unit import Loss, WorkUnit
from twin.record.figures import Figure, UnitLosses, WindowFigures
from twin.record.windows import Window

LOAVES = Unit("loaves", Text("loaves", "panes"))
PER_MINUTE = Unit("loaves/min", Text("loaves per minute", "panes por minuto"))
STATES = (
    Text("idle", "inactiva"),
    Text("producing", "produciendo"),
    Text("starved", "sin material"),
    Text("blocked", "bloqueada"),
    Text("recipe change", "cambio de receta"),
    Text("cleaning", "limpieza"),
    Text("breakdown", "avería"),
    Text("micro-stop", "microparo"),
)
ZONES = 14
ROWS = 60
LENGTH = 28.0
_ROOT = "village-bakery/mill-street"
_TITLES = {
    "silo": Text("Flour silo", "Silo de harina"),
    "mixer": Text("Mixer", "Amasadora"),
    "divider": Text("Divider", "Divisora"),
    "proofer": Text("Proofing chamber", "Cámara de fermentación"),
    "scorer": Text("Scoring", "Greñado"),
    "racks": Text("Rack store", "Almacén de carros"),
    "oven": Text("Tunnel oven", "Horno de túnel"),
    "cooler": Text("Cooling belt", "Cinta de enfriamiento"),
    "inspection": Text("Inspection", "Inspección"),
    "packer": Text("Packing", "Envasado"),
}
_AREAS = {"silo": "dough", "mixer": "dough", "divider": "dough", "proofer": "dough", "scorer": "dough"}


def _position(points: int) -> AxisDescription:
    step = LENGTH / points
    return AxisDescription(
        "position",
        METRE,
        Text("Distance from the entrance", "Distancia a la entrada"),
        tuple(round((place + 0.5) * step, 2) for place in range(points)),
    )


class _Maker:
    """Declares signals in frame order."""

    def __init__(self) -> None:
        self.used = 0
        self.signals: dict[str, list[SignalDescription]] = {name: [] for name in _TITLES}

    def add(
        self,
        tail: str,
        kind: Kind,
        en: str,
        es: str,
        *,
        unit: Unit | None = None,
        high: float = 1e12,
        low: float = 0.0,
        value_type: ValueType = ValueType.FLOAT,
        axis: AxisDescription | None = None,
    ) -> None:
        station, name = tail.split("/")
        length = 1 if axis is None else len(axis.points)
        states = STATES if value_type is ValueType.ENUMERATION else ()
        self.signals[station].append(
            SignalDescription(
                f"{path_of(station)}/{name}",
                name,
                self.used,
                length,
                kind,
                value_type,
                unit,
                low,
                high,
                Text(en, es),
                states,
                axis,
                1.0 if kind is Kind.MEASUREMENT else 0.0,
            )
        )
        self.used += length


def path_of(station: str) -> str:
    """The whole path of a station of the village bakery."""
    return f"{_ROOT}/{_AREAS.get(station, 'baking')}/line-1/{station}"


def _declare(make: _Maker) -> None:
    for station in _TITLES:
        make.add(f"{station}/state", Kind.STATE, "State.", "Estado.", value_type=ValueType.ENUMERATION)
        make.add(
            f"{station}/count",
            Kind.COUNTER,
            "Loaves passed.",
            "Panes pasados.",
            unit=LOAVES,
            value_type=ValueType.INTEGER,
        )
    measured, state, set_point = Kind.MEASUREMENT, Kind.STATE, Kind.SET_POINT
    make.add("silo/level", measured, "Flour in the silo.", "Harina en el silo.", unit=KILOGRAM, high=12_000.0)
    make.add("mixer/load", measured, "Dough in the bowl.", "Masa en la artesa.", unit=KILOGRAM, high=200.0)
    make.add("mixer/water", measured, "Water in the dough.", "Agua en la masa.", unit=PERCENT, low=50.0, high=80.0)
    make.add("mixer/water_set", set_point, "Water asked for.", "Agua pedida.", unit=PERCENT, low=55.0, high=75.0)
    make.add("divider/rate", measured, "Rate.", "Cadencia.", unit=PER_MINUTE, high=120.0)
    make.add("proofer/temperature", measured, "Chamber air.", "Aire de la cámara.", unit=CELSIUS, low=20.0, high=45.0)
    make.add("proofer/humidity", measured, "Humidity.", "Humedad.", unit=PERCENT, high=100.0)
    make.add("racks/stored", state, "Loaves stored.", "Panes almacenados.", unit=LOAVES, high=2400.0)
    make.add("racks/autonomy", state, "Oven autonomy.", "Autonomía del horno.", unit=MINUTE, high=60.0)
    make.add("oven/crown", measured, "Hottest zone.", "Zona más caliente.", unit=CELSIUS, high=350.0)
    make.add("oven/cycle", set_point, "Baking time.", "Tiempo de horneado.", unit=MINUTE, low=10.0, high=40.0)
    make.add("cooler/exit", measured, "Crumb at the exit.", "Miga a la salida.", unit=CELSIUS, high=120.0)
    make.add("inspection/first", Kind.COUNTER, "First quality.", "Primera calidad.", unit=LOAVES)
    make.add("inspection/second", Kind.COUNTER, "Second quality.", "Segunda calidad.", unit=LOAVES)
    make.add("inspection/scrap", Kind.COUNTER, "Scrap.", "Rechazo.", unit=LOAVES)
    make.add("packer/pallets", Kind.COUNTER, "Crates closed.", "Cajas cerradas.", value_type=ValueType.INTEGER)
    zones, rows = _position(ZONES), _position(ROWS)
    make.add("oven/set", Kind.PROFILE, "Set point.", "Consigna.", unit=CELSIUS, high=320.0, axis=zones)
    make.add("oven/measured", Kind.PROFILE, "Measured.", "Medida.", unit=CELSIUS, high=320.0, axis=zones)
    make.add("oven/minutes", Kind.PROFILE, "Minutes in the oven.", "Minutos en el horno.", unit=MINUTE, axis=zones)
    make.add("oven/rows", Kind.PROFILE, "Rows inside.", "Filas dentro.", high=1.0, axis=rows)
    make.add("proofer/rows", Kind.PROFILE, "Boards inside.", "Tablas dentro.", high=1.0, axis=_position(24))


def _box(width: float, height: float) -> Shape:
    return Shape(form="rectangle", points=((0.0, 0.0), (width, height)))


def _pictures() -> tuple[StationPicture, ...]:
    return (
        StationPicture(
            station="silo",
            at=(40, 70),
            size=(90, 150),
            shapes=(
                Shape(form="polygon", points=((0, 0), (90, 0), (90, 100), (55, 150), (35, 150), (0, 100))),
                Shape(form="line", points=((0, 100), (90, 100)), role="detail"),
            ),
            fills=(Fill(signal="silo/level", low=(6, 98), high=(84, 6)),),
            figures=("silo/level",),
        ),
        StationPicture(
            station="mixer",
            at=(210, 110),
            size=(110, 110),
            shapes=(
                Shape(form="polygon", points=((0, 30), (110, 30), (95, 110), (15, 110))),
                Shape(form="line", points=((55, 0), (55, 80)), role="detail"),
                Shape(form="line", points=((35, 80), (75, 80)), role="detail"),
            ),
            figures=("mixer/water", "mixer/load"),
            beats="mixer/count",
        ),
        StationPicture(
            station="divider",
            at=(410, 90),
            size=(100, 130),
            shapes=(
                _box(100, 130),
                Shape(form="rectangle", points=((20, 12), (80, 52)), role="state"),
                Shape(form="rectangle", points=((12, 84), (88, 104)), role="detail"),
            ),
            figures=("divider/rate", "divider/count"),
            beats="divider/count",
        ),
        StationPicture(
            station="proofer",
            at=(610, 110),
            size=(300, 110),
            shapes=(_box(300, 110),),
            cells=(Cells(signal="proofer/rows", low=(8, 60), high=(292, 84), scale="presence"),),
            figures=("proofer/temperature", "proofer/humidity"),
        ),
        StationPicture(
            station="scorer",
            at=(1010, 140),
            size=(120, 80),
            shapes=(_box(120, 80), Shape(form="circle", points=((60, 30), (60, 12)), role="detail")),
            figures=("scorer/count",),
        ),
        StationPicture(
            station="racks",
            at=(1250, 90),
            size=(230, 130),
            shapes=(
                _box(230, 130),
                *(Shape(form="line", points=((x, 0), (x, 130)), role="detail") for x in (57.5, 115, 172.5)),
            ),
            fills=(Fill(signal="racks/stored", low=(6, 124), high=(224, 6)),),
            figures=("racks/stored", "racks/autonomy"),
        ),
        StationPicture(
            station="oven",
            at=(640, 390),
            size=(840, 110),
            shapes=(
                _box(840, 110),
                *(Shape(form="rectangle", points=((x, -26), (x + 14, 0)), role="detail") for x in (120, 420, 720)),
            ),
            cells=(
                Cells(signal="oven/measured", low=(836, 6), high=(4, 56), scale="heat"),
                Cells(signal="oven/rows", low=(836, 70), high=(4, 96), scale="presence"),
            ),
            figures=("oven/crown", "oven/cycle"),
        ),
        StationPicture(
            station="cooler",
            at=(400, 430),
            size=(170, 60),
            shapes=(
                _box(170, 40),
                *(Shape(form="circle", points=((x, 50), (x + 8, 50)), role="detail") for x in (20, 60, 110, 150)),
            ),
            figures=("cooler/exit",),
        ),
        StationPicture(
            station="inspection",
            at=(230, 400),
            size=(100, 90),
            shapes=(_box(100, 90), Shape(form="polygon", points=((30, 15), (70, 15), (50, 45)), role="detail")),
            figures=("inspection/first", "inspection/scrap"),
        ),
        StationPicture(
            station="packer",
            at=(50, 400),
            size=(110, 90),
            shapes=(
                _box(110, 90),
                *(Shape(form="rectangle", points=((x, 50), (x + 25, 80)), role="detail") for x in (15, 45, 75)),
            ),
            figures=("packer/pallets",),
            beats="packer/pallets",
        ),
    )


def _presentation() -> Presentation:
    return Presentation(
        width=1540,
        height=580,
        stations=_pictures(),
        flows=(
            Flow(points=((130, 200), (210, 200)), counter="silo/count"),
            Flow(points=((320, 200), (410, 200)), counter="mixer/count"),
            Flow(points=((510, 200), (610, 200)), counter="divider/count"),
            Flow(points=((910, 200), (1010, 200)), counter="proofer/count"),
            Flow(points=((1130, 200), (1250, 200)), counter="scorer/count"),
            Flow(points=((1480, 200), (1520, 200), (1520, 470), (1480, 470)), counter="racks/count"),
            Flow(points=((640, 460), (570, 460)), counter="oven/count"),
            Flow(points=((400, 460), (330, 460)), counter="cooler/count"),
            Flow(points=((230, 460), (160, 460)), counter="inspection/count"),
        ),
        views=VIEWS,
        pages=PAGES,
        stories=STORIES,
        headline=("inspection/first", "racks/autonomy", "oven/crown", "divider/rate"),
        looks=(StateLook(state="recipe change", look="set-up"),),
    )


def village_bakery() -> LineDescription:
    """Ten stations in two rows."""
    make = _Maker()
    _declare(make)
    faults = {"divider": (FaultDescription("jam", "DIV-220", Text("Dough jams the divider", "Masa atascada"), 800),)}
    stations = tuple(
        StationDescription(
            path_of(name),
            name,
            name.title(),
            _AREAS.get(name, "baking"),
            "line-1",
            title,
            tuple(make.signals[name]),
            faults.get(name, ()),
        )
        for name, title in _TITLES.items()
    )
    ordered = tuple(_TITLES)
    links = tuple(LinkDescription(path_of(one), path_of(other), None) for one, other in itertools.pairwise(ordered))
    return LineDescription(
        "village-bakery",
        "mill-street",
        Text("Village bakery", "Panadería del pueblo"),
        stations,
        links,
        _presentation(),
        make.used,
        (INSPECTED, BATCHES),
    )


class VillageBakery(FakePort):
    """The village bakery at work: the divider jams now and then, the racks fill, the oven holds its curve."""

    def __init__(self, language: Language = "en", *, running: bool = True, speed: float = 1.0) -> None:
        super().__init__(language, running=running)
        self.description = village_bakery()
        self._speed = speed
        self.tables = {"loaves": inspected(), "batches": batches()}
        self._asked = {"mixer/water_set": 64.0, "oven/cycle": 24.0}
        self.frame = self._make_frame(1)

    @property
    def clock(self) -> Clock:
        """Plant time and pace now."""
        frame = self.frame
        return Clock(frame.time, frame.wall_time, self._speed, self._running, 0.0, START, "plant", "Europe/Madrid")

    def _apply(self, command: Command) -> None:
        if command.name == "write":
            value = self._checked(command)
            self._asked["/".join(command.target.split("/")[-2:])] = value
        elif command.name == "shelve":
            until = self.frame.time + round(float(str(command.arguments["duration_s"])) * 1e6)
            self._alarms[command.target] = replace(self._alarms[command.target], shelving="timed", shelved_until=until)
        else:
            super()._apply(command)

    def _values(self) -> dict[str, float | list[float]]:
        if self.description.plant != "village-bakery":
            return super()._values()
        elapsed = self._seconds
        jammed = ("divider", "jam") in self._faults
        made = elapsed * 1.4
        rates = dict.fromkeys(_TITLES, made)
        states = dict.fromkeys(_TITLES, 1.0)
        if jammed:
            states |= {"divider": 6.0, "mixer": 3.0, "silo": 3.0, "proofer": 2.0, "scorer": 2.0}
        cycle = self._asked["oven/cycle"] * 60.0
        curve = [140.0 + 130.0 * math.sin(math.pi * (place + 1.5) / (ZONES + 2)) for place in range(ZONES)]
        shown = {f"{name}/state": state for name, state in states.items()}
        shown |= {f"{name}/count": float(int(count)) for name, count in rates.items()}
        wave = math.sin(elapsed / 300.0)
        return {
            **shown,
            **self._asked,
            "silo/level": 8200.0 - (elapsed * 0.7) % 8000.0,
            "mixer/load": 100.0 + 60.0 * math.sin(elapsed / 90.0),
            "mixer/water": self._asked["mixer/water_set"] + 0.8 * wave,
            "divider/rate": 0.0 if jammed else 84.0 + 2.0 * wave,
            "proofer/temperature": 32.5 + 0.6 * wave,
            "proofer/humidity": 78.0 + 3.0 * wave,
            "racks/stored": 1300.0 + 500.0 * wave,
            "racks/autonomy": 18.0 + 7.0 * wave,
            "oven/crown": max(curve) + 2.5 * wave,
            "cooler/exit": 38.0 + wave,
            "inspection/first": made * 0.93,
            "inspection/second": made * 0.045,
            "inspection/scrap": made * 0.025,
            "packer/pallets": float(int(made / 40.0)),
            "oven/set": curve,
            "oven/measured": [each + 5.0 * math.sin(place * 1.7 + elapsed / 200.0) for place, each in enumerate(curve)],
            "oven/minutes": [cycle / 60.0 * (place + 0.5) / ZONES for place in range(ZONES)],
            "oven/rows": [
                float(((place - elapsed / cycle * ROWS) % 6.0) > 1.6 and ((place - elapsed / cycle * ROWS) % 47) > 6)
                for place in range(ROWS)
            ],
            "proofer/rows": [float((place - elapsed / 60.0) % 4.0 > 1.0) for place in range(24)],
        }

    def key_figures(self) -> list[KeyFigure]:
        """Four KPIs, one not defined."""
        nothing = Text("no order was finished yet", "todavía no se ha terminado ninguna orden")
        wave = math.sin(self._seconds / 500.0)
        return [
            KeyFigure("oee", Text("OEE", "OEE"), "%", 81.3 + wave, "", "availability × effectiveness × quality", "ISO"),
            KeyFigure("first", Text("First quality", "Primera calidad"), "%", 93.0, "", "first / all", "house rule"),
            KeyFigure("energy", Text("Energy", "Energía"), "kWh/t", 648.0, "", "energy / mass", "house rule"),
            KeyFigure(
                "orders", Text("Orders in time", "Pedidos a tiempo"), "%", None, "", "sum", "house rule", nothing
            ),
            KeyFigure(
                "availability",
                Text("Availability", "Disponibilidad"),
                "%",
                91.2,
                path_of("divider"),
                "run / plan",
                "ISO",
            ),
        ]

    async def key_figures_of(self, span: str, start: int, end: int, station: str = "") -> list[WindowFigures]:
        """Two windows, of which the first was worse."""
        middle = (start + end) // 2
        windows = (Window("earlier", start, middle), Window("later", middle, end))
        return [
            WindowFigures(window, tuple(_shift_figure(figure, 0.9 + 0.1 * place) for figure in self.key_figures()))
            for place, window in enumerate(windows)
        ]

    async def losses(self, start: int, end: int) -> list[UnitLosses]:
        """A fifth of the time lost in breakdowns, the rest good."""
        divider = WorkUnit(4, path_of("divider"), Text("Divider", "Divisora"), _nothing, _nothing, 30.0)
        parts = (("breakdown", Text("breakdown", "avería"), 0.2), ("good", Text("good loaves", "panes buenos"), 0.8))
        steps = (
            Loss(name, title, share * (end - start), share * 1000.0, None, share * 900.0)
            for name, title, share in parts
        )
        return [UnitLosses(divider, tuple(steps))]

    def jam(self) -> None:
        """Let the divider jam, as the command to inject the fault would."""
        divider = path_of("divider")
        fault = next(station for station in self.description.stations if station.path == divider).faults[0]
        self._faults.add(("divider", "jam"))
        self._alarms[fault.code] = Alarm(
            fault.code, divider, fault.code, fault.meaning, fault.severity, self.frame.time, None, acknowledged=False
        )
        self._tell("alarm", divider, fault.meaning, fault.severity, fault.code)


def _nothing(_tally: Counted) -> int:
    return 0


def _shift_figure(figure: KeyFigure, share: float) -> Figure:
    """A KPI of a window, as a share of the run's."""
    declaration = KeyFigureDeclaration(
        figure.name, figure.title, Unit(figure.unit, Text(figure.unit, figure.unit)), figure.station,
        figure.formula, figure.source, _nothing, figure.reason or Text("not measured", "no medido"),
    )  # fmt: skip
    return Figure(declaration, None if figure.value is None else share * figure.value)
