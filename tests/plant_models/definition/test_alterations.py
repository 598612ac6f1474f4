"""What a scenario changes from the start: told in the ground truth, and taken back one by one."""

import numpy as np
import pytest

from plant_models.family import CeramicPlants
from plant_models.line import TileLine
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.truth import TruthKind
from twin.record.causes import suspects
from twin.record.run import Run
from twin.record.truth import truth_log
from twin.record.what_if import removal, run_without
from twin.run.definition import Definition

SCENARIO = """
title_en = "x"
title_es = "x"
[changes.powder]
moisture = 6.3
silo_t = 330.0
[changes.body_changes.vitrified.vitrification]
midpoint = 1152.0
[changes.press.sensors]
bulk_density.installed = false
[changes.kiln.faults.fog]
en = "Fog"
es = "Niebla"
repair_min = { distribution = "constant", value = 60.0 }
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    path = tmp_path_factory.mktemp("scenario") / "changed.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return define(Choice(scenario=str(path)), None)


def test_what_a_scenario_changes_is_in_the_ground_truth_with_its_size(changed: Definition) -> None:
    run = Run(changed, families())
    nothing = np.empty(0, dtype=[(name, "i8") for name in ("time", "station", "kind", "a", "b")])
    log = truth_log(run.line, nothing, changed.start, (), changed.start + 1)
    planted = {each.name: each for each in log if each.kind is TruthKind.CHANGE}
    assert list(planted) == [
        "powder.moisture",
        "body_changes.vitrified.vitrification.midpoint",
        "kiln.faults.fog",
        "press.sensors.bulk_density",
    ]
    moisture = planted["powder.moisture"]
    assert (moisture.size, moisture.details, moisture.begin, moisture.end) == (0.8, "5.5 -> 6.3", changed.start, None)
    assert moisture.planted
    assert moisture.station.endswith("/powder")
    assert {each.cause.partition("/")[0] for each in suspects(log, drawn=False)} == {"change"}
    assert len(suspects(log, drawn=False)) == 3


def test_each_change_is_taken_back_alone(changed: Definition) -> None:
    found = {}
    for number, altered in enumerate(Run(changed, families()).line.altered, start=1):
        removed = removal(f"change/{number}")
        if altered.removable and removed is not None:
            line = run_without(removed, changed, families(), ())[0].line
            assert isinstance(line, TileLine)
            plant, vitrified = line.definition, line.definition.body.vitrified
            assert vitrified is not None
            fog = "fog" in plant.firing[0].kiln.faults
            found[altered.key] = (plant.powder.moisture, vitrified.vitrification.midpoint, fog)
    assert found == {
        "powder.moisture": (5.5, 1152.0, True),
        "body_changes.vitrified.vitrification.midpoint": (6.3, 1147.0, True),
        "kiln.faults.fog": (6.3, 1152.0, False),
    }


def test_a_scenario_that_changes_nothing_has_nothing_to_tell() -> None:
    content = CeramicPlants().resolve("porcelain-600", "no-faults", None)
    assert "altered" not in content
    assert CeramicPlants().build(content).altered == ()
