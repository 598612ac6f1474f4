"""The number types of the physics: one value, or one value per tile."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Numeric: TypeAlias = float | Array
"""A float or an array of float64; arrays of one call share a shape or broadcast, and so does what comes back."""
