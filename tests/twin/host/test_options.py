"""Arguments that several subcommands share."""

import argparse
from collections.abc import Callable

import pytest

from twin.host.options import Address, add_choice, address, choice_of, days, positive, seed


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (seed, "one", "'one' is not a whole number"),
        (seed, "-1", "outside 0 to"),
        (seed, "9223372036854775808", "outside 0 to"),
        (positive, "much", "'much' is not a number"),
        (positive, "0", "not above 0"),
        (positive, "-1", "not above 0"),
        (positive, "nan", "not above 0 and finite"),
        (positive, "inf", "not above 0 and finite"),
        (days, "0", "not above 0"),
        (days, "1e8", "more than 36500 days"),
        (address, "4840", "write HOST:PORT"),
        (address, "localhost:", "write HOST:PORT"),
        (address, ":80", "write HOST:PORT"),
        (address, "localhost:http", "write HOST:PORT"),
        (address, "localhost:65536", "write HOST:PORT"),
        (address, "localhost:-1", "write HOST:PORT"),
        (address, "localhost:²", "write HOST:PORT"),
    ],
)
def test_what_cannot_be_used_is_refused(kind: Callable[[str], object], text: str, words: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=words):
        kind(text)


def test_what_can_be_used() -> None:
    assert seed("9223372036854775807") == 2**63 - 1
    assert days("0.5") == 0.5
    assert positive("1e4") == 10_000.0
    assert address("localhost:0") == Address("localhost", 0)
    assert address("[::1]:4840") == Address("::1", 4840)
    assert address("off") is None


def test_a_choice_is_nothing_unless_said() -> None:
    parser = argparse.ArgumentParser()
    add_choice(parser)
    nothing = choice_of(parser.parse_args([]))
    assert [getattr(nothing, name) for name in ("plant", "scenario", "orders", "seed", "start", "opening")] == [
        None
    ] * 6
    assert choice_of(parser.parse_args(["--seed", "5"])).seed == 5
