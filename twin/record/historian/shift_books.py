"""Books the KPIs of every shift and day that has ended, once, by the fold that also answers questions about windows."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from twin.line.line import Line
from twin.record.figures import figures_of, tally_of
from twin.record.historian.block import Batch
from twin.record.historian.reading import FileHistory
from twin.record.historian.store import Store
from twin.record.windows import Window, days, shifts

Booked = tuple[str, int, int, str, str, float | None, str, str | None]


class ShiftBooks:
    """Knows up to when shifts and days are booked; used by the thread that writes."""

    def __init__(self, store: Store, line: Line) -> None:
        self._store, self._line = store, line
        self._zone, self._hour = ZoneInfo(line.zone), line.shift_hour
        self._history = FileHistory(store.connection)
        self._declared = tuple(line.key_figures())
        begins, _ = self._history.reach()
        self._booked = {span: self._history.booked(span) or begins for span in ("shift", "day")}
        self._next = {span: self._end_after(span) for span in self._booked}

    def _windows(self, span: str, start: int, end: int) -> Iterable[Window]:
        return (shifts if span == "shift" else days)(start, end, self._zone, self._hour)

    def _end_after(self, span: str) -> int:
        booked = self._booked[span]
        return next(iter(self._windows(span, booked, booked + 1))).end

    def close_books(self, settled: int) -> None:
        """Book what has ended since the last time; before plant instant `settled` no entry is missing."""
        complete = min(settled, self._store.progress.scanned)
        for span in self._booked:
            while self._next[span] <= complete:
                window = Window(span, self._booked[span], self._next[span])
                self._store.write(Batch(figures=self._rows(window)))
                self._booked[span] = window.end
                self._next[span] = self._end_after(span)

    def _rows(self, window: Window) -> list[Booked]:
        tally = tally_of(self._history, window)
        return [
            (
                window.name,
                window.start,
                window.end,
                figure.declaration.station,
                figure.declaration.name,
                figure.value,
                figure.declaration.unit.symbol,
                None if figure.value is not None else figure.declaration.undefined.en,
            )
            for figure in figures_of(self._declared, tally)
        ]
