"""A bakery as plain data: what a gateway is told of a plant that has nothing to do with tiles."""

from dataclasses import replace

from tests.support.fake_results import LOAF
from twin.line.description import (
    AlarmDescription,
    AxisDescription,
    FaultDescription,
    LineDescription,
    LinkDescription,
    SignalDescription,
    StationDescription,
)
from twin.line.presentation import Cells, Fill, Flow, Presentation, Shape, StationPicture
from twin.line.signal import Kind, ValueType
from twin.line.text import Text
from twin.line.units import CELSIUS, KILOGRAM, METRE, PERCENT, Unit
from twin.line.views import CurveView, ShareView, TrendView
from twin.line.work_orders import Material

LOAVES = Unit("loaves", Text("loaves", "panes"))
STATES = (Text("Stopped", "Parada"), Text("Running", "En marcha"), Text("Aborted", "Averiada"))
OVEN_POINTS = (0.5, 1.5, 2.5, 3.5, 4.5)
_ROOT = "bakery/corner"


class _Places:
    """Hands out the places of the frame in the order of declaration."""

    def __init__(self) -> None:
        self.used = 0

    def signal(
        self,
        station: str,
        name: str,
        kind: Kind,
        value_type: ValueType,
        meaning: Text,
        *,
        unit: Unit | None = None,
        low: float | None = None,
        high: float | None = None,
        states: tuple[Text, ...] = (),
        axis: AxisDescription | None = None,
        period: float = 0.0,
        main: bool = False,
    ) -> SignalDescription:
        length = 1 if axis is None else len(axis.points)
        index, self.used = self.used, self.used + length
        return SignalDescription(
            f"{station}/{name}",
            name,
            index,
            length,
            kind,
            value_type,
            unit,
            low,
            high,
            meaning,
            states,
            axis,
            period,
            main,
        )


def _mixer(places: _Places) -> StationDescription:
    path = f"{_ROOT}/dough/line-1/mixer"
    signals = (
        places.signal(
            path, "state", Kind.STATE, ValueType.ENUMERATION, Text("State", "Estado"), states=STATES, main=True
        ),
        places.signal(
            path,
            "load",
            Kind.MEASUREMENT,
            ValueType.FLOAT,
            Text("Dough in the bowl", "Masa en la artesa"),
            unit=KILOGRAM,
            low=0.0,
            high=200.0,
            period=1.0,
            main=True,
        ),
        places.signal(
            path, "batches", Kind.COUNTER, ValueType.INTEGER, Text("Batches mixed", "Amasadas"), low=0.0, high=1e12
        ),
        places.signal(path, "lid_closed", Kind.STATE, ValueType.BOOLEAN, Text("Lid closed", "Tapa cerrada")),
        places.signal(path, "recipe", Kind.STATE, ValueType.TEXT, Text("Recipe in work", "Receta en curso")),
    )
    faults = (FaultDescription("belt_slip", "MIX-100", Text("Drive belt slips", "Patina la correa"), 500),)
    return StationDescription(path, "mixer", "Mixer", "dough", "line-1", Text("Mixer", "Amasadora"), signals, faults)


def _oven(places: _Places) -> StationDescription:
    path = f"{_ROOT}/baking/line-1/oven"
    axis = AxisDescription("position", METRE, Text("Distance from the door", "Distancia a la puerta"), OVEN_POINTS)
    signals = (
        places.signal(
            path,
            "temperature",
            Kind.MEASUREMENT,
            ValueType.FLOAT,
            Text("Air temperature", "Temperatura del aire"),
            unit=CELSIUS,
            low=0.0,
            high=350.0,
            period=1.0,
            main=True,
        ),
        places.signal(
            path,
            "temperature_set",
            Kind.SET_POINT,
            ValueType.FLOAT,
            Text("Set temperature", "Temperatura de consigna"),
            unit=CELSIUS,
            low=100.0,
            high=300.0,
        ),
        places.signal(
            path,
            "temperature_profile",
            Kind.PROFILE,
            ValueType.FLOAT,
            Text("Along the band", "A lo largo de la cinta"),
            unit=CELSIUS,
            low=0.0,
            high=350.0,
            axis=axis,
            period=1.0,
        ),
        places.signal(
            path,
            "set_profile",
            Kind.PROFILE,
            ValueType.FLOAT,
            Text("Asked along the band", "Consigna en la cinta"),
            unit=CELSIUS,
            low=0.0,
            high=350.0,
            axis=axis,
        ),
        places.signal(
            path,
            "loaves",
            Kind.COUNTER,
            ValueType.INTEGER,
            Text("Loaves baked", "Panes cocidos"),
            unit=LOAVES,
            low=0.0,
            high=1e12,
            main=True,
        ),
        places.signal(
            path,
            "burnt",
            Kind.COUNTER,
            ValueType.INTEGER,
            Text("Loaves burnt", "Panes quemados"),
            unit=LOAVES,
            low=0.0,
            high=1e12,
        ),
        places.signal(
            path,
            "fuel",
            Kind.COUNTER,
            ValueType.FLOAT,
            Text("Wood burnt", "Leña quemada"),
            unit=KILOGRAM,
            low=0.0,
            high=1e12,
        ),
        places.signal(
            path,
            "humidity",
            Kind.STATE,
            ValueType.FLOAT,
            Text("Steam in the chamber", "Vapor en la cámara"),
            unit=PERCENT,
            low=0.0,
            high=100.0,
        ),
    )
    faults = (FaultDescription("broken_thermocouple", "OVN-200", Text("Thermocouple broken", "Termopar roto"), 700),)
    return StationDescription(path, "oven", "Oven", "baking", "line-1", Text("Oven", "Horno"), signals, faults)


def _presentation() -> Presentation:
    body = Shape(form="rectangle", points=((0.0, 0.0), (10.0, 6.0)))
    return Presentation(
        width=40.0,
        height=20.0,
        stations=(
            StationPicture(
                station="mixer",
                at=(2.0, 6.0),
                size=(10.0, 6.0),
                shapes=(body,),
                figures=("mixer/load",),
                beats="mixer/batches",
                fills=(Fill(signal="mixer/load", low=(1.0, 5.0), high=(2.0, 1.0)),),
            ),
            StationPicture(
                station="oven",
                at=(20.0, 6.0),
                size=(10.0, 6.0),
                shapes=(body,),
                figures=("oven/temperature", "oven/loaves"),
                cells=(Cells(signal="oven/temperature_profile", low=(1.0, 1.0), high=(9.0, 2.0), scale="heat"),),
            ),
        ),
        flows=(Flow(points=((12.0, 9.0), (20.0, 9.0)), counter="mixer/batches"),),
        views=(
            CurveView(
                name="baking",
                title=Text("Baking curve", "Curva de horneado"),
                lines=("oven/set_profile", "oven/temperature_profile"),
            ),
            TrendView(name="heat", title=Text("Heat", "Calor"), lines=("oven/temperature", "oven/temperature_set")),
            ShareView(name="quality", title=Text("Quality", "Calidad"), parts=("oven/loaves", "oven/burnt")),
        ),
        headline=("oven/loaves", "oven/temperature"),
    )


def bakery() -> LineDescription:
    """A mixer and an oven with every kind of signal."""
    places = _Places()
    mixer, oven = _mixer(places), _oven(places)
    return LineDescription(
        plant="bakery",
        site="corner",
        title=Text("Corner bakery", "Panadería de la esquina"),
        stations=(mixer, oven),
        links=(LinkDescription(mixer.path, oven.path, 4),),
        presentation=_presentation(),
        frame_length=places.used,
        results=(LOAF,),
    )


def whole_bakery() -> LineDescription:
    """The same with all that a line can have: it takes jobs, and its oven raises an alarm."""
    line = bakery()
    mixer, oven = line.stations
    baguettes = Material("baguette", Text("Baguettes", "Barras"), LOAVES, 0.0, 1000.0)
    too_hot = AlarmDescription("too_hot", "OVN-100", Text("Oven too hot", "Horno demasiado caliente"), 700)
    return replace(line, stations=(mixer, replace(oven, alarms=(too_hot,))), materials=(baguettes,))
