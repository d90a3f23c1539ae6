"""docs/deploy.md: its commands run in a shell, and what cannot run without an account exists."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cloudformation.parts import Template
from infra.local.state import CHECKOUT
from infra.ops.__main__ import main as ops
from infra.provision.__main__ import main as provision
from tests.support.required_settings import REQUIRED_SETTINGS
from tests.support.web_page import served
from tests.tooling.cloudformation.aws_models import mistakes
from tests.tooling.cloudformation.deploy_page import PAGE, shell_blocks
from tests.tooling.cloudformation.recorded_shell import FIRST_KEY, Recorded, run_recorded

OPERATIONS = (CHECKOUT / "docs" / "reference" / "operations.md").read_text()
NOWHERE = REQUIRED_SETTINGS | {
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "MONGODB_URI": "mongodb://127.0.0.1:9/devconnect?serverSelectionTimeoutMS=50",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
}
"""Servers that nobody can reach: a command that is right ends with 1, and one that is wrong with 2."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """All commands of the page, from the top to the bottom, in one shell."""
    return run_recorded("\n".join(shell_blocks()), tmp_path_factory.mktemp("shell"))


@pytest.fixture(scope="module")
def functions() -> str:
    """The shell functions of the page, and the variables that they use."""
    blocks = "\n".join(shell_blocks())
    found = re.findall(r"^\w+\(\) \{.*?(?:^\}| \})$", blocks, re.DOTALL | re.MULTILINE)
    assert len(found) >= 5
    return "\n".join(
        ["export AWS_DEFAULT_REGION=eu-central-1 STAGE=dev release=abc artifacts=a brokers=b:9096", *found]
    )


def test_the_commands_run_in_a_shell(recorded: Recorded) -> None:
    assert recorded.exit_code == 0, recorded.output
    assert not re.search(r"command not found|unbound variable|syntax error", recorded.output), recorded.output


def test_each_command_of_aws_exists_with_its_options_and_answers(recorded: Recorded) -> None:
    calls = recorded.of("aws")
    assert len(calls) > 30
    assert {" ".join(call[:3]): found for call in calls if (found := list(mistakes(call)))} == {}


@pytest.mark.parametrize(
    ("command", "mistake"),
    [
        ("ecs run-tasks --cluster x", "there is no operation run-tasks"),
        ("ecs run-task --cluster x", "--task-definition is required"),
        ("ecs describe-tasks --tasks x --clusters y", "there is no option --clusters"),
        ("ecs wait tasks-ended --tasks x", "there is no operation tasks-ended"),
        ("ecs describe-tasks --tasks x --query tasks[0].containers[0].code", "the answer has no code"),
        ("logs tail group --follow-up", "there is no option --follow-up"),
    ],
)
def test_a_mistake_in_a_command_of_aws_is_found(command: str, mistake: str) -> None:
    assert mistake in list(mistakes(shlex.split(command)))


def test_images_are_built_for_the_platform_of_their_tasks(recorded: Recorded, app: Template) -> None:
    platforms = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
    tasks = {"consumer": "ConsumerTask", "ops": "OpsTask"}
    built = recorded.of("docker", "build")
    assert {words[words.index("--target") + 1] for words in built} == tasks.keys()
    for words in built:
        task = app["Resources"][tasks[words[words.index("--target") + 1]]]["Properties"]
        platform = platforms[task["RuntimePlatform"]["CpuArchitecture"]]
        assert words[words.index("--platform") + 1] == platform


def test_a_tag_that_exists_is_not_built_again(functions: str, tmp_path: Path) -> None:
    """A second push of a tag that cannot be overwritten would fail."""
    [building] = [block for block in shell_blocks() if "docker build" in block]
    ran = run_recorded(f"{functions}\naccount=1\n{building}", tmp_path, images_exist=True)
    assert ran.exit_code == 0, ran.output
    assert [call[1] for call in ran.calls if call[0] == "docker"] == ["login"]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z-]+)", PAGE))))
def test_each_make_target_exists(target: str) -> None:
    assert f"\n{target}:" in (CHECKOUT / "Makefile").read_text()


@pytest.mark.parametrize(
    "command",
    sorted(
        {
            *re.findall(r"(?m)\bops (infra\.ops [^`#|\n]+)", PAGE),
            *re.findall(r"(?m)^\.venv/bin/python -m (infra\.ops [^#\n]+)", OPERATIONS),
        }
    ),
)
def test_each_command_of_the_operator_is_one_that_infra_takes(command: str) -> None:
    result = CliRunner().invoke(ops, shlex.split(command)[1:], env=NOWHERE)
    assert result.exit_code == 1, result.output


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\bops infra\.provision ([^`#|\n]+)", PAGE))))
def test_infra_provision_takes_its_options(command: str) -> None:
    """It waits a minute for servers that are not there, so it is not run."""
    assert provision.make_context("infra.provision", shlex.split(command)).params


def test_no_command_on_the_page_waits_for_a_task_that_never_ends() -> None:
    endless = re.findall(r"(?m)\bops infra\.ops (?:events tail|lag --watch)(?![^`\n]*--limit)", PAGE)
    assert endless == []


@pytest.mark.parametrize(("ends_with", "code"), [("0", 0), ("1", 1), ("137", 137), ("None", 1)])
def test_ops_ends_with_the_exit_code_of_its_task(functions: str, tmp_path: Path, ends_with: str, code: int) -> None:
    """`None` is the answer where no container has started."""
    ran = run_recorded(f"{functions}\nops infra.ops lag", tmp_path, task_ends_with=ends_with)
    assert ran.exit_code == code
    assert ran.of("aws", "logs", "tail"), "its output is shown"
    [overrides] = [words[words.index("--overrides") + 1] for words in ran.of("aws", "ecs", "run-task")]
    assert '"command": ["infra.ops","lag"]' in overrides


def stored_and_deployed(ran: Recorded) -> list[str]:
    """The order in which a secret was stored and the app stack deployed."""
    calls = [call[:3] for call in ran.calls]
    return [call[2] for call in calls if call[2:] in (["put-secret-value"], ["deploy"])]


def test_a_leaked_key_is_replaced_and_deployed_at_once(functions: str, tmp_path: Path) -> None:
    [leak] = [block for block in shell_blocks() if block.startswith('store "$(openssl')]
    ran = run_recorded(f"{functions}\n{leak}", tmp_path)
    assert stored_and_deployed(ran) == ["put-secret-value", "deploy"]
    [deployed] = ran.of("aws", "cloudformation", "deploy")
    assert "Rollout=at-once" in deployed
    assert (tmp_path / "secret").read_text() != FIRST_KEY


def test_a_key_is_accepted_everywhere_before_it_signs(functions: str, tmp_path: Path) -> None:
    [rotation] = [block for block in shell_blocks() if "# 3. a day later" in block]
    keys: list[list[str]] = []
    for step, following in enumerate(["# 1.", "# 2.", ""], 1):
        until = rotation[: rotation.index(following)] if following else rotation
        ran = run_recorded(f"{functions}\n{until}", tmp_path)
        assert stored_and_deployed(ran) == ["put-secret-value", "deploy"] * step
        keys.append((tmp_path / "secret").read_text().split(","))
    assert [len(accepted) for accepted in keys] == [2, 2, 1]
    assert keys[0][0] == keys[1][1] == FIRST_KEY, "the old key signs at first, and is accepted then"


def test_each_parameter_exists_and_none_that_is_required_is_left_out(
    base: Template, app: Template, page: Template
) -> None:
    known = base["Parameters"].keys() | app["Parameters"].keys() | page["Parameters"].keys()
    named = set(re.findall(r"\b([A-Z][a-z]+[A-Za-z]*)=(?!=)", PAGE)) - {
        *("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets", "LocationConstraint")
    }
    assert named <= known
    required = {
        name
        for template in (base, app, page)
        for name, parameter in template["Parameters"].items()
        if "Default" not in parameter
    }
    assert required <= named, "a parameter without a default must be given"


def test_each_secret_and_each_output_exists(base: Template, app: Template, page: Template) -> None:
    names = [secret.get("Properties", {}).get("Name") for secret in base["Resources"].values()]
    for name in re.findall(r"--secret-id devconnect/\$STAGE/([a-z-]+)", PAGE):
        assert {"Fn::Sub": f"devconnect/${{Stage}}/{name}"} in names
    for stack, output in re.findall(r"\$\(output devconnect-\$STAGE(-base)? (\w+)\)", PAGE):
        assert output in (base if stack else app)["Outputs"]
    named = re.findall(r"\$\(page (\w+)\)", PAGE)
    assert set(named) == page["Outputs"].keys()


def test_files_of_the_page_are_kept_by_browsers_as_those_of_the_local_gateway(
    recorded: Recorded, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/index-1a2b.js"):
        (tmp_path / name).write_text("")
    synced = {words[0]: words for words in recorded.of("aws", "s3", "sync")}
    told = {directory: words[words.index("--cache-control") + 1] for directory, words in synced.items()}
    assert told == {
        "clients/web/dist/assets": served(tmp_path, "/assets/index-1a2b.js").headers["cache-control"],
        "clients/web/dist": served(tmp_path, "/").headers["cache-control"],
    }
    assert "--delete" not in synced["clients/web/dist/assets"], "a tab that is open may still ask for the former ones"
