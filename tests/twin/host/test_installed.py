"""What is installed is found by its entry points."""

from twin.host.installed import commands, engine_version, families, gateways


def test_the_plants_and_gateways_of_the_project_are_installed() -> None:
    assert [family.name for family in families()] == ["ceramics"]
    assert [gateway.name for gateway in gateways()] == ["opcua", "http"]
    assert all(command.name and command.help for command in commands())
    assert engine_version()[0].isdigit()
