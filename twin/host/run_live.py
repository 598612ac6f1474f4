"""`rajola run`: a live plant with its gateways, kept in a state folder."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path
from tqdm import tqdm

from twin.host.choose import Choice, define, wall_now
from twin.host.installed import families, gateways
from twin.host.options import add_choice, choice_of, positive
from twin.host.port import Gateway, RunningGateway
from twin.host.session import Session
from twin.host.state import Opened, StateFolder, clear
from twin.line.errors import DefinitionError
from twin.line.text import LANGUAGES
from twin.line.time import HOUR, iso
from twin.run.journal import write_whole
from twin.run.pace import FASTEST, SLOWEST

STOP_S = 5.0


class RunLive:
    """Starts or resumes a live run."""

    name = "run"
    help = "run a live plant with OPC UA, HTTP and a web page"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--speed", type=positive, default=1.0, help="plant seconds per wall second (default 1)")
        parser.add_argument("--stamps", choices=("plant", "wall"), default="plant", help="what source times show")
        for gateway in gateways():
            parser.add_argument(
                f"--{gateway.name}",
                metavar="HOST:PORT",
                default=f"127.0.0.1:{gateway.default_port}",
                help=f"where {gateway.name} is served (port 0: any free one; `off`: not at all)",
            )
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of texts")
        parser.add_argument("--state", metavar="DIR", help="folder that keeps the run (default: in your data folder)")
        parser.add_argument("--fresh", action="store_true", help="begin a new run; an old one is set aside")
        parser.add_argument(
            "--resume", choices=("here", "catch-up"), default="here", help="go on where it stopped, or catch up to now"
        )
        parser.add_argument("--hide-simulator", action="store_true", help="show the plant without simulator controls")
        parser.add_argument("--config", metavar="DIR", help="folder for what outlives a run, such as certificates")
        parser.add_argument("--ready-file", metavar="FILE", help="write addresses and process id here when ready")

    def run(self, arguments: argparse.Namespace) -> int:
        """Run until stopped."""
        if not SLOWEST <= arguments.speed <= FASTEST:
            raise DefinitionError(f"--speed {arguments.speed:g} is outside {SLOWEST:g} to {FASTEST:g}; choose within")
        choice = choice_of(arguments)
        folder = Path(arguments.state) if arguments.state else user_data_path("rajola") / (_folder_name(choice))
        if arguments.fresh:
            clear(folder)
        state = StateFolder(folder)
        try:
            opened = _open(state, choice)
            if opened.resumed and arguments.resume == "catch-up":
                _catch_up(opened)
            return asyncio.run(_live(state, opened, arguments))
        finally:
            state.close()


def _folder_name(choice: Choice) -> str:
    plant = Path(choice.plant or "default").stem
    return f"{plant}-{choice.scenario and Path(choice.scenario).stem or 'standard'}"


def _open(state: StateFolder, choice: Choice) -> Opened:
    if state.holds_run:
        return state.resume(choice, families())
    return state.begin(define(choice, wall_now()), families())


def _catch_up(opened: Opened) -> None:
    run, until = opened.run, wall_now()
    with tqdm(total=max(0, round((until - run.now) / HOUR)), unit="h", desc="catching up", leave=False) as bar:
        start = run.now
        while run.now < until:
            run.advance(min(until, run.now + 6 * HOUR))
            bar.update(round((run.now - start) / HOUR) - bar.n)


async def _live(state: StateFolder, opened: Opened, arguments: argparse.Namespace) -> int:
    session = Session(
        opened.run,
        speed=arguments.speed,
        stamps=arguments.stamps,
        language=arguments.lang,
        allow=state.allow,
        append=state.append,
    )
    stop = _stop_event()
    running: list[RunningGateway] = []
    addresses: dict[str, str] = {}
    living = asyncio.create_task(session.live())
    try:
        for gateway in gateways():
            place = getattr(arguments, gateway.name)
            if place == "off":
                continue
            started = await _start(gateway, session, place, addresses, arguments)
            running.append(started)
            addresses[gateway.name] = started.address
        state.note(f"started at plant time {iso(opened.run.now)}", wall_now())
        _announce(state, opened, session, addresses, arguments)
        waiting = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({waiting, living}, return_when=asyncio.FIRST_COMPLETED)
        if living in done:
            living.result()
    finally:
        await _stop(living, running)
        state.allow(opened.run.now)
        state.note(f"stopped at plant time {iso(opened.run.now)}", wall_now())
    print("stopped", flush=True)
    return 0


async def _start(
    gateway: Gateway, session: Session, place: str, addresses: dict[str, str], arguments: argparse.Namespace
) -> RunningGateway:
    host, _, number = place.rpartition(":")
    if not host or not number.isdigit() or int(number) > 65535:
        raise DefinitionError(f"--{gateway.name} {place!r} is no address: write HOST:PORT, such as 127.0.0.1:0, or off")
    config = Path(arguments.config) if arguments.config else user_config_path("rajola")
    options: dict[str, Any] = {
        "simulator": not arguments.hide_simulator,
        "language": arguments.lang,
        "addresses": dict(addresses),
        "config": config,
    }
    return await gateway.start(session, host.strip("[]"), int(number), options)


async def _stop(living: "asyncio.Task[None]", running: list[RunningGateway]) -> None:
    living.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await living
    for gateway in reversed(running):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gateway.stop(), STOP_S)


def _stop_event() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows has no signal handlers in the event loop.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


def _announce(
    state: StateFolder, opened: Opened, session: Session, addresses: dict[str, str], arguments: argparse.Namespace
) -> None:
    for note in opened.notes:
        print(f"note: {note}", file=sys.stderr)
    title = session.description.title.in_language(arguments.lang)
    begun = "resumed" if opened.resumed else "new run"
    lines = [f"{title}: {begun}, plant time {iso(opened.run.now)}, speed x{arguments.speed:g}"]
    lines += [f"  {name:<6} {address}" for name, address in addresses.items()]
    lines.append(f"  state  {state.path}")
    if arguments.speed > 1.0 and arguments.stamps == "plant":
        lines.append("  Source time stamps are plant time and run ahead of the wall clock; use --stamps wall for tools")
        lines.append("  that refuse the future.")
    lines.append("ready; stop with Ctrl-C")
    print("\n".join(lines), flush=True)
    if arguments.ready_file:
        content = json.dumps(addresses | {"pid": os.getpid()}) + "\n"
        write_whole(Path(arguments.ready_file), content.encode())


command = RunLive()
