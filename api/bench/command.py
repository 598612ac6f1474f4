"""`rajola bench api`: KPIs beside a running plant, and a stream to many pages, with clients in another process."""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.bench.serve import EACH, ONCE
from twin.host.options import positive
from twin.line.errors import DefinitionError

BUSY = 0.7
"""Share of a core from which the clients are held to limit what is measured."""
PATIENCE_S = 300.0
CONNECTIONS = 16
FRAMES_PER_SECOND = 40.0
"""More than a stream sends, so that its cost stands out from all else that the server does."""
KPIS = "/api/v1/kpis"
STREAM = "/api/v1/stream"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the servers."""

    rate: float
    """Requests a second."""
    pages: int
    seconds: float
    speed: float
    plant: str | None


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream took."""

    share: float
    """Of a core, for all pages; what the server takes without any is not in it."""
    frames: int
    seconds: float
    client_share: float

    @property
    def us_per_frame(self) -> float:
        """Processor time for one frame to one page [us]."""
        return 1e6 * self.share * self.seconds / max(1, self.frames)


@contextlib.contextmanager
def _process(order: list[str], folder: Path) -> "Iterator[subprocess.Popen[str]]":
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=output, text=True)  # noqa: S603 - ours
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _load(folder: Path, **order: Any) -> dict[str, Any]:
    """Let the clients do what is ordered."""
    file = folder / "order.json"
    file.write_text(json.dumps(order), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
        [sys.executable, "-m", "api.bench.load", str(file)],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise DefinitionError(f"the clients failed: {done.stderr.strip().splitlines()[-1:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def kpis(asked: Asked) -> dict[str, Any]:
    """What the KPI endpoint gave beside a running plant, and what the process that serves it took."""
    with tempfile.TemporaryDirectory(prefix="rajola-bench-") as name:
        folder = Path(name)
        ready = folder / "ready"
        order = [
            sys.executable, "-m", "twin.host.cli", "run", "--http", "127.0.0.1:0", "--opcua", "off", "--open-loopback",
            "--state", str(folder / "state"), "--config", str(folder / "config"), "--ready-file", str(ready),
            "--speed", str(asked.speed), *(["--plant", asked.plant] if asked.plant else []),
        ]  # fmt: skip
        with _process(order, folder) as process:
            said = _ready(process, ready, folder)
            serving = said.get("pids", {}).get("http", said["pid"])
            return _load(
                folder, what="requests", address=said["http"], path=KPIS, rate=asked.rate, seconds=asked.seconds,
                connections=CONNECTIONS, process=serving,
            )  # fmt: skip


def _ready(process: "subprocess.Popen[str]", ready: Path, folder: Path) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            lines = (folder / "output").read_text().strip().splitlines()
            raise DefinitionError(f"the plant did not start: {' '.join(lines[-1:])}")
        time.sleep(0.05)
    said: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    return said


def stream(how: str, asked: Asked) -> tuple[Streamed, dict[str, Any]]:
    """What a stream to all pages took, and what the server said of a frame."""
    with tempfile.TemporaryDirectory(prefix="rajola-bench-") as name:
        folder = Path(name)
        order = [
            sys.executable,
            "-m",
            "api.bench.serve",
            how,
            asked.plant or "",
            str(FRAMES_PER_SECOND),
            str(asked.pages),
        ]
        with _process(order, folder) as process:
            said = json.loads((process.stdout.readline() if process.stdout else "") or "null")
            if said is None:
                raise DefinitionError(f"the server did not start: {(folder / 'output').read_text().strip()}")
            common = {"what": "pages", "address": said["address"], "path": STREAM, "process": process.pid}
            idle = _load(folder, **common, connections=0, seconds=asked.seconds / 2)
            told = _load(folder, **common, connections=asked.pages, seconds=asked.seconds)
    share = max(0.0, told["server_share"] - idle["server_share"])
    return Streamed(share, told["frames"], told["seconds"], told["client_share"]), said


def report(asked: Asked) -> Iterator[str]:
    """Measure, and say what was found."""
    told = kpis(asked)
    yield f"KPIs beside a running plant at {asked.speed:g}x: {asked.rate:g} requests/s for {asked.seconds:g} s"
    yield f"  answered          {told['answered']} of {told['offered']}, {told['length']:,} bytes each"
    if told["refused"]:
        yield f"  refused           {told['refused']}"
    yield f"  p50, p99, worst   {told['p50_ms']:.2f}, {told['p99_ms']:.2f}, {told['worst_ms']:.1f} ms"
    yield f"  server            {told['server_share']:.0%} of a core"
    yield f"  clients           {told['client_share']:.0%} of a core{_void(told['client_share'])}"
    once, frame = stream(ONCE, asked)
    each, _ = stream(EACH, asked)
    yield f"Stream to {asked.pages} pages: {FRAMES_PER_SECOND:g} frames/s of {frame['length']:,} bytes"
    told_us, alone_us = frame["once_us"] / asked.pages, frame["each_us"]
    ratio = told_us / alone_us
    yield f"  encode, hand out  {told_us:.1f} us a page and frame; encode for each {alone_us:.1f} us: ratio {ratio:.3f}"
    for title, found in (("all, encoded once", once), ("all, for each", each)):
        void = _void(found.client_share)
        yield f"  {title:<18}{found.us_per_frame:.1f} us a page and frame, {found.share:.1%} of a core{void}"
    ratio = once.us_per_frame / max(1e-9, each.us_per_frame)
    yield f"  ratio of all      {ratio:.3f}, with what the system takes to send"


def _void(client_share: float) -> str:
    return "  void: the clients were the limit" if client_share > BUSY else ""


class ApiBench:
    """The part `api` of `rajola bench`."""

    name = "api"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--requests", type=positive, default=500.0, help="api: requests a second (default 500)")
        parser.add_argument("--pages", type=int, default=50, help="api: pages that read the stream (default 50)")
        parser.add_argument("--speed", type=positive, default=60.0, help="api: speed of the plant (default 60)")
        parser.add_argument("--length", type=positive, default=10.0, help="api: seconds of each part (default 10)")

    def run(self, arguments: argparse.Namespace) -> int:
        """Measure, and print as it goes."""
        if not Path("/proc/self/schedstat").exists():
            raise DefinitionError("rajola bench api needs Linux: processor time is read from /proc")
        plants = arguments.plant or [None]
        for plant in plants:
            asked = Asked(arguments.requests, arguments.pages, arguments.length, arguments.speed, plant)
            for line in report(asked):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        return 0
