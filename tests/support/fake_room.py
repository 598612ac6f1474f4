"""A process that behaves as a room does to its supervisor: `python fake_room.py run --state DIR --ready-file FILE`.

It notes how it was called in DIR/calls. DIR/dies holds an exit code with which it ends at once; while DIR/late exists
it is not ready; DIR/deaf makes it deaf to SIGTERM.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Live until told to stop."""
    given = sys.argv[1:]
    folder, ready = Path(given[given.index("--state") + 1]), Path(given[given.index("--ready-file") + 1])
    with (folder / "calls").open("a") as calls:
        calls.write(json.dumps(given) + "\n")
    if (folder / "dies").exists():
        sys.stderr.write("rajola: the oven is gone\n\n")
        sys.exit(int((folder / "dies").read_text()))
    signal.signal(signal.SIGTERM, signal.SIG_IGN if (folder / "deaf").exists() else lambda *_: sys.exit(0))
    while (folder / "late").exists():
        time.sleep(0.02)
    trial = ready.with_suffix(".new")
    trial.write_text(json.dumps({"http": f"http://127.0.0.1:{40000 + os.getpid() % 20000}", "pid": os.getpid()}))
    trial.replace(ready)
    while True:
        time.sleep(0.02)


if __name__ == "__main__":
    main()
