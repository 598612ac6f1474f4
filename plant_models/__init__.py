"""Ceramic tile lines: the physics, the stations, the plants and the scenarios."""
