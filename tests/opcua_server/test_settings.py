import pytest
from pydantic import ValidationError

from opcua_server.settings import Settings, settings_from


def test_options_for_others_are_left_alone() -> None:
    assert settings_from({"addresses": {"http": "x"}, "config": None}, "es") == Settings(language="es")


def test_simulator_and_language_are_options() -> None:
    settings = settings_from({"simulator": False, "language": "es"}, "en")
    assert (settings.simulator, settings.language) == (False, "es")


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="visitors"):
        Settings.model_validate({"visitors": 3})


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValidationError, match="language"):
        settings_from({"language": "fr"}, "en")
