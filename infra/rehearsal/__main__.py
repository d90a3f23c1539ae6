"""`python -m infra.rehearsal`: deploys a stage to a local AWS, tests it, and operates it."""

import shutil
import sys
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.errors import LocalError
from infra.local.processes import write_processes
from infra.local.state import CHECKOUT, StateDirectory
from infra.local.supervisor import Supervisor
from infra.rehearsal import report
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.rehearse import Rehearsal
from infra.rehearsal.steps import Steps


@click.command()
@click.option("--stage", type=click.Choice(["dev", "prod"]), default="dev", show_default=True)
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    default=CHECKOUT / ".local" / "rehearsal",
    help="The directory for data and logs, emptied at the start.  [default: .local/rehearsal]",
)
@click.option(
    "--local-aws",
    envvar="LOCALSTACK_HOST",
    metavar="HOST:PORT",
    help="A local AWS that runs already, without these stacks; also LOCALSTACK_HOST.  [default: MiniStack is started]",
)
@click.option("--without-tests", is_flag=True, help="Leave the end-to-end tests out.")
@click.argument("pytest_arguments", nargs=-1)
def main(
    stage: str, state_dir: Path, local_aws: str | None, without_tests: bool, pytest_arguments: tuple[str, ...]
) -> None:
    """Deploy the packaged functions and both templates to a local AWS, and operate the stage as docs/deploy.md says.

    The end-to-end tests are run against it. Then a next version is deployed while clients talk, and taken back; the key
    is rotated; a dead letter is replayed; and the books are audited.

    PYTEST_ARGUMENTS, after --, replace tests/e2e. Ends with exit code 1 if a test fails, a resource cannot be deployed,
    or a user would notice what none may notice.
    """
    steps = Steps(click.echo)
    state = StateDirectory(state_dir)
    try:
        with state.in_use():
            _empty(state)
            with Supervisor(
                state.logs, say=click.echo, launched=lambda processes: write_processes(state, processes)
            ) as supervisor:
                rehearsal = Rehearsal(state, supervisor, steps, local_aws)
                deployed, outcome = rehearsal.run(stage, None if without_tests else list(pytest_arguments))
    except (RehearsalError, LocalError, BotoCoreError, ClientError) as error:
        raise click.ClickException(f"{error}\nEverything is stopped; the logs are in {state.logs}.") from error
    except KeyboardInterrupt:
        click.echo(f"Interrupted. Everything is stopped; the logs are in {state.logs}.")
        sys.exit(130)
    for line in report.lines(steps.times, deployed, outcome):
        click.echo(line)
    sys.exit(1 if outcome and outcome.failed else 0)


def _empty(state: StateDirectory) -> None:
    """Delete everything except the lock, which is held."""
    for path in state.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


if __name__ == "__main__":
    main()
