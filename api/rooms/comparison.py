"""KPIs of several rooms side by side."""

from collections.abc import Mapping, Sequence
from typing import Any


def merged(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Every KPI that any room has, in the order of the first room that has it, with its value in each room.

    `found` holds the KPIs of each room as its own interface tells them; a value is None where it is not defined.

    >>> one = {"name": "oee", "station": "a", "unit": "%", "title": {"en": "OEE", "es": "OEE"}, "value": 70.0}
    >>> merged({"room-01": [one], "room-02": [{**one, "value": None}]})[0]["values"]
    {'room-01': 70.0, 'room-02': None}
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for room, figures in found.items():
        for figure in figures:
            key = (figure["station"], figure["name"])
            if key not in rows:
                rows[key] = {name: figure.get(name) for name in ("name", "title", "station", "unit")} | {"values": {}}
            rows[key]["values"][room] = figure["value"]
    return list(rows.values())
