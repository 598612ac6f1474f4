"""The exported information model, read by a stack of other authors."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from opcua_server.address_space import NAMESPACE
from opcua_server.data_types import moment
from opcua_server.nodeset_command import nodeset
from tests.other_stack.support import require_node_modules
from tests.support.fake_bakery import bakery, whole_bakery
from tests.support.fake_port import START

pytestmark = pytest.mark.other_stack


@pytest.mark.timeout(300)
def test_another_stack_reads_every_node_of_the_exported_file(tmp_path: Path) -> None:
    folder = require_node_modules()
    file = tmp_path / "bakery.xml"
    file.write_bytes(asyncio.run(nodeset(whole_bakery(), moment(START), "0.0.0")))
    done = subprocess.run(
        ["node", "import_nodeset.mjs", str(file), NAMESPACE],
        cwd=folder, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "was skipped" not in done.stdout + done.stderr
    found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    declared = file.read_text(encoding="utf-8").count(' NodeId="ns=1;s=')
    assert len(found) == declared
    assert {"type:LoafResultContentDataType", "type:LoafResultType", "bakery/corner/JobManagement"} <= found.keys()
    for signal in bakery().signals:
        assert found[signal.path]["nodeClass"] == "Variable"
    for station in bakery().stations:
        assert found[station.path]["type"].endswith(f"s=type:{station.kind}Type")
