"""Routes about jobs: what people have the line make, and what has come of it."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.answers import Json
from api.jobs import (
    ACTION_EXAMPLES,
    EXAMPLES,
    JOB_ID,
    JobCommand,
    JobOut,
    JobsOut,
    JobUpdateIn,
    NewJob,
    job_out,
    product_out,
)
from api.problems import ProblemError, documented
from api.schemas import OutcomeOut
from api.service import TheService, TheUser
from twin.host.port import Command
from twin.line.signal import Value

router = APIRouter(prefix="/api/v1", tags=["jobs"])


@router.get("/jobs", response_model=JobsOut, summary="All jobs, and what can be ordered", responses=documented())
async def jobs(service: TheService) -> Json:
    """Jobs that are cancelled or cleared are not told of any more."""
    products = [product_out(material) for material in service.port.description.materials]
    return Json(JobsOut(items=[job_out(job) for job in await service.port.jobs()], products=products))


@router.get("/jobs/{job}", response_model=JobOut, summary="One job", responses=documented(404))
async def one_job(service: TheService, job: JOB_ID) -> Json:
    """With its states so far and what it has come to."""
    found = next((each for each in await service.port.jobs() if each.order.id == job), None)
    if found is None:
        raise ProblemError(404, "unknown-target", f"There is no job {job!r}: /api/v1/jobs lists them.")
    return Json(job_out(found))


@router.post("/jobs", response_model=OutcomeOut, summary="Store a job", responses=documented(404, 408, 409, 413, 415))
async def store(
    service: TheService,
    user: TheUser,
    asked: Annotated[NewJob, Body(openapi_examples={name: {"value": body} for name, body in EXAMPLES.items()})],
) -> Json:
    """Let the line know of a job; with `allowed` it may make it as soon as it can."""
    name = "store_and_start_job" if asked.allowed else "store_job"
    return Json(await service.submit(Command(name, asked.id, asked.arguments()), user))


@router.post(
    "/job-commands",
    response_model=OutcomeOut,
    summary="Start, pause, stop or change a job",
    responses=documented(404, 408, 409, 413, 415),
)
async def act(
    service: TheService,
    user: TheUser,
    asked: Annotated[
        JobCommand, Body(openapi_examples={name: {"value": body} for name, body in ACTION_EXAMPLES.items()})
    ],
) -> Json:
    """Hand in a command on a job; one that its state does not allow is refused with 409."""
    arguments: dict[str, Value]
    arguments = asked.arguments() if isinstance(asked, JobUpdateIn) else {"comment": asked.comment}
    return Json(await service.submit(Command(f"{asked.action}_job", asked.job, arguments), user))
