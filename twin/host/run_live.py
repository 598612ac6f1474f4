"""`rajola run`: a live plant with its gateways, kept in a state folder."""

import argparse
import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from twin.host.access import Role
from twin.host.backfill import duration, fill
from twin.host.chaos_script import Step, play, read_script
from twin.host.choose import Choice, define, family_for, wall_now
from twin.host.gateway_entry import GatewayEntry
from twin.host.installed import families, gateways
from twin.host.kept_runs import KeptRuns
from twin.host.logins import Access
from twin.host.options import Address, add_choice, add_config, address, choice_of, config_of, load, positive
from twin.host.query_server import QueryServer
from twin.host.rooms.leash import when_alone
from twin.host.rooms.options import add_rooms
from twin.host.rooms.run_rooms import run_rooms
from twin.host.serving import OWN_PROCESSES, Serving, ServingApart, ServingHere
from twin.host.session import Session
from twin.host.state import Opened, StateFolder
from twin.line.errors import DefinitionError, RajolaError, StateError
from twin.line.text import LANGUAGES, Text
from twin.line.time import iso
from twin.run.files import write_whole
from twin.run.journal import read_journal
from twin.run.pace import FASTEST, SLOWEST

BEGUN = Text("new run, plant time {}, speed {}", "simulación nueva, hora de planta {}, velocidad {}")
RESUMED = Text("resumed, plant time {}, speed {}", "reanudada, hora de planta {}, velocidad {}")
STATE = Text("state", "estado")
AHEAD = Text(
    "  Source time stamps are plant time and run ahead of the wall clock; use --stamps wall for tools\n"
    "  that refuse the future.",
    "  Las marcas de tiempo son hora de planta y van por delante del reloj; use --stamps wall con programas\n"
    "  que rechazan el futuro.",
)
WHO = Text(
    "  users; these passwords are shown this once, change them with `rajola users`:",
    "  usuarios; estas contraseñas se muestran solo esta vez, se cambian con `rajola users`:",
)
LINKS = Text("  one-time links:", "  enlaces de un solo uso:")
OPEN = Text(
    "warning: --open-loopback: everybody on this machine is instructor without a password",
    "aviso: --open-loopback: cualquiera en este equipo es instructor sin contraseña",
)
READY = Text("ready; stop with Ctrl-C", "en marcha; se para con Ctrl-C")


class RunLive:
    """Starts or resumes a live run."""

    name = "run"
    help = "run a live plant with OPC UA, HTTP and a web page"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        add_choice(parser)
        parser.add_argument("--speed", type=_speed, default=1.0, help="plant seconds per wall second (default 1)")
        parser.add_argument("--stamps", choices=("plant", "wall"), default="plant", help="what source times show")
        for gateway in gateways():
            parser.add_argument(
                f"--{gateway.name}",
                metavar="HOST:PORT",
                type=address,
                default=f"127.0.0.1:{gateway.default_port}",
                help=f"where {gateway.name} is served (port 0: any free one; `off`: not at all)",
            )
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of texts")
        parser.add_argument("--state", metavar="DIR", help="folder that keeps the run (default: in your data folder)")
        parser.add_argument("--fresh", action="store_true", help="begin a new run; an old one is set aside")
        parser.add_argument(
            "--resume", choices=("here", "catch-up"), default="here", help="go on where it stopped, or catch up to now"
        )
        parser.add_argument(
            "--resume-at", metavar="TIME", help="up to when the run has been seen, where its state cannot say so"
        )
        parser.add_argument(
            "--backfill", type=duration, metavar="7d", help="simulate this much of the past first, up to now"
        )
        parser.add_argument("--no-history", action="store_true", help="record no signals and events")
        parser.add_argument("--hide-simulator", action="store_true", help="show the plant without simulator controls")
        add_config(parser)
        parser.add_argument(
            "--unencrypted",
            action="store_true",
            help="let other machines read over OPC UA without encryption and without a name",
        )
        parser.add_argument(
            "--controller-limits",
            action="store_true",
            help="grant OPC UA clients no more than a small controller does: few sessions, 100 ms, 100 items a call",
        )
        parser.add_argument(
            "--load-profile",
            type=load,
            default=0,
            metavar="N",
            help="serve N fast and N slow variables besides, and some of every type and kind of identifier",
        )
        parser.add_argument(
            "--nodesets",
            metavar="DIR",
            help="take the nodes of OPC UA's companion models from the official files in DIR",
        )
        parser.add_argument(
            "--chaos", metavar="FILE", help="disturb OPC UA clients as this CSV file says: after_s,kind,duration_s,size"
        )
        parser.add_argument(
            "--open-loopback",
            action="store_true",
            help="let everybody on this machine do everything without a password",
        )
        parser.add_argument(
            "--one-process",
            action="store_true",
            help="serve from the process of the plant, to look for faults; a client that stops it then stops the plant",
        )
        parser.add_argument("--ready-file", metavar="FILE", help="write addresses and process ids here when ready")
        add_rooms(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Run until stopped."""
        choice = choice_of(arguments)
        # A script that cannot be used is refused before anything begins.
        script = _script(arguments)
        ready = None if arguments.ready_file is None else Path(arguments.ready_file)
        if ready is not None:
            _forget(ready)
        if arguments.rooms is not None:
            folder = Path(arguments.state) if arguments.state else _default_folder(choice) / "rooms"
            return run_rooms(arguments, folder, lambda: _admit(arguments), _stop_event)
        state = StateFolder(
            Path(arguments.state) if arguments.state else _default_folder(choice), records=not arguments.no_history
        )
        serving = _serving(arguments)
        try:
            opened = _open(state, choice, arguments)
            if arguments.backfill or (opened.resumed and arguments.resume == "catch-up"):
                fill(opened.run, wall_now, state.allow, arguments.lang, state.past)
            code = asyncio.run(_live(state, opened, serving, arguments, script))
            return _finish(state, opened) if code == 0 else code
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StateError(f"{_why(error)}; the run has stopped and can be resumed") from error
        finally:
            serving.close()
            state.close()
            if ready is not None:
                ready.unlink(missing_ok=True)


def _script(arguments: argparse.Namespace) -> list[Step]:
    return [] if arguments.chaos is None else read_script(Path(arguments.chaos))


def _finish(state: StateFolder, opened: Opened) -> int:
    """Keep where the run stopped, now that no thread is left that could write the horizon too."""
    run = opened.run
    state.allow(run.now)
    opened.record.close(run)
    stopped = f"stopped at plant time {iso(run.now)}, event log {run.digest()}"
    state.note(stopped, wall_now())
    print(stopped, flush=True)
    return 0


def _speed(text: str) -> float:
    """A speed that a run can be asked for."""
    value = positive(text)
    if not SLOWEST <= value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text} is outside {SLOWEST:g} to {FASTEST:g}; choose within")
    return value


def _forget(ready: Path) -> None:
    """Take away what an earlier run said, so that nobody takes it for this one's word."""
    try:
        ready.unlink(missing_ok=True)
        trial = ready.with_name(f".{ready.name}.new")
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise DefinitionError(f"--ready-file {ready}: cannot be written ({error.strerror}); choose another") from None


def _default_folder(choice: Choice) -> Path:
    """A folder in the user's data directory that is named after plant and scenario."""
    family = family_for(choice.plant)
    plant = choice.plant or next(iter(family.plants()))
    scenario = choice.scenario or next(iter(family.scenarios()))
    return user_data_path("rajola") / f"{Path(plant).stem}-{Path(scenario).stem}"


def default_state() -> Path:
    """The folder of a run for which nothing was chosen."""
    return _default_folder(Choice())


def _open(state: StateFolder, choice: Choice, arguments: argparse.Namespace) -> Opened:
    if state.holds_run and not arguments.fresh:
        return state.resume(choice, families(), arguments.resume_at)
    now, past = wall_now(), arguments.backfill or 0
    return state.begin(define(choice, now - past), families(), past_until=now if past else 0)


async def _live(
    state: StateFolder, opened: Opened, serving: Serving, arguments: argparse.Namespace, script: Sequence[Step]
) -> int:
    if state.historian is not None:
        # What is shown of the time before now is read there.
        opened.run.settle()
        state.historian.flush()
    session = Session(
        opened.run,
        speed=arguments.speed,
        stamps=arguments.stamps,
        language=arguments.lang,
        allow=state.allow,
        append=state.append,
        history=None if state.historian is None else state.historian.history,
        genealogy=opened.record.genealogy,
        journal=read_journal(state.journal).entries,
        kept_runs=KeptRuns(state.path, lambda: opened.record.close(opened.run)),
    )
    access = _admit(arguments)
    stop = _stop_event()
    if arguments.room:
        when_alone(stop.set)
    living = asyncio.create_task(session.live(), name="run")
    questions = None if state.historian is None else QueryServer(state.path, state.historian)
    try:
        if questions is not None:
            await questions.start()
        await serving.start(session, access, partial(_started_anew, state, session, serving, arguments))
        state.note(f"started at plant time {iso(opened.run.now)}", wall_now())
        _announce(state, opened, session, serving, access, arguments)
        waiting = asyncio.create_task(stop.wait())
        playing = asyncio.create_task(play(script, session.submit), name="chaos script")
        await asyncio.wait({waiting, living}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        playing.cancel()
    finally:
        failed = await _stop(living, serving)
        if questions is not None:
            await questions.stop()
    if failed is not None:
        print(f"rajola: {_why(failed)}; the run has stopped and can be resumed", file=sys.stderr)
        return 1
    return 0


def _why(failed: BaseException) -> str:
    """What ended a run that nobody had stopped: a sentence, or everything there is to say about a fault of ours."""
    if isinstance(failed, RajolaError):
        return str(failed)
    if isinstance(failed, OSError):
        return f"{failed.filename}: {failed.strerror}" if failed.filename else str(failed)
    return "".join(traceback.format_exception(failed)) + "this is a fault of rajola"


def _serving(arguments: argparse.Namespace) -> Serving:
    """The gateways that are wanted, OPC UA first; their processes, if they have some, load from now on."""
    places: dict[str, tuple[GatewayEntry, Address]] = {}
    for gateway in gateways():
        place: Address | None = getattr(arguments, gateway.name)
        if place is not None:
            places[gateway.name] = (gateway, place)
    options: dict[str, Any] = {
        "simulator": not arguments.hide_simulator,
        "language": arguments.lang,
        "unencrypted": arguments.unencrypted,
        "controller_limits": arguments.controller_limits,
        "load_profile": arguments.load_profile,
        "nodesets": arguments.nodesets,
        "room": arguments.room,
    }
    # A room of a class has a process and a supervisor of its own already.
    here = arguments.one_process or arguments.room or not OWN_PROCESSES
    return ServingHere(places, options) if here else ServingApart(places, options)


async def _stop(living: "asyncio.Task[None]", serving: Serving) -> BaseException | None:
    """Stop the run, then its gateways; why the run had stopped by itself, if it had."""
    living.cancel()
    await asyncio.wait({living})
    await serving.stop()
    return None if living.cancelled() else living.exception()


def _stop_event() -> asyncio.Event:
    """Set by the first Ctrl-C or SIGTERM; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def first() -> None:
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        try:
            loop.add_signal_handler(number, first)
        except NotImplementedError:
            # Windows has no signal handlers in the event loop.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


def _admit(arguments: argparse.Namespace) -> Access:
    """The users of this run; new ones, with passwords shown at once and never again, where there were none."""
    access = Access(config_of(arguments), open_loopback=arguments.open_loopback, room=arguments.room)
    if access.open_loopback:
        print(OPEN.in_language(arguments.lang), file=sys.stderr)
        return access
    passwords = access.first_passwords()
    if passwords:
        lines = [WHO.in_language(arguments.lang), *(f"    {name:<12} {word}" for name, word in passwords.items())]
        print("\n".join(lines), flush=True)
    return access


def _links(access: Access, addresses: dict[str, str], arguments: argparse.Namespace) -> list[str]:
    """Links that log a browser in once, for the instructor and for one who looks on."""
    if access.open_loopback or access.room or "http" not in addresses:
        return []
    links = [
        f"    {role.name.lower():<12} {addresses['http'].rstrip('/')}/?link={access.issue_link(role)}"
        for role in (Role.INSTRUCTOR, Role.OBSERVER)
    ]
    return [LINKS.in_language(arguments.lang), *links]


def _announce(
    state: StateFolder,
    opened: Opened,
    session: Session,
    serving: Serving,
    access: Access,
    arguments: argparse.Namespace,
) -> None:
    addresses = serving.addresses
    for note in opened.notes:
        print(f"note: {note}", file=sys.stderr)
    title = session.description.title.in_language(arguments.lang)
    begun = RESUMED if opened.resumed else BEGUN
    facts = (iso(opened.run.now), f"x{arguments.speed:g}")
    lines = [f"{title}: {begun.in_language(arguments.lang).format(*facts)}"]
    lines += [f"  {name:<6} {address}" for name, address in addresses.items()]
    lines.append(f"  {STATE.in_language(arguments.lang):<6} {state.path}")
    if arguments.speed > 1.0 and arguments.stamps == "plant":
        lines.append(AHEAD.in_language(arguments.lang))
    lines += _links(access, addresses, arguments)
    lines.append(READY.in_language(arguments.lang))
    print("\n".join(lines), flush=True)
    _say_ready(serving, arguments)


def _say_ready(serving: Serving, arguments: argparse.Namespace) -> None:
    """Tell programs where the run is served, and by which processes."""
    if arguments.ready_file:
        content = json.dumps({**serving.addresses, "pid": os.getpid(), "pids": serving.pids}) + "\n"
        write_whole(Path(arguments.ready_file), content.encode())


def _started_anew(
    state: StateFolder, session: Session, serving: Serving, arguments: argparse.Namespace, message: Text
) -> None:
    """Say that a gateway ended, and what came of it."""
    print(f"rajola: {message.in_language(arguments.lang)}", file=sys.stderr, flush=True)
    state.note(message.en, wall_now())
    session.tell(message)
    _say_ready(serving, arguments)


command = RunLive()
