"""What a tile line reports on a run: figures that a kiln manager, a press man and a sorter look at."""

from plant_models.report.figures import tile_figures

__all__ = ["tile_figures"]
