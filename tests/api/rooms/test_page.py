"""The files of the instructor's page."""

import json
import re
from pathlib import Path

import api

PAGE = Path(api.__file__).parent / "page"
ROOMS = PAGE / "rooms"


def test_every_word_of_the_rooms_stands_in_both_languages_and_is_used() -> None:
    own = json.loads((ROOMS / "texts.json").read_text(encoding="utf-8"))
    shared = json.loads((PAGE / "texts.json").read_text(encoding="utf-8"))
    assert own["en"].keys() == own["es"].keys()
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in sorted(ROOMS.glob("*.js")))
    used = set(re.findall(r"\bt\((?:\w+ === 1 \? )?\"(\w+)\"", scripts))
    assert used
    assert used <= own["en"].keys() | shared["en"].keys()
    named = set(re.findall(r"\"(\w+)\"", scripts)) | {f"state_{state}" for state in re.findall(r"(\w+): \"", scripts)}
    assert own["en"].keys() <= named
    # A word of its own hides none of the shared ones.
    assert not {key for key in own["en"].keys() & shared["en"].keys() if own["en"][key] != shared["en"][key]}
