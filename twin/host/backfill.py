"""Simulates the past at full speed up to now, so that a live run begins with a history."""

import argparse
import re
import sys
from collections.abc import Callable

from tqdm import tqdm

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


def fill(run: Run, clock: Callable[[], int], allow: Callable[[int], None], language: Language = "en") -> None:
    """Advance a run until it is as late as `clock`, which goes on meanwhile; it never gets ahead of it.

    `allow` makes durable how far the run may be seen, hour by hour, so that a kill costs an hour.
    """
    begun, now = run.now, clock()
    title = FILLING.in_language(language)
    hours = max(0.0, (now - begun) / HOUR)
    with tqdm(total=round(hours, 1), unit="h", desc=title, leave=False, disable=not sys.stderr.isatty()) as bar:
        while run.now < now - NEAR:
            allow(min(now, run.now + _STEP))
            run.advance(min(now, run.now + _STEP))
            bar.total = max(bar.total, round((now - begun) / HOUR, 1))
            bar.update(round((run.now - begun) / HOUR, 1) - bar.n)
            now = clock()
