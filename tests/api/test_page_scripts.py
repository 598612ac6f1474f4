"""Scripts are sent as one, in the order in which they would run one by one."""

import pytest

from api.page_scripts import in_order, joined


def test_a_script_runs_after_all_that_it_needs_and_each_runs_once() -> None:
    scripts = {
        "js/main.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\na(b);\n',
        "js/a.js": 'import { b } from "./b.js";\nexport function a() { return b; }\n',
        "js/b.js": "export let b = 1;\n",
        "rooms/main.js": 'import { b } from "../js/b.js";\n',
    }
    assert joined(scripts, "js/main.js") == "let b = 1;\nfunction a() { return b; }\na(b);\n"
    assert in_order(scripts, "rooms/main.js") == ["js/b.js", "rooms/main.js"]


def test_scripts_that_need_each_other_are_joined_once() -> None:
    scripts = {
        "a.js": 'import { b } from "./b.js";\nexport const a = () => b;\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = () => a;\n',
    }
    assert joined(scripts, "a.js") == "const b = () => a;\nconst a = () => b;\n"


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        ("export const a = 1;\nconst mine = 2;\n", "mine stands at the top of b.js too"),
        ("export default 1;\n", "export default 1;"),
        ('import * as c from "./b.js";\n', "import"),
    ],
)
def test_what_cannot_be_joined_is_named(other: str, complaint: str) -> None:
    scripts = {"a.js": 'import { a } from "./b.js";\nconst mine = 1;\n', "b.js": other}
    with pytest.raises(ValueError, match=r"b\.js") as refused:
        joined(scripts, "a.js")
    assert complaint in str(refused.value)


def test_an_import_of_nothing_is_named() -> None:
    with pytest.raises(ValueError, match=r"there is no b\.js"):
        joined({"a.js": 'import { b } from "./b.js";\n'}, "a.js")
