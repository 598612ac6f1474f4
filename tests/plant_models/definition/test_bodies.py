"""The shipped bodies press as the process sheet says (section 2.2), red floor tile among them."""

import math
from dataclasses import dataclass

import pytest

from plant_models.definition.body import Body
from plant_models.definition.load import read_tables, shipped
from plant_models.physics.compaction import bulk_density, drying_shrinkage, green_strength, springback
from plant_models.physics.firing import die_for_size, fired_size
from twin.line.validation import validated


@dataclass(frozen=True)
class Reference:
    """What the sheet says of a body at its reference pressure [kgf/cm2]."""

    name: str
    pressure: float
    density: float
    per_moisture: float
    per_log_pressure: float


REFERENCES = (
    Reference("porcelain", 400.0, 1.950, 0.0200, 0.118),
    Reference("red-floor", 280.0, 2.060, 0.0215, 0.118),
    Reference("porous-wall", 250.0, 1.920, 0.0219, 0.116),
)


def body(name: str) -> Body:
    path = shipped("bodies")[name]
    return validated(Body, read_tables(path), str(path))


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_a_body_has_its_reference_density_and_sensitivities(reference: Reference) -> None:
    pressed, wet = body(reference.name), body(reference.name).reference_moisture
    density = float(bulk_density(reference.pressure, wet, pressed.compaction))
    assert density == pytest.approx(reference.density, abs=0.001)
    wetter = float(bulk_density(reference.pressure, wet + 1.0, pressed.compaction))
    harder = float(bulk_density(reference.pressure * math.exp(0.01), wet, pressed.compaction))
    assert wetter - density == pytest.approx(reference.per_moisture, abs=0.0005)
    assert (harder - density) / 0.01 == pytest.approx(reference.per_log_pressure, abs=0.001)
    assert density == pytest.approx(pressed.firing.reference_density, abs=0.001)


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_a_pressed_tile_can_be_carried(reference: Reference) -> None:
    pressed = body(reference.name)
    strength = float(green_strength(reference.density, pressed.reference_moisture, pressed.green_strength))
    assert 0.5 <= strength <= 1.0


def test_a_red_floor_tile_of_450_mm_needs_a_die_of_473_mm_and_follows_the_kiln_more_than_porcelain() -> None:
    red = body("red-floor")
    density = float(bulk_density(280.0, 5.5, red.compaction))
    recovery, dried = float(springback(280.0, 5.5, red.springback)), float(drying_shrinkage(5.5, red.drying_shrinkage))
    shrinkage = float(red.firing.shrinkage(density, red.reference_peak))
    assert shrinkage == pytest.approx(5.3, abs=0.1)
    assert float(red.firing.water_absorption(density, red.reference_peak)) == pytest.approx(2.9, abs=0.1)
    die = float(die_for_size(450.0, recovery, dried, shrinkage))
    assert die == pytest.approx(473.3, abs=0.5)
    hotter = float(red.firing.shrinkage(density, red.reference_peak + 5.0))
    assert float(fired_size(die, recovery, dried, hotter)) - 450.0 == pytest.approx(-1.3, rel=0.15)
