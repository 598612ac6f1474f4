"""The firing curve: what the air above and below the rollers is set to along the kiln."""

import csv
from pathlib import Path

import numpy as np

from plant_models.physics.numeric import Array
from twin.line.errors import DefinitionError

HEADER = ("position_m", "above_degC", "below_degC")
LOWEST, HIGHEST = 20.0, 1300.0

Point = tuple[float, float, float]


def read_curve(path: Path) -> tuple[Point, ...]:
    """Read a firing curve (`position_m,above_degC,below_degC`); raises DefinitionError naming row and column."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DefinitionError(f"{path}: cannot be read as a firing curve ({error})") from None
    if not rows or tuple(cell.strip() for cell in rows[0]) != HEADER:
        raise DefinitionError(f"{path}, row 1: the header must be {','.join(HEADER)}")
    points = [_point(path, number, row) for number, row in enumerate(rows[1:], start=2) if row]
    return check_curve(tuple(points), str(path))


def _point(path: Path, number: int, row: list[str]) -> Point:
    if len(row) != len(HEADER):
        raise DefinitionError(f"{path}, row {number}: has {len(row)} columns, needs {len(HEADER)}: {','.join(HEADER)}")
    values = []
    for name, cell in zip(HEADER, row, strict=True):
        try:
            values.append(float(cell))
        except ValueError:
            raise DefinitionError(
                f"{path}, row {number}, column {name}: {cell!r} is not a number; write it with a point, such as 12.5"
            ) from None
    return (values[0], values[1], values[2])


def check_curve(points: tuple[Point, ...], source: str) -> tuple[Point, ...]:
    """The curve itself when it can be fired; raises DefinitionError naming the point that cannot."""
    if len(points) < 4:
        raise DefinitionError(f"{source}: a firing curve needs at least 4 points, this one has {len(points)}")
    for number, (position, *air) in enumerate(points, start=1):
        if number > 1 and not position > points[number - 2][0]:
            raise DefinitionError(
                f"{source}, point {number}: position_m is {position:g}, not beyond {points[number - 2][0]:g}: "
                "points must go from the entry to the exit"
            )
        for name, value in zip(HEADER[1:], air, strict=True):
            if not LOWEST <= value <= HIGHEST:
                raise DefinitionError(
                    f"{source}, point {number}: {name} is {value:g}; give it between {LOWEST:g} and {HIGHEST:g}"
                )
    if points[0][0] != 0.0:
        raise DefinitionError(f"{source}, point 1: position_m is {points[0][0]:g}; the curve begins at the entry, 0")
    return points


def zone_set_points(points: tuple[Point, ...], zones: int) -> Array:
    """Set points at the middle of each zone, (2, zones): above, below [degC].

    The curve is stretched to the kiln's length, so that a curve can be shared by kilns of the same shape.
    """
    table = np.array(points)
    places = (np.arange(zones) + 0.5) / zones * table[-1, 0]
    return np.array([np.interp(places, table[:, 0], table[:, column]) for column in (1, 2)])
