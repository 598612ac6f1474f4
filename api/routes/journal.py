"""Routes of the journal, and of the runs that are kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.answers import Json, finite, instant
from api.problems import documented
from api.service import TheService, TheUser
from twin.host.access import sees_truth

router = APIRouter(prefix="/api/v1", tags=["run"], responses=documented())


class JournalEntryOut(BaseModel):
    """A command that was applied: when by plant and by wall clock, by whom, and by which gateway."""

    number: int
    time: str
    wall_time: str
    name: str
    target: str
    arguments: dict[str, Any]
    user: str
    origin: str


class JournalPage(BaseModel):
    """Entries in order; ask again with `after` = `last`."""

    last: int
    items: list[JournalEntryOut]


class KeptRunOut(BaseModel):
    """A run that is kept in the state folder; `present` is the one that lives."""

    id: str
    lives: bool
    plant: str
    seed: int
    start: str
    version: str
    definition_sha256: str


class KeptRunPage(BaseModel):
    """Some of the kept runs, the one that lives first; `more` says that there are others."""

    more: bool
    items: list[KeptRunOut]


@router.get("/journal", response_model=JournalPage, summary="The commands of the run")
async def journal(
    service: TheService,
    user: TheUser,
    after: Annotated[int, Query(ge=0, le=2**53, description="Number of the last entry already known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """Commands with a number greater than `after`, oldest first; those that plant causes are the instructor's."""
    found = await service.port.journal(after, limit, truth=sees_truth(user.role))
    items = [
        {
            "number": entry.number,
            "time": instant(entry.time),
            "wall_time": instant(entry.wall_time),
            "name": entry.name,
            "target": entry.target,
            "arguments": {name: finite(value) for name, value in entry.arguments.items()},
            "user": entry.user,
            "origin": entry.origin,
        }
        for entry in found
    ]
    return Json({"last": found[-1].number if found else after, "items": items})


@router.get("/runs", response_model=KeptRunPage, summary="The runs that are kept")
async def runs(
    service: TheService,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """The run that lives, and those that were set aside in its folder; reports can be made on all of them."""
    found = await service.port.runs()
    items = [
        {
            "id": kept.id,
            "lives": kept.lives,
            "plant": kept.facts.plant,
            "seed": kept.facts.seed,
            "start": instant(kept.facts.start),
            "version": kept.facts.version,
            "definition_sha256": kept.facts.definition_sha256,
        }
        for kept in found[offset : offset + limit]
    ]
    return Json({"more": len(found) > offset + limit, "items": items})
