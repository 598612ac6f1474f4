"""Arguments that several subcommands share."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

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


MOST_DAYS = 36_500.0


def days(text: str) -> float:
    """A number of plant days, at most a hundred years."""
    value = positive(text)
    if value > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_DAYS:g} days; choose fewer")
    return value


def positive(text: str) -> float:
    """A finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0.0 < value < 1e300:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and finite")
    return value


MOST_LOAD = 20_000


def load(text: str) -> int:
    """How many variables of each pace a load profile has: a whole number of at most MOST_LOAD."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST_LOAD)) or int(text) > MOST_LOAD:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {MOST_LOAD:,}")
    return int(text)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a gateway is served."""

    host: str
    number: int


def address(text: str) -> Address | None:
    """An address HOST:PORT; None for `off`."""
    if text == "off":
        return None
    host, _, number = text.rpartition(":")
    if not host or not (number.isascii() and number.isdigit()) or int(number) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write HOST:PORT, such as 127.0.0.1:0, or off")
    return Address(host.removeprefix("[").removesuffix("]"), int(number))


def add_config(parser: argparse.ArgumentParser) -> None:
    """Where users, keys and certificates are kept."""
    parser.add_argument("--config", metavar="DIR", help="folder for what outlives a run: users, keys and certificates")


def config_of(arguments: argparse.Namespace) -> Path:
    """The folder that was named, or the one in the user's configuration folder."""
    return Path(arguments.config) if arguments.config else user_config_path("rajola")
