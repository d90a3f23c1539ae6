"""The template beside the zip."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.package.errors import PackageError
from infra.package.runtime import PYTHON
from infra.package.template import sam_template
from tests.package.conftest import CHECKOUT

MEMORY = """
Resources:
  APIHandler:
    Properties:
      MemorySize: 512
      Role: !GetAtt ApiRole.Arn
  ApiRole:
    Type: AWS::IAM::Role
"""


def functions(template: Any) -> dict[str, Any]:  # Any: JSON
    resources: dict[str, Any] = template["Resources"]
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}


def test_each_function_is_in_the_zip_beside_it_and_runs_on_the_python_that_compiled_it() -> None:
    each = functions(sam_template(CHECKOUT, "dev", []))

    assert {"APIHandler", "WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect", "WarmCaches"} <= {*each}
    assert {function["CodeUri"] for function in each.values()} == {"./deployment.zip"}
    assert {function["Runtime"] for function in each.values()} == {f"python{PYTHON}"}
    assert {tuple(function["Architectures"]) for function in each.values()} == {("x86_64",)}


def test_what_is_merged_adds_and_replaces_and_the_last_one_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "1.yaml", tmp_path / "2.json"
    first.write_text(MEMORY)
    second.write_text(json.dumps({"Resources": {"APIHandler": {"Properties": {"MemorySize": 1024}}}}))

    template: Any = sam_template(CHECKOUT, "dev", [first, second])

    handler = functions(template)["APIHandler"]
    assert handler["MemorySize"] == 1024
    assert handler["Role"] == {"Fn::GetAtt": ["ApiRole", "Arn"]}
    assert handler["CodeUri"] == "./deployment.zip"
    assert template["Resources"]["ApiRole"] == {"Type": "AWS::IAM::Role"}


def test_a_template_that_is_none_is_named(tmp_path: Path) -> None:
    extra = tmp_path / "extra.json"
    extra.write_text("{")

    with pytest.raises(PackageError, match=r"extra\.json"):
        sam_template(CHECKOUT, "dev", [extra])


def test_what_chalice_refuses_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text('{"version": "2.0", "app_name": "broken"}')
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "app.py").write_text("raise RuntimeError('no such luck')")

    with pytest.raises(PackageError, match="no such luck"):
        sam_template(tmp_path, "dev", [])
