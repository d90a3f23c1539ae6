"""`python -m infra.package`: builds what is deployed, the functions' zip and the templates of all stacks."""

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from infra.package import report
from infra.package.archive import build_zip
from infra.package.errors import PackageError
from infra.package.imports import measure
from infra.package.interpreter import Interpreter, find_interpreter
from infra.package.target import MACHINES, PYTHONS, Target, target_of
from infra.package.template import app_template, base_template, page_template
from infra.package.wheels import download_wheels

CHECKOUT = Path(__file__).parents[2]


@click.command()
@click.option("--stage", default="dev", show_default=True, help="The stage of .chalice/config.json.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    help="The directory for deployment.zip and the templates.  [default: .local/package/STAGE]",
)
@click.option("--python", type=click.Choice(PYTHONS), help="Instead of lambda_python of .chalice/config.json.")
@click.option(
    "--architecture", type=click.Choice([*MACHINES]), help="Instead of lambda_architecture of .chalice/config.json."
)
def main(stage: str, output: Path | None, python: str | None, architecture: str | None) -> None:
    """Build the functions' zip and the templates of all stacks, and measure the zip.

    The bytecode in the zip is made by a Python of the functions' version, which is looked for on the PATH and in pyenv.

    Ends with exit code 1 if the zip is larger than 12 MB. The import time of `app` is a goal, and is only reported.
    """
    directory = output or CHECKOUT / ".local" / "package" / stage
    archive = directory / "deployment.zip"
    try:
        target = target_of(CHECKOUT, stage, python, architecture)
        interpreter = find_interpreter(target.python)
        templates = {
            "base.json": base_template(),
            "sam.json": app_template(CHECKOUT, stage, target),
            "page.json": page_template(),
        }
        directory.mkdir(parents=True, exist_ok=True)
        for name, template in templates.items():
            (directory / name).write_text(json.dumps(template, indent=2) + "\n")
        build_package(target, interpreter, archive)
        _tell_of_bytecode(target, interpreter)
        _tell_of_size(archive)
        _tell_of_import(target, interpreter, archive)
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    if not report.is_small_enough(archive):
        raise click.ClickException("The package is too large.")


def build_package(target: Target, interpreter: Interpreter | None, archive: Path) -> None:
    """Build the functions' zip, with bytecode where there is an interpreter that makes it. Raises PackageError."""
    with TemporaryDirectory() as wheels:
        click.echo(f"Downloading the wheels for {target} ...", err=True)
        download_wheels(CHECKOUT / "requirements.txt", target, Path(wheels))
        click.echo("Building the package ...", err=True)
        build_zip(CHECKOUT, Path(wheels), interpreter, archive)


def _tell_of_bytecode(target: Target, interpreter: Interpreter | None) -> None:
    if interpreter is None:
        who_compiles = "each snapshot has them compiled" if target.has_snapstart else "each cold start compiles them"
        click.echo(f"The sources are not compiled: there is no Python {target.python} here. On Lambda {who_compiles}.")
    else:
        click.echo(f"Compiled for {target} by {interpreter.path}.")


def _tell_of_size(archive: Path) -> None:
    for line in report.sizes(archive):
        click.echo(line)
    click.echo(f"\n{archive}\nsha256 {report.digest(archive)}")
    verdict = report.verdict(report.is_small_enough(archive))
    click.echo(f"{archive.stat().st_size / 1e6:.2f} MB of {report.MAX_BYTES / 1e6:.0f} MB: {verdict}")


def _tell_of_import(target: Target, interpreter: Interpreter | None, archive: Path) -> None:
    if interpreter is None:
        return
    obstacle = target.why_not_importable()
    if obstacle:
        click.echo(f"The import is not measured: {obstacle}.")
        return
    with TemporaryDirectory() as directory:
        with zipfile.ZipFile(archive) as file:
            file.extractall(directory)
        cold_import = measure(Path(directory), interpreter.path)
    click.echo("\nWhat app imports, by package, while -X importtime measures:")
    for line in report.slowest_imports(cold_import):
        click.echo(line)
    verdict = report.verdict(cold_import.median_milliseconds <= report.MAX_MILLISECONDS)
    click.echo(
        f"\nCold import of app: {cold_import.median_milliseconds:.0f} ms (median; the fastest "
        f"{cold_import.fastest_milliseconds:.0f} ms) of {report.MAX_MILLISECONDS} ms: {verdict}"
    )


if __name__ == "__main__":
    main()
