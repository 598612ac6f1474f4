"""The ceramic body: how it compacts, dries, fires and bends."""

from typing import Literal, Self, cast

from pydantic import Field, model_validator

from plant_models.definition.product import Definition
from plant_models.physics.compaction import Compaction, DryingShrinkage, GreenStrength, Springback
from plant_models.physics.firing import Firing, PorousBody, VitrifiedBody
from plant_models.physics.planarity import Ageing, FiringCurvature, GlazeFit
from plant_models.physics.slab import Slab


class Strength(Definition):
    """Bending strength of the fired body."""

    dense: float = Field(gt=0, le=200)
    """Without pores [N/mm2]."""
    porosity_exponent: float = Field(ge=0, le=10)
    """Loss by pores [-]."""
    solid_density: float = Field(gt=2, le=3.5)
    """Of the fired solid [g/cm3]."""


class Body(Definition):
    """All coefficients of one body."""

    family: Literal["porcelain", "red-floor", "porous-wall"]
    """Kind of body, for the reader."""
    group: Literal["BIa", "BIb", "BIIa", "BIII"]
    """Group of ISO 13006 that the product is sorted against."""
    reference_moisture: float = Field(ge=4, le=8)
    """Moisture of the powder at the press [% dry]."""
    compaction: Compaction
    """Density from pressure and moisture."""
    springback: Springback
    """Growth on leaving the die."""
    drying_shrinkage: DryingShrinkage
    """Shrinkage in the dryer."""
    green_strength: GreenStrength
    """Bending strength of the pressed tile."""
    vitrified: VitrifiedBody | None = None
    """Firing of a body that closes its pores; this or `porous`."""
    porous: PorousBody | None = None
    """Firing of a body that stays open."""
    loss_on_ignition: float = Field(ge=0, le=20)
    """Mass lost in firing [%]."""
    reference_peak: float = Field(ge=900, le=1260)
    """Peak temperature of the tile that the curve aims at [degC]."""
    thickness_excess: float = Field(ge=0, le=6)
    """How much more the thickness shrinks than the side [percentage points]."""
    curvature: FiringCurvature
    """Bending by a temperature difference of the faces."""
    glaze_fit: GlazeFit
    """Bending by a body that contracts more than its glaze."""
    expansion_mismatch: float = Field(ge=-5e-6, le=5e-6)
    """Expansion coefficient of the body minus that of its glazes [1/K]."""
    expansion_shift: float = Field(default=0.0, ge=-5e-6, le=5e-6)
    """How far that is from what the line is set for, as after a change of frit or clay [1/K]."""
    expansion_lot_sd: float = Field(ge=0, le=1e-6)
    """Scatter of that from powder lot to powder lot [1/K]."""
    curvature_per_face_density: float = Field(ge=0, le=500)
    """Bending by a difference of green density between underside and face [mm per g/cm3]."""
    face_density_sd: float = Field(ge=0, le=0.02)
    """Scatter of that difference between tiles [g/cm3]."""
    side_per_degree: float = Field(ge=0, le=0.2)
    """Bending by a temperature difference between the sides of a tile [mm/K]."""
    ageing: Ageing
    """What goes on after the kiln."""
    strength: Strength
    """Bending strength from porosity."""
    sag_per_degree: float = Field(ge=0, le=0.2)
    """Pyroplastic sag above the reference peak [mm/K]."""
    slab: Slab
    """Heat in the tile inside the kiln."""
    process_co2_kg_t: float = Field(ge=0, le=100)
    """Carbon dioxide from the body itself [kg per t fired]."""
    index_density: float
    """Shift of the compaction intercept per unit of body index [g/cm3]."""
    index_temperature: float
    """Shift of the vitrification temperature per unit of body index [K]."""

    @model_validator(mode="after")
    def _fires_in_one_way(self) -> Self:
        if (self.vitrified is None) == (self.porous is None):
            raise ValueError("a body has a table vitrified or a table porous: write one of them")
        return self

    @property
    def firing(self) -> Firing:
        """How it shrinks and absorbs water."""
        return cast("Firing", self.vitrified or self.porous)

    @property
    def shrinkage_per_density(self) -> float:
        """Change of firing shrinkage with green density [% per g/cm3]."""
        return self.firing.shrinkage_per_density
