"""What the tests need of other stacks: node-opcua as a client, playwright-core with Chromium as a reader of the page.

Without them such a test is skipped and says why. With RAJOLA_REQUIRE_OTHER_STACKS=1, as in `.ci/run`, it fails instead.
"""

import json
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def require_node_modules(folder: Path = HERE) -> Path:
    """Return the folder to run `node` in, where what its package.json asks for stands in exact versions."""
    if shutil.which("node") is None:
        _unavailable("Node.js is not installed: there is no 'node' on the PATH.")
    wanted: dict[str, str] = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in wanted.items():
        manifest = folder / "node_modules" / name / "package.json"
        found = json.loads(manifest.read_text(encoding="utf-8"))["version"] if manifest.exists() else "nothing"
        if found != version:
            where = folder.relative_to(HERE.parents[1])
            _unavailable(f"{name} {version} is wanted, {found} is installed: run 'npm install' in {where}.")
    return folder


def require_chromium() -> Path:
    """Return the path of Chromium, which playwright-core is told to start: it brings no browser of its own."""
    require_node_modules()
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        _unavailable(f"No browser is installed: none of {', '.join(CHROMIUM_NAMES)} is on the PATH.")
    return Path(path)


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("RAJOLA_REQUIRE_OTHER_STACKS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
