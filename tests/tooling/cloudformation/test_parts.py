"""The parts of a template are joined."""

from pathlib import Path

import pytest

from infra.cloudformation import parts
from infra.cloudformation.parts import PartsError, join


@pytest.fixture
def stack_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parts, "PARTS", tmp_path)
    (tmp_path / "stack").mkdir()
    return tmp_path / "stack"


def test_parts_are_joined_and_short_forms_written_out(stack_directory: Path) -> None:
    first, second = stack_directory / "a.yml", stack_directory / "b.yml"
    first.write_text("Resources: {Api: {Properties: {Name: !Sub 'x-${Stage}', Roles: [!GetAtt A.B.C]}}}")
    second.write_text("Resources: {Api: {Properties: {Tags: !If [Big, !Ref One, !Ref Two]}}}")
    assert join("stack") == {
        "Resources": {
            "Api": {
                "Properties": {
                    "Name": {"Fn::Sub": "x-${Stage}"},
                    "Roles": [{"Fn::GetAtt": ["A", "B.C"]}],
                    "Tags": {"Fn::If": ["Big", {"Ref": "One"}, {"Ref": "Two"}]},
                }
            }
        }
    }


def test_a_value_that_two_parts_set_is_refused(stack_directory: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (stack_directory / name).write_text("Resources: {Api: {Type: One}}")
    with pytest.raises(PartsError, match=r"b\.yml: Resources: Api: Type is said a second time"):
        join("stack")
