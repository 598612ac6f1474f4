"""The page offers for a job what its state allows, and has a word for every state."""

import json
import re

from api.routes.page import PAGE
from twin.run.jobs import POSSIBLE, JobState, Substate

SCRIPT = (PAGE / "js" / "jobs.js").read_text(encoding="utf-8")
COMMANDS = {"change": "update_job"}


def offered() -> dict[str, list[str]]:
    """Commands that the page offers, by state."""
    table = SCRIPT.partition("const NEXT = {")[2].partition("};")[0]
    rows = re.findall(r"(\w+): \[([^\]]*)\]", table)
    return {
        state: [COMMANDS.get(word, f"{word}_job") for word in re.findall(r'"(\w+)"', words)] for state, words in rows
    }


def test_whatever_is_offered_is_possible_in_that_state() -> None:
    found = offered()
    assert found.keys() == set(JobState)
    for state, commands in found.items():
        assert commands
        assert [name for name in commands if JobState(state) not in POSSIBLE[name]] == []


def test_every_state_and_command_of_a_job_has_a_word() -> None:
    words = json.loads((PAGE / "texts.json").read_text(encoding="utf-8"))["es"].keys()
    assert {f"job_{state}" for state in (*JobState, *Substate) if state} <= words
    actions = {command.removesuffix("_job") for commands in offered().values() for command in commands}
    assert {f"job_do_{action}" for action in actions - {"update"} | {"change"}} <= words
