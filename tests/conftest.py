"""What all tests share: reproducible hypotheses, and the length in which the long tests run."""

import os

import pytest
from hypothesis import settings

# No test may depend on speed, and a failure seen once must be seen again.
settings.register_profile("rajola", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("rajola")


@pytest.fixture(scope="session")
def in_full_length() -> bool:
    """Whether long tests run in full length, as under `make verify`, rather than in their short form."""
    return os.environ.get("RAJOLA_VERIFICATION") == "long"


LONGEST = ("test_openapi.py", "system", "other_stack", "docs", "verification")
"""Files and folders whose tests take longest, for the other process would be idle if one of them came last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin, each in its own order."""

    def place(item: pytest.Item) -> int:
        return next((number for number, name in enumerate(LONGEST) if name in item.path.parts), len(LONGEST))

    items.sort(key=place)
