"""Arguments that several subcommands share."""

import argparse

from twin.host.choose import Choice
from twin.run.definition import OPENINGS


def add_choice(parser: argparse.ArgumentParser) -> None:
    """What to run: plant, scenario, orders, seed, start and opening."""
    parser.add_argument("--plant", help="a shipped plant or a plant file (see `rajola plants`)")
    parser.add_argument("--scenario", help="a shipped scenario or a scenario file (see `rajola scenarios`)")
    parser.add_argument("--orders", metavar="FILE", help="an order book: order,product,quantity_m2,due")
    parser.add_argument("--seed", type=seed, help="whole number from which all random draws follow (default 1)")
    parser.add_argument("--start", metavar="TIME", help="plant instant to start at, such as 2026-01-05T06:00")
    parser.add_argument("--opening", choices=OPENINGS, help="whether the line is full and running, or empty")


def seed(text: str) -> int:
    """A seed of at most 64 bits."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 0 <= value < 1 << 63:
        raise argparse.ArgumentTypeError(f"{text} is outside 0 to 2^63 - 1")
    return value


def choice_of(arguments: argparse.Namespace) -> Choice:
    """The choice from parsed arguments."""
    return Choice(
        arguments.plant, arguments.scenario, arguments.orders, arguments.seed, arguments.start, arguments.opening
    )


def positive(text: str) -> float:
    """A finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0.0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and finite")
    return value
