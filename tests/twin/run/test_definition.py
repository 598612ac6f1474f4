"""A definition is frozen as text, and its digest depends on all of it."""

import json
from dataclasses import replace

import pytest

from tests.support.bakery import bakeries
from tests.support.runs import definition, opened
from twin.line.errors import StateError
from twin.line.time import HOUR
from twin.record.run import Run
from twin.run.definition import Definition, family_of, read_definition


def test_a_definition_is_read_back_from_its_text() -> None:
    one = definition()
    other = read_definition(json.loads(one.text()), "here")
    assert other == one
    assert other.digest == one.digest


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"start": 0}, {"opening": "empty"}, {"scenario": "s"}, {"plant": "p"}, {"content": {}}],
)
def test_the_digest_depends_on_every_field(change: dict[str, object]) -> None:
    assert replace(definition(), **change).digest != definition().digest


def test_the_order_of_the_content_is_kept_because_it_numbers_failure_modes() -> None:
    modes = definition().content["bakery"]["faults"]
    again = read_definition(json.loads(definition().text()), "here").content["bakery"]["faults"]
    assert list(again) == list(modes) != sorted(modes)


def test_a_run_of_a_definition_that_was_read_back_is_the_same_run() -> None:
    run = opened()
    again = Run(read_definition(json.loads(run.definition.text()), "here"), [bakeries])
    again.open()
    for each in (run, again):
        each.advance(each.definition.start + 3 * HOUR)
    assert again.digest() == run.digest()


def test_a_definition_of_other_fields_names_the_version_that_wrote_it() -> None:
    fields = json.loads(definition().text()) | {"weather": "rain", "version": "7.1"}
    with pytest.raises(StateError, match=r"^journal: .*version 7\.1.*use the version that wrote it"):
        read_definition(fields, "journal")
    with pytest.raises(StateError, match="unknown"):
        read_definition([1, 2], "journal")


def test_a_family_that_is_not_installed_is_named() -> None:
    assert family_of([bakeries], "bakeries") is bakeries
    with pytest.raises(StateError, match="'mills', which is not installed"):
        family_of([bakeries], "mills")


def test_a_definition_with_a_value_that_is_no_number_has_no_text() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Definition("f", "p", "s", 1, 0, "running", "1", {"x": float("nan")}).text()
