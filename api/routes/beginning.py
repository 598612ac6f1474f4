"""Route by which a console begins: one question instead of seven."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import encoded
from api.page_files import takes_gzip
from api.problems import documented
from api.routes.clock import clock_out
from api.routes.line import run_out
from api.routes.me import me_out
from api.service import TheService, TheUser

router = APIRouter(prefix="/api/v1", tags=["line"])


@router.get("/beginning", summary="All that a console needs to begin", responses=documented())
async def beginning(service: TheService, user: TheUser, request: Request) -> Response:
    """What `/line`, `/presentation`, `/signals`, `/run`, `/clock` and `/me` answer, and the newest frame."""
    parts = {
        "run": encoded(run_out(service)),
        "clock": encoded(clock_out(service)),
        "me": encoded(me_out(service, user)),
        "frame": service.broadcast.newest(),
    }
    small = takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {"cache-control": "no-store", "vary": "accept-encoding"} | ({"content-encoding": "gzip"} if small else {})
    return Response(service.beginning.answer(parts, small=small), 200, headers, "application/json")
