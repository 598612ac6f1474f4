"""A planner's balance in words, in English or Spanish."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from plant_models.balance import ABSORPTION_LIMITS, Balance, KilnBalance, PressBalance, warnings_of
from plant_models.line import TileLine
from plant_models.orders import Order
from plant_models.stations.kiln import Kiln
from twin.line.text import Language, Text
from twin.line.time import to_datetime

LABEL_WIDTH = 13
DECIMALS = {"length": 1, "width": 1, "feed": 0, "spare": 0, "store": 1, "soak": 1, "cooling": 0, "exit": 0}
"""Digits behind the point of what is warned of, where they are not two."""
WORDS: dict[str, Text] = {
    "scenario": Text("scenario", "escenario"),
    "curve": Text("curve", "curva"),
    "orders": Text("orders", "pedidos"),
    "press": Text("press", "prensa"),
    "kiln": Text("kiln", "horno"),
    "bottleneck": Text("bottleneck", "cuello"),
    "store": Text("store", "parque"),
    "size": Text("fired size", "tamaño"),
    "thickness": Text("thickness", "espesor"),
    "peak": Text("firing", "cocción"),
    "absorption": Text("absorption", "absorción"),
    "energy": Text("energy", "energía"),
    "warning": Text("warning", "aviso"),
}
SENTENCES: dict[str, Text] = {
    "curve": Text("{file}, {points} points", "{file}, {points} puntos"),
    "orders": Text(
        "{file}: {count} orders, {area} m2, {days} days of kiln; due from {first} to {last}",
        "{file}: {count} pedidos, {area} m2, {days} días de horno; entregas del {first} al {last}",
    ),
    "press": Text(
        "{name}: {rate} tiles/min x {cadence} cadence x {manned} manned x {available} available"
        " x {changes} changeovers x {green} green yield = {area} m2/day",
        "{name}: {rate} piezas/min x {cadence} cadencia x {manned} turnos x {available} disponibilidad"
        " x {changes} cambios x {green} rendimiento en crudo = {area} m2/día",
    ),
    "kiln": Text(
        "{name}: {tiles} tiles inside in {cycle} min = {rate} tiles/min = {full} m2/day full,"
        " {expected} m2/day after stops and gaps",
        "{name}: {tiles} piezas dentro en {cycle} min = {rate} piezas/min = {full} m2/día lleno,"
        " {expected} m2/día tras paros y huecos",
    ),
    "bottleneck_kiln": Text(
        "the kilns, {kiln} m2/day; the presses could make {press} m2/day",
        "los hornos, {kiln} m2/día; las prensas podrían hacer {press} m2/día",
    ),
    "bottleneck_press": Text(
        "the presses, {press} m2/day; the kilns could take {kiln} m2/day",
        "las prensas, {press} m2/día; los hornos podrían cocer {kiln} m2/día",
    ),
    "store": Text(
        "{area} m2 = {hours} h of kiln; the presses rest at most {closed} h",
        "{area} m2 = {hours} h de horno; las prensas paran como mucho {closed} h",
    ),
    "size": Text(
        "{length} x {width} mm (nominal {nominal_length} x {nominal_width});"
        " dies of {die_length} x {die_width} mm would give the nominal, the plant has {has_length} x {has_width}",
        "{length} x {width} mm (nominal {nominal_length} x {nominal_width});"
        " moldes de {die_length} x {die_width} mm darían el nominal, la planta tiene {has_length} x {has_width}",
    ),
    "thickness": Text("{value} mm (nominal {nominal}), {mass} kg/m2", "{value} mm (nominal {nominal}), {mass} kg/m2"),
    "peak": Text(
        "the tile reaches {peak} degC, stays {soak} min near it and leaves with {exit} degC; green density {density}"
        " g/cm3",
        "la pieza alcanza {peak} °C, pasa {soak} min cerca de ella y sale a {exit} °C; densidad en crudo {density}"
        " g/cm3",
    ),
    "absorption": Text("{value} % (group {group}: {limits})", "{value} % (grupo {group}: {limits})"),
    "at_most": Text("at most {high} %", "como máximo {high} %"),
    "above": Text("above {low} %", "más de {low} %"),
    "between": Text("{low} to {high} %", "de {low} a {high} %"),
    "energy": Text(
        "kiln {kiln} kWh/t at {load} t/h; dryers {dryer} kWh/t of dry tile (gas, lower heating value)",
        "horno {kiln} kWh/t a {load} t/h; secaderos {dryer} kWh/t de pieza seca (gas, PCI)",
    ),
    "warn_length": Text(
        "fired length {value} mm is {off} mm off {limit}: change die_length_mm, the curve or the pressure",
        "la longitud cocida {value} mm se aparta {off} mm de {limit}: cambie die_length_mm, la curva o la presión",
    ),
    "warn_width": Text(
        "fired width {value} mm is {off} mm off {limit}: change die_width_mm, the curve or the pressure",
        "la anchura cocida {value} mm se aparta {off} mm de {limit}: cambie die_width_mm, la curva o la presión",
    ),
    "warn_thickness": Text(
        "fired thickness {value} mm is {off} mm off {limit}: change moist_mass",
        "el espesor cocido {value} mm se aparta {off} mm de {limit}: cambie moist_mass",
    ),
    "warn_absorption": Text(
        "water absorption {value} % is outside the group's limit of {limit} %: change the peak of the curve",
        "la absorción de agua {value} % está fuera del límite del grupo, {limit} %: cambie la cima de la curva",
    ),
    "warn_feed": Text(
        "the kilns cannot be fed: {value} m2/day from the presses, {limit} m2/day wanted;"
        " more hours, strokes or cavities are needed",
        "los hornos no se pueden alimentar: {value} m2/día de las prensas, {limit} m2/día necesarios;"
        " faltan horas, prensadas o alveolos",
    ),
    "warn_spare": Text(
        "the presses can make {value} m2/day, far more than the {limit} m2/day that the kilns take: they will stand"
        " blocked; fewer hours, strokes or cavities will do",
        "las prensas pueden hacer {value} m2/día, mucho más que los {limit} m2/día de los hornos: estarán bloqueadas;"
        " bastan menos horas, prensadas o alveolos",
    ),
    "warn_soak": Text(
        "the tile stays {value} min near its peak, the limit is {limit} min: the body's coefficients hold for about 5;"
        " change the length of the hottest part of the curve, or the cycle",
        "la pieza pasa {value} min cerca de la máxima, el límite es {limit} min: los coeficientes de la pasta valen"
        " para unos 5; cambie la longitud de la parte más caliente de la curva o el ciclo",
    ),
    "warn_cooling": Text(
        "the tile passes 573 degC at {value} degC/min on cooling, the limit is {limit}: change the slow cooling of the"
        " curve, or the cycle",
        "la pieza cruza 573 °C a {value} °C/min al enfriar, el límite es {limit}: cambie el enfriamiento lento de la"
        " curva o el ciclo",
    ),
    "warn_exit": Text(
        "the tile leaves the kiln with {value} degC, the limit is {limit}: change the end of the curve",
        "la pieza sale del horno a {value} °C, el límite es {limit}: cambie el final de la curva",
    ),
    "warn_store": Text(
        "the store cannot bridge the closed hours: it feeds the kilns {value} h, the presses rest {limit} h",
        "el parque no cubre las horas sin turno: alimenta los hornos {value} h, las prensas paran {limit} h",
    ),
    "no_warnings": Text("nothing to warn of", "sin avisos"),
}


def number(value: float, decimals: int, language: Language) -> str:
    """A number as people write it: 7,557.0 in English, 7.557,0 in Spanish.

    >>> number(7557.04, 1, "en"), number(7557.04, 1, "es")
    ('7,557.0', '7.557,0')
    """
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "es" else text


class BalanceReport:
    """Words the balance of one plant."""

    def __init__(self, line: TileLine, found: Balance, language: Language) -> None:
        self._line, self._found = line, found
        self._language: Language = language

    def _say(self, key: str, **parts: object) -> str:
        return SENTENCES[key].in_language(self._language).format(**parts)

    def _number(self, value: float, decimals: int = 0) -> str:
        return number(value, decimals, self._language)

    def row(self, label: str, sentence: str) -> str:
        """A line of the report."""
        return f"  {WORDS[label].in_language(self._language):<{LABEL_WIDTH}}{sentence}"

    def rows(self) -> Iterator[str]:
        """The balance, press to energy."""
        found = self._found
        for press in found.presses:
            yield self.row("press", self._press(press))
        for kiln, part in zip(found.kilns, self._line.firing, strict=True):
            yield self.row("kiln", self._kiln(kiln, part.kiln.parameters.cycle_min))
        press_area, kiln_area = self._number(found.press_m2_day), self._number(found.kiln_m2_day)
        sentence = self._say(f"bottleneck_{found.bottleneck}", press=press_area, kiln=kiln_area)
        yield self.row("bottleneck", sentence)
        stored = self._say(
            "store",
            area=self._number(found.store_m2),
            hours=self._number(found.store_hours, 1),
            closed=self._number(found.closed_hours, 1),
        )
        yield self.row("store", stored)
        for kiln, part in zip(found.kilns, self._line.firing, strict=True):
            yield from self._tile(kiln, part.kiln)
        for kiln in found.kilns:
            energy = self._say(
                "energy",
                kiln=self._number(kiln.gas_kwh_t),
                load=self._number(kiln.load_t_h, 2),
                dryer=self._number(found.dryer_kwh_t),
            )
            yield self.row("energy", energy)

    def _press(self, press: PressBalance) -> str:
        return self._say(
            "press",
            name=press.name,
            rate=self._number(press.tiles_per_minute, 1),
            cadence=self._number(press.cadence_share, 2),
            manned=self._number(press.manned_share, 3),
            available=self._number(press.availability, 3),
            changes=self._number(press.changeover_share, 3),
            green=self._number(press.green_yield, 3),
            area=self._number(press.m2_day),
        )

    def _kiln(self, kiln: KilnBalance, cycle: float) -> str:
        return self._say(
            "kiln",
            name=kiln.name,
            tiles=self._number(kiln.tiles),
            cycle=self._number(cycle, 1),
            rate=self._number(kiln.tiles_per_minute, 1),
            full=self._number(kiln.nominal_m2_day),
            expected=self._number(kiln.expected_m2_day),
        )

    def _tile(self, kiln: KilnBalance, station: Kiln) -> Iterator[str]:
        plant = self._line.definition
        press, nominal = plant.forming[0].press, plant.format
        size = self._say(
            "size",
            length=self._number(kiln.length, 1),
            width=self._number(kiln.width, 1),
            nominal_length=self._number(nominal.length_mm),
            nominal_width=self._number(nominal.width_mm),
            die_length=self._number(kiln.die_length, 1),
            die_width=self._number(kiln.die_width, 1),
            has_length=self._number(press.die_length_mm, 1),
            has_width=self._number(press.die_width_mm, 1),
        )
        yield self.row("size", size)
        thickness = self._say(
            "thickness",
            value=self._number(kiln.thickness, 2),
            nominal=self._number(nominal.thickness_mm, 1),
            mass=self._number(self._found.mass_kg_m2, 1),
        )
        yield self.row("thickness", thickness)
        density = self._number(self._found.density, 3)
        peak, soak = self._number(kiln.peak), self._number(station.nominal_soak, 1)
        leaves = self._number(station.nominal_exit)
        yield self.row("peak", self._say("peak", peak=peak, soak=soak, exit=leaves, density=density))
        absorption = self._say(
            "absorption",
            value=self._number(kiln.water_absorption, 2),
            group=plant.body.group,
            limits=self._limits(*ABSORPTION_LIMITS[plant.body.group]),
        )
        yield self.row("absorption", absorption)

    def _limits(self, low: float, high: float) -> str:
        key = "at_most" if low == 0.0 else "above" if high == 100.0 else "between"
        return self._say(key, low=self._number(low, 1), high=self._number(high, 1))

    def curve(self, file: str, points: int) -> str:
        """The curve that was laid over the plant."""
        return self.row("curve", self._say("curve", file=file, points=points))

    def orders(self, file: str, orders: Sequence[Order]) -> str:
        """What an order book asks for."""
        area = sum(order.quantity_m2 for order in orders)
        kiln_area = self._found.kiln_m2_day * self._line.definition.orders.planned_yield
        dues = [order.due for order in orders]
        sentence = self._say(
            "orders",
            file=file,
            count=len(orders),
            area=self._number(area),
            days=self._number(area / kiln_area, 1),
            first=self._day(min(dues)),
            last=self._day(max(dues)),
        )
        return self.row("orders", sentence)

    def _day(self, instant: int) -> str:
        local: datetime = to_datetime(instant).astimezone(self._line.definition.zone)
        return local.date().isoformat()

    def warnings(self) -> Iterator[str]:
        """What should be changed before the plant runs."""
        for kind, value, limit in warnings_of(self._line, self._found):
            decimals = DECIMALS.get(kind, 2)
            yield self._say(
                f"warn_{kind}",
                value=self._number(value, decimals),
                limit=self._number(limit, 0 if decimals == 0 else 1),
                off=self._number(abs(value - limit), 2),
            )

    @property
    def no_warnings(self) -> str:
        """What is said when there is nothing to warn of."""
        return self._say("no_warnings")
