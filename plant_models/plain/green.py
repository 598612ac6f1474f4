"""What becomes of one tile before the kiln."""

from typing import NamedTuple

from plant_models.green import SPOILING, GreenModel
from plant_models.physics.compaction import bulk_density, green_thickness
from plant_models.physics.drying import crack_probability, dry
from plant_models.physics.glazing import belt_temperature, belt_time_constant, coat_gain, evaporation_cooling
from plant_models.physics.printing import Drop, drop_volume, nozzle_wear
from plant_models.plain.breakdowns import Breakdowns
from plant_models.plain.powder import Powder
from plant_models.plain.tile import Tile
from plant_models.stations.press_parts import Dirt, dirt_at, lamination_share
from plant_models.tiles import GREEN_SCRAP, PRESS_STEP
from twin.line.streams import Stream
from twin.line.time import HOUR, MINUTE, SECOND, microseconds


class Pressing(NamedTuple):
    """What a stroke meets at the press."""

    order: int
    pressure: float
    """True specific pressure [kgf/cm2]."""
    dirt: Dirt
    restart: tuple[float, float]
    """When the press began again after its last long pause, and how long that was [microseconds]."""


class GreenPhysics:
    """Presses, dries, glazes and prints one tile at a time, by the draws of its press."""

    def __init__(self, model: GreenModel, powder: Powder, powder_faults: Breakdowns, path: str, seed: int) -> None:
        self.model, self.powder, self.powder_faults = model, powder, powder_faults
        self._seed, self._path = seed, path
        self._streams: dict[str, Stream] = {}

    def _draw(self, purpose: str) -> Stream:
        stream = self._streams.get(purpose)
        if stream is None:
            stream = self._streams[purpose] = Stream(self._seed, f"{self._path}/{purpose}")
        return stream

    def press(self, tile: Tile, time: int, stroke: Pressing, faults: Breakdowns) -> None:
        """The tile comes out of the die."""
        p, body, n = self.model.press, self.model.body, tile.number % PRESS_STEP
        impure = self.powder_faults.condition
        moisture, lot, index = self.powder.at(time, impure("moisture"), impure("body_index"))
        density = bulk_density(stroke.pressure, moisture, body.compaction, body.index_density * index)
        density = density + p.stroke_density_sd * self._draw("stroke-density").normal(tile.stroke)
        density = density + p.cavity_density_sd * self._draw("cavity").normal(tile.cavity)
        density = density + faults.condition(f"cavity_{tile.cavity + 1}")
        mass = p.moist_mass * (1.0 + faults.condition("mass"))
        mass = mass * (1.0 + p.mass_sd * self._draw("mass").normal(n))
        thickness = green_thickness(mass, p.die_length_mm * p.die_width_mm / 1e6, density, moisture)
        dirt = dirt_at(stroke.dirt, tile.stroke, p)
        thickness = thickness + dirt + p.cavity_thickness_sd * self._draw("cavity-thickness").normal(tile.cavity)
        thickness = thickness + p.thickness_sd * self._draw("thickness").normal(n)
        gradient = p.gradient + faults.condition("gradient")
        self.powder.use(time, round(mass * 1e6))
        tile.broken_more = faults.condition("broken")
        tile.restart = stroke.restart
        laminated = faults.condition("lamination") + lamination_share(p, stroke.pressure)
        marks = p.marks_per_mm * max(dirt - p.dirt_clean_mm, 0.0)
        tile.write(
            order=stroke.order,
            product=tile.product,
            lot=lot,
            body_index=index,
            press=tile.line,
            stroke=tile.stroke,
            cavity=tile.cavity,
            pressed_at=time,
            pressure=stroke.pressure,
            density=float(density),
            gradient=gradient + p.gradient_sd * self._draw("gradient").normal(n),
            moisture=moisture,
            mass=mass,
            thickness=float(thickness),
            defects=self._spoiled("lamination", n, laminated)
            | self._spoiled("press-chip", n, faults.condition("chip"))
            | self._spoiled("speck", n, impure("specks"))
            | self._spoiled("punch-mark", n, marks),
        )

    def _spoiled(self, purpose: str, n: int, share: float) -> int:
        """The bit of a defect that tile `n` gets with a probability `share`."""
        return int(self._draw(f"{purpose}-defect").uniform(n) < share) << SPOILING[purpose]

    def dry(self, tile: Tile, time: int, hot_air: float, cool_air: float, faults: Breakdowns) -> bool:
        """The tile leaves the dryer; whether it has cracked."""
        d, n, pressed_at = self.model.dryer, tile.number % PRESS_STEP, int(tile["pressed_at"])
        minutes = (time - pressed_at) / MINUTE
        share, speed = d.share_in_hot_air(minutes), 1.0 + faults.condition("drying_speed")
        restarted_at, pause = tile.restart
        hot_air = hot_air + float(d.restart_heat(pressed_at - restarted_at, pause))
        thickness = self.model.format.thickness_mm
        dried = dry(tile["moisture"], minutes, hot_air, cool_air, share, thickness, d.drying, speed)
        residual = float(dried.residual_moisture) + d.residual_sd * self._draw("residual").normal(n)
        rate = float(dried.maximum_rate)
        cracked = self._draw("crack").uniform(n) < crack_probability(rate, d.cracking, tile["gradient"])
        tile.write(
            dried_at=time,
            residual_moisture=max(residual, 0.0),
            dryer_temperature=float(dried.exit_temperature) + faults.condition("tile_temperature"),
            drying_rate=rate,
            defects=int(tile["defects"]) | int(cracked) << 4 | self._spoiled("dryer-chip", n, faults.condition("chip")),
        )
        return bool(cracked)

    def glaze(self, tile: Tile, time: int, belt_s: float, faults: Breakdowns) -> None:
        """The tile gets engobe and glaze."""
        p, n = self.model.glazing, tile.number % PRESS_STEP
        product = self.model.products[tile.product]
        since_check = time % microseconds(60.0 * p.check_every_min)
        risen = p.density_rise_per_h * since_check / HOUR
        glaze_density = p.glaze_density + (risen + faults.condition("density"))
        engobe = product.engobe_g_m2 * (1.0 + faults.condition("engobe"))
        engobe = engobe * float(coat_gain(p.engobe_density + risen, p.engobe_density))
        glaze = product.glaze_g_m2 * (1.0 + faults.condition("glaze"))
        glaze = glaze * float(coat_gain(glaze_density, p.glaze_density))
        drying, thickness = self.model.dryer.drying, self.model.format.thickness_mm
        heat_transfer = p.heat_transfer * (1.0 + faults.condition("cooling"))
        tau = belt_time_constant(tile["density"], drying.heat_capacity, thickness, heat_transfer)
        warm = belt_temperature(tile["dryer_temperature"], belt_s / 60.0, p.ambient, tau)
        per_m2 = drying.mass_per_thickness * thickness
        warm = warm - evaporation_cooling(p.spray_g_m2, per_m2, drying.heat_capacity, drying.latent_heat)
        tile.write(
            glazed_at=time,
            engobe=engobe * (1.0 + p.coat_sd * self._draw("engobe").normal(n)),
            glaze=glaze * (1.0 + p.coat_sd * self._draw("glaze").normal(n)),
            glaze_density=glaze_density,
            print_temperature=float(warm) + p.temperature_sd * self._draw("print-temperature").normal(n),
            defects=int(tile["defects"])
            | self._spoiled("glazing-chip", n, faults.condition("chip"))
            | self._spoiled("bare", n, faults.condition("bare"))
            | self._spoiled("edge", n, faults.condition("edge"))
            | self._spoiled("glazing-speck", n, faults.condition("specks")),
        )

    def reject(self, tile: Tile, cracked: bool, broken_more: float) -> bool:
        """Whether the rejecter will take the tile out; it is written down as soon as it is sure."""
        n = tile.number % PRESS_STEP
        share = self.model.press.broken_share + (tile.broken_more + broken_more)
        broken = self._draw("broken").uniform(n) < share
        found = cracked and self._draw("crack-found").uniform(n) < self.model.dryer.cracked_found_share
        rejected = broken or found or tile["print_temperature"] > self.model.glazing.reject_above
        tile.write(grade=GREEN_SCRAP if rejected else 0)
        return rejected

    def print(self, tile: Tile, time: int, head_temperature: float, faults: Breakdowns) -> None:
        """The tile takes its design."""
        p, n = self.model.printer, tile.number % PRESS_STEP
        drop = Drop(p.head_temperature, p.drop_per_degree, p.head_voltage, p.drop_per_volt)
        volume = drop_volume(1.0, head_temperature, p.head_voltage + faults.condition("head_voltage"), drop)
        ink = self.model.products[tile.product].ink_g_m2 * (float(volume) + faults.condition("ink"))
        ink = ink * (1.0 + p.ink_sd * self._draw("ink").normal(tile.number % PRESS_STEP))
        lines = int(faults.condition("nozzles_out") >= 1.0) << 8
        chips = self._spoiled("printing-chip", n, faults.condition("chip"))
        tile.write(printed_at=time, ink=ink, defects=int(tile["defects"]) | lines | chips)

    def nozzle_wear(self, tile: Tile) -> int:
        """What the tile adds to the wear of the printheads [microseconds]."""
        p = self.model.press
        usual = SECOND * 60.0 / p.strokes_per_minute / p.cavities
        return round(float(usual * nozzle_wear(tile["print_temperature"], self.model.printer.nozzles)))
