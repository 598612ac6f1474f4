"""Routes by which a client changes the line; every command goes into the journal."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.answers import Json
from api.problems import documented
from api.requests import Acknowledge, Confirm, LineCommand
from api.schemas import CommandOut, Commands, OutcomeOut, Wording
from api.service import TheService, TheUser
from twin.host.port import Command
from twin.line.signal import Value

router = APIRouter(prefix="/api/v1", tags=["commands"])

FAULT_COMMANDS = frozenset({"inject_fault", "clear_fault"})

POSSIBLE = (
    CommandOut(
        name="write",
        meaning=Wording(en="Change a set point within its range", es="Cambiar una consigna dentro de su rango"),
        simulator=False,
        example={"name": "write", "target": "plant/site/area/line/station/signal", "arguments": {"value": 220.0}},
    ),
    CommandOut(
        name="acknowledge",
        meaning=Wording(en="Acknowledge an alarm", es="Reconocer una alarma"),
        simulator=False,
        example={"name": "acknowledge", "target": "alarm id", "arguments": {"comment": "seen"}},
    ),
    CommandOut(
        name="confirm",
        meaning=Wording(en="Confirm that an alarm was seen to", es="Confirmar que se ha atendido una alarma"),
        simulator=False,
        example={"name": "confirm", "target": "alarm id", "arguments": {"comment": "done"}},
    ),
    CommandOut(
        name="shelve",
        meaning=Wording(en="Put an alarm aside for a while", es="Aparcar una alarma un tiempo"),
        simulator=False,
        example={"name": "shelve", "target": "alarm id", "arguments": {"duration_s": 1800.0}},
    ),
    CommandOut(
        name="unshelve",
        meaning=Wording(en="Take a shelved alarm back", es="Recuperar una alarma aparcada"),
        simulator=False,
        example={"name": "unshelve", "target": "alarm id", "arguments": {}},
    ),
    CommandOut(
        name="inject_fault",
        meaning=Wording(en="Make a station fail", es="Provocar una avería en una estación"),
        simulator=True,
        example={
            "name": "inject_fault",
            "target": "plant/site/area/line/station",
            "arguments": {"fault": "name_of_fault", "duration_s": 600.0, "size": 1.0},
        },
    ),
    CommandOut(
        name="clear_fault",
        meaning=Wording(en="End an injected fault", es="Terminar una avería provocada"),
        simulator=True,
        example={
            "name": "clear_fault",
            "target": "plant/site/area/line/station",
            "arguments": {"fault": "name_of_fault"},
        },
    ),
)


@router.get("/commands", response_model=Commands, summary="What can be commanded", responses=documented())
async def commands(service: TheService) -> Json:
    """The commands that this server takes, each with an example body."""
    return Json(Commands(items=[each for each in POSSIBLE if service.settings.simulator or not each.simulator]))


@router.post(
    "/commands",
    response_model=OutcomeOut,
    summary="Command the line",
    responses=documented(404, 408, 409, 413, 415),
)
async def command(
    service: TheService,
    user: TheUser,
    asked: Annotated[LineCommand, Body(openapi_examples={each.name: {"value": each.example} for each in POSSIBLE})],
) -> Json:
    """Hand in one command; the answer comes when the run has taken or refused it.

    The effect shows from frame `sequence` on. A refusal carries the run's own sentence.
    """
    if asked.name in FAULT_COMMANDS:
        service.require_simulator()
    arguments: dict[str, Value] = asked.arguments.model_dump()
    if not isinstance(asked, Acknowledge | Confirm):
        arguments = {name: float(value) if isinstance(value, int) else value for name, value in arguments.items()}
    return Json(await service.submit(Command(asked.name, asked.target, arguments), user))
