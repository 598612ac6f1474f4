"""The reference coefficients of the process sheet, for the tests of the physics."""

import numpy as np

from plant_models.physics.compaction import Compaction, DryingShrinkage, GreenStrength, Springback
from plant_models.physics.drying import Cracking, Drying
from plant_models.physics.firing import PorousBody, Vitrification, VitrifiedBody
from plant_models.physics.planarity import FiringCurvature, GlazeFit
from plant_models.physics.printing import Drop, NozzleFailure
from plant_models.physics.slab import Slab

PORCELAIN_POWDER = Compaction(moisture_pressure=-0.0040, pressure=0.140, moisture=0.0440, intercept=1.001)
RED_POWDER = Compaction(moisture_pressure=-0.0040, pressure=0.140, moisture=0.0440, intercept=1.153)
WALL_POWDER = Compaction(moisture_pressure=-0.0040, pressure=0.140, moisture=0.0440, intercept=1.0155)

SPRINGBACK = Springback(
    base=0.60, per_pressure=0.0008, reference_pressure=400.0, per_moisture=-0.03, reference_moisture=5.5
)
DRYING_SHRINKAGE = DryingShrinkage(base=0.20, per_moisture=0.04, reference_moisture=5.5)
AS_PRESSED = GreenStrength(stiffness=6.0, density_floor=1.6, per_moisture=0.15, reference_moisture=5.5)
DRIED = GreenStrength(stiffness=18.0, density_floor=1.6, per_moisture=0.0, reference_moisture=0.0)

VERTICAL_DRYER = Drying(
    rate=0.065,
    reference_thickness=9.5,
    thickness_exponent=1.5,
    temperature_gain=0.012,
    reference_temperature=180.0,
    equilibrium_moisture=0.05,
    heat_transfer=18.0,
    heat_capacity=0.9,
    latent_heat=2450.0,
    mass_per_thickness=20.4 / 9.5,
    entry_temperature=35.0,
)
ROLLER_DRYER = Drying(
    rate=0.24,
    reference_thickness=9.5,
    thickness_exponent=1.5,
    temperature_gain=0.012,
    reference_temperature=180.0,
    equilibrium_moisture=0.05,
    heat_transfer=55.0,
    heat_capacity=0.9,
    latent_heat=2450.0,
    mass_per_thickness=20.4 / 9.5,
    entry_temperature=35.0,
)
CRACKING = Cracking(
    base_probability=0.0005, reference_rate=0.35, rate_scale=0.6, gradient_limit=0.015, gradient_factor=4.0
)

DROP = Drop(reference_temperature=45.0, per_degree=0.012, reference_voltage=25.0, per_volt=0.008)
NOZZLE_FAILURE = NozzleFailure(
    base_rate=0.015, limit_temperature=50.0, temperature_span=10.0, heat_factor=5.0, dust_factor=3.0
)

PORCELAIN = VitrifiedBody(
    vitrification=Vitrification(midpoint=1147.0, width=12.0),
    full_shrinkage=7.35,
    shrinkage_per_density=-16.1,
    reference_density=1.95,
    solid_density=2.65,
    closed_absorption=0.02,
    overfiring_temperature=1215.0,
    overfiring_loss=0.02,
)
RED_FLOOR = VitrifiedBody(
    vitrification=Vitrification(midpoint=1105.0, width=22.0),
    full_shrinkage=7.0,
    shrinkage_per_density=-15.0,
    reference_density=2.06,
    solid_density=2.65,
    closed_absorption=0.0,
    overfiring_temperature=1180.0,
    overfiring_loss=0.02,
    unfired_absorption=12.0,
)
POROUS_WALL = PorousBody(
    base_shrinkage=0.5,
    shrinkage_per_degree=0.008,
    shrinkage_per_density=-4.0,
    base_absorption=15.0,
    absorption_per_degree=-0.02,
    absorption_per_density=-20.0,
    reference_temperature=1110.0,
    reference_density=1.92,
)
DENSE_STRENGTH = 52.0
POROSITY_EXPONENT = 2.2

FIRING_CURVATURE = FiringCurvature(per_degree=0.05, reference_side=450.0, reference_thickness=9.0)
GLAZE_FIT = GlazeFit(per_mismatch=0.3 / 5e-7, reference_side=600.0, reference_thickness=9.5)

SLAB = Slab(
    density=2.1,
    conductivity=1.15,
    heat_capacity=0.95,
    heat_capacity_per_degree=2.3e-4,
    emissivity=0.85,
    convection=25.0,
    roller_view_factor=0.7,
    entry_temperature=60.0,
)

ZONE_POSITIONS = (np.arange(25) + 0.5) / 25
ZONE_AIR = np.interp(
    ZONE_POSITIONS,
    [0.0, 0.06, 0.12, 0.38, 0.50, 0.60, 0.605, 0.67, 0.82, 1.0],
    [250.0, 350.0, 480.0, 1060.0, 1195.0, 1203.0, 620.0, 560.0, 440.0, 50.0],
)
"""A porcelain firing curve after the sheet's zones [degC]."""
