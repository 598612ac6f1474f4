"""The examples of docs/opcua.md, docs/integration.md and docs/http.md work against a live line."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from api.routes import chaos, clock, commands, events, kpis, line, signals, stream, system
from opcua_server.address_space import NAMESPACE
from opcua_server.data_types import OWN_UNITS_NAMESPACE
from opcua_server.settings import Settings
from opcua_server.simulator import METHODS
from tests.other_stack.support import require_node_modules
from tests.support.pages import ROOT, blocks, write_files
from tests.support.terminal import OPCUA, Terminal
from twin.host.chaos import KINDS

ROUTES = (chaos, clock, commands, events, kpis, line, signals, stream, system)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with Terminal(tmp_path_factory.mktemp("connecting")) as terminal:
        terminal.type("rajola run --speed 60 --state state --open-loopback")
        yield terminal


def test_the_python_example_reads_writes_and_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    (example,) = (block.text for block in blocks("docs/opcua.md") if block.language == "python")
    file = tmp_path / "example.py"
    file.write_text(example.replace(OPCUA, terminal.addresses["opcua"]), encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "g/cm³" in done.stdout
    assert "refused:" in done.stdout
    assert "bulk_density" in done.stdout


def _typed(language: str, word: str, terminal: Terminal) -> list[str]:
    """The words of a command line of the integrators' page, with the address of the line."""
    (block,) = (each for each in blocks("docs/integration.md") if each.language == language and word in each.text)
    return block.text.replace(OPCUA, terminal.addresses["opcua"]).split()[1:]


def test_the_integrators_python_client_hears_every_signal_of_a_press(terminal: Terminal, tmp_path: Path) -> None:
    write_files("docs/integration.md", tmp_path)
    order = [sys.executable, *_typed("sh", "follow.py", terminal)]
    done = subprocess.run(order, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "line-1/press/bulk_density" in done.stdout


@pytest.mark.other_stack
def test_the_integrators_javascript_client_hears_a_value(terminal: Terminal, tmp_path: Path) -> None:
    modules = require_node_modules() / "node_modules"
    write_files("docs/integration.md", tmp_path)
    (tmp_path / "node_modules").symlink_to(modules)
    order = ["node", *_typed("sh", "follow.mjs", terminal)]
    done = subprocess.run(order, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "line-1/press/bulk_density" in done.stdout


def test_every_curl_of_the_http_page_is_answered(terminal: Terminal) -> None:
    lines = [line for block in blocks("docs/http.md") if block.language == "sh" for line in block.commands]
    assert len(lines) > 10
    for command in lines:
        assert terminal.type(command).strip(), command


def test_every_route_is_on_the_http_page() -> None:
    page = (ROOT / "docs/http.md").read_text(encoding="utf-8")
    routes = [route for each in ROUTES for route in each.router.routes]
    paths = {route.path.replace("{path:path}", "{path}") for route in routes if isinstance(route, APIRoute)}
    assert len(paths) > 10
    assert sorted(path for path in paths if path not in page) == []


def test_the_opcua_page_names_namespaces_methods_and_limits_as_they_are() -> None:
    page = (ROOT / "docs/opcua.md").read_text(encoding="utf-8")
    settings = Settings()
    told = (ROOT / "docs/integration.md").read_text(encoding="utf-8")
    assert [kind.name for kind in KINDS if f"| `{kind.name}` |" not in told] == []
    for word in (NAMESPACE, OWN_UNITS_NAMESPACE, *(f"`{method.name}`" for method in METHODS)):
        assert word in page
    for limit in (settings.connections, settings.subscriptions, settings.queue_size):
        assert f"{limit} " in page
    assert f"{settings.operations:,} operations" in page
    assert f"{settings.shortest_publishing_interval_ms:g} ms" in page
