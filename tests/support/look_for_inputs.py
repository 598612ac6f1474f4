"""`python -m tests.support.look_for_inputs FOLDER --seconds 3600`: atheris looks for inputs that reach new code.

What it finds is kept in the folder; an input that makes the server fail ends it with an exit code other than 0.
"""

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["asyncua.ua", "asyncua.server", "asyncua.common", "opcua_server"]):
    from tests.support import fuzz_opcua


def main() -> None:
    """Look for inputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where inputs are kept, besides those of the tests")
    parser.add_argument("--seconds", type=int, default=3600)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, seed in fuzz_opcua.seeds().items():
        (arguments.folder / name).write_bytes(seed)
    # A long pause, 256 MiB beside what the server itself takes, or an error is a finding. The pause is ten times what
    # is allowed, as other processes may have their share of the machine.
    options = ["-timeout=10", "-rss_limit_mb=512", "-max_len=4096", "-verbosity=0", "-print_final_stats=1"]
    options += [f"-max_total_time={arguments.seconds}", f"-artifact_prefix={arguments.folder}/found-"]
    target = fuzz_opcua.Target()
    atheris.Setup([sys.argv[0], *options, str(arguments.folder), str(fuzz_opcua.CORPUS)], target.give)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
