"""The flow of docs/integration.md runs in Node-RED and writes what the line measures."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.other_stack.support import HERE, require_node_modules
from tests.support.opcua import OVEN, served
from tests.support.pages import write_files
from tests.support.terminal import OPCUA

pytestmark = pytest.mark.other_stack
PATIENCE_S = 60.0
TAG = "porcelain-600/castello/forming/line-1/press/bulk_density"


def test_the_flow_of_the_integrators_page_writes_new_values(tmp_path: Path) -> None:
    modules = require_node_modules(HERE / "node_red")
    write_files("docs/integration.md", tmp_path)
    shutil.copy(modules / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(modules / "node_modules")
    flow, values, output = tmp_path / "flow.json", tmp_path / "values.txt", tmp_path / "output"
    with served() as server:
        text = flow.read_text(encoding="utf-8").replace(OPCUA, server.address).replace(TAG, f"{OVEN}/humidity")
        flow.write_text(text.replace("values.txt", values.as_posix()), encoding="utf-8")
        # Port 0: any free one for its editor, which nobody opens.
        order = ["node", "node_modules/node-red/red.js", "-u", str(tmp_path), "-p", "0", "flow.json"]
        with (
            output.open("w") as file,
            subprocess.Popen(order, cwd=tmp_path, stdout=file, stderr=file) as process,
        ):
            try:
                end = time.monotonic() + PATIENCE_S
                while not values.exists() or len(values.read_text(encoding="utf-8").split()) < 4:
                    assert process.poll() is None, output.read_text(encoding="utf-8")
                    assert time.monotonic() < end, output.read_text(encoding="utf-8")
                    time.sleep(0.1)
            finally:
                process.kill()
    # The package tells the number of its subscription first.
    _, *numbers = (float(each) for each in values.read_text(encoding="utf-8").split())
    assert all(40.0 <= number <= 60.0 for number in numbers), numbers
    assert len(set(numbers)) > 1
