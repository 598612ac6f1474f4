"""Takes the pictures of the console in docs/images, both languages, with the line at 120 times real time, in Chromium.

`make screenshots` runs it. It needs Node.js, Chromium, and `npm install` in tests/other_stack.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
OTHER_STACK = ROOT / "tests" / "other_stack"
SPEED = 120
PAGES = {"line": "page", "quality": "console-quality", "kiln": "console-kiln", "performance": "console-performance"}
"""Pages of the console, and what their pictures are called."""
WATCHED_S = 90.0
"""Wall time before the picture, so that trends have something to show [s]."""
START = "2026-01-07T09:30"


def take(folder: Path, chromium: str) -> None:
    """Run a line in `folder`, wait, and take both pictures."""
    ready = folder / "ready.json"
    command = [
        *(str(Path(sys.executable).with_name("rajola")), "run", "--speed", str(SPEED), "--start", START),
        *("--opcua", "127.0.0.1:0", "--http", "127.0.0.1:0", "--state", str(folder / "state")),
        *("--ready-file", str(ready)),
    ]
    with subprocess.Popen(command) as line:
        try:
            while not ready.exists() and line.poll() is None:
                time.sleep(0.1)
            time.sleep(WATCHED_S)
            address = json.loads(ready.read_text(encoding="utf-8"))["http"]
            order = ["node", "picture_page.mjs", chromium, str(folder), address, *PAGES]
            subprocess.run(order, cwd=OTHER_STACK, check=True)
        finally:
            line.terminate()
    IMAGES.mkdir(exist_ok=True)
    for language in ("en", "es"):
        for page, name in PAGES.items():
            shutil.copyfile(folder / f"{page}-{language}.png", IMAGES / f"{name}-{language}.png")


if __name__ == "__main__":
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("No browser is installed: there is no chromium and no google-chrome on the PATH.")
    with tempfile.TemporaryDirectory() as name:
        take(Path(name), browser)
