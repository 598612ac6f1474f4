"""The bakeries in place of all other plants."""

import pytest

from tests.support.bakery_cli import loaded


@pytest.fixture
def bakeries_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the bakeries."""
    monkeypatch.setattr("twin.host.installed._loaded", loaded)
