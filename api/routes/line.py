"""Routes about the line as such: its structure, its pictures, and what identifies the run."""

from fastapi import APIRouter

from api.answers import Json, instant
from api.problems import documented
from api.schemas import LineOut, RunOut
from api.service import Service, TheService

router = APIRouter(prefix="/api/v1", tags=["line"], responses=documented())


@router.get("/line", response_model=LineOut, summary="The structure of the plant")
async def line(service: TheService) -> Json:
    """Stations with the paths of their signals and the faults that can be injected, and the links between them."""
    return Json(service.index.structure)


@router.get("/presentation", summary="The pictures of the plant")
async def presentation(service: TheService) -> Json:
    """Where stations stand, how they are drawn, and the views; every signal by its whole path."""
    return Json(service.pictures.as_plain())


@router.get("/run", response_model=RunOut, summary="What identifies the run, and where it can be reached")
async def run(service: TheService) -> Json:
    """Plant, scenario, seed, start, version and digest of the definition; addresses of the other gateways."""
    return Json(run_out(service))


def run_out(service: Service) -> RunOut:
    """The run as it is told."""
    facts, settings = service.port.run, service.settings
    return RunOut(
        plant=facts.plant,
        scenario=facts.scenario,
        seed=facts.seed,
        start=instant(facts.start),
        opening=facts.opening,
        version=facts.version,
        definition_sha256=facts.definition_sha256,
        language=settings.language,
        simulator=settings.simulator,
        room=settings.room,
        addresses=dict(settings.addresses),
    )
