"""Routes of the instructor's view: all rooms, and the same thing done in some of them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request

from api.answers import Json
from api.problems import ProblemError, documented
from api.rooms.asking import Answer, Asking
from api.rooms.cards import card_of, reachable_host
from api.rooms.codes import code_of
from api.rooms.comparison import merged
from api.rooms.shapes import (
    AllDone,
    Cards,
    Chosen,
    Codes,
    Commanded,
    Compared,
    Done,
    RoomOut,
    RoomsOut,
    Texts,
    Timed,
)
from api.rooms.watch import Seen, Watch
from twin.host.access import Role, User
from twin.host.rooms.wall import RoomFacts, Rooms, RoomState

router = APIRouter(prefix="/api/v1/rooms", tags=["rooms"])
TAKES_A_BODY = documented(404, 408, 413, 415)
GRAVE = 700
"""Severity from which on an alarm stops something."""
LONGEST_H = 24 * 31


@dataclass(frozen=True, slots=True)
class View:
    """What the routes share."""

    rooms: Rooms
    watch: Watch
    asking: Asking


def view_of(request: Request) -> View:
    """The view that the application was made for."""
    view: View = request.app.state.view
    return view


def instructor_of(request: Request) -> User:
    """Who asks, if that is an instructor; raises ProblemError for everybody else."""
    user: User | None = request.state.user
    if user is None or user.name == "anonymous":
        raise ProblemError(401, "unknown-user", "The rooms are for their instructor alone: log in first.")
    if user.role < Role.INSTRUCTOR:
        raise ProblemError(
            403,
            "not-allowed",
            f"{user.name} is {user.role.name.lower()}, and the rooms are for their instructor alone.",
        )
    return user


TheView = Annotated[View, Depends(view_of)]
TheInstructor = Annotated[User, Depends(instructor_of)]


@router.get("", response_model=RoomsOut, summary="All rooms", responses=documented())
async def rooms(view: TheView, _: TheInstructor) -> Json:
    """State, plant time, KPIs, open alarms and listeners of each room."""
    items = [_shown(facts, await view.watch.seen(facts.name)) for facts in view.rooms.facts()]
    return Json(RoomsOut(simulator=view.rooms.simulator, items=items))


@router.get("/line", summary="The plant of the rooms", responses=documented(409))
async def line(view: TheView, user: TheInstructor) -> Json:
    """Stations with the faults that can be planted in them, as the first room that runs tells them."""
    for facts in view.rooms.facts():
        if facts.state is RoomState.RUNNING:
            answer = await view.asking.get(facts.addresses["http"], "line", view.watch.token(user))
            if not answer.trouble:
                clock = await view.asking.get(facts.addresses["http"], "clock", view.watch.token(user))
                zone = "UTC" if clock.content is None else clock.content["zone"]
                return Json({"line": answer.content, "zone": zone})
    raise ProblemError(409, "not-now", "No room runs yet: wait until the first one does.")


@router.post("/commands", response_model=AllDone, summary="The same command in some rooms", responses=TAKES_A_BODY)
async def commands(view: TheView, user: TheInstructor, asked: Annotated[Commanded, Body()]) -> Json:
    """Handed in to all chosen rooms at once, under the instructor's name; each says what became of it."""
    return await _told(view, user, asked.rooms, "commands", asked.command.model_dump())


@router.post("/clock", response_model=AllDone, summary="The same change of the clocks", responses=TAKES_A_BODY)
async def clock(view: TheView, user: TheInstructor, asked: Annotated[Timed, Body()]) -> Json:
    """Pause, resume, step or set the speed of all chosen rooms at once."""
    return await _told(view, user, asked.rooms, "clock", asked.change.model_dump())


@router.post("/reset", response_model=AllDone, summary="Begin the runs anew", responses=TAKES_A_BODY)
async def reset(view: TheView, _: TheInstructor, asked: Annotated[Chosen, Body()]) -> Json:
    """A new run by the same definition in each chosen room; the old one is set aside, nothing is deleted."""
    return _each(view, asked.rooms, view.rooms.reset)


@router.post("/restart", response_model=AllDone, summary="Start the processes again", responses=TAKES_A_BODY)
async def restart(view: TheView, _: TheInstructor, asked: Annotated[Chosen, Body()]) -> Json:
    """Each chosen room is ended and goes on where it stopped: the way out when one hangs or was given up."""
    return _each(view, asked.rooms, view.rooms.restart)


@router.get("/comparison", response_model=Compared, summary="KPIs side by side", responses=documented(404))
async def comparison(
    view: TheView,
    user: TheInstructor,
    hours: Annotated[
        float | None, Query(gt=0.0, le=LONGEST_H, description="Plant hours up to now; the whole run without.")
    ] = None,
) -> Json:
    """Every KPI with its value in each room that runs; a room that says nothing is among the missing."""
    chosen = _chosen(view, None)
    token = view.watch.token(user)
    answers = await asyncio.gather(*(_figures(view, facts, token, hours) for facts in chosen))
    found = {facts.name: answer.content for facts, answer in zip(chosen, answers, strict=True) if not answer.trouble}
    missing = [
        Done(room=facts.name, accepted=False, sentence=answer.trouble, code=answer.code)
        for facts, answer in zip(chosen, answers, strict=True)
        if answer.trouble
    ]
    return Json(Compared(rooms=list(found), figures=merged(found), missing=missing))


@router.post("/cards", response_model=Cards, summary="Cards with new passwords", responses=TAKES_A_BODY)
async def cards(view: TheView, _: TheInstructor, asked: Annotated[Chosen, Body()]) -> Json:
    """The addresses, user and new password of each chosen room that has been ready; earlier cards are good no more."""
    chosen = [facts for facts in _chosen(view, asked.rooms) if facts.addresses]
    passwords = await view.rooms.new_passwords([facts.name for facts in chosen])
    made = [card_of(facts, passwords[facts.name], view.watch.card_link(facts.name)) for facts in chosen]
    return Json(Cards(host=reachable_host(chosen), cards=made))


@router.post("/codes", response_model=Codes, summary="Texts as QR codes", responses=TAKES_A_BODY)
async def codes(_: TheInstructor, asked: Annotated[Texts, Body()]) -> Json:
    """For cards to hand out, under whatever name this machine is reached."""
    return Json(Codes(codes=await asyncio.to_thread(lambda: [code_of(text) for text in asked.texts])))


def _chosen(view: View, names: Sequence[str] | None) -> list[RoomFacts]:
    """The rooms of these names, in their own order; raises ProblemError for a name that no room has."""
    every = view.rooms.facts()
    if names is None:
        return list(every)
    unknown = sorted(set(names) - {facts.name for facts in every})
    if unknown:
        raise ProblemError(404, "unknown-target", f"There is no room {unknown[0]!r}: GET /api/v1/rooms lists them.")
    return [facts for facts in every if facts.name in names]


async def _told(view: View, user: User, names: Sequence[str] | None, path: str, content: dict[str, Any]) -> Json:
    token = view.watch.token(user)

    async def tell(facts: RoomFacts) -> Done:
        answer = await _running(facts, lambda address: view.asking.post(address, path, token, content))
        if answer.trouble:
            return Done(room=facts.name, accepted=False, sentence=answer.trouble, code=answer.code)
        await view.watch.look(facts)
        return Done(room=facts.name, accepted=True, time=answer.content["time"])

    return Json(AllDone(results=await asyncio.gather(*(tell(facts) for facts in _chosen(view, names)))))


async def _running(facts: RoomFacts, ask: Callable[[str], Coroutine[Any, Any, Answer]]) -> Answer:
    """The answer of a room, or a sentence when it does not run."""
    if facts.state is not RoomState.RUNNING:
        return Answer(None, f"is {facts.state}: try again when it runs", "not-running")
    return await ask(facts.addresses["http"])


async def _figures(view: View, facts: RoomFacts, token: str, hours: float | None) -> Answer:
    """The KPIs of a room; those of its last `hours` carry no titles, which the others lend them."""
    whole = await _running(facts, lambda address: view.asking.get(address, "kpis", token))
    if whole.trouble or hours is None:
        return whole if whole.trouble else Answer(whole.content["items"])
    end = datetime.fromisoformat(whole.content["time"])
    window = {"start": (end - timedelta(hours=hours)).isoformat(), "end": end.isoformat()}
    recent = await view.asking.get(facts.addresses["http"], "kpis/window", token, window)
    if recent.trouble:
        return recent
    windows = recent.content["windows"]
    values = {(item["station"], item["name"]): item["value"] for each in windows for item in each["items"]}
    return Answer([{**item, "value": values.get((item["station"], item["name"]))} for item in whole.content["items"]])


def _each(view: View, names: Sequence[str] | None, do: Callable[[str], None]) -> Json:
    chosen = _chosen(view, names)
    for facts in chosen:
        do(facts.name)
    return Json(AllDone(results=[Done(room=facts.name, accepted=True) for facts in chosen]))


def _shown(facts: RoomFacts, seen: Seen) -> RoomOut:
    kpis, alarms, listeners = (seen.said.get(route) for route in ("kpis", "alarms", "connections"))
    return RoomOut(
        name=facts.name,
        number=facts.number,
        seed=facts.seed,
        state=facts.state,
        addresses=dict(facts.addresses),
        starts=facts.starts,
        trouble=facts.trouble or seen.trouble,
        clock=seen.said.get("clock"),
        figures=[] if kpis is None else _of_the_line(kpis["items"]),
        alarms=None if alarms is None else _counted(alarms["items"]),
        listeners=None if listeners is None else len(listeners["items"]),
    )


def _of_the_line(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The KPIs that belong to the line as a whole: those of the shortest path."""
    shortest = min((item["station"].count("/") if item["station"] else -1 for item in items), default=0)
    kept = ("name", "title", "unit", "value")
    return [
        {name: item[name] for name in kept}
        for item in items
        if (item["station"].count("/") if item["station"] else -1) == shortest
    ]


def _counted(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    active = [item for item in items if item["active"] and not item["shelving"]]
    worst = max(active, key=lambda item: item["severity"], default=None)
    return {
        "open": len(active),
        "grave": sum(item["severity"] >= GRAVE for item in active),
        "worst": None if worst is None else worst["message"],
    }
