"""Fewer samples for a chart: of every stretch of a window its lowest and its highest value, so that no peak is lost."""

import numpy as np

from twin.record.history import Samples


def thinned(samples: Samples, points: int) -> Samples:
    """At most `points` (2 or more) of the samples; a profile is judged by its first point."""
    count = len(samples)
    if count <= max(2, points):
        return samples
    stretches = max(1, points // 2)
    edges = np.linspace(0, count, stretches + 1).astype(np.int64)
    first = samples.values[:, 0]
    chosen: list[int] = []
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        stretch = first[low:high]
        chosen += sorted({low + int(stretch.argmin()), low + int(stretch.argmax())})
    kept = np.array(chosen, dtype=np.int64)
    return Samples(samples.times[kept], samples.values[kept], samples.status[kept], samples.more, samples.texts)
