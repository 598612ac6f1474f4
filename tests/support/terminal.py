"""A terminal in which the tests of docs type the commands of a page, with free ports and short simulations."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

OPCUA, HTTP = "opc.tcp://127.0.0.1:4840/rajola/", "http://127.0.0.1:8000"
CURL_TIMED_OUT = 28


class Terminal:
    """Runs commands in a folder. `rajola run` stays alive until the next one, or the end.

    A second `rajola run` on the same state kills the earlier one the hard way, as the page tells its reader to.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.addresses = {"opcua": OPCUA, "http": HTTP}
        self.killed = 0
        self._live: subprocess.Popen[bytes] | None = None
        self._state: str | None = None
        self._runs = 0
        tools = Path(sys.executable).parent
        home = {name: str(folder / ".home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        self._environment = os.environ | home | environment | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end(signal.SIGKILL)

    def type(self, command: str) -> str:
        """Run a command of a page; what it printed. A command that fails fails the test."""
        if command.startswith("rajola run"):
            return self._start(shlex.split(command))
        if command.startswith("curl"):
            require_curl()
            command = command.replace("curl -s", "curl -sf", 1)
        for name, address in (("opcua", OPCUA), ("http", HTTP)):
            command = command.replace(address, self.addresses[name])
        command = re.sub(r"--days [0-9.]+", "--days 0.1", command)
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        cut_off = "--max-time" in command and done.returncode == CURL_TIMED_OUT
        assert done.returncode == 0 or cut_off, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _start(self, command: list[str]) -> str:
        state = command[command.index("--state") + 1] if "--state" in command else None
        if self._live is not None:
            same = state is not None and state == self._state
            self._end(signal.SIGKILL if same else signal.SIGTERM)
            self.killed += same
        self._runs += 1
        ready, printed = self.folder / f".ready-{self._runs}", self.folder / f".printed-{self._runs}"
        free = ["--opcua", "127.0.0.1:0", "--http", "127.0.0.1:0", "--ready-file", str(ready)]
        with printed.open("wb") as output:
            self._live = subprocess.Popen(
                [*command, *free], cwd=self.folder, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        self._state = state
        while not ready.exists():
            assert self._live.poll() is None, printed.read_text(encoding="utf-8")
            time.sleep(0.05)
        said: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
        self.addresses = {name: said[name] for name in ("opcua", "http")}
        return printed.read_text(encoding="utf-8")

    def _end(self, how: signal.Signals) -> None:
        if self._live is not None:
            self._live.send_signal(how)
            self._live.wait()
            self._live = None


def require_curl() -> None:
    """Skip the test where there is no curl; fail it where all other tools have to be."""
    if shutil.which("curl") is None:
        reason = "curl is not installed: there is no 'curl' on the PATH."
        if os.environ.get("RAJOLA_REQUIRE_OTHER_STACKS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
