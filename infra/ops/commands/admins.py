"""`admins`: who may read the analytics."""

import click

from chalicelib.errors import Unverified
from chalicelib.services.accounts import account_addresses
from chalicelib.stores.users import User
from infra.ops.rendering import json_option, print_json, print_table
from infra.ops.servers import Servers


@click.group()
def admins() -> None:
    """Name the administrators, who may read the analytics.

    Only an account whose address is confirmed can be one: anybody can sign up with an address that is not theirs.
    """


@admins.command()
@click.argument("email")
@json_option
@click.pass_obj
def add(servers: Servers, email: str, as_json: bool) -> None:
    """Make the account of EMAIL an administrator."""
    try:
        added = servers.wiring.administrators.add(*account_addresses(email))
    except Unverified as error:
        raise click.ClickException(f"{error} Its owner must follow the link that was mailed to them.") from None
    user = _existing(added, email)
    _tell(user, "is an administrator", as_json)


@admins.command()
@click.argument("email")
@json_option
@click.pass_obj
def remove(servers: Servers, email: str, as_json: bool) -> None:
    """Make the account of EMAIL an ordinary one again."""
    user = _existing(servers.wiring.administrators.remove(*account_addresses(email)), email)
    _tell(user, "is no administrator", as_json)


@admins.command("list")
@json_option
@click.pass_obj
def list_all(servers: Servers, as_json: bool) -> None:
    """Show all administrators."""
    found = servers.wiring.administrators.all()
    if as_json:
        print_json([{"userId": user_id, "emailId": email_id} for user_id, email_id in found])
    else:
        print_table(["user", "email address"], found)


def _existing(user: User | None, email: str) -> User:
    if user is None:
        raise click.ClickException(f"No account has the address {email!r}.")
    return user


def _tell(user: User, what: str, as_json: bool) -> None:
    if as_json:
        print_json({"userId": user.userId, "emailId": user.emailId, "role": user.role})
    else:
        click.echo(f"{user.emailId} ({user.userId}) {what}.")
