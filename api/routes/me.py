"""Routes that tell a client who it is to the plant, and who else listens."""

from fastapi import APIRouter

from api.answers import Json
from api.problems import documented
from api.service import TheService, TheUser
from twin.host.access import needed, sees_truth
from twin.host.port import COMMANDS

router = APIRouter(prefix="/api/v1", tags=["access"], responses=documented())


@router.get("/me", summary="Who the client is, and what it may do")
async def me(service: TheService, user: TheUser) -> Json:
    """Name, role, the commands that the role may hand in, and whether it is told planted causes."""
    simulator = service.settings.simulator
    return Json(
        {
            "name": user.name,
            "role": user.role.name.lower(),
            "truth": simulator and sees_truth(user.role),
            "commands": [name for name in COMMANDS if user.role >= needed(name)],
        }
    )


@router.get("/connections", summary="Who listens to the live stream")
async def connections(service: TheService) -> Json:
    """Address and program of each listener, as far as it says."""
    items = [
        {"address": client.address, "program": client.program, "reads": "stream"}
        for client in service.broadcast.clients
    ]
    return Json({"items": items})
