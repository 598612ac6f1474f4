"""Runs of the bakery without the command line."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.support.bakery import bakeries
from twin.host.installed import engine_version
from twin.line.time import from_datetime
from twin.record.run import Run
from twin.run.definition import Definition

START = from_datetime(datetime(2026, 1, 5, 6, tzinfo=UTC))
"""A Monday, 07:00 at the bakery."""
FAMILIES = (bakeries,)


def definition(plant: str = "hourly-bakery", **fields: object) -> Definition:
    """The definition of a run of a shipped bakery."""
    content = bakeries.resolve(plant, str(fields.get("scenario", "standard")), None)
    plain = Definition("bakeries", plant, "standard", 1, START, "running", engine_version(), content)
    return replace(plain, **fields)


def opened(plant: str = "hourly-bakery", **fields: object) -> Run:
    """A run of a shipped bakery at its beginning."""
    run = Run(definition(plant, **fields), FAMILIES)
    run.open()
    return run
