"""`python -m infra.package`: builds what is deployed, the functions' zip and the templates of both stacks."""

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from infra.package import report
from infra.package.archive import build_zip
from infra.package.errors import PackageError
from infra.package.imports import measure
from infra.package.runtime import require_its_python, why_not_importable
from infra.package.template import app_template, base_template
from infra.package.wheels import download_wheels

CHECKOUT = Path(__file__).parents[2]


@click.command()
@click.option("--stage", default="dev", show_default=True, help="The stage of .chalice/config.json.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    help="The directory for deployment.zip, sam.json and base.json.  [default: .local/package/STAGE]",
)
def main(stage: str, output: Path | None) -> None:
    """Build the functions' zip and the templates of both stacks, and measure the zip.

    Ends with exit code 1 if the zip is larger than 12 MB. The import time of `app` is a goal, and is only reported.
    """
    directory = output or CHECKOUT / ".local" / "package" / stage
    archive = directory / "deployment.zip"
    try:
        require_its_python()
        templates = {"base.json": base_template(), "sam.json": app_template(CHECKOUT, stage)}
        directory.mkdir(parents=True, exist_ok=True)
        for name, template in templates.items():
            (directory / name).write_text(json.dumps(template, indent=2) + "\n")
        build_package(archive)
        _tell_of_size(archive)
        _tell_of_import(archive)
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    if not report.is_small_enough(archive):
        raise click.ClickException("The package is too large.")


def build_package(archive: Path) -> None:
    """Build the functions' zip. Raises PackageError."""
    with TemporaryDirectory() as wheels:
        click.echo("Downloading the wheels ...", err=True)
        download_wheels(CHECKOUT / "requirements.txt", Path(wheels))
        click.echo("Building the package ...", err=True)
        build_zip(CHECKOUT, Path(wheels), archive)


def _tell_of_size(archive: Path) -> None:
    for line in report.sizes(archive):
        click.echo(line)
    click.echo(f"\n{archive}\nsha256 {report.digest(archive)}")
    verdict = report.verdict(report.is_small_enough(archive))
    click.echo(f"{archive.stat().st_size / 1e6:.2f} MB of {report.MAX_BYTES / 1e6:.0f} MB: {verdict}")


def _tell_of_import(archive: Path) -> None:
    obstacle = why_not_importable()
    if obstacle:
        click.echo(f"The import is not measured: {obstacle}.")
        return
    with TemporaryDirectory() as directory:
        with zipfile.ZipFile(archive) as file:
            file.extractall(directory)
        cold_import = measure(Path(directory))
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
