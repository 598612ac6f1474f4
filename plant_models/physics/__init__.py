"""What happens to powder, tile, glaze and ink: pure functions of numbers, which know nothing of a simulation.

Every function over tiles is elementwise. It takes floats and arrays alike (`numeric.Numeric`), checks nothing, and a
tile's value never depends on the other tiles of its block. Coefficients arrive in frozen dataclasses; their values
belong to the plant data.
"""
