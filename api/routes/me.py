"""Routes that tell a client who it is to the plant, and who else listens."""

from fastapi import APIRouter

from api.answers import Json, instant
from api.problems import documented
from api.service import Service, TheService, TheUser
from twin.host.access import User, needed, sees_truth
from twin.host.port import COMMANDS

router = APIRouter(prefix="/api/v1", tags=["access"], responses=documented())


@router.get("/me", summary="Who the client is, and what it may do")
async def me(service: TheService, user: TheUser) -> Json:
    """Name, role, the commands that the role may hand in, and whether it is told planted causes."""
    return Json(me_out(service, user))


def me_out(service: Service, user: User) -> dict[str, object]:
    """A user as it is told."""
    simulator = service.settings.simulator
    return {
        "name": user.name,
        "role": user.role.name.lower(),
        "truth": simulator and sees_truth(user.role),
        "commands": [name for name in COMMANDS if user.role >= needed(name)],
    }


@router.get("/connections", summary="Who is connected, and what they read")
async def connections(service: TheService) -> Json:
    """Address and program of each client, as far as it says; of other gateways also certificates and protection."""
    pages = [
        {"gateway": "http", "address": client.address, "program": client.program, "reads": "stream", "signals": []}
        for client in service.broadcast.clients
    ]
    gateways = await service.port.connected()
    others = [
        {
            "gateway": gateway.gateway,
            "address": client.address,
            "program": client.program,
            "user": client.user,
            "security": client.security,
            "reads": client.reads,
            "signals": list(client.signals),
        }
        for gateway in gateways
        for client in gateway.clients
    ]
    own = [
        {
            "gateway": gateway.gateway,
            "thumbprint": gateway.thumbprint,
            "valid_until": instant(gateway.valid_until) if gateway.valid_until else None,
            "policies": list(gateway.policies),
        }
        for gateway in gateways
    ]
    return Json({"items": [*pages, *others], "gateways": own})
