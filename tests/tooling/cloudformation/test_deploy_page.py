"""docs/deploy.md: what can be checked of its commands without an account."""

import re

import pytest
from click.testing import CliRunner

from infra.cloudformation.parts import Template
from infra.local.state import CHECKOUT
from infra.ops.__main__ import main as ops
from infra.provision.__main__ import main as provision

PAGE = (CHECKOUT / "docs/deploy.md").read_text()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z-]+)", PAGE))))
def test_each_make_target_exists(target: str) -> None:
    assert f"\n{target}:" in (CHECKOUT / "Makefile").read_text()


@pytest.mark.parametrize("words", sorted(set(re.findall(r"ops infra\.ops ((?:[a-z-]+ ?)+)", PAGE))))
def test_each_command_of_infra_ops_exists(words: str) -> None:
    command = [word for word in words.split() if word != "message-events" and not word.startswith("--")]
    result = CliRunner().invoke(ops, [*command, "--help"])
    assert result.exit_code == 0, result.output


def test_infra_provision_has_the_option_replication_factor() -> None:
    assert "--replication-factor" in CliRunner().invoke(provision, ["--help"]).output


def test_each_parameter_exists_and_none_that_is_required_is_left_out(base: Template, app: Template) -> None:
    known = base["Parameters"].keys() | app["Parameters"].keys()
    named = set(re.findall(r"\b([A-Z][a-z]+[A-Za-z]*)=(?!=)", PAGE)) - {
        *("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets", "LocationConstraint")
    }
    assert named <= known
    required = {
        name
        for template in (base, app)
        for name, parameter in template["Parameters"].items()
        if "Default" not in parameter
    }
    assert required <= named, "a parameter without a default must be given"


def test_each_secret_and_each_output_exists(base: Template, app: Template) -> None:
    names = [secret.get("Properties", {}).get("Name") for secret in base["Resources"].values()]
    for name in re.findall(r"--secret-id devconnect/\$STAGE/([a-z-]+)", PAGE):
        assert {"Fn::Sub": f"devconnect/${{Stage}}/{name}"} in names
    for stack, output in re.findall(r"\$\(output devconnect-\$STAGE(-base)? (\w+)\)", PAGE):
        assert output in (base if stack else app)["Outputs"]
