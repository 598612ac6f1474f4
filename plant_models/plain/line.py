"""The whole line as tiles see it: each tile is a process from the press to the pallet."""

from collections.abc import Callable, Sequence

import simpy
from simpy.core import Environment
from simpy.events import URGENT

from plant_models.definition.plant import Plant
from plant_models.definition.product import Changeover, changeover_minutes
from plant_models.fired import FiredModel
from plant_models.green import GreenModel
from plant_models.line import FiringPart, FormingLine
from plant_models.orders import Order
from plant_models.plain.belt import Belt
from plant_models.plain.breakdowns import Breakdowns
from plant_models.plain.fired import FiredPhysics
from plant_models.plain.green import GreenPhysics, Pressing
from plant_models.plain.kiln import PlainKiln
from plant_models.plain.opening import lay_out, open_line
from plant_models.plain.powder import Powder
from plant_models.plain.press import PlainPress
from plant_models.plain.sorter import PlainPalletiser, PlainSorter
from plant_models.plain.store import Loader, PlainStore
from plant_models.plain.tile import Row, Tile
from plant_models.stations.press_parts import Dirt
from plant_models.tiles import PRESS_STEP
from twin.line.station import Process, Station
from twin.line.time import microseconds
from twin.run.engine import METER_PERIOD


class Early(simpy.Event):
    """Happens after a while, before everything else at its instant."""

    def __init__(self, env: Environment, delay: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, URGENT, delay)


class PlainForming:
    """Press, dryer, glazing line and printer of one line."""

    def __init__(self, plain: "PlainLine", number: int, declared: FormingLine) -> None:
        self.plain, self.number, self.declared = plain, number, declared
        env = plain.env
        self.faults = {
            station.name: plain.breakdowns(station)
            for station in (declared.press, declared.dryer, declared.glazing, declared.printer)
        }
        dryer, glazing, printer = declared.dryer, declared.glazing, declared.printer
        self.dryer = Belt(env, dryer.transit(), dryer.headway(), self.faults["dryer"])
        self.glazing = Belt(
            env,
            glazing.transit(),
            glazing.headway(),
            self.faults["glazing"],
            plain.set_up_time(glazing.parameters.changeover_min),
            glazing.capacity_now() * declared.diary.cavities,
        )
        self.printer = Belt(
            env,
            printer.transit(),
            printer.headway(),
            self.faults["printer"],
            plain.set_up_time(printer.parameters.changeover_min),
            printer.capacity_now() * declared.diary.cavities,
        )
        self.loader = Loader(plain.store, number)
        parts = plain.definition.forming[number]
        model = GreenModel(
            plain.definition.body,
            plain.definition.format,
            tuple(plain.definition.products.values()),
            parts.press,
            parts.dryer,
            parts.glazing,
            parts.printer,
        )
        self.physics = GreenPhysics(model, plain.powder, plain.powder_faults, declared.press.path, plain.seed)
        self.cavities = parts.press.cavities
        self.wear = 0
        """What tiles have added to the wear of the printheads since the nozzles were checked [microseconds]."""

    def begin(self) -> None:
        """Let the press work."""
        press = self.declared.press
        self.press = PlainPress(
            self.plain.env,
            press,
            self.faults["press"],
            self.plain.powder,
            self.plain.powder_faults,
            self.plain.declared.book,
            press.calendar,
            self.dryer,
            self._pressed,
        )
        self.plain.env.process(self.check_nozzles())

    def tiles(self, stroke: int, product: int) -> list[Tile]:
        """The new tiles of a stroke."""
        mates: list[Tile] = []
        for cavity in range(self.cavities):
            number = self.number * PRESS_STEP + stroke * self.cavities + cavity
            mates.append(Tile(number, self.number, stroke, cavity, mates, product, self.plain.env.event()))
            self.plain.tiles[number] = mates[-1]
        return mates

    def pressing(self, order: int, dirt: Dirt, restart: tuple[float, float]) -> Pressing:
        """The present conditions at the press."""
        press = self.declared.press
        pressure = press.set_points["specific_pressure_set_point"] * (1.0 + self.faults["press"].condition("pressure"))
        return Pressing(order, pressure, dirt, restart)

    def _pressed(self, press: PlainPress) -> None:
        now, stroke = int(self.plain.env.now), self.pressing(press.order, press.dirt, press.restart)
        for tile in self.tiles(press.stroke, press.product):
            self.physics.press(tile, now, stroke, self.faults["press"])
            self.dryer.take(tile)
            self.plain.env.process(self.from_dryer(tile))

    # The life of a tile.

    def from_dryer(self, tile: Tile, goal: int | None = None) -> Process:
        """From the dryer's entry, or from where it will leave at `goal`."""
        yield from self.dryer.carry(tile, goal, self.glazing)
        rejected = self.coat(tile, int(self.plain.env.now))
        yield from self.from_glazing(tile, rejected)

    def coat(self, tile: Tile, time: int) -> bool:
        """Dry and glaze a tile that leaves the dryer at `time`; whether it will be rejected."""
        dryer, glazing = self.declared.dryer, self.declared.glazing
        warmer = self.faults["dryer"].condition("air_temperature")
        hot_air = dryer.set_points["hot_temperature_set_point"] + warmer
        cool_air = dryer.parameters.cool_temperature + warmer
        cracked = self.physics.dry(tile, time, hot_air, cool_air, self.faults["dryer"])
        belt_s = 60.0 * glazing.parameters.length_m / glazing.set_points["speed_m_min_set_point"]
        self.physics.glaze(tile, time, belt_s, self.faults["glazing"])
        return self.physics.reject(tile, cracked, self.faults["glazing"].condition("broken"))

    def from_glazing(self, tile: Tile, rejected: bool, goal: int | None = None) -> Process:
        """From the glazing line's entry."""
        yield from self.glazing.carry(tile, goal, self.printer)
        if rejected:
            tile.gone = True
            tile.write(left_at=self.plain.env.now)
        yield from self.from_printer(tile)

    def from_printer(self, tile: Tile, goal: int | None = None) -> Process:
        """From the printer's entry."""
        yield from self.printer.carry(tile, goal, self.loader)
        if not tile.gone:
            self.print(tile, int(self.plain.env.now))
            self.wear += self.physics.nozzle_wear(tile)
            yield from self.plain.from_box(tile)

    def check_nozzles(self) -> Process:
        """Whenever meters are read, before anything else happens, let the nozzles fail that have worn out."""
        env, faults = self.plain.env, self.faults["printer"]
        while True:
            yield Early(env, METER_PERIOD - int(env.now) % METER_PERIOD)
            faults.worked += self.wear
            self.wear = 0
            while faults.work_left <= 0:
                faults.strike()

    def print(self, tile: Tile, time: int) -> None:
        """Print a tile that leaves the printer at `time`."""
        printer = self.faults["printer"]
        heads = self.declared.printer.set_points["head_temperature_set_point"] + printer.condition("head_temperature")
        self.physics.print(tile, time, heads, printer)


class PlainFiring:
    """Kiln, sorting line and palletiser of one firing line."""

    def __init__(self, plain: "PlainLine", number: int, declared: FiringPart) -> None:
        self.plain, self.declared = plain, declared
        parts, definition = plain.definition.firing[number], plain.definition
        self.palletiser = PlainPalletiser(parts.palletiser, plain.breakdowns(declared.palletiser))
        self.sorter = PlainSorter(plain.env, declared.sorter, plain.breakdowns(declared.sorter), self.palletiser)
        places: list[Row | None] = [None] * declared.kiln.places
        faults = plain.breakdowns(declared.kiln)
        self.kiln = PlainKiln(plain.env, number, declared.kiln, faults, plain.store, places, self.sorter.inlet)
        products = tuple(definition.products.values())
        presses = tuple(line.press for line in definition.forming)
        model = FiredModel(definition.body, definition.format, products, presses, parts.sorter, definition.quality)
        paths = declared.kiln.path, declared.sorter.path, plain.declared.powder.path
        self.physics = FiredPhysics(model, self.kiln, plain.powder, *paths, plain.seed)


class PlainLine:
    """A plant in which every tile is a process."""

    def __init__(
        self, definition: Plant, seed: int, start: int, opening: str, orders: Sequence[Order] | None = None
    ) -> None:
        """Begin where the engine begins: the opening's tiles are taken as data from a line that it has opened."""
        self.definition, self.seed = definition, seed
        self.env = simpy.Environment(initial_time=start)
        self.tiles: dict[int, Tile] = {}
        self.declared = open_line(definition, seed, start, opening, orders)
        powder = self.declared.powder
        self.powder_faults = self.breakdowns(powder)
        self.powder = Powder(self.env, powder.path, powder.parameters, seed, powder.state.grid_start, powder.least_mg)
        faults = self.breakdowns(self.declared.store)
        kilns = len(definition.firing)
        self.store = PlainStore(self.env, self.declared.store, faults, len(definition.forming), kilns)
        self.forming = [PlainForming(self, number, line) for number, line in enumerate(self.declared.forming)]
        self.firing = [PlainFiring(self, number, part) for number, part in enumerate(self.declared.firing)]
        for line in self.forming:
            line.begin()
        lay_out(self)

    def run(self, until: int) -> None:
        """Let everything before `until` happen."""
        self.env.run(until=until)

    def breakdowns(self, station: Station) -> Breakdowns:
        """The failure modes of a station."""
        return Breakdowns(self.env, station.path, station.parameters, self.seed)

    def set_up_time(self, matrix: Changeover) -> Callable[[int, int], int]:
        """The time that a station with this matrix needs between two products [microseconds]."""
        products = tuple(self.definition.products.values())

        def between(before: int, after: int) -> int:
            return microseconds(60.0 * changeover_minutes(products[before], products[after], matrix))

        return between

    def from_box(self, tile: Tile) -> Process:
        """From the box to the pallet."""
        row: Row = yield tile.called
        yield from self.from_kiln(tile, row)

    def from_kiln(self, tile: Tile, row: Row) -> Process:
        """From the kiln to the pallet."""
        yield row.left
        firing, lane = self.firing[row.kiln], row.tiles.index(tile)
        firing.physics.fire(tile, row, lane)
        yield row.sorted
        firing.physics.judge(tile, row, int(self.env.now))
        firing.palletiser.pack(tile)
