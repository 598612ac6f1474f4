"""How causes become shade and defects: all coefficients of the judgement of a fired tile."""

from pydantic import Field

from plant_models.definition.product import Definition

Vector = tuple[float, float, float]
"""Change of (L*, a*, b*)."""


class Shade(Definition):
    """Change of shade per unit of each cause; the lengths follow the sheet, the directions are ours."""

    per_degree: Vector
    """Per degree of peak temperature above the reference [1/K]."""
    per_residual: Vector
    """Per percent of residual moisture above the reference [1/%]."""
    per_coat: Vector
    """Per relative excess of glaze [-]."""
    per_density: Vector
    """Per g/cm3 of glaze density above the reference, besides the coat [cm3/g]."""
    reference_glaze_density: float = Field(ge=1.3, le=1.95)
    """Density of the glaze at which the shade is the reference [g/cm3]."""
    per_ink: Vector
    """Per relative excess of ink [-]."""
    per_reduction: Vector
    """Per percent of oxygen in the kiln below `reduction_below` [1/%]."""
    reduction_below: float = Field(ge=0, le=21)
    """Oxygen below which the fire begins to reduce [%]."""
    reference_residual: float = Field(ge=0)
    """Residual moisture at which the shade is the reference [% dry]."""
    sd: float = Field(ge=0)
    """Scatter of each component between tiles."""


class Defects(Definition):
    """Probability of each kind of defect in good conditions, and what multiplies it."""

    lamination: float = Field(ge=0, le=1)
    """Share of tiles with laminations [-]; likewise below."""
    dry_powder: float = Field(ge=0)
    """Moisture below which laminations multiply [% dry]."""
    dry_powder_factor: float = Field(ge=1)
    """Multiplies laminations below that moisture [-]."""
    chip: float = Field(ge=0, le=1)
    """Edge or corner chips [-]."""
    pinhole: float = Field(ge=0, le=1)
    """Pinholes [-]."""
    pinhole_reference: float
    """Tile temperature at the printer from which pinholes grow [degC]."""
    pinhole_growth: float = Field(ge=0)
    """Logarithmic growth of pinholes with tile temperature [1/K]."""
    crawling: float = Field(ge=0, le=1)
    """Crawling, bare spots [-]."""
    coat_growth: float = Field(ge=0)
    """Logarithmic growth of crawling with relative excess of glaze [-]."""
    print_line: float = Field(ge=0, le=1)
    """Print lines, besides those of nozzles out [-]."""
    speck: float = Field(ge=0, le=1)
    """Dark specks [-]."""
    black_core: float = Field(ge=0, le=1)
    """Black core [-]."""
    wet_tile: float = Field(ge=0)
    """Residual moisture above which black core multiplies [% dry]."""
    wet_tile_factor: float = Field(ge=1)
    """Multiplies black core above that moisture [-]."""
    black_core_oxygen: float = Field(gt=0, le=21)
    """Oxygen in preheating below which organics do not burn out [%]."""
    black_core_starved: float = Field(ge=0)
    """What no oxygen at all adds to the factor of black core [-]."""
    black_core_density: float
    """Logarithmic growth of black core with green density [cm3/g]."""
    black_core_haste: float
    """Logarithmic growth of black core with the relative speed of heating [-]."""
    bloating: float = Field(ge=0, le=1)
    """Share of bloated tiles per degree of over-firing [1/K]."""
    cooling_crack: float = Field(ge=0, le=1)
    """Cooling cracks [-]."""
    cooling_limit: float = Field(gt=0)
    """Cooling rate at 573 degC up to which nothing is added [K/min]."""
    cooling_growth: float = Field(ge=0)
    """Logarithmic growth of cooling cracks above it [min/K]."""
    roller_mark: float = Field(ge=0, le=1)
    """Roller marks [-]."""
    punch_mark: float = Field(ge=0, le=1)
    """Punch marks [-]."""
    scrap_chip_share: float = Field(ge=0, le=1)
    """Share of chips so large that the tile is scrap [-]."""
    curvature_sd: float = Field(ge=0)
    """Scatter of curvature between tiles [mm]."""
    curvature_bias: float
    """Mean curvature with everything as set, convex positive [mm]."""


class Quality(Definition):
    """Judgement of a fired tile."""

    shade: Shade
    defects: Defects
