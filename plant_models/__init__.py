"""Ceramics: the physics, stations, lines, plants and scenarios of tile making."""

from plant_models.family import CeramicPlants

plants = CeramicPlants()
"""What the entry point `ceramics` of the group `rajola.plants` names."""

__all__ = ["plants"]
