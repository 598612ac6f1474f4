"""The symbols of the stations as a plant person draws them, in primitives; the belt runs at one height everywhere."""

from typing import Literal

from twin.line.presentation import Cells, Fill, Shape

Point = tuple[float, float]
Role = Literal["body", "detail", "state", "heat"]

HEIGHT = 90.0
"""Height of the symbols."""
BELT = 60.0
"""Where the tiles travel, from a symbol's top."""


def box(left: float, top: float, right: float, bottom: float, role: Role = "body") -> Shape:
    """A rectangle."""
    return Shape(form="rectangle", points=((left, top), (right, bottom)), role=role)


def line(*points: Point, role: Role = "detail") -> Shape:
    """A line through points."""
    return Shape(form="line", points=points, role=role)


def polygon(*points: Point, role: Role = "body") -> Shape:
    """An area between corners."""
    return Shape(form="polygon", points=points, role=role)


def rollers(left: float, right: float, count: int, y: float) -> tuple[Shape, ...]:
    """Rollers of a belt, evenly spaced."""
    step = (right - left) / count
    middles = [left + (number + 0.5) * step for number in range(count)]
    return tuple(Shape(form="circle", points=((x, y), (x + 3.0, y)), role="detail") for x in middles)


def silo() -> tuple[tuple[Shape, ...], tuple[Fill, ...]]:
    """A silo with its hopper, 80 wide, and how full it is."""
    shapes = (
        polygon((0, 0), (80, 0), (80, 56), (48, 84), (32, 84), (0, 56)),
        line((0, 56), (80, 56)),
        line((8, 64), (8, 90)),
        line((72, 64), (72, 90)),
    )
    return shapes, (Fill(signal="level", low=(4, 54), high=(76, 4)),)


def press() -> tuple[Shape, ...]:
    """A press, 90 wide: crosshead on two columns, punch over the die, table at belt height."""
    return (
        box(0, 0, 90, 22),
        box(5, 22, 17, BELT + 5),
        box(73, 22, 85, BELT + 5),
        box(0, BELT + 5, 90, HEIGHT),
        box(26, 22, 64, 46, "state"),
        box(32, BELT, 58, BELT + 5, "detail"),
    )


def dryer() -> tuple[tuple[Shape, ...], tuple[Fill, ...]]:
    """A vertical dryer, 80 wide and higher than the rest, with its baskets and how many tiles are inside."""
    top = -16.0
    shapes = (
        box(0, top, 80, HEIGHT),
        line((40, top + 8), (40, HEIGHT - 6)),
        *(line((8, y), (72, y)) for y in range(0, 84, 14)),
        box(30, top - 12, 50, top, "detail"),
    )
    return shapes, (Fill(signal="inside", low=(6, 84), high=(74, top + 6)),)


def bell(middle: float) -> tuple[Shape, ...]:
    """A bell with its curtain over the belt."""
    return (
        polygon((middle - 22, 36), (middle + 22, 36), (middle + 12, 16), (middle - 12, 16)),
        line((middle, 4), (middle, 16)),
        line((middle - 20, 36), (middle - 20, BELT - 4)),
        line((middle + 20, 36), (middle + 20, BELT - 4)),
    )


def glazing(width: float) -> tuple[Shape, ...]:
    """A glazing line: water spray, two bells and the rejecter over a long belt."""
    spray, reject = 0.08 * width, 0.92 * width
    return (
        box(0, BELT + 6, width, BELT + 16),
        *rollers(0, width, 18, BELT + 11),
        *(line((x, BELT + 16), (x, HEIGHT)) for x in (0.1 * width, 0.5 * width, 0.9 * width)),
        box(spray - 9, 26, spray + 9, 34),
        *(line((spray + x, 36), (spray + 1.8 * x, BELT - 6)) for x in (-6, 0, 6)),
        *bell(0.30 * width),
        *bell(0.58 * width),
        polygon((reject - 10, 30), (reject + 10, 30), (reject, 46), role="state"),
    )


def printer() -> tuple[Shape, ...]:
    """An inkjet printer, 110 wide: a cabinet with bars over the belt."""
    return (
        box(0, 4, 110, BELT - 12),
        *(box(x, BELT - 24, x + 8, BELT - 8, "detail") for x in range(14, 98, 15)),
        box(8, 10, 36, 22, "state"),
        box(0, BELT + 6, 110, HEIGHT),
    )


def store(width: float, height: float) -> tuple[tuple[Shape, ...], tuple[Fill, ...]]:
    """A store of boxes and how many tiles they hold."""
    columns, rows = 10, max(2, round(height / 30.0))
    shapes = (
        box(0, 0, width, height),
        *(line((width * column / columns, 0), (width * column / columns, height)) for column in range(1, columns)),
        *(line((0, height * row / rows), (width, height * row / rows)) for row in range(1, rows)),
    )
    return shapes, (Fill(signal="inside", low=(4, 4), high=(width - 4, height - 4)),)


def kiln(length: float) -> tuple[tuple[Shape, ...], tuple[Cells, ...]]:
    """A roller kiln as a long tunnel, the entry right: air above and below, rows between, two stacks."""
    flue, cooling = 0.93 * length, 0.16 * length
    modules = 26
    shapes = (
        box(0, 0, length, HEIGHT),
        *(box(stack - 7, -18, stack + 7, 0, "detail") for stack in (flue, cooling)),
        *(line((length * n / modules, HEIGHT - 4), (length * n / modules, HEIGHT)) for n in range(1, modules)),
    )
    low, high = length - 5.0, 5.0
    cells = (
        Cells(signal="temperature_above", low=(low, 6), high=(high, 34), scale="heat"),
        Cells(signal="rows_inside", low=(low, BELT - 19), high=(high, BELT - 7), scale="presence"),
        Cells(signal="temperature_below", low=(low, BELT), high=(high, 84), scale="heat"),
    )
    return shapes, cells


def sorter() -> tuple[Shape, ...]:
    """A sorting line, 150 wide: camera and gauges over the belt, stackers beside it."""
    return (
        box(0, BELT + 6, 150, BELT + 16),
        *rollers(0, 150, 8, BELT + 11),
        box(96, 6, 136, 30),
        polygon((104, 30), (128, 30), (138, BELT - 6), (94, BELT - 6), role="detail"),
        box(58, 14, 80, 32, "state"),
        line((69, 32), (69, BELT - 6)),
        *(box(x, BELT + 16, x + 18, HEIGHT) for x in (8, 34, 60)),
    )


def palletiser() -> tuple[Shape, ...]:
    """A palletiser, 150 wide: the portal, and pallets of boxes."""
    pallets = ((6, 3), (40, 4), (74, 2))
    bottom = HEIGHT - 4.0
    return (
        box(96, 2, 150, 10),
        box(100, 10, 106, HEIGHT),
        box(140, 10, 146, HEIGHT),
        box(114, 10, 132, 34, "state"),
        *(box(x, bottom - 17 * boxes, x + 26, bottom) for x, boxes in pallets),
        *(line((x, bottom - 17 * n), (x + 26, bottom - 17 * n)) for x, boxes in pallets for n in range(1, boxes)),
        *(line((x - 3, HEIGHT), (x + 29, HEIGHT)) for x, _ in pallets),
    )
