"""Log lines: what a call passes as `extra` is in the line, as searches and alarms need it."""

import ast
import json
import logging
from collections.abc import Iterator

from chalicelib.logs import JsonFormatter
from infra.local.state import CHECKOUT


def passed_fields() -> Iterator[str]:
    """The names that the log calls of the code pass as `extra`."""
    for path in (CHECKOUT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
                yield from (str(ast.literal_eval(key)) for key in node.value.keys if key is not None)


def line_of(formatter: JsonFormatter, **fields: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "tests", "msg": "Something happened.", **fields})
    line: dict[str, object] = json.loads(formatter.format(record))
    return line


def test_every_field_that_a_call_passes_is_in_the_line() -> None:
    fields = {name: f"the {name}" for name in passed_fields()}
    assert len(fields) > 5
    assert line_of(JsonFormatter(), **fields).items() >= fields.items()


def test_a_line_of_a_function_names_its_version() -> None:
    assert line_of(JsonFormatter("42"))["functionVersion"] == "42"
    assert "functionVersion" not in line_of(JsonFormatter())
