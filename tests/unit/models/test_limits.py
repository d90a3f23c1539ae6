"""Every limit of every field that a client sends, tested from both sides by one table for all models."""

import json
import re
import shutil
import subprocess
from typing import Any, Literal, get_args

import msgspec
import pytest
from msgspec import Meta

import app  # noqa: F401 - importing it registers the routes
from chalicelib.errors import BadRequest
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.models import fields
from chalicelib.models.frames import Frame, MissedFrom
from chalicelib.models.parsing import parse_json, parse_query
from chalicelib.models.requests import BatchMessage, ChannelsChange, ChannelsWithoutMailChange, PushKeys

USER = "0123456789abcdef01234567"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NOTIFICATION = "0190a6e5-7c2a-7d7e-8b1c-0123456789ab"
Model = type[msgspec.Struct]
Valid = dict[str, object]

HIDING = [
    *(
        "\u200b",
        "\u202e",
        "\u202a",
        "\u200e",
        "\u200f",
        "\u061c",
        "\u2066",
        "\u2067",
        "\u2068",
        "\u2069",
        "\u2060",
        "\xad",
    ),
    *("\ufeff", "\ufff9", "\U000e0041", "\U000e007f", "\U0001d173", "\U0001bca0", "\U000e0fff"),
]
"""Characters that reverse or hide text: nothing that is shown in a line has them."""

FILLERS = ["\u3164", "\u2800", "\uffa0", "\u115f", "\u200c", "\u200d", "\ufe0f", "\u034f", "\U000e0100"]
"""Characters that show nothing by themselves: no line is made of them alone."""

VALUES: dict[object, tuple[list[object], list[object]]] = {
    fields.UserId: ([USER, "f" * 24], ["", USER[:-1], USER + "0", USER.upper(), USER + "\n", "é" * 24]),
    fields.LinkToken: (
        ["A" * 43, "_-" * 21 + "9"],
        ["", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "+", "A" * 43 + "\n"],
    ),
    fields.UnsubscribeToken: (
        [*(f"{USER}.{kind}.{'A' * 42}_" for kind in ("message", "connectionRequest", "connectionAccepted"))],
        [
            *("", f"{USER}.message.", f"{USER}.other.{'A' * 43}", f"{USER}.message.{'A' * 44}"),
            *(f".message.{'A' * 43}", f"{USER}.message.{'A' * 43}\n", f"{USER}.message.{'A' * 42}="),
        ],
    ),
    fields.PushEndpoint: (
        ["https://push.example.org/a?b", "http://127.0.0.1:1/a", "https://" + "a" * 2_040],
        [
            "",
            "ftp://a",
            "https://",
            "https://user@a/b",
            "https://a b",
            "https://a\n",
            "https://a#b",
            "https://" + "a" * 2_041,
        ],
    ),
    fields.P256dh: (
        ["B" + "A" * 86, "B" + "_-" * 43],
        ["", "A" * 87, "B" + "A" * 85, "B" + "A" * 87, "B" + "A" * 85 + "="],
    ),
    fields.PushAuth: (["A" * 22, "_-" * 11], ["", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 22 + "\n"]),
    fields.ExpirationTime: ([0, 1_764_316_800_000, 2**53 - 1], [-1, 2**53 + 2, "1", True]),
    fields.QuietUntil: (
        ["2026-01-31T12:00:00Z", "2000-01-01T00:00:00Z", "9000-12-31T23:59:59Z"],
        [
            *("", "2026-01-31", "2026-01-31T12:00:00", "1999-12-31T23:59:59Z", "9001-01-01T00:00:00Z", 0, True),
            *("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-01-31T12:00:00Z\n"),
        ],
    ),
    fields.CaseId: ([USER, "f" * 24], ["", USER[:-1], USER.upper(), USER + "\n"]),
    fields.Note: (["x", "x" * 500, "two\nlines"], ["", "x" * 501]),
    fields.SessionId: (["0" * 32], ["0" * 31, "0" * 33, "0" * 32 + "\n"]),
    fields.NotificationId: (
        [NOTIFICATION, "f" * 8 + "-ffff" * 3 + "-" + "f" * 12],
        ["", NOTIFICATION[:-1], NOTIFICATION.upper(), NOTIFICATION.replace("-", ""), NOTIFICATION + "\n"],
    ),
    fields.Name: (
        [
            *("x", "x" * 50, "\U0001f600" * 50, " x ", "Jo \u3000 Ann"),
            *("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\u0d28\u0d4d\u200d"),
            *("\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f", "\u845b\U000e0100", "\u0e1b\u0e34\u0e48\u0e19"),
            *("\u05d3\u05d5\u05d3", "\u0639\u0644\u064a", "\u1112\u1161\u11ab", "\u2807\u2800\u2807"),
        ],
        [
            *("", "x" * 51, " ", "\t\n", "\u3000", "\ufeff", "\x85", "a\nb", "a\u2028b", "a\0b", "a\x9bb"),
            *HIDING,
            *(f"a{hidden}b" for hidden in HIDING),
            *FILLERS,
            "".join(FILLERS),
            "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        ],
    ),
    fields.EmailId: (
        ["a@b.cd", "x" * 64 + "@" + ("y" * 59 + ".") * 3 + "com", "ä+b@ö.cd", "A'b@C-d.ef", "o`{|}~$%&*/=?^!#-_@b.cd"],
        [
            "x" * 64 + "@" + ("y" * 62 + ".") * 3 + "com",
            "x" * 65 + "@b.cd",
            "\u0130" * 60 + "@b.cd",
            "@b.cd",
            "a@b",
            "a@b.",
            "a@.cd\n",
            "a@b.cd\n",
            "a@b.cd\r\nBcc: c@d.ef",
            "a b@c.de",
            "a@b@c.de",
            "a\0@b.cd",
            "a@e.org\x7f",
            "a\x9b@e.org",
            "a@e\u2028.org",
            *("<a@b.cd>", "A<a@b.cd>", "A <a@b.cd>", '"a"@b.cd', "a,b@b.cd", "a@b.cd,c@d.ef", "a;b@b.cd", "(a)b@b.cd"),
            *("a:b@c.de", "a\\b@c.de", "[a]@b.cd", "a@[127.0.0.1]", "a@b_c.de", "a@b/c.de", "a..b@c.de", ".a@b.cd"),
            *(f"a{hidden}b@c.de" for hidden in HIDING),
            *(f"a@b{hidden}.cd" for hidden in HIDING),
            *(f"a{filler}b@c.de" for filler in FILLERS),
        ],
    ),
    fields.LoginEmailId: (
        ["a@b.cd", "<a@b.cd>", "A<a@b.cd>", "ä+b@ö.cd", "A@B.CD"],
        ["", "a@b", "a b@c.de", "a@b.cd\n", "@b.cd", "x" * 250 + "@b.cd", "a\0@b.cd"],
    ),
    fields.Password: (
        ["x" * 8, "x" * 72, "é" * 36, "e\u0301" * 36, "\0" * 8, "password"],
        ["x" * 7, "x" * 73, "é" * 37, "\U0001f600" * 19],
    ),
    fields.NewPassword: (
        ["x7y" * 3, "x" * 72, "é" * 36, "e\u0301" * 36, "\0" * 8, "\u2003" * 8],
        [
            *("x7yx7yx", "x" * 73, "é" * 37, "e\u0301" * 37, "\U0001f600" * 19, "e\u0301" * 7),
            *("password", "PassWord", "12345678", "qwertyuiop", "iloveyou"),
        ],
    ),
    fields.About: (["", "x" * 1_000], ["x" * 1_001]),
    fields.Skills: (
        [[], ["x" * 50] * 50],
        [["x"] * 51, ["x" * 51], [""], [None], "x", [" "], ["x", "\n"], ["a\nb"], ["\x7fx"], ["\x1b[31m"]]
        + [[hidden] for hidden in (*HIDING, *FILLERS)],
    ),
    fields.PhotoUrl: (
        [
            "http://a",
            "https://a/b?c#d",
            "https://a?b@c",
            "https://a#:@",
            "https://[::1]:8000/a",
            "https://é.org/ü",
            "http://" + "a" * 2_041,
        ],
        [
            "",
            "ftp://a",
            "http://",
            "http:///a",
            "http://a b",
            "http://a\n",
            "javascript:0",
            "http://" + "a" * 2_042,
            "https://\0",
            "https://a\0",
            "https://a/\x7f",
            "https://a/\x9b",
            "https://@",
            "https://:80",
            "https://a@",
            "https://user:password@a/b",
            "https://?",
            "https://#a",
            "https://\\a",
            "https://a/\u202eb",
            "https://a\u2067",
        ],
    ),
    fields.Age: ([13, 130], [12, 131, 13.0, 13.5, "13", True, 10**400]),
    fields.Gender: (
        ["x", "x" * 30, " x "],
        ["", "x" * 31, " ", "\u3000", "a\nb", "a\0", "\x85", *FILLERS, *(f"a{hidden}b" for hidden in HIDING)],
    ),
    fields.MessageText: (["x", "x" * 5_000, "\0", "\U0001f600" * 5_000], ["", "x" * 5_001, "\U0001f600" * 5_001]),
    fields.ClientMessageId: (["!", "~" * 64], ["", "~" * 65, " ", "a b", "\x7f", "é", "a\n", "\0"]),
    fields.Reaction: (
        [
            *(
                "👍",
                "👍🏽",
                "❤",
                "❤️",
                "☺️",
                "‼️",
                "🇩🇪",
                "1️⃣",
                "#⃣",
                "🏳️‍🌈",
                "👁️‍🗨️",
                "🧑‍🚀",
                "👨🏻‍❤️‍💋‍👨🏻",
                "\U0001faf1\U0001f3fb",
            ),
            "\U0001f3f4" + "\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "👁‍" * 7 + "👁",
        ],
        [
            *(
                "",
                "a",
                "1",
                "👍👍",
                "👍a",
                "a👍",
                "👍\n",
                " 👍",
                "🇩",
                "🇩🇪🇫🇷",
                "<b>",
                "\u200d👍",
                "👍\u200d",
                "\ufe0f",
                "\u202e",
            ),
            *("\U000e0067", "👍\U000e0067", "👁‍" * 8 + "👁"),
        ],
    ),
    fields.RequestId: (["!", "~" * 64], ["", "~" * 65, " ", "a b", "\x7f", "é", "a\n", "\0"]),
    fields.MessagesFrom: (["everyone", "connections"], ["", "EVERYONE", "nobody", "connections\n", None]),
    fields.VisibleTo: (["everyone", "nobody"], ["", "NOBODY", "connections", "nobody\n", None]),
    fields.Traceparent: (
        [TRACE, "00-" + TRACE[3:-2] + "00"],
        ["", TRACE[3:], TRACE.upper(), TRACE + "-0", TRACE + "\n"],
    ),
    fields.Seq: ([0, 2**53 - 1], [-1, 2**53, 2**64, 0.5, "one", None]),
    fields.MessageSeq: ([1, 2**53 - 1], [-1, 0, 2**53, 2**64, 0.5, 1.0, "one"]),
    fields.SoughtNames: (["x", "x" * 200, "Jos\u00e9 L"], ["", "x" * 201, " ", "...", "\u0301"]),
    fields.SoughtSkills: (["x", "C++,c#", "x" * 600], ["", "x" * 601, ",", ",".join(f"{n}" for n in range(11))]),
    fields.FeedCursor: ([f"{'0' * 8}.{USER}"], ["", USER, f"{'0' * 8}.{USER}\n", f"{'X' * 8}.{USER}"]),
    fields.PageSize: ([1, 100], [0, 101, -1]),
}
"""For each type of field: values that are accepted, and values that are refused, on both sides of its limits."""


FREE_TEXTS = {fields.SoughtNames, fields.SoughtSkills}


def batch(count: int) -> list[dict[str, str | None]]:
    return [{"message": "hi", "clientMessageId": f"m{number}", "replyTo": None} for number in range(count)]


VALUES_OF_MODELS: dict[tuple[str, str], tuple[list[object], list[object]]] = {
    ("PresenceQuery", "userIds"): (
        [USER, f"{USER},{USER}", ",".join(f"{n:024x}" for n in range(100))],
        ["", f"{USER},", f",{USER}", f"{USER};{USER}", f"{USER}\n", ",".join(f"{n:024x}" for n in range(101))],
    ),
    # Null is the cursor of a client that knows no changes.
    ("MissedFrom", "afterChange"): ([0, 2**53 - 1, None], [-1, 2**53, 0.5, "one"]),
    # A reason belongs to two of the acts alone.
    ("Decision", "act"): (["dismiss", "reinstate"], ["", "delete", "DISMISS", "dismiss\n"]),
    ("Decision", "reason"): ([], ["", "SPAM", "spam"]),
    ("Report", "seq"): ([1, 2**53 - 1], [0, 2**53, 1.0]),
    ("MessageReadFrame", "seq"): ([1, 2**53 - 1], [0, 2**53, 1.0]),
    ("SyncFrame", "conversations"): (
        [[{"userId": USER, "afterSeq": 0, "afterChange": None}] * count for count in (1, 20)],
        [[], [{"userId": USER, "afterSeq": 0}] * 21, {}, [USER], [{"userId": USER}]],
    ),
    **{
        (name, "messages"): (
            [batch(1), batch(50)],
            [[], batch(51), {}, ["hi"], [{"message": "hi"}], batch(1) * 2, [*batch(2), {**batch(1)[0], "message": ""}]],
        )
        for name in ("Batch", "PrivateMessagesFrame")
    },
    ("NotificationsRead", "notificationIds"): (
        [[NOTIFICATION], [NOTIFICATION] * 100],
        [[], [NOTIFICATION] * 101, NOTIFICATION, [USER]],
    ),
    **{
        ("DaysQuery", name): (
            ["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"],
            ["", "2026-02-29", "2026-1-31", "31.01.2026", "2026-01-31T00:00:00Z", "2026-01-31\n", "0"],
        )
        for name in ("from", "to")
    },
    **{
        ("PreferencesChange", kind): (
            [{}, {"mail": False}, {"inApp": True, "mail": True, "push": False}],
            [None, True, [], {"mail": None}, {"mail": 1}, {"sms": True}],
        )
        for kind in ("message", "connectionRequest", "connectionAccepted")
    },
    ("PreferencesChange", "messageRequest"): (
        [{}, {"inApp": True, "push": False}],
        [None, True, [], {"push": None}, {"push": 1}, {"mail": True}],
    ),
    **{
        (model, channel): ([True, False], ["false", 0, 1, None, {}])
        for model, channels in (
            ("ChannelsChange", ("inApp", "mail", "push")),
            ("ChannelsWithoutMailChange", ("inApp", "push")),
        )
        for channel in channels
    },
    **{("ConversationChange", mark): ([True, False], ["true", 0, 1, None, {}]) for mark in ("muted", "archived")},
    ("PushSubscription", "keys"): (
        [{"p256dh": "B" + "A" * 86, "auth": "A" * 22}],
        [None, {}, [], {"p256dh": "B" + "A" * 86}, {"p256dh": "", "auth": "A" * 22}],
    ),
    # Beside it, one of the frame's other fields is needed.
    ("PresenceQueryFrame", "traceparent"): ([], ["", TRACE[3:]]),
    ("PresenceQueryFrame", "requestId"): ([], ["", "a b"]),
    ("RegisterFrame", "answer"): ([True, False], ["false", 0, 1, [], {}]),
    **{
        (name, "userIds"): ([[USER], [USER] * 100], [[], [USER] * 101, USER, [USER, None]])
        for name in ("PresenceQueryFrame", "PresenceSubscribeFrame", "PresenceUnsubscribeFrame")
    },
}
"""The same for fields of a single model: (model, field)."""


def models() -> list[Model]:
    """Every model that a client sends, and the models nested in them."""
    return sorted(
        {
            *(endpoint.takes for endpoint in ENDPOINTS),
            *get_args(Frame),
            MissedFrom,
            BatchMessage,
            ChannelsChange,
            ChannelsWithoutMailChange,
            PushKeys,
        },
        key=lambda model: model.__name__,
    )


def values(model: Model, field: msgspec.structs.FieldInfo) -> tuple[list[object], list[object]]:
    """(Accepted values, refused values) of a field. Raises KeyError for a field that is in neither table."""
    if (model.__name__, field.encode_name) in VALUES_OF_MODELS:
        return VALUES_OF_MODELS[model.__name__, field.encode_name]
    for option in (field.type, *get_args(field.type)):
        if option in VALUES:
            return VALUES[option]
    if literals := [word for option in (field.type, *get_args(field.type)) for word in get_args(option)]:
        return literals, ["", literals[0].upper(), literals[0] + "\n"]
    raise KeyError(f"{model.__name__}.{field.encode_name}: say its limits here")


def valid(model: Model) -> Valid:
    """A valid object of a model: every required field with its first accepted value."""
    return {field.encode_name: values(model, field)[0][0] for field in msgspec.structs.fields(model) if field.required}


def cases(side: Literal[0, 1]) -> list[Any]:  # Any: pytest's own type is not public
    return [
        pytest.param(model, field.encode_name, value, id=f"{model.__name__}-{field.encode_name}-{value!r:.40}")
        for model in models()
        for field in msgspec.structs.fields(model)
        for value in values(model, field)[side]
    ]


def parsed(model: Model, given: Valid) -> msgspec.Struct:
    """Parses a query model as a query string, every other model as JSON, and a frame with the decoder of all frames."""
    if model in {endpoint.takes for endpoint in ENDPOINTS if not endpoint.has_body}:
        return parse_query({name: str(value) for name, value in given.items()}, model)
    config = model.__struct_config__
    if config.tag is None:
        return parse_json(json.dumps(given), msgspec.json.Decoder(model))
    frame: msgspec.Struct = parse_json(json.dumps({"action": config.tag, **given}), msgspec.json.Decoder(Frame))
    return frame


@pytest.mark.parametrize(("model", "name", "value"), cases(0))
def test_a_value_within_the_limits_is_accepted(model: Model, name: str, value: object) -> None:
    assert msgspec.to_builtins(parsed(model, valid(model) | {name: value}))[name] == value


@pytest.mark.parametrize(("model", "name", "value"), cases(1))
def test_an_error_about_a_value_beyond_the_limits_names_its_field(model: Model, name: str, value: object) -> None:
    with pytest.raises(BadRequest) as caught:
        parsed(model, valid(model) | {name: value})
    [named] = caught.value.fields
    assert named == name or named.startswith((f"{name}[", f"{name}."))


@pytest.mark.parametrize(
    "name", ["$where", "$ne", "__proto__", "constructor", "userId.x", "a.b", "", "\0", "\u202e", "`"]
)
@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_an_error_about_an_unknown_field_names_it(model: Model, name: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parsed(model, valid(model) | {name: "1"})
    assert caught.value.fields == {name or "body": "there is no such field"}


@pytest.mark.parametrize("operator", [{"$where": "1"}, {"$ne": ""}, {"__proto__": {}}, {"$oid": USER}])
@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_an_object_with_a_mongodb_operator_is_refused_in_every_field(model: Model, operator: Valid) -> None:
    for field in msgspec.structs.fields(model):
        if FREE_TEXTS.intersection(get_args(field.type)):
            continue  # of a query string, in which it is text like any other
        with pytest.raises(BadRequest) as caught:
            parsed(model, valid(model) | {field.encode_name: operator})
        [named] = caught.value.fields
        assert named.partition(".")[0] == field.encode_name


def test_every_pattern_means_the_same_in_python_and_in_ecma_262() -> None:
    """Python's $ also matches before a final line feed, \\s differs in ECMA-262, and (? is not universal."""
    metas = [meta for value in vars(fields).values() for meta in getattr(value, "__metadata__", ())]
    patterns = [meta.pattern for meta in metas if isinstance(meta, Meta) and meta.pattern]
    assert len(patterns) >= 5
    assert [pattern for pattern in patterns if re.search(r"\$|\(\?|\\[sSwWdDbB]", pattern)] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js, which reads patterns as browsers do")
def test_each_pattern_takes_and_refuses_the_same_texts_in_a_browser() -> None:
    """The patterns of openapi.json, by JavaScript, on every text of the tables."""
    cases = [
        (meta.pattern.replace(r"\Z", "$"), text, bool(re.search(meta.pattern, text)))
        for field, sides in VALUES.items()
        for meta in getattr(field, "__metadata__", ())
        if isinstance(meta, Meta) and meta.pattern
        for text in (*sides[0], *sides[1])
        if isinstance(text, str)
    ]
    script = """
        const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const other = cases.filter(([pattern, text, taken]) => new RegExp(pattern, "u").test(text) !== taken);
        console.log(JSON.stringify(other));
    """
    answer = subprocess.run(["node", "-e", script], input=json.dumps(cases), capture_output=True, text=True, check=True)
    assert len(cases) > 100
    assert json.loads(answer.stdout) == []
