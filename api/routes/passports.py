"""Routes about things: where a piece comes from, and where what it was made of went."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers import Json, finite, instant, wording
from api.disturbed import met, reach_of
from api.problems import ProblemError, documented
from api.service import Service, TheService, TheUser
from twin.host.access import User, sees_truth
from twin.line.genealogy import MOST_PIECES, Fact, Passport, Related, Stage, UnknownThing

router = APIRouter(prefix="/api/v1", tags=["genealogy"], responses=documented(404))

KIND = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]
THING = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,120}$")]


@router.get("/things", summary="Kinds of things that have passports")
async def kinds(service: TheService) -> Json:
    """Each with its title and how its ids are written; none where the line keeps no genealogy."""
    items = [
        {"kind": kind.name, "title": wording(kind.title), "id_form": wording(kind.id_form)}
        for kind in service.port.passport_kinds()
    ]
    return Json({"items": items})


@router.get("/things/{kind}/{thing:path}/pieces", summary="The pieces that a thing touched")
async def where_used(
    service: TheService,
    user: TheUser,
    kind: KIND,
    thing: THING,
    limit: Annotated[int, Query(ge=1, le=MOST_PIECES)] = 1000,
) -> Json:
    """How many there are, what became of them, and the first of their ids."""
    _require(service, kind)
    try:
        found = await service.port.where_used(kind, thing, limit=limit, truth=sees_truth(user.role))
    except UnknownThing as unknown:
        raise ProblemError(404, "unknown-target", str(unknown)) from unknown
    return Json(
        {
            "kind": found.kind, "id": found.id, "title": wording(found.title), "pieces": found.pieces,
            "ids": list(found.ids), "more": found.more, "counts": dict(found.counts),
        }
    )  # fmt: skip


@router.get("/things/{kind}/{thing:path}", summary="The passport of one thing")
async def passport(service: TheService, user: TheUser, kind: KIND, thing: THING) -> Json:
    """Its life stage by stage, what it was made from and what it went into; causes for the instructor alone."""
    _require(service, kind)
    try:
        found = await service.port.passport(kind, thing, truth=sees_truth(user.role))
    except UnknownThing as unknown:
        raise ProblemError(404, "unknown-target", str(unknown)) from unknown
    return Json({**_passport(found), "disturbances": await _disturbances(service, user, found)})


async def _disturbances(service: Service, user: User, found: Passport) -> list[dict[str, Any]]:
    """What a piece met on its way, for whom sees the truth."""
    reach = reach_of(found)
    if found.piece is None or reach is None or not sees_truth(user.role) or not service.settings.simulator:
        return []
    return met(found, await service.port.disturbances(*reach), service.index)


def _require(service: Service, kind: str) -> None:
    kinds = [each.name for each in service.port.passport_kinds()]
    if kind not in kinds:
        known = ", ".join(kinds) or "none on this line"
        raise ProblemError(404, "unknown-target", f"{kind!r} is no kind of thing with a passport; there are: {known}.")


def _passport(found: Passport) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "id": found.id,
        "title": wording(found.title),
        "pieces": found.pieces,
        "stages": [_stage(stage) for stage in found.stages],
        "made_from": [_related(each) for each in found.made_from],
        "went_into": [_related(each) for each in found.went_into],
        "counts": dict(found.counts),
        "causes": [
            {"cause": cause.cause, "title": wording(cause.title), "share": cause.share} for cause in found.causes
        ],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "title": wording(stage.title),
        "station": stage.station,
        "begin": None if stage.begin is None else instant(stage.begin),
        "end": None if stage.end is None else instant(stage.end),
        "facts": [_fact(fact) for fact in stage.facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    is_instant = fact.unit == "instant" and isinstance(fact.value, int)
    value = instant(int(fact.value)) if is_instant else finite(fact.value)
    return {"name": fact.name, "title": wording(fact.title), "value": value, "unit": fact.unit, "truth": fact.truth}


def _related(related: Related) -> dict[str, Any]:
    return {"kind": related.kind, "id": related.id, "title": wording(related.title), "pieces": related.pieces}
