"""What this process has used so far: processor time and memory."""

import sys
import time

MEGABYTE = 1 << 20


def processor_seconds() -> float:
    """Processor time of this process, all threads [s]."""
    return time.process_time()


def peak_memory_mb() -> float | None:
    """Most memory that this process has held at once [MB]; None where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes, macOS bytes.
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024 / MEGABYTE
