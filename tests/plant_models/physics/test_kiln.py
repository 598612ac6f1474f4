import pytest

from plant_models.physics.kiln import (
    area_throughput,
    combustion_co2,
    daily_area,
    gas_power,
    gas_volume,
    higher_heating_energy,
    lower_heating_energy,
    rows_inside,
    specific_gas,
    throughput,
)


@pytest.mark.parametrize(
    ("length", "pitch", "lanes", "cycle", "side_area", "per_minute", "per_day"),
    [
        (110.0, 0.668, 4, 45.0, 0.36, 14.6, 7_588),
        (110.0, 0.330, 7, 45.0, 0.316**2, 51.9, 7_460),
        (130.0, 1.310, 4, 54.0, 0.72, 7.35, 7_620),
    ],
)
def test_each_shipped_kiln_delivers_its_tiles_per_minute(length, pitch, lanes, cycle, side_area, per_minute, per_day):
    rate = throughput(length, pitch, lanes, cycle)
    assert rate == pytest.approx(per_minute, rel=5e-3)
    assert daily_area(rate, side_area) == pytest.approx(per_day, rel=5e-3)


def test_area_throughput_is_that_of_tiles_without_joints():
    assert area_throughput(110.0, 2.4, 45.0) == pytest.approx(daily_area(throughput(110.0, 0.6, 4, 45.0), 0.36))


def test_rows_count_in_part():
    assert rows_inside(10.0, 4.0) == 2.5


@pytest.mark.parametrize(("load", "expected"), [(7.1, 648), (5.0, 760), (3.5, 923)])
def test_specific_gas_grows_when_the_load_falls(load, expected):
    assert specific_gas(load, 1900.0, 380.0) == pytest.approx(expected, abs=0.5)
    assert specific_gas(load, 1900.0, 380.0) * load == pytest.approx(gas_power(load, 1900.0, 380.0))


def test_the_wall_tile_kiln_needs_679_kilowatt_hours_per_tonne():
    assert specific_gas(4.35, 1300.0, 380.0) == pytest.approx(679, abs=0.5)


def test_an_empty_kiln_burns_its_losses():
    assert gas_power(0.0, 1900.0, 380.0) == 1900.0


def test_the_reference_kiln_burns_460_cubic_metres_an_hour():
    assert gas_volume(gas_power(7.1, 1900.0, 380.0), 10.0) == pytest.approx(460, abs=1)


def test_17_kilowatt_hours_of_gas_emit_3_4_kilograms():
    assert combustion_co2(17.0, 0.202) == pytest.approx(3.4, abs=0.05)


def test_the_two_heating_values_convert_back():
    assert lower_heating_energy(higher_heating_energy(1234.0, 1.11), 1.11) == pytest.approx(1234.0)
    assert combustion_co2(1.0, 0.202) == pytest.approx(
        combustion_co2(higher_heating_energy(1.0, 1.11), 0.182), rel=1e-3
    )
