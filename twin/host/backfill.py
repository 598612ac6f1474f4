"""Simulates the past at full speed up to now, so that a live run begins with a history."""

import argparse
import re
import sys
from collections.abc import Callable

from tqdm import tqdm

from twin.host.past import PastScans
from twin.line.text import Language, Text
from twin.line.time import DAY, HOUR, MINUTE, SECOND
from twin.record.run import Run

LONGEST = 366 * DAY
_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE}
_STEP = HOUR
NEAR = SECOND // 4
"""How close to the present the past ends [microseconds]."""
FILLING = Text("simulating the past", "simulando el pasado")


def duration(text: str) -> int:
    """A length of plant time such as 7d, 12h or 90m [microseconds]; raises ArgumentTypeError for anything else."""
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([dhm])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write it like 7d, 12h or 90m")
    length = round(float(found[1]) * _UNITS[found[2]])
    if not MINUTE <= length <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is outside 1m to {LONGEST // DAY}d; choose within")
    return length


def fill(
    run: Run,
    clock: Callable[[], int],
    allow: Callable[[int], None],
    language: Language = "en",
    past: PastScans | None = None,
) -> None:
    """Advance a run until it is as late as `clock`, which goes on meanwhile; it never gets ahead of it.

    `allow` makes durable how far the run may be seen, hour by hour, so that a kill costs an hour. `past` scans what
    lies before the present hour in processes of its own.
    """
    begun, now = run.now, clock()
    title = FILLING.in_language(language)
    with tqdm(total=_hours(now - begun), unit="h", desc=title, leave=False, disable=not sys.stderr.isatty()) as bar:

        def show() -> None:
            scanned = past is not None and not past.over
            bar.total = max(bar.total, _hours(now - begun))
            bar.update((float(past.hours) if past is not None and scanned else _hours(run.now - begun)) - bar.n)

        while run.now < now - NEAR:
            until = min(now, run.now + _STEP)
            if past is not None and not past.over:
                until = min(until, past.goes_on)
            allow(until)
            run.advance(until)
            if past is not None and not past.over:
                past.passed(run.now, show)
            show()
            now = clock()


def _hours(length: int) -> float:
    """A length of plant time in hours, for a bar [h]."""
    return round(max(0, length) / HOUR, 1)
