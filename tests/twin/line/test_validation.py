"""What pydantic finds becomes sentences that name file, key, value, limit and the way out."""

from collections.abc import Mapping
from typing import Any, Optional

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from twin.line.distributions import Distribution
from twin.line.errors import DefinitionError
from twin.line.faults import FailureMode
from twin.line.validation import validated


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Label:
    en: str
    es: str


class Press(Closed):
    pressure_bar: float = Field(ge=100.0, le=400.0)
    cavities: int = 2
    cycle_s: Distribution | None = None
    faults: Mapping[str, FailureMode] = Field(default_factory=dict)
    label: Label | None = None


class Works(Closed):
    name: str
    press: Press | None = None
    presses: tuple[Press, ...] = ()
    second: Optional[Press] = None  # noqa: UP045 (both forms of an optional table are followed)
    by_name: Mapping[str, Press] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _named(self) -> "Works":
        if self.name == "nobody":
            raise ValueError("Nobody has no works: give another name")
        return self


PRESS = {"pressure_bar": 300.0}
BAD = {"cavitys": 1}


def told(**data: Any) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        validated(Works, {"name": "w"} | data, "works.toml")
    return str(refused.value).splitlines()


def test_good_data_become_the_model() -> None:
    works = validated(Works, {"name": "w", "press": PRESS}, "works.toml")
    assert works.press is not None
    assert works.press.pressure_bar == 300.0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"nam": 1}, "works.toml: nam is no key here; did you mean name?"),
        ({"press": PRESS | BAD}, "works.toml: press.cavitys is no key here; did you mean cavities?"),
        ({"presses": [PRESS, PRESS | BAD]}, "works.toml: presses.1.cavitys is no key here; did you mean cavities?"),
        ({"by_name": {"a": PRESS | BAD}}, "works.toml: by_name.a.cavitys is no key here; did you mean cavities?"),
        ({"second": PRESS | BAD}, "works.toml: second.cavitys is no key here; did you mean cavities?"),
        (
            {"press": PRESS | {"label": {"en": "a", "es": "b", "ess": "c"}}},
            "works.toml: press.label.ess is no key here; did you mean es?",
        ),
        (
            {"press": PRESS | {"zzz": 1}},
            "works.toml: press.zzz is no key here; valid keys are cavities, cycle_s, faults, label, pressure_bar",
        ),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_valid_one(data: dict[str, Any], sentence: str) -> None:
    assert told(**data) == [sentence]


def test_a_missing_key_is_named() -> None:
    assert told(press={}) == ["works.toml: press.pressure_bar is missing; add it"]


@pytest.mark.parametrize(
    ("press", "sentence"),
    [
        ({"pressure_bar": 99.0}, "press.pressure_bar is 99.0: input should be greater than or equal to 100"),
        ({"pressure_bar": "much"}, "press.pressure_bar is 'much': input should be a valid number"),
        ({"pressure_bar": 300.0, "cavities": 2.5}, "press.cavities is 2.5: input should be a valid integer"),
        ({"pressure_bar": [1.0, 2.0]}, "press.pressure_bar: input should be a valid number"),
    ],
)
def test_a_wrong_value_is_told_with_its_limit(press: dict[str, Any], sentence: str) -> None:
    (found,) = told(press=press)
    assert found.startswith(f"works.toml: {sentence}")


def test_our_own_sentences_are_told_as_they_are() -> None:
    assert told(name="nobody") == ["works.toml: nobody has no works: give another name"]


def test_several_faults_are_told_together_and_each_once() -> None:
    found = told(nam=1, press={"pressure_bar": 1.0, "cavitys": 1})
    assert len(found) == len(set(found)) == 3


def test_a_distribution_is_told_by_its_own_keys() -> None:
    (found,) = told(press=PRESS | {"cycle_s": {"distribution": "exponential", "mean": 1.0, "mode": 2.0}})
    assert found == "works.toml: press.cycle_s.mode is no key here; did you mean mean?"
    (found,) = told(press=PRESS | {"cycle_s": {"distribution": "poisson"}})
    assert "poisson" in found
    assert "exponential" in found


def test_a_failure_mode_deep_inside_is_followed() -> None:
    mode = {"en": "a", "es": "b", "repair_min": {"distribution": "constant", "value": 1.0}, "severityy": 5}
    assert told(press=PRESS | {"faults": {"jam": mode}}) == [
        "works.toml: press.faults.jam.severityy is no key here; did you mean severity?"
    ]
