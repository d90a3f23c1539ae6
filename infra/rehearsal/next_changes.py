"""What the next version of the rehearsal changes in the source, as a developer would: one text for another.

A profile gets a `headline`: a field of a document that is cached, and that PROFILE_UPDATED tells of. And there is a
setting, HEADLINE_CHARACTERS, which the templates pass on.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """In the file `path`, `old` is there once, and becomes `new`."""

    path: str
    old: str
    new: str


def _after(path: str, line: str, *added: str) -> Change:
    """Add lines after one that the file has once."""
    return Change(path, f"{line}\n", "".join(f"{each}\n" for each in (line, *added)))


CHANGES = (
    _after(
        "chalicelib/models/fields.py",
        'Gender = Annotated[str, _line(30, "female")]',
        'Headline = Annotated[str, _line(200, "Compilers, and the people who write them")]',
        '"""A line below the name. HEADLINE_CHARACTERS may allow fewer characters."""',
    ),
    _after(
        "chalicelib/models/requests.py",
        "    gender: fields.Gender | UnsetType | None = UNSET",
        "    headline: fields.Headline | UnsetType | None = UNSET",
    ),
    Change("chalicelib/models/profile.py", "from typing import TypedDict", "from typing import NotRequired, TypedDict"),
    # Required, so that a cached copy of the former release, which lacks it, is not taken: MongoDB is asked.
    _after(
        "chalicelib/models/profile.py",
        "    photoUrl: response_fields.PhotoUrl | None",
        "    headline: str | None",
    ),
    # Optional, as the former release writes none.
    _after(
        "chalicelib/models/profile.py",
        "    photoUrl: str | None",
        "    headline: NotRequired[str | None]",
    ),
    Change("chalicelib/stores/users.py", "convert({**_WHERE_ABSENT, ", 'convert({"headline": None, **_WHERE_ABSENT, '),
    Change(
        "chalicelib/stores/users.py", "fields=sorted(fields))", 'fields=sorted(fields), headline="headline" in fields)'
    ),
    Change("chalicelib/stores/user_cards.py", '"age", "gender"', '"age", "gender", "headline"'),
    _after(
        "chalicelib/stores/user_cards.py",
        '        gender=user["gender"],',
        '        headline=user.get("headline"),',
    ),
    Change(
        "chalicelib/models/event_types.py",
        "    fields: list[str]\n",
        "    fields: list[str]\n    headline: bool = False\n",
    ),
    _after("chalicelib/settings/__init__.py", "    presence_audience: str", "    headline_characters: int"),
    _after(
        "chalicelib/settings/__init__.py",
        "        local_aws=local_aws,",
        '        headline_characters=read("HEADLINE_CHARACTERS", values.whole_number(1, 200), default="100"),',
    ),
    Change("chalicelib/services/profiles.py", "import NotFound", "import BadRequest, NotFound"),
    _after("chalicelib/services/profiles.py", "    clock: Clock", "    headline_characters: int"),
    Change(
        "chalicelib/services/profiles.py",
        "            return principal.user.response(with_email=True)\n",
        "            return principal.user.response(with_email=True)\n"
        "        if isinstance(change.headline, str) and len(change.headline) > self.headline_characters:\n"
        '            raise BadRequest({"headline": f"it has more than {self.headline_characters} characters"})\n',
    ),
    Change(
        "chalicelib/wiring.py",
        "return Profiles(",
        "return Profiles(headline_characters=self.settings.headline_characters, ",
    ),
    Change(
        "infra/cloudformation/app/parameters.yml",
        "  Rollout:\n",
        "  HeadlineCharacters: {Type: Number, Default: 100}\n  Rollout:\n",
    ),
    _after(
        "infra/cloudformation/app/functions.yml",
        "        COOKIE_DOMAIN: !Ref CookieDomain",
        "        HEADLINE_CHARACTERS: !Ref HeadlineCharacters",
    ),
)
