"""`rajola run --rooms N` in a process of its own, and an instructor who has logged in."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.live import BAKERY, LONG, ROOT

PATIENCE_S = 10 * LONG
"""Patience with several rooms on a slow machine [s]."""


class LiveRooms:
    """The process, what it said in its ready file, and the instructor's client."""

    def __init__(self, process: "subprocess.Popen[str]", ready: dict[str, Any], output: Path) -> None:
        self.process, self.ready, self.output = process, ready, output
        self.view = httpx.Client(base_url=ready["instructor"], timeout=LONG)
        words = [line.split() for line in output.read_text().splitlines()]
        self.passwords = {line[0]: line[1] for line in words if len(line) == 2 and "-" in line[1]}

    def log_in(self, name: str = "instructor") -> None:
        """Become a user of the first passwords."""
        answer = self.view.post("/api/v1/login", json={"name": name, "password": self.passwords[name]})
        answer.raise_for_status()
        self.view.headers["authorization"] = f"Bearer {answer.json()['token']}"

    def rooms(self) -> list[dict[str, Any]]:
        """All rooms as the view tells them."""
        answer = self.view.get("/api/v1/rooms")
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def do(self, path: str, **content: Any) -> list[dict[str, Any]]:
        """Have something done in rooms; what became of it."""
        answer = self.view.post(f"/api/v1/rooms/{path}", json=content)
        answer.raise_for_status()
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def until(self, holds: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Wait until something holds of the rooms; the rooms then."""
        end = time.monotonic() + PATIENCE_S
        while not holds(found := self.rooms()):
            assert time.monotonic() < end, found
            assert not any(room["state"] == "failed" for room in found), found
            time.sleep(0.1)
        return found


@contextmanager
def live_rooms(
    folder: Path, count: int, *arguments: str, launcher: Sequence[str] = BAKERY, opcua: str = "off"
) -> Iterator[LiveRooms]:
    """Rooms until the block ends, on the state `folder`/state."""
    ready, output = folder / "ready", folder / "output"
    command = [
        *launcher, "run", "--rooms", str(count), "--http", "127.0.0.1:0", "--opcua", opcua,
        "--instructor", "127.0.0.1:0", "--ready-file", str(ready), "--config", str(folder / "config"),
        "--state", str(folder / "state"), *arguments,
    ]  # fmt: skip
    with output.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT, text=True) as process:
        try:
            end = time.monotonic() + PATIENCE_S
            while not ready.exists():
                assert process.poll() is None, output.read_text()
                assert time.monotonic() < end, output.read_text()
                time.sleep(0.05)
            made = LiveRooms(process, json.loads(ready.read_text()), output)
            try:
                yield made
            finally:
                made.view.close()
        finally:
            # The rooms notice by themselves that their supervisor is gone.
            process.kill()
            process.wait(LONG)


def lives(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
