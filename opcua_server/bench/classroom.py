"""`rajola bench opcua --classroom`: a class with its own clients beside a running line and open pages."""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from opcua_server.trust import Trust
from twin.line.errors import DefinitionError

CLIENTS, ITEMS, PAGES, SPEED = 30, 600, 5, 60
"""How many clients follow how many signals each, once a second, beside how many pages, and how fast the line goes."""
SETTLE_S = 10.0
_READY_S, _ACCEPT_S, _PATIENCE_S = 180.0, 86_400.0, 300.0
_PLAIN = ("float", "integer", "enumeration", "boolean")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one round took, as shares of a core."""

    opcua: float
    http: float
    engine: float
    values: float
    """Values a second that all clients received."""


@contextlib.contextmanager
def running_line(folder: Path) -> Iterator[dict[str, Any]]:
    """A line that runs at `SPEED` until the block ends; what it said when it was ready."""
    Trust(folder / "config" / "pki", 100).accept_for(_ACCEPT_S)
    ready, output = folder / "ready.json", folder / "output"
    order = [
        sys.executable, "-m", "twin.host.cli", "run", "--speed", str(SPEED), "--open-loopback",
        "--opcua", "127.0.0.1:0", "--http", "127.0.0.1:0", "--state", str(folder / "state"),
        "--config", str(folder / "config"), "--ready-file", str(ready),
    ]  # fmt: skip
    with output.open("w") as file, subprocess.Popen(order, stdout=file, stderr=file) as process:  # noqa: S603
        try:
            end = time.monotonic() + _READY_S
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise DefinitionError(f"the line did not start: {output.read_text().strip().splitlines()[-1:]}")
                time.sleep(0.1)
            yield json.loads(ready.read_text())
        finally:
            process.terminate()
            process.wait()


def chosen_signals(http: str) -> list[tuple[str, bool]]:
    """As many signals as a client follows, from the first on again when there are fewer; whether it has a range."""
    with urlopen(f"{http.rstrip('/')}/api/v1/signals?limit=1000", timeout=60) as answer:  # noqa: S310 - our own server
        told = json.loads(answer.read())["items"]
    found = [
        (each["path"], each["high"] is not None) for each in told if each["type"] in _PLAIN and each["length"] == 1
    ]
    return [found[number % len(found)] for number in range(ITEMS)]


def lesson(ready: dict[str, Any], signals: list[tuple[str, bool]], folder: Path, seconds: float) -> Lesson:
    """One round: clients and pages connect, some seconds pass, and all leave."""
    order = {
        "address": ready["opcua"], "http": ready["http"], "namespace": "urn:rajola:line:1", "encrypt": True,
        "names": [path for path, _ in signals], "ranged": [ranged for _, ranged in signals], "clients": CLIENTS,
        "pages": PAGES, "publishing_ms": 1000.0, "settle_s": SETTLE_S, "seconds": seconds, "folder": str(folder),
    }  # fmt: skip
    pids = {"engine": ready["pid"], "opcua": ready["pids"]["opcua"], "http": ready["pids"]["http"]}
    order["processes"] = pids
    file = folder / "order.json"
    file.write_text(json.dumps(order), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
        [sys.executable, "-m", "opcua_server.bench.pupils", str(file)],
        capture_output=True, text=True, timeout=_PATIENCE_S + 10 * seconds, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise DefinitionError(f"the clients of the class failed: {done.stderr.strip().splitlines()[-1:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Lesson(told["opcua"], told["http"], told["engine"], told["values"])


def classroom(rounds: int, seconds: float) -> Iterator[str]:
    """Lines about each round, then the medians."""
    yield (
        f"{CLIENTS} clients x {ITEMS} signals x 1 Hz, half with dead bands, SignAndEncrypt, beside a line at {SPEED}x "
        f"and {PAGES} pages; shares of a core"
    )
    yield f"{'':<10}{'OPC UA':>10}{'HTTP':>10}{'engine':>10}{'both':>10}{'values/s':>12}"
    lessons = []
    with tempfile.TemporaryDirectory() as name, running_line(Path(name)) as ready:
        signals = chosen_signals(ready["http"])
        for number in range(rounds):
            lessons.append(one := lesson(ready, signals, Path(name), seconds))
            yield _row(f"round {number + 1}", one)
    fields = ("opcua", "http", "engine", "values")
    yield _row("median", Lesson(*(statistics.median(getattr(each, name) for each in lessons) for name in fields)))


def _row(title: str, one: Lesson) -> str:
    shares = "".join(f"{share:>10.1%}" for share in (one.opcua, one.http, one.engine, one.http + one.engine))
    return f"{title:<10}{shares}{one.values:>12,.0f}"
