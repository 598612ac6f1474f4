"""The arguments of `rajola run` that concern rooms."""

import argparse

from twin.host.access import NAME
from twin.host.options import address
from twin.host.rooms.plan import MOST_ROOMS

DEFAULT_PLACE = "127.0.0.1:8100"


def add_rooms(parser: argparse.ArgumentParser) -> None:
    """Rooms for a class, and what makes a run one of them."""
    parser.add_argument(
        "--rooms",
        type=_count,
        metavar="N",
        help="so many independent plants for a class, each in a process of its own",
    )
    parser.add_argument("--same-seed", action="store_true", help="rooms: the same seed for all of them")
    parser.add_argument(
        "--instructor",
        metavar="HOST:PORT",
        type=address,
        default=DEFAULT_PLACE,
        help=f"rooms: where the instructor's view of them is served (default {DEFAULT_PLACE})",
    )
    parser.add_argument("--room", type=room_name, default="", help=argparse.SUPPRESS)


def _count(text: str) -> int:
    """A number of rooms."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_ROOMS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_ROOMS}")
    return int(text)


def room_name(text: str) -> str:
    """What a room is called."""
    if text and NAME.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a room: use A-Z a-z 0-9 . _ -")
    return text
