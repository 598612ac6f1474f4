"""Route of the live stream: server-sent events, one frame per tick, encoded once for all."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.responses import Response, StreamingResponse

from api.broadcast import Client
from api.problems import documented
from api.service import TheService

router = APIRouter(prefix="/api/v1", tags=["stream"])

# Longest name of a program that is remembered.
LONGEST = 120


def client_of(request: Request) -> Client:
    """Who asks, as far as it says."""
    address = request.client.host if request.client is not None else ""
    program = request.headers.get("user-agent", "")[:LONGEST]
    return Client(address, "".join(letter for letter in program if letter.isprintable()))


EXAMPLE = (
    "event: signals\n"
    'data: {"run":"…","paths":["plant/site/area/line/station/signal"],"index":[0],"length":[1]}\n\n'
    "id: 42\nevent: frame\n"
    'data: {"sequence":42,"time":"2026-01-05T07:00:01Z","wall_time":"2026-01-05T07:00:01Z",'
    '"clock":{"speed":1.0,"running":true,"lag":0.0},"values":[219.5],"status":{},"texts":{}}\n\n'
)
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `signals` (once), `frame`, `clock` and `end`; a comment every 15 s of silence",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@router.get("/stream", summary="Live values", response_class=StreamingResponse, responses=documented(503) | ANSWER)
async def stream(
    request: Request,
    service: TheService,
    last_event_id: Annotated[
        str | None, Header(description="The last frame's number, sent by a returning client.")
    ] = None,
) -> Response:
    """Which signal stands where, once; then the newest frame at every tick.

    `values` holds all places of the frame in order, null where a number is not finite; `status` only the places that
    are uncertain (1) or bad (2); `texts` the wording of text values. A slow reader misses frames, never the newest.
    """
    last_seen = int(last_event_id) if last_event_id and re.fullmatch(r"[0-9]{1,18}", last_event_id) else None
    service.broadcast.check_room()
    return service.stream(service.broadcast, last_seen, client_of(request))
