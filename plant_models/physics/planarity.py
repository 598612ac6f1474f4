"""How flat and square a fired tile is: terms of its curvature, its wedge, and the colder sides of the kiln.

Curvature is the height of the centre over the edges [mm]; convex (centre high) is positive.

References:
    [1] Bending of a plate by a strain difference over its thickness: sag grows with L^2 / h.
    [2] Henrique, Wanderlind, De Noni, Mater. Sci. Forum 820: permanent curvature builds between 930 and 1200 degC.
    [3] SACMI: Uniformity of shrinkage over the kiln cross-section. Larger tiles at the cooler outer edges.
    [4] Cantavella et al., Qualicer 2008: after the kiln porcelain first goes concave and then convex; wall tile goes
        concave for up to 60 days.
    [5] Tabriz Tile Group: about 0.18 % of moisture expansion within some 96 h, red bodies about double; a supplier's
        note, so the order only.
    The gains are estimates of this project.
"""

from dataclasses import dataclass

import numpy as np

from plant_models.physics.numeric import Numeric


@dataclass(frozen=True, slots=True)
class FiringCurvature:
    """How a tile bends when its faces are fired at different temperatures [1, 2]."""

    per_degree: float
    """Curvature per degree at the reference side and thickness [mm/K]."""
    reference_side: float
    """Side at which that holds [mm]."""
    reference_thickness: float
    """Thickness at which that holds [mm]."""


@dataclass(frozen=True, slots=True)
class GlazeFit:
    """How a tile bends when body and glaze contract differently [1]."""

    per_mismatch: float
    """Curvature per unit of expansion difference at the reference side and thickness [mm per 1/K]."""
    reference_side: float
    """Side at which that holds [mm]."""
    reference_thickness: float
    """Thickness at which that holds [mm]."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """How a tile goes on changing after the kiln, as its body takes up moisture and stress relaxes [4, 5]."""

    concave: float
    """How much it goes concave in the end, at the reference side and thickness [mm]."""
    concave_days: float
    """Time constant of that [days]."""
    convex: float
    """How much it goes convex in the end [mm]."""
    convex_days: float
    """Time constant of that [days]."""
    reference_side: float
    """Side at which that holds [mm]."""
    reference_thickness: float
    """Thickness at which that holds [mm]."""
    expansion: float
    """Moisture expansion in the end [%]."""
    expansion_hours: float
    """Time constant of that [h]."""


def firing_curvature(
    below_minus_above: Numeric, side_mm: Numeric, thickness_mm: Numeric, c: FiringCurvature
) -> Numeric:
    """Curvature from firing hotter below than above [mm]: the underside shrinks more, which is convex [1, 2].

    below_minus_above: temperature difference [K]; side_mm, thickness_mm: of the fired tile [mm].

    >>> round(float(firing_curvature(1.0, 600.0, 9.5, FiringCurvature(0.05, 450.0, 9.0))), 3)
    0.084
    """
    side = side_mm / c.reference_side
    return c.per_degree * below_minus_above * side * side * (c.reference_thickness / thickness_mm)


def glaze_fit_curvature(
    expansion_mismatch: Numeric, side_mm: Numeric, thickness_mm: Numeric, g: GlazeFit, coat_ratio: Numeric = 1.0
) -> Numeric:
    """Curvature from a body that contracts more than its glaze [mm]; convex [1].

    expansion_mismatch: body minus glaze expansion coefficient [1/K]; side_mm, thickness_mm: of the fired tile [mm];
    coat_ratio: coat relative to its reference grammage [-].

    >>> round(float(glaze_fit_curvature(5e-7, 600.0, 9.5, GlazeFit(6e5, 600.0, 9.5))), 2)
    0.3
    """
    slenderness = (side_mm / g.reference_side) * (g.reference_thickness / thickness_mm)
    return g.per_mismatch * expansion_mismatch * coat_ratio * slenderness * slenderness


def density_curvature(density_gradient: Numeric, per_gradient: float) -> Numeric:
    """Curvature from a density difference between faces or between edge and centre [mm].

    density_gradient [g/cm3]; per_gradient [mm per g/cm3].

    >>> round(float(density_curvature(0.005, 60.0)), 2)
    0.3
    """
    return per_gradient * density_gradient


def pyroplastic_sag(temperature: Numeric, reference: Numeric, per_degree: float) -> Numeric:
    """Sag of a softened tile on the rollers, above its reference temperature [mm].

    temperature: peak of the tile [degC]; reference: where sag begins [degC]; per_degree [mm/K]. The magnitude only:
    its sign depends on the contact with the rollers.

    >>> round(float(pyroplastic_sag(1205.0, 1195.0, 0.02)), 2)
    0.2
    """
    sag: Numeric = per_degree * np.maximum(temperature - reference, 0.0)
    return sag


def side_curvature(difference: Numeric, per_degree: float) -> Numeric:
    """Curvature of a tile whose one side is fired colder than the other, as in the kiln's edge lanes [mm] [3].

    difference: between the sides of a tile, inner minus outer [K]; per_degree [mm/K]; convex, as the larger outer side
    finds no room.

    >>> round(side_curvature(6.0, 0.02), 2)
    0.12
    """
    return per_degree * difference


def delayed_curvature(days: Numeric, side_mm: Numeric, thickness_mm: Numeric, a: Ageing) -> Numeric:
    """What a tile bends after it has left the kiln [mm], convex positive [4].

    days: since then; side_mm, thickness_mm: of the fired tile [mm].

    >>> porcelain = Ageing(0.10, 3.0, 0.16, 20.0, 600.0, 9.5, 0.01, 32.0)
    >>> [round(float(delayed_curvature(days, 600.0, 9.5, porcelain)), 3) for days in (0.0, 5.0, 60.0)]
    [0.0, -0.046, 0.052]
    """
    side = side_mm / a.reference_side
    bent = a.convex * -np.expm1(-days / a.convex_days) - a.concave * -np.expm1(-days / a.concave_days)
    grown: Numeric = bent * side * side * (a.reference_thickness / thickness_mm)
    return grown


def moisture_expansion(hours: Numeric, a: Ageing) -> Numeric:
    """Growth of a tile by moisture after the kiln [%] [5].

    hours: since the kiln [h].

    >>> wall = Ageing(0.3, 15.0, 0.0, 1.0, 316.0, 8.0, 0.18, 32.0)
    >>> round(float(moisture_expansion(96.0, wall)), 2)
    0.17
    """
    grown: Numeric = a.expansion * -np.expm1(-hours / a.expansion_hours)
    return grown


def elastic_sag(differential_strain: Numeric, span_mm: Numeric, thickness_mm: Numeric) -> Numeric:
    """Sag of a free elastic plate whose faces differ in strain [mm]: d_eps L^2 / (8 h), an upper bound [1].

    differential_strain [-]; span_mm: side or diagonal [mm]; thickness_mm [mm].

    >>> round(float(elastic_sag(1e-4, 848.5, 9.5)), 2)
    0.95
    """
    return differential_strain * span_mm * span_mm / (8.0 * thickness_mm)


def edge_temperature(lane_position: Numeric, edge_drop: Numeric, exponent: float) -> Numeric:
    """Temperature at a place across the kiln, relative to the middle [K], at most 0 [3].

    lane_position: 2y/W, -1 at one edge of the tile row, 0 in the middle, 1 at the other; edge_drop: how much colder
    the edge is [K]; exponent: shape of the profile [-], above 0.

    >>> float(edge_temperature(-0.5, 8.0, 2.0))
    -2.0
    """
    temperature: Numeric = -edge_drop * np.power(np.abs(lane_position), exponent)
    return temperature


def lane_temperature(lane: Numeric, lanes: int, edge_drop: Numeric, exponent: float) -> Numeric:
    """Mean of `edge_temperature` over the width of one lane [K]: what a tile of that lane takes [3].

    lane: counted from 0 at one side; lanes: in the row; edge_drop [K]; exponent [-].

    >>> [round(float(lane_temperature(lane, 4, 8.0, 2.0)), 2) for lane in range(4)]
    [-4.67, -0.67, -0.67, -4.67]
    """
    outer = 2.0 * (lane + 1.0) / lanes - 1.0
    inner = 2.0 * lane / lanes - 1.0
    area = _power_area(outer, exponent) - _power_area(inner, exponent)
    return -edge_drop * area * (lanes / 2.0)


def lane_difference(lane: Numeric, lanes: int, edge_drop: Numeric, exponent: float) -> Numeric:
    """Temperature difference between the inner and the outer side of one lane [K], at least 0 [3].

    lane: counted from 0 at one side; lanes: in the row; edge_drop [K]; exponent [-].

    >>> [round(float(lane_difference(lane, 4, 8.0, 2.0)), 2) for lane in range(4)]
    [6.0, 2.0, 2.0, 6.0]
    """
    outer = edge_temperature(2.0 * (lane + 1.0) / lanes - 1.0, edge_drop, exponent)
    inner = edge_temperature(2.0 * lane / lanes - 1.0, edge_drop, exponent)
    difference: Numeric = np.abs(outer - inner)
    return difference


def _power_area(position: Numeric, exponent: float) -> Numeric:
    """Integral of |u|^p from 0 to a position."""
    area: Numeric = position * np.power(np.abs(position), exponent) / (exponent + 1.0)
    return area


def wedge(density_difference: Numeric, die_mm: Numeric, shrinkage_per_density: float) -> Numeric:
    """Difference between opposite sides of a fired tile from uneven filling [mm]; the denser end stays longer.

    density_difference: end to end [g/cm3]; die_mm: side of the cavity [mm]; shrinkage_per_density: of the body,
    negative [% per g/cm3].

    >>> round(float(wedge(0.010, 644.1, -16.1)), 2)
    1.04
    """
    return -shrinkage_per_density * density_difference * die_mm / 100.0
