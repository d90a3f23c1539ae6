"""`python -m chalice_local_websockets.conformance`: asks an endpoint what AWS's pages say."""

import asyncio
from contextlib import nullcontext

import click

from chalice_local_websockets.conformance.endpoint import Endpoint
from chalice_local_websockets.conformance.management import Management
from chalice_local_websockets.conformance.own import own_endpoint
from chalice_local_websockets.conformance.pages import title
from chalice_local_websockets.conformance.rows import ROWS
from chalice_local_websockets.conformance.run import Outcome, Result, results
from chalice_local_websockets.processes import ImportFailedError


@click.command()
@click.option("--endpoint", help="The websocket address with the stage's path; this package's own gateway by default.")
@click.option("--management-endpoint", help="Its @connections address with the stage's path; required with --endpoint.")
@click.option("--endpoint-without-default", help="The address of an API that has no $default.")
@click.option("--custom-route", help="The key of a route that the API has besides those of the suite's app.")
@click.option("--markdown", is_flag=True, help="Print a table for a page.")
def main(
    *,
    endpoint: str | None,
    management_endpoint: str | None,
    endpoint_without_default: str | None,
    custom_route: str | None,
    markdown: bool,
) -> None:
    """Ask a websocket API of API Gateway, with the suite's app behind it, what the pages of AWS say.

    Ends with exit code 1 if a row differs.
    """
    if (endpoint is None) != (management_endpoint is None):
        raise click.UsageError("--endpoint and --management-endpoint belong together.")
    asked = (
        nullcontext(
            Endpoint(
                url=endpoint.rstrip("/"),
                management=Management(management_endpoint),
                without_default=endpoint_without_default,
                custom_route=custom_route,
            )
        )
        if endpoint and management_endpoint
        else own_endpoint()
    )

    async def ask() -> list[Result]:
        async with asked as known:
            return [_printed(result, markdown=markdown) async for result in results(known, ROWS)]

    if markdown:
        click.echo("| row | outcome | page |\n|---|---|---|")
    try:
        all_results = asyncio.run(ask())
    except (OSError, ImportFailedError) as error:
        raise click.ClickException(str(error)) from error
    counts = {outcome: sum(result.outcome is outcome for result in all_results) for outcome in Outcome}
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()), err=markdown)
    raise SystemExit(counts[Outcome.DIFFERS] > 0)


def _printed(result: Result, *, markdown: bool) -> Result:
    outcome = f"{result.outcome}: {result.detail}" if result.detail else str(result.outcome)
    if markdown:
        click.echo(f"| {result.row.sentence} | {outcome} | [{title(result.row.page)}]({result.row.page}) |")
    else:
        click.echo(f"{result.outcome:8} {result.row.name}: {result.row.sentence}")
        if result.detail:
            click.echo(f"         {result.detail}")
    return result


if __name__ == "__main__":
    main()
