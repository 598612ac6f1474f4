"""What the stations meter; the numbers are part of the event log's format."""

ELECTRICITY = 1
"""Joules of electricity."""
GAS = 2
"""Joules of natural gas, lower heating value."""
WATER = 3
"""Grams of water."""
GRADED = 4
"""First entry of a row's grading: meter GRADED + grade counts tiles of that grade."""
