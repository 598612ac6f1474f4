"""Routes by which an instructor disturbs the clients of the OPC UA server, so that they show how they come back."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.answers import Json, wording
from api.problems import documented
from api.requests import ChaosCommand, StartChaos
from api.schemas import ChaosKindOut, ChaosKinds, ChaosSizesOut, OutcomeOut
from api.service import TheService, TheUser
from twin.host.chaos import END, KINDS, START, USUAL_S, ChaosKind
from twin.host.port import Command
from twin.line.signal import Value

router = APIRouter(prefix="/api/v1/chaos", tags=["chaos"])
EXAMPLES = {
    "two seconds without an answer": {"action": "start", "kind": "black_hole", "duration_s": 2.0},
    "every answer 200 ms late": {"action": "start", "kind": "delay_answers", "duration_s": 60.0, "size": 200.0},
    "all connections break off": {"action": "start", "kind": "drop_connections"},
    "enough": {"action": "end"},
}


def _shown(kind: ChaosKind) -> ChaosKindOut:
    sizes = kind.sizes
    return ChaosKindOut(
        kind=kind.name,
        meaning=wording(kind.meaning),
        longest_s=kind.longest,
        usual_s=min(USUAL_S, kind.longest),
        sizes=None
        if sizes is None
        else ChaosSizesOut(meaning=wording(sizes.meaning), low=sizes.low, high=sizes.high, usual=sizes.usual),
    )


@router.get("", response_model=ChaosKinds, summary="What can happen to OPC UA clients", responses=documented())
async def kinds(service: TheService) -> Json:
    """The kinds of protocol chaos; those that last no time are done at once."""
    return Json(ChaosKinds(items=[_shown(kind) for kind in KINDS] if service.settings.simulator else []))


@router.post(
    "", response_model=OutcomeOut, summary="Disturb OPC UA clients", responses=documented(404, 408, 409, 413, 415)
)
async def change(
    service: TheService,
    user: TheUser,
    asked: Annotated[ChaosCommand, Body(openapi_examples={name: {"value": value} for name, value in EXAMPLES.items()})],
) -> Json:
    """Disturb the clients of the OPC UA server for a bounded time, or let them be; the plant does not notice."""
    service.require_simulator()
    if not isinstance(asked, StartChaos):
        return Json(await service.submit(Command(END), user))
    arguments: dict[str, Value] = {
        "kind": asked.kind,
        "duration_s": float(asked.duration_s),
        "size": float(asked.size),
    }
    return Json(await service.submit(Command(START, "", arguments), user))
