"""The newest results of one machine, by their ids, and the handles that clients hold."""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import count

from twin.line.results import Result

MOST_HANDLES = 1000
_HANDLES = 1 << 31


class ResultStore:
    """At most `kept` results; the oldest go first."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._handles: OrderedDict[int, None] = OrderedDict()
        self._numbers = count(1)

    def add(self, key: str, result: Result) -> None:
        """Keep a result; one of the same id gives way."""
        self._results.pop(key, None)
        self._results[key] = result
        if len(self._results) > self._kept:
            self._results.popitem(last=False)

    def get(self, key: str) -> Result | None:
        """The result of an id."""
        return self._results.get(key)

    @property
    def newest(self) -> Result | None:
        """The result that came last."""
        return next(reversed(self._results.values()), None)

    def __iter__(self) -> Iterator[tuple[str, Result]]:
        """All with their ids, the oldest first."""
        return iter(self._results.items())

    def handle(self) -> int:
        """A handle that has not been given out; of many that nobody releases the oldest are forgotten."""
        number = next(self._numbers) % _HANDLES
        self._handles[number] = None
        if len(self._handles) > MOST_HANDLES:
            self._handles.popitem(last=False)
        return number

    def release(self, number: int) -> bool:
        """Take a handle back; whether it was given out."""
        return self._handles.pop(number, self) is None
