"""A userId, as written on the command line."""

import click
import msgspec

from chalicelib.models.fields import UserId


class UserIdType(click.ParamType[str]):
    """A userId. Any other text would match no event, and a command that follows events would wait for ever."""

    name = "USER_ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return msgspec.convert(value, UserId)
        except msgspec.ValidationError:
            self.fail(f"{value!r} is not a userId, which has 24 hexadecimal digits.", param, ctx)
