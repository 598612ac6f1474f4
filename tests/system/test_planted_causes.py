"""Whoever may not know a planted cause finds no trace of it, wherever he looks, but its effects as in a real plant.

The same plant under the same seed lives twice, once with causes planted by the instructor and once without. Every route
of the OpenAPI document, the stream, the metrics and the files of the page are read as observer and as operator, and
every file that a recorded run gives away: what names a cause may stand there no more often than without it.
"""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.exercise import INSTRUCTOR, Exercise, HandClock, exercise
from tests.support.http_client import client_of
from twin.host import session as session_module
from twin.host.access import Role, User
from twin.host.cli import main
from twin.host.logins import Access
from twin.line.description import FaultDescription

QUIET, LOUD = ("powder", "wet_lot"), ("press", "carriage_jam")
"""A cause without an alarm, and one that raises the alarm of any such breakdown."""
HOURS = 1.2
TIMELINE = """
[[timeline]]
at_h = 0.05
station = "powder"
fault = "wet_lot"
duration_h = 1.0

[[timeline]]
at_h = 0.1
station = "press"
fault = "carriage_jam"
duration_h = 0.9
"""


@dataclass
class Read:
    """All that one plant told, by where and to whom."""

    answers: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)


def fault_of(lived: Exercise, station: str, name: str) -> tuple[str, FaultDescription]:
    """A station's path and one of its faults."""
    found = next(each for each in lived.session.description.stations if each.name == station)
    return found.path, next(fault for fault in found.faults if fault.name == name)


def words_of(lived: Exercise) -> set[str]:
    """What tells of the planted causes: names, texts, the commands, and who planted them."""
    quiet, loud = fault_of(lived, *QUIET)[1], fault_of(lived, *LOUD)[1]
    texts = [quiet.meaning, quiet.cause, quiet.response, loud.cause, loud.response]
    words = {language for text in texts if text is not None for language in (text.en, text.es)}
    return words | {QUIET[1], "inject_fault", "inject fault", "planted", INSTRUCTOR.name}


async def lived(clock: HandClock, *, planted: bool) -> Exercise:
    """Some hours of the plant."""
    made = exercise(clock)
    await made.go_on(0.5)
    if planted:
        for station, fault in (QUIET, LOUD):
            path, _ = fault_of(made, station, fault)
            await made.command("inject_fault", path, fault=fault, duration_s=5400.0)
    await made.go_on(HOURS)
    return made


async def read_all(made: Exercise, folder: Path, role: Role) -> Read:
    """Every route as one of a role, with whatever the plant has to be asked about."""
    access, read = Access(folder), Read()
    client, service = client_of(made.session, access=access)
    headers = {"authorization": f"Bearer {access.issue_token(User('somebody', role))}"}
    async with client, made.answering():
        document = (await client.get("/openapi.json", headers=headers)).json()
        for path, methods in document["paths"].items():
            for method in methods:
                for address, body in questions(path, method, made):
                    answer = await client.request(method, address, json=body, headers=headers)
                    read.answers[f"{method} {address}"] = answer.text
                    read.statuses[f"{method} {path}"] = min(
                        answer.status_code, read.statuses.get(f"{method} {path}", 999)
                    )
        read.answers["/"] = (await client.get("/", headers=headers)).text
        listened = service.broadcast.listen(None)
        read.answers["stream"] = "".join([(await anext(listened)).decode() for _ in range(2)])
        if isinstance(listened, AsyncGenerator):
            await listened.aclose()
    await service.broadcast.close()
    return read


def questions(path: str, method: str, made: Exercise) -> Iterator[tuple[str, Any]]:
    """Addresses and bodies for a route of the document."""
    signals = [quote(signal.path, safe="") for signal in made.session.description.signals]
    window = "start=2026-01-05T00:00:00Z&end=2026-01-06T00:00:00Z"
    tiles = (("tile", f"1.{number}") for number in range(0, 24_000, 800))
    lots = (("lot", f"L0000{number}") for number in range(4))
    things = (*tiles, *lots, ("order", "O00001"), ("box", "1"), ("carton", "1"))
    fault = {"target": fault_of(made, *QUIET)[0], "arguments": {"fault": QUIET[1]}}
    asked: dict[str, list[tuple[str, Any]]] = {
        "get /api/v1/stream": [],
        "post /api/v1/login": [],
        "post /api/v1/logout": [],
        "get /api/v1/signals/{path}": [(f"/api/v1/signals/{signal}", None) for signal in signals],
        "get /api/v1/trend": [(f"{path}?path={signal}&points=4", None) for signal in signals[::5]],
        "get /api/v1/history": [(f"{path}?path={signal}&{window}&encoding=csv", None) for signal in signals[::5]],
        "get /api/v1/kpis/{span}": [(f"/api/v1/kpis/{span}?{window}", None) for span in ("window", "shift", "day")],
        "get /api/v1/losses": [(f"{path}?{window}", None)],
        "get /api/v1/charts/{name}": [
            (f"/api/v1/charts/{view.name}", None) for view in made.session.description.presentation.views
        ],
        "get /api/v1/disturbances": [(f"{path}?hours=24", None)],
        "post /api/v1/query": [(path, {"sql": "SELECT * FROM events"})],
        "post /api/v1/commands": [(path, {"name": name, **fault}) for name in ("clear_fault", "inject_fault")],
        "post /api/v1/clock": [(path, {"action": "pause"})],
        "get /api/v1/events": [(f"{path}?limit=1000&after={after}", None) for after in (0, 5)],
    }
    for name in ("get /api/v1/things/{kind}/{thing}", "get /api/v1/things/{kind}/{thing}/pieces"):
        asked[name] = [(path.replace("{kind}", kind).replace("{thing}", thing), None) for kind, thing in things]
    plain = (path.replace("{", "").replace("}", ""), None if method == "get" else {})
    yield from asked.get(f"{method} {path}", [plain])


@pytest.mark.timeout(400)
async def test_no_route_tells_observers_and_operators_of_a_planted_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock()
    monkeypatch.setattr(session_module, "time", clock)
    caplog.set_level("DEBUG", "api")
    caplog.set_level("DEBUG", "twin")
    sound, ill = await lived(clock, planted=False), await lived(clock, planted=True)
    words = words_of(ill)
    told = ill.session.events(0, 1000, truth=True)
    assert any(event.truth and QUIET[1] in event.message.en for event in told), "the instructor is told"
    for role in (Role.OBSERVER, Role.OPERATOR):
        well, badly = await read_all(sound, tmp_path, role), await read_all(ill, tmp_path, role)
        assert well.statuses == badly.statuses
        assert 403 in {badly.statuses["post /api/v1/commands"], badly.statuses["post /api/v1/query"]}
        assert badly.statuses["get /api/v1/disturbances"] == 403
        assert badly.statuses["get /api/v1/things/{kind}/{thing}"] == 200
        for address, answer in badly.answers.items():
            other = well.answers.get(address, "")
            traces = {word for word in words if answer.count(word) > other.count(word)}
            assert not traces, (role, address, traces)
        assert {word for word in words if word in caplog.text} == set()
        # What a planted breakdown does is seen like that of any other.
        assert loud_code(ill) in badly.answers["get /api/v1/events?limit=1000&after=0"]


def loud_code(made: Exercise) -> str:
    return fault_of(made, *LOUD)[1].code


def given_away(folder: Path) -> dict[str, str]:
    """The tables and the report of a run, as text; what it is replayed from stays with the instructor."""
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(folder.iterdir())
        if file.suffix in {".csv", ".html"}
    }


@pytest.mark.timeout(400)
def test_no_file_made_for_trainees_tells_of_a_cause_of_the_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {}
    for name, timeline in (("sound", ""), ("ill", TIMELINE)):
        scenario, out = tmp_path / name / "exercise.toml", tmp_path / name / "run"
        scenario.parent.mkdir()
        scenario.write_text(f'title_en = "Exercise"\ntitle_es = "Ejercicio"\nfault_scale = 0.0\n{timeline}')
        assert main(["simulate", "--days", "0.04", "--scenario", str(scenario), "--out", str(out)]) == 0
        assert main(["report", str(out), "--out", str(out / "report.html")]) == 0
        for asked in (["passport", str(out), "1.5"], ["where-used", str(out), "lot", "L00001"]):
            assert main(asked) == 0
        said = capsys.readouterr()
        texts[name] = {**given_away(out), "said": said.out + said.err}
    words = {QUIET[1], LOUD[1], "Wet powder", "Polvo húmedo", "A lot left the spray dryer too wet", "planted"}
    assert texts["sound"].keys() == texts["ill"].keys() > {"tiles.csv", "events.csv", "report.html", "said"}
    for file, text in texts["ill"].items():
        assert not {word for word in words if text.count(word) > texts["sound"][file].count(word)}, file
