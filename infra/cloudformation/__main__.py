"""`python -m infra.cloudformation`: the templates of both stacks."""

import json
from pathlib import Path

import click

from infra.cloudformation.aliases import use_aliases
from infra.cloudformation.parts import PartsError, Template, join

_PATH = click.Path(dir_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Join the parts in infra/cloudformation, and finish the template that `chalice package` merges them into."""


@main.command()
@click.argument("stack", type=click.Choice(["base", "app"]))
@click.option("-o", "--output", type=_PATH, required=True, help="The JSON file to write.")
def parts(stack: str, output: Path) -> None:
    """Join the parts of STACK; `app` is what `chalice package --merge-template` takes."""
    try:
        _write(output, join(stack))
    except PartsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("template", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def aliases(template: Path) -> None:
    """Lead the APIs in TEMPLATE, Chalice's sam.json, to the functions' aliases, in place."""
    _write(template, use_aliases(json.loads(template.read_text())))


def _write(path: Path, template: Template) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(template, indent=2) + "\n")


if __name__ == "__main__":
    main()
