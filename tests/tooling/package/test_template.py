"""The template beside the zip."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.target import Target, target_of
from infra.package.template import app_template

TARGET = target_of(CHECKOUT, "dev")


@pytest.fixture(scope="module")
def of_dev() -> Any:  # Any: JSON
    """The template of the stage dev, which takes a second."""
    return app_template(CHECKOUT, "dev", TARGET)


def functions(template: Any) -> dict[str, Any]:  # Any: JSON
    resources: dict[str, Any] = template["Resources"]
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}


def test_each_function_is_in_the_zip_beside_it(of_dev: Any) -> None:
    each = functions(of_dev)

    assert {"APIHandler", "WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect", "WarmCaches"} <= {*each}
    assert {function["CodeUri"] for function in each.values()} == {"./deployment.zip"}


@pytest.mark.parametrize(
    "target", [Target("3.13", "arm64"), Target("3.12", "x86_64"), Target("3.11", "x86_64")], ids=str
)
def test_functions_and_containers_run_on_what_the_package_is_built_for(target: Target) -> None:
    template = app_template(CHECKOUT, "prod", target)

    each = functions(template)
    assert {function["Runtime"] for function in each.values()} == {f"python{target.python}"}
    assert {tuple(function["Architectures"]) for function in each.values()} == {(target.architecture,)}
    kept = {name for name, function in each.items() if function.get("SnapStart") == {"ApplyOn": "PublishedVersions"}}
    assert kept == ({"APIHandler", "WebsocketConnect", "WebsocketMessage"} if target.has_snapstart else set())
    tasks = [each for each in template["Resources"].values() if each["Type"] == "AWS::ECS::TaskDefinition"]
    platforms = [task["Properties"]["RuntimePlatform"] for task in tasks]
    cpu = {"arm64": "ARM64", "x86_64": "X86_64"}[target.architecture]
    assert platforms == [{"CpuArchitecture": cpu, "OperatingSystemFamily": "LINUX"}] * 2


def test_the_projects_parts_are_added_and_replace_those_of_chalice(of_dev: Any) -> None:
    handler = functions(of_dev)["APIHandler"]
    assert handler["Role"] == {"Fn::GetAtt": ["RestRole", "Arn"]}
    assert handler["MemorySize"] == 512
    assert of_dev["Globals"]["Function"]["AutoPublishAlias"] == "live"
    assert of_dev["Resources"]["RestRole"]["Type"] == "AWS::IAM::Role"


def test_the_apis_call_the_aliases(of_dev: Any) -> None:
    called = [each for each in of_dev["Resources"].values() if each["Type"] == "AWS::Lambda::Permission"]
    assert len(called) == 4, "REST and the three routes of the websocket API"
    assert all(each["Properties"]["FunctionName"]["Ref"].endswith(".Alias") for each in called)


def test_an_error_of_chalice_is_reported_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text('{"version": "2.0", "app_name": "broken"}')
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "app.py").write_text("raise RuntimeError('no such luck')")

    with pytest.raises(PackageError, match="no such luck"):
        app_template(tmp_path, "dev", TARGET)
