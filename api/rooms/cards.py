"""Cards to hand out: where a room is, and with what somebody gets in."""

import ipaddress
import socket
from collections.abc import Sequence

from api.rooms.shapes import Card
from twin.host.rooms.wall import RoomFacts

# An address of documentation (RFC 5737): choosing a route to it sends nothing.
ELSEWHERE = ("192.0.2.1", 9)


def card_of(room: RoomFacts, password: str, secret: str) -> Card:
    """The card of a room; `secret` lets a browser in once."""
    address = room.addresses.get("http", "")
    return Card(
        room=room.name,
        number=room.number,
        user=room.name,
        password=password,
        http=address,
        link=f"{address.rstrip('/')}/?link={secret}",
        opcua=room.addresses.get("opcua"),
    )


def reachable_host(rooms: Sequence[RoomFacts]) -> str | None:
    """This machine as others call it, where the rooms are served to others; None on this machine alone."""
    hosts = {host for room in rooms for host in room.bound.values()}
    if not any(_is_everywhere(host) for host in hosts):
        return None
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(ELSEWHERE)
            return str(asked.getsockname()[0])
    except OSError:
        return socket.gethostname()


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
