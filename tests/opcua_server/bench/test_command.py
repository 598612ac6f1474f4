"""The comparison tells medians, ratios and when the clients were the limit."""

from opcua_server.bench.command import Load, Outcome, table


def outcome(cost: float, clients: float = 0.1) -> Outcome:
    return Outcome(1.0, 1.0, cost, 0.1, clients, 20.0, 60.0)


def test_a_load_is_all_values_of_a_second() -> None:
    assert Load(1000, 10.0, 10, 5.0, False, None).offered == 100_000.0


def test_the_table_has_medians_and_ratios_to_this_server() -> None:
    head, ours, stock = table({"ours": [outcome(0.5), outcome(9.0), outcome(0.5)], "stock": [outcome(50.0)] * 3})
    assert head.split()[:3] == ["server", "made", "delivered"]
    assert ours.split()[-7:-3] == ["100.00%", "0.500", "1.0", "10%"]
    assert stock.split()[-5] == "100.0"
    assert "void" not in stock


def test_a_case_in_which_the_clients_were_busy_is_void() -> None:
    *_, last = table({"ours": [outcome(1.0)], "stock": [outcome(10.0, clients=0.8)]})
    assert last.endswith("void: the clients were the limit")
