"""Every sentence with which a command is refused can be said in Spanish."""

import ast
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import twin
from api.routes.page import PAGE

ROOT = Path(twin.__file__).parent.parent
SOURCES = (
    "twin/host/access.py", "twin/host/session.py", "twin/run/jobs.py", "twin/run/job_orders.py", "twin/run/alarms.py",
    "twin/run/commands.py", "twin/run/sensor_commands.py",
)  # fmt: skip
KNOWN = json.loads((PAGE / "refusals.json").read_text(encoding="utf-8"))["es"]


def sentences(source: str) -> Iterator[str]:
    """The sentences with which a file refuses, with a word in the place of what it fills in."""
    for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RefusedCommand"
        if isinstance(node, ast.Call) and called:
            yield filled(node.args[1])


def filled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    if isinstance(part, ast.JoinedStr):
        return "".join("something" if isinstance(each, ast.FormattedValue) else filled(each) for each in part.values)
    raise TypeError(f"line {part.lineno}: a refusal is one text")


def in_spanish(sentence: str) -> str | None:
    """As the page does it."""
    for pattern, said in KNOWN["sentences"]:
        found = re.search(pattern, sentence)
        if found is not None:
            return re.sub(r"\$(\d)", partial(part_of, found), said)
    return None


def part_of(found: re.Match[str], place: re.Match[str]) -> str:
    return found[int(place[1])]


@pytest.mark.parametrize("source", SOURCES)
def test_every_refusal_is_known_in_spanish(source: str) -> None:
    found = list(sentences(source))
    assert found
    # Who needs what is filled in from the roles, and what ails an alarm is a sentence of its own.
    special = {
        "something: something is something, and this needs something; log in as one",
        "something: something",
        "something: somethingsomething is outside somethingsomething; choose within",
    }
    assert [each for each in found if each not in special and in_spanish(each) is None] == []


def test_what_is_filled_in_comes_along() -> None:
    said = in_spanish("job O00001: the line names orders of its own like this, or may yet do so; use an id of another "
                      "form, such as J-O00001")  # fmt: skip
    assert said is not None
    assert "O00001" in said
    assert said.endswith("como J-O00001")
    assert in_spanish("a/b/pressure: 900 kgf/cm² is outside 150 to 550 kgf/cm²; choose within") == (
        "a/b/pressure: 900 kgf/cm² está fuera de 150 a 550 kgf/cm²; elija dentro"
    )
    assert in_spanish("pause: ana is observer, and this needs operator; log in as one") is not None


def test_every_place_that_is_filled_in_is_found_in_the_sentence() -> None:
    for pattern, said in KNOWN["sentences"]:
        places = {int(place) for place in re.findall(r"\$(\d)", said)}
        assert places <= set(range(1, re.compile(pattern).groups + 1)), pattern
