"""A server with nodes prepared before it is the server that made them itself."""

from asyncua.server.internal_server import InternalServer

from opcua_server.standard_nodes import hand_over, prepare


async def test_prepared_nodes_are_those_of_the_library_and_are_handed_over_once() -> None:
    plain, ours = InternalServer(), InternalServer()
    await plain.load_standard_address_space()
    prepare()
    assert hand_over(ours.aspace)
    assert not hand_over(ours.aspace)
    assert set(ours.aspace.keys()) == set(plain.aspace.keys())
    for name in plain.aspace.keys():  # noqa: SIM118 (an address space is no mapping)
        here, there = ours.aspace[name], plain.aspace[name]
        assert here.attributes.keys() == there.attributes.keys()
        assert here.references == there.references
