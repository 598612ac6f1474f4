"""`rajola bench opcua`: this server, asyncua's own and node-opcua take turns under the same load."""

import argparse
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opcua_server.bench.classroom import classroom
from twin.host.options import positive
from twin.line.errors import DefinitionError

HERE = Path(__file__).parent
BUSY = 0.7
"""Share of a core from which the receiving clients are held to limit what is measured."""
PATIENCE_S = 180.0
SERVERS = ("ours", "stock", "node-opcua")
TITLES = {"ours": "this server", "stock": "asyncua write_value", "node-opcua": "node-opcua"}


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of each server."""

    signals: int
    rate: float
    clients: int
    seconds: float
    encrypt: bool
    modules: Path | None
    """Folder with node_modules in which node-opcua is installed."""

    @property
    def offered(self) -> float:
        """Values a second for all clients."""
        return self.signals * self.rate * self.clients


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one round of one server gave."""

    delivered_share: float
    """Of the values that the server has made, by the instants that any client has seen of it."""
    made_share: float
    """Of the changes that it was asked to make."""
    us_per_value: float
    """Processor time of the server [us]."""
    server_share: float
    """Of a core."""
    client_share: float
    p50_ms: float
    p99_ms: float

    @property
    def is_void(self) -> bool:
        """Whether the clients were the limit."""
        return self.client_share > BUSY


def measure(server: str, load: Load) -> Outcome:
    """One round: start the server, receive, kill the server."""
    with tempfile.TemporaryDirectory() as name, _started(server, load, Path(name)) as (process, said):
        order = said | {
            "server": process.pid, "clients": load.clients, "seconds": load.seconds, "settle_s": 2.0, "folder": name,
            "encrypt": load.encrypt,
        }  # fmt: skip
        file = Path(name) / "order.json"
        file.write_text(json.dumps(order), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
            [sys.executable, "-m", "opcua_server.bench.receive", str(file)],
            capture_output=True, text=True, timeout=PATIENCE_S + 10 * load.seconds, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise DefinitionError(f"the clients of {TITLES[server]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return _outcome(json.loads(done.stdout.splitlines()[-1]), load)


def _outcome(told: dict[str, Any], load: Load) -> Outcome:
    return Outcome(
        told["delivered"] / max(1, told["ticks"] * load.signals * load.clients),
        told["ticks"] / (load.rate * told["seconds"]),
        told["server_cpu_s"] / max(1, told["delivered"]) * 1e6,
        told["server_cpu_s"] / told["seconds"],
        told["client_cpu_share"],
        told["p50_ms"],
        told["p99_ms"],
    )


@contextlib.contextmanager
def _started(server: str, load: Load, folder: Path) -> "Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]":
    own = folder / "server"
    own.mkdir()
    tail = [str(load.signals), str(load.rate), str(own)]
    if server == "node-opcua":
        order = [shutil.which("node") or "node", str(HERE / "node_server.mjs"), str(load.modules), *tail]
    else:
        order = [sys.executable, "-m", "opcua_server.bench.serve", server, *tail]
    process = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    try:
        yield process, _announcement(process, server)
    finally:
        process.kill()
        process.communicate()


def _announcement(process: "subprocess.Popen[str]", server: str) -> dict[str, Any]:
    for line in process.stdout or ():
        if line.startswith("{"):
            said: dict[str, Any] = json.loads(line)
            return said
    raise DefinitionError(f"{TITLES[server]} did not start")


def table(rounds: dict[str, list[Outcome]]) -> Iterator[str]:
    """Medians of all rounds, and the ratios to this server."""
    heads = ("made", "delivered", "us/value", "ratio", "core", "p50 ms", "p99 ms", "clients")
    yield f"{'server':<22}" + "".join(f"{head:>10}" for head in heads)
    base = statistics.median(each.us_per_value for each in rounds["ours"])
    for server, outcomes in rounds.items():

        def median(name: str, outcomes: list[Outcome] = outcomes) -> float:
            return float(statistics.median(getattr(each, name) for each in outcomes))

        cost = median("us_per_value")
        cells = (
            f"{min(1.0, median('made_share')):.0%}",
            f"{median('delivered_share'):.2%}",
            f"{cost:.3f}",
            f"{cost / base:.1f}",
            f"{median('server_share'):.0%}",
            f"{median('p50_ms'):.0f}",
            f"{median('p99_ms'):.0f}",
            f"{median('client_share'):.0%}",
        )
        void = "  void: the clients were the limit" if any(each.is_void for each in outcomes) else ""
        yield f"{TITLES[server]:<22}" + "".join(f"{cell:>10}" for cell in cells) + void


class OpcUaBench:
    """The part `opcua` of `rajola bench`."""

    name = "opcua"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--clients", type=int, default=10, help="opcua: clients (default 10)")
        parser.add_argument("--rate", type=positive, default=10.0, help="opcua: changes a second (default 10)")
        parser.add_argument("--seconds", type=positive, default=5.0, help="opcua: length of a round (default 5)")
        parser.add_argument("--rounds", type=int, default=3, help="opcua: rounds of each server (default 3)")
        parser.add_argument("--encrypt", action="store_true", help="opcua: Basic256Sha256, SignAndEncrypt")
        parser.add_argument(
            "--classroom", action="store_true", help="opcua: a class beside a running line and open pages instead"
        )
        parser.add_argument(
            "--node-modules", metavar="DIR", help="opcua: folder with node_modules in which node-opcua is installed"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Measure, and print as it goes."""
        if not Path("/proc/self/schedstat").exists():
            raise DefinitionError("rajola bench opcua needs Linux: processor time is read from /proc")
        if arguments.classroom:
            for line in classroom(arguments.rounds, arguments.seconds):
                say(line)
            return 0
        modules = None if arguments.node_modules is None else Path(arguments.node_modules).resolve()
        load = Load(arguments.signals, arguments.rate, arguments.clients, arguments.seconds, arguments.encrypt, modules)
        mode = "SignAndEncrypt" if load.encrypt else "no security"
        about = f"{load.signals} variables x {load.rate:g} Hz x {load.clients} clients"
        say(f"{about}, {mode}: {load.offered:,.0f} values/s")
        servers = [server for server in SERVERS if server != "node-opcua" or modules is not None]
        rounds: dict[str, list[Outcome]] = {server: [] for server in servers}
        for number in range(arguments.rounds):
            for server in servers:
                outcome = measure(server, load)
                rounds[server].append(outcome)
                say(f"  round {number + 1}, {TITLES[server]}: {outcome.us_per_value:.3f} us a value")
        say(*table(rounds))
        return 0


def say(*lines: str) -> None:
    """Print lines now."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


bench = OpcUaBench()
"""What the entry point `opcua` of the group `rajola.benches` names."""
