"""A `rajola run` in a process of its own, for tests that start, kill and question it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
RAJOLA = (sys.executable, "-m", "twin.host.cli")
BAKERY = (sys.executable, "-m", "tests.support.bakery_cli")
LONG = 60.0
"""Patience with a slow machine [s]."""


class Live:
    """A running process, and what it said in its ready file."""

    def __init__(self, process: "subprocess.Popen[str]", ready: dict[str, Any], output: Path) -> None:
        self.process = process
        self.ready = ready
        self._output = output
        self.folder = output.parent
        self.http = httpx.Client(base_url=ready.get("http", "http://nowhere"), timeout=LONG)

    def get(self, path: str) -> Any:
        """JSON from the API."""
        answer = self.http.get(f"/api/v1/{path}")
        answer.raise_for_status()
        return answer.json()

    def command(self, name: str, target: str, **arguments: Any) -> Any:
        """Hand in a command; its outcome."""
        body = {"name": name, "target": target, "arguments": arguments}
        return self.http.post("/api/v1/commands", json=body).json()

    def plant_time(self) -> str:
        """The present plant instant as ISO text."""
        return str(self.get("clock")["time"])

    def wait_until(self, instant: str) -> str:
        """Wait until plant time has passed `instant` [ISO]; the plant time then."""
        end = time.monotonic() + LONG
        while (now := self.plant_time()) <= instant:
            assert time.monotonic() < end, f"plant time is {now} only"
            time.sleep(0.05)
        return now

    def kill(self) -> None:
        """End it without any warning."""
        self.process.kill()
        self.process.wait(LONG)

    def signal(self, number: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONG)

    @property
    def output(self) -> str:
        """All that it has printed."""
        return self._output.read_text()


@contextmanager
def live(
    folder: Path,
    *arguments: str,
    launcher: Sequence[str] = BAKERY,
    opcua: str = "off",
    state: bool = True,
    open_loopback: bool = True,
    apart: bool = False,
) -> Iterator[Live]:
    """Run until the block ends, on the state `folder`/state or where a run is kept that names none.

    `apart`: with gateways in processes of their own, as for everybody else; otherwise in one process, which starts
    sooner.
    """
    ready, output = folder / "ready", folder / "output"
    # A process that was killed could not take it away.
    ready.unlink(missing_ok=True)
    command = [
        *launcher, "run", "--http", "127.0.0.1:0", "--opcua", opcua, "--ready-file", str(ready),
        "--config", str(folder / "config"), *(["--open-loopback"] if open_loopback else []),
        *([] if apart else ["--one-process"]),
        *(["--state", str(folder / "state")] if state else []), *arguments,
    ]  # fmt: skip
    with output.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT, text=True) as process:
        try:
            end = time.monotonic() + 3 * LONG
            while not ready.exists():
                assert process.poll() is None, output.read_text()
                assert time.monotonic() < end, output.read_text()
                time.sleep(0.02)
            made = Live(process, json.loads(ready.read_text()), output)
            try:
                yield made
            finally:
                made.http.close()
        finally:
            process.kill()
            process.wait(LONG)


def rajola(*arguments: str, launcher: Sequence[str] = BAKERY) -> "subprocess.CompletedProcess[str]":
    """Run a subcommand to its end."""
    return subprocess.run(
        [*launcher, *arguments], capture_output=True, cwd=ROOT, text=True, check=False, timeout=2 * LONG
    )


def replayed(source: Path, until: str | None = None, launcher: Sequence[str] = BAKERY) -> dict[str, Any]:
    """What `rajola replay` says of a state or journal."""
    done = rajola("replay", str(source), "--json", *(["--until", until] if until else []), launcher=launcher)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
