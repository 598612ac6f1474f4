"""Route of recorded signals: as recorded, as aggregates, or thinned for a chart; as JSON, CSV, Arrow or Parquet."""

import csv
import io
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from api.answers import Json, instant
from api.problems import ProblemError, documented
from api.requests import PATH
from api.service import TheService
from twin.line.time import from_datetime, microseconds
from twin.record.aggregates import Aggregate
from twin.record.history import BAD, HistoryRefused, Samples

router = APIRouter(prefix="/api/v1", tags=["history"], responses=documented(404))

MOST = 10_000
STATUS = ("good", "uncertain", "bad", "no-data")


class HistoryOut(BaseModel):
    """Recorded or computed values of one signal; a value is null where nothing good is known."""

    path: str
    times: list[str]
    values: list[float | str | None] | list[list[float | None]]
    status: list[str]
    more: bool
    next: str | None
    """Where to ask on when `more` is true."""


_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
ENCODINGS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "In the encoding that was asked for",
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": "time,value,status\n2026-01-05T07:00:00Z,1.5,good\n"},
            "application/vnd.apache.arrow.stream": _BINARY,
            "application/vnd.apache.parquet": _BINARY,
        },
    }
}


@router.get("/history", response_model=HistoryOut, summary="Recorded values of one signal", responses=ENCODINGS)
async def history(
    service: TheService,
    path: PATH,
    start: AwareDatetime,
    end: AwareDatetime,
    form: Annotated[
        Literal["raw", "trend"] | Aggregate, Query(description="As recorded, thinned, or an aggregate.")
    ] = "raw",
    interval_s: Annotated[
        float, Query(ge=0.0, le=31_622_400.0, allow_inf_nan=False, description="Of an aggregate; 0: the window.")
    ] = 0.0,
    limit: Annotated[int, Query(ge=2, le=MOST, description="Most instants of `raw` and `trend`.")] = 1000,
    encoding: Literal["json", "csv", "arrow", "parquet"] = "json",
) -> Response:
    """Values with start <= time < end, in plant time, whichever is given first.

    An aggregate has the meaning of OPC UA part 13.
    """
    begin, finish = sorted((from_datetime(start), from_datetime(end)))
    service.index.signal(path)
    try:
        if form == "raw":
            found = await service.port.history(path, begin, finish, limit)
        elif form == "trend":
            found = await service.port.history_trend(path, begin, finish, limit)
        else:
            interval = microseconds(interval_s)
            found = await service.port.history_processed(path, begin, finish, interval, str(form))
    except HistoryRefused as refused:
        raise ProblemError(422, "history-refused", str(refused)) from None
    return _ENCODED[encoding](path, found)


def _value(found: Samples, row: int) -> float | str | list[float] | None:
    if found.status[row] >= BAD:
        return None
    values: list[float] = found.values[row].tolist()
    if len(values) > 1:
        return values
    return found.texts.get(int(values[0]), "") if found.texts else values[0]


def _json(path: str, found: Samples) -> Response:
    return Json(
        {
            "path": path,
            "times": [instant(time) for time in found.times.tolist()],
            "values": [_value(found, row) for row in range(len(found))],
            "status": [STATUS[code] for code in found.status.tolist()],
            "more": found.more,
            "next": instant(int(found.times[-1]) + 1) if found.more else None,
        }
    )


def _csv(_path: str, found: Samples) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    points = found.values.shape[1]
    writer.writerow(["time", *(["value"] if points == 1 else [f"value_{point}" for point in range(points)]), "status"])
    for row, time in enumerate(found.times.tolist()):
        value = _value(found, row)
        cells = value if isinstance(value, list) else [value] * points
        writer.writerow([instant(time), *cells, STATUS[found.status[row]]])
    return Response(text.getvalue(), media_type="text/csv")


def _table(found: Samples) -> pa.Table:
    values = [_value(found, row) for row in range(len(found))]
    return pa.table(
        {
            "time": pa.array(found.times, pa.timestamp("us", "UTC")),
            "value": pa.array(values),
            "status": pa.array([STATUS[code] for code in found.status.tolist()]),
        }
    )


def _arrow(_path: str, found: Samples) -> Response:
    sink, table = io.BytesIO(), _table(found)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return Response(sink.getvalue(), media_type="application/vnd.apache.arrow.stream")


def _parquet(_path: str, found: Samples) -> Response:
    sink = io.BytesIO()
    pq.write_table(_table(found), sink)
    return Response(sink.getvalue(), media_type="application/vnd.apache.parquet")


_ENCODED = {"json": _json, "csv": _csv, "arrow": _arrow, "parquet": _parquet}
