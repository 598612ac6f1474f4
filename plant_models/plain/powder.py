"""The powder as a press meets it, minute by minute and lot by lot."""

import simpy

from plant_models.physics.spray_drying import silo_outlet
from plant_models.stations.powder import MILLIGRAMS_PER_TONNE, PowderParameters
from twin.line.streams import Stream, first_order_memory
from twin.line.time import HOUR, MINUTE
from twin.run.engine import METER_PERIOD


class Powder:
    """Moisture that wanders within a lot, and lots that differ."""

    def __init__(
        self, env: simpy.Environment, path: str, p: PowderParameters, seed: int, begin: int, least_mg: int
    ) -> None:
        """Begin the first lot at plant instant `begin`, a whole minute, which may lie before the run.

        Silos with less than `least_mg` [mg] give none.
        """
        self.env, self.p, self._begin, self._least_mg = env, p, begin, least_mg
        self._lot_moisture, self._lot_index = Stream(seed, f"{path}/lot-moisture"), Stream(seed, f"{path}/lot-index")
        self._lot_interval, self._shocks = Stream(seed, f"{path}/lot-interval"), Stream(seed, f"{path}/moisture")
        self._keep, renew = first_order_memory(1.0, p.moisture_memory_min)
        self._size = p.moisture_sd * renew
        self._wander: list[float] = []
        self._arrivals = [begin]
        self.used_mg = 0
        self._filled_mg, self._empty = round(p.silo_t * p.opening_share * MILLIGRAMS_PER_TONNE), False
        start = int(env.now)
        self._looked_at, self._lot_inside = start // METER_PERIOD * METER_PERIOD, self._lot_at(start)
        self._segregated = False

    def use(self, time: int, milligrams: int) -> None:
        """A tile takes powder."""
        self._look(time)
        self.used_mg += milligrams

    def is_empty(self, time: int) -> bool:
        """Whether the silos give no powder."""
        self._look(time)
        return self._empty

    def _look(self, time: int) -> None:
        """Look at the silos whenever meters are read, up to `time`; a lot that has arrived fills them."""
        while self._looked_at + METER_PERIOD <= time:
            self._looked_at += METER_PERIOD
            lot = self._lot_at(self._looked_at)
            held_mg = self._filled_mg - self.used_mg
            if lot > self._lot_inside:
                self._lot_inside = lot
                amount = max(0, round(self.p.silo_t * MILLIGRAMS_PER_TONNE) - held_mg)
                self._filled_mg += amount
                held_mg += amount
            self._empty = held_mg < self._least_mg
            level = 100.0 * held_mg / (self.p.silo_t * MILLIGRAMS_PER_TONNE)
            self._segregated = level < self.p.segregation.level_pct

    def _lot_at(self, time: int) -> int:
        shortest, longest = self.p.lot_hours
        while self._arrivals[-1] <= time:
            hours = shortest + (longest - shortest) * self._lot_interval.uniform(len(self._arrivals))
            self._arrivals.append(self._arrivals[-1] + round(hours * HOUR))
        return max(number for number, arrival in enumerate(self._arrivals) if arrival <= time)

    def _wander_at(self, time: int) -> float:
        minutes = (time - self._begin) / MINUTE
        minute = int(minutes)
        while len(self._wander) < minute + 2:
            before = self._wander[-1] if self._wander else 0.0
            self._wander.append(self._keep * before + self._size * self._shocks.normal(len(self._wander)))
        first, second = self._wander[minute : minute + 2]
        return first + (second - first) * (minutes - minute)

    def at(self, time: int, wetter: float, index_higher: float) -> tuple[float, int, float]:
        """(moisture [% dry], lot, body index) at plant instant `time`, with what failures add."""
        self._look(time)
        lot, wander = self._lot_at(time), self._wander_at(time)
        if self._segregated:
            wander = self.p.segregation.moisture_factor * wander
        mixed = self._from_silo(self._lot_moisture, self.p.lot_moisture_sd, lot, time)
        index = self._from_silo(self._lot_index, self.p.body_index_sd, lot, time)
        return self.p.moisture + wetter + mixed + wander, lot, index + index_higher

    def _from_silo(self, draws: Stream, sd: float, lot: int, time: int) -> float:
        """What leaves the silos: every lot in its turn is mixed with what was there before."""
        mixed = sd * draws.normal(0)
        for number in range(lot + 1):
            until = time if number == lot else self._arrivals[number + 1]
            age_h = (until - self._arrivals[number]) / HOUR
            mixed = float(silo_outlet(sd * draws.normal(number), mixed, age_h, self.p.mixing_h))
        return mixed
