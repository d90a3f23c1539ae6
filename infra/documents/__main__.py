"""`python -m infra.documents`: generates the documents of the APIs, or checks that they are up to date."""

import click

from infra.documents import files

_SHOWN_LINES = 40


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; show the differences and exit with 1 if a file is out of date."
)
def main(*, check: bool) -> None:
    """Generate the documents of the code as it is.

    They are those of the REST API (OpenAPI, and a collection of its calls), the websocket API and Kafka (AsyncAPI).
    """
    outdated = False
    for name, document in files.made().items():
        difference = list(files.differences(name, document))
        if not difference:
            continue
        outdated = True
        if check:
            _show(name, difference)
        else:
            files.write(name, document)
            click.echo(f"{name} is written.")
    if check and outdated:
        raise click.ClickException("The documents do not match the code; run: make documents")


def _show(name: str, lines: list[str]) -> None:
    added = sum(line.startswith("+") for line in lines) - 1
    removed = sum(line.startswith("-") for line in lines) - 1
    click.echo(f"{name} is out of date: {added} lines are missing, {removed} are too many.")
    for line in lines[:_SHOWN_LINES]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN_LINES:
        click.echo(f"  ... and {len(lines) - _SHOWN_LINES} lines more")


if __name__ == "__main__":
    main()
