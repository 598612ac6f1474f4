"""The same line with one process per tile: slow and plain, the oracle of the tests and the yardstick of the bench.

Every tile rides, waits and is fired by itself, with SimPy's own resources, stores and timeouts; the physics is called
tile by tile. What a plant declares (parameters, distributions, streams, equations, the kiln's air) is shared with the
engine's stations; how things flow is written here a second time, from what it means.
"""
