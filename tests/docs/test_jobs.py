"""The worked example about jobs does what the page says."""

import contextlib
import io
import re
from pathlib import Path

from twin.run.job_states import JOB_COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text(encoding="utf-8")


def test_the_worked_example_prints_what_the_page_says() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/jobs.md", "exec"), {"__name__": "docs"})  # noqa: S102 (our own page)
    assert printed.getvalue() == shown


def test_the_page_names_every_command() -> None:
    assert [name for name in JOB_COMMANDS if f"`{name}`" not in PAGE] == []
