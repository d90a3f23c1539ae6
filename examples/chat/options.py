"""The options that name the local system."""

from pathlib import Path

import click

api_option = click.option(
    "--api", default="http://127.0.0.1:8000", show_default=True, metavar="URL", help="The REST API."
)
mail_option = click.option(
    "--mail",
    type=click.Path(path_type=Path),
    default=".local/mail",
    show_default=True,
    help="Where the local system keeps its mails.",
)
