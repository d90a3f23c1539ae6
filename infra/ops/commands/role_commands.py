"""The commands that give a role, take it away, and list who has it."""

import click

from chalicelib.errors import Conflict, Unverified
from chalicelib.services.accounts import account_addresses
from chalicelib.stores.users import User
from infra.ops.rendering import json_option, print_json, print_table
from infra.ops.servers import Servers


def role_commands(name: str, role: str, title: str, explanation: str) -> click.Group:
    """Make the command `name` for a role; `title` is what a sentence calls one who has it, such as "a moderator"."""

    @click.command(help=f"Make the account of EMAIL {title}.")
    @click.argument("email")
    @json_option
    @click.pass_obj
    def add(servers: Servers, email: str, as_json: bool) -> None:
        try:
            added = servers.wiring.roles.give(role, *account_addresses(email))
        except Unverified as error:
            raise click.ClickException(f"{error} Its owner must follow the link that was mailed to them.") from None
        except Conflict as error:
            raise click.ClickException(str(error)) from None
        _tell(_existing(added, email), f"is {title}", as_json)

    @click.command(help="Make the account of EMAIL an ordinary one again.")
    @click.argument("email")
    @json_option
    @click.pass_obj
    def remove(servers: Servers, email: str, as_json: bool) -> None:
        try:
            user = _existing(servers.wiring.roles.take(role, *account_addresses(email)), email)
        except Conflict as error:
            raise click.ClickException(str(error)) from None
        _tell(user, f"is not {title}", as_json)

    @click.command("list", help=f"Show everybody who is {title}.")
    @json_option
    @click.pass_obj
    def list_all(servers: Servers, as_json: bool) -> None:
        found = servers.wiring.roles.all(role)
        if as_json:
            print_json([{"userId": user_id, "emailId": email_id} for user_id, email_id in found])
        else:
            print_table(["user", "email address"], found)

    return click.Group(name, commands=[add, remove, list_all], help=explanation)


def _existing(user: User | None, email: str) -> User:
    if user is None:
        raise click.ClickException(f"No account has the address {email!r}.")
    return user


def _tell(user: User, what: str, as_json: bool) -> None:
    if as_json:
        print_json({"userId": user.userId, "emailId": user.emailId, "role": user.role})
    else:
        click.echo(f"{user.emailId} ({user.userId}) {what}.")
