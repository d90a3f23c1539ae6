"""Bodies, query strings and frames are parsed into models; every error names the field that it is about."""

import json
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadRequest
from chalicelib.models.frames import Frame
from chalicelib.models.parsing import parse_json, parse_query, refuse_repeated
from chalicelib.models.requests import (
    Batch,
    ConnectionRequest,
    DaysQuery,
    HistoryQuery,
    Login,
    PasswordChange,
    PresenceQuery,
    ProfileChange,
    SendMessage,
    Signup,
)
from chalicelib.models.wrong_fields import MAX_FIELDS

USER = "0123456789abcdef01234567"
SIGNUP = {"firstName": "Ada", "lastName": "Lovelace", "emailId": "ada@example.org", "password": "correct horse"}


def fields_of(raw: bytes | str, model: type[object]) -> dict[str, str]:
    with pytest.raises(BadRequest) as caught:
        parse_json(raw, msgspec.json.Decoder(model))
    return caught.value.fields


@pytest.mark.parametrize("name", sorted(SIGNUP))
def test_an_error_about_a_missing_field_names_it(name: str) -> None:
    body = {key: value for key, value in SIGNUP.items() if key != name}
    assert fields_of(json.dumps(body), Signup) == {name: "it is required"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("firstName", ""),
        ("firstName", "   "),
        ("firstName", "x" * 51),
        ("lastName", 5),
        ("emailId", "no-at-sign"),
        ("emailId", "two@@example.org"),
        ("emailId", "a b@example.org"),
        ("emailId", "x" * 250 + "@example.org"),
        ("password", "1234567"),
        ("password", "x" * 73),
        ("password", "é" * 37),
        ("password", None),
        ("password", "password"),
        ("password", "ADA@example.org"),
        ("emailId", "Ada<ada@example.org>"),
        ("unknown", 1),
        ("$where", "1"),
    ],
)
def test_an_error_about_a_wrong_value_names_its_field(name: str, value: object) -> None:
    assert list(fields_of(json.dumps(SIGNUP | {name: value}), Signup)) == [name]


def test_a_password_of_72_bytes_is_accepted() -> None:
    login = parse_json(json.dumps({"emailId": "a@b.cd", "password": "é" * 36}), msgspec.json.Decoder(Login))
    assert len(login.password.encode()) == 72


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b"nope", b'"\\ud800"', b"[]", b"5", b"[" * 100_000, b'{"emailId": "\\ud800"}']
)
def test_an_error_about_a_body_that_is_not_a_json_object_names_the_body(raw: bytes) -> None:
    assert list(fields_of(raw, Login)) == ["body"]


def test_deep_nesting_is_a_bad_request() -> None:
    assert fields_of(b'{"skills": ' + b"[" * 50_000, ProfileChange)


def test_the_text_of_a_message_is_not_normalized() -> None:
    text = "e\u0301 \u00e9 \u202e \u0000 \U0001f468\u200d\U0001f469"
    body = json.dumps({"toUserId": USER, "message": text})
    assert parse_json(body, msgspec.json.Decoder(SendMessage)).message == text


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.text().map(str.encode) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_parsing_any_bytes_raises_nothing_but_bad_request(raw: bytes | str) -> None:
    for model in (Signup, ProfileChange, SendMessage, Frame):
        try:
            parse_json(raw, msgspec.json.Decoder(model))
        except BadRequest as error:
            assert error.fields  # noqa: PT017 - an input that raises nothing is fine too


def test_an_error_about_an_element_of_a_list_names_its_position() -> None:
    assert list(fields_of(json.dumps({"skills": ["a", ""]}), ProfileChange)) == ["skills[1]"]


@pytest.mark.parametrize(
    ("query", "name", "reason"),
    [
        ({"limit": "0"}, "limit", "it must be at least 1"),
        ({"limit": "101"}, "limit", "it must be at most 100"),
        ({"limit": "x"}, "limit", "it is not a whole number such as 50"),
        ({"limit": "05"}, "limit", "it is not a whole number such as 50"),
        ({"limit": "+5"}, "limit", "it is not a whole number such as 50"),
        ({"before": "-1"}, "before", "it must be at least 0"),
        ({"before": "1", "after": "2"}, "after", "it cannot be given together with before"),
        ({"page": "1"}, "page", "there is no such field"),
        ({"limit": "1e1"}, "limit", "it is not a whole number such as 50"),
        ({"limit": "10.0"}, "limit", "it is not a whole number such as 50"),
        ({"before": "-0"}, "before", "it is not a whole number such as 50"),
        ({"before": "null"}, "before", "it does not have the form of this field"),
        ({"before": ""}, "before", "it is not a whole number such as 50"),
    ],
)
def test_an_error_about_a_query_parameter_names_it_and_the_reason(
    query: dict[str, str], name: str, reason: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_query(query, HistoryQuery)
    assert caught.value.fields == {name: reason}


@pytest.mark.parametrize("day", ["", "yesterday", "2026-1-31", "2026-02-30"])
def test_an_error_about_a_wrong_date_gives_an_example(day: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_query({"from": day}, DaysQuery)
    assert caught.value.fields == {"from": "it is not a date such as 2026-01-31"}


def test_a_presence_query_has_at_most_100_ids() -> None:
    ids = [f"{number:024x}" for number in range(101)]
    assert parse_query({"userIds": ",".join(ids[:99] + ids[:1])}, PresenceQuery).ids == ids[:99]
    with pytest.raises(BadRequest) as caught:
        parse_query({"userIds": ",".join(ids)}, PresenceQuery)
    assert str(caught.value) == "userIds: it has more than 100 ids"


@pytest.mark.parametrize(
    ("model", "body", "fields"),
    [
        (Signup, SIGNUP | {"password": "é" * 37}, {"password": "it has more than 72 bytes in UTF-8"}),
        (
            PasswordChange,
            {"currentPassword": "x" * 8, "newPassword": "x" * 73},
            {"newPassword": "it has more than 72 bytes in UTF-8"},
        ),
        (Frame, {"action": "presence:query"}, {"userIds": "it is required, or userId, and not both"}),
        (ProfileChange, {"age": 12}, {"age": "it must be at least 13"}),
        (ProfileChange, {"age": "13"}, {"age": "it must be a whole number or null, not text"}),
        (ProfileChange, {"skills": [5]}, {"skills[0]": "it must be text, not a whole number"}),
        (Login, [], {"body": "it must be an object, not a list"}),
    ],
)
def test_the_reason_of_an_error_is_a_sentence_about_its_field(
    model: type[object], body: object, fields: dict[str, str]
) -> None:
    assert fields_of(json.dumps(body), model) == fields


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        ({}, "action"),
        ({"action": "fly"}, "action"),
        ({"action": 5}, "action"),
        ({"action": "register", "user": USER}, "user"),
        ({"action": "private-message", "toUserId": USER, "message": "hi"}, "clientMessageId"),
        ({"action": "private-message", "toUserId": "x", "message": "hi", "clientMessageId": "1"}, "toUserId"),
        ({"action": "private-message", "toUserId": USER, "message": "x" * 5001, "clientMessageId": "1"}, "message"),
        ({"action": "presence:query"}, "userIds"),
        ({"action": "presence:query", "userId": USER, "userIds": [USER]}, "userIds"),
        ({"action": "presence:query", "userIds": []}, "userIds"),
        ({"action": "presence:query", "userIds": ["x"]}, "userIds[0]"),
    ],
)
def test_an_error_about_a_frame_names_its_field(frame: dict[str, object], name: str) -> None:
    assert list(fields_of(json.dumps(frame), Frame)) == [name]  # type: ignore[arg-type] # as above


def test_every_wrong_field_is_named_at_once_in_words_that_people_use() -> None:
    body = {"firstName": "", "lastName": "x" * 51, "emailId": 5, "age": 36}
    assert fields_of(json.dumps(body), Signup) == {
        "firstName": "it must not be empty",
        "lastName": "it must have at most 50 characters",
        "emailId": "it must be text, not a whole number",
        "password": "it is required",
        "age": "there is no such field",
    }


def test_an_error_about_the_form_of_a_field_shows_an_example() -> None:
    fields = fields_of(json.dumps({"toUserId": "x", "message": "hi", "clientMessageId": "a b"}), SendMessage)
    assert fields == {
        "toUserId": "it does not have the form of this field, such as 697df8b1e1b5a40007c4d2e8",
        "clientMessageId": "it does not have the form of this field, such as a-1",
    }


@pytest.mark.parametrize(
    ("model", "body"), [(ConnectionRequest, {"status": "no"}), (ProfileChange, {"messagesFrom": 5})]
)
def test_an_error_about_a_choice_lists_what_may_be_chosen(model: type[object], body: object) -> None:
    [reason] = fields_of(json.dumps(body), model).values()
    assert reason in {"it must be one of interested, ignored", "it must be one of everyone, requests, connections"}


@pytest.mark.parametrize("frame", [{}, {"action": "fly"}, {"action": 5}])
def test_an_error_about_an_action_lists_the_valid_ones(frame: dict[str, object]) -> None:
    [(name, reason)] = fields_of(json.dumps(frame), Frame).items()  # type: ignore[arg-type] # as above
    assert name == "action"
    for action in (model.__struct_config__.tag for model in get_args(Frame)):
        assert str(action) in reason


def test_a_wrong_entry_of_a_list_is_named_by_its_place_and_field() -> None:
    messages = [{"message": "hi", "clientMessageId": "1"}, {"message": "hi"}]
    assert fields_of(json.dumps({"toUserId": USER, "messages": messages}), Batch) == {
        "messages[1].clientMessageId": "it is required"
    }


def test_an_error_names_a_bounded_number_of_fields() -> None:
    fields = fields_of(json.dumps({f"f{number}": 1 for number in range(1_000)}), Login)
    assert len(fields) == MAX_FIELDS
    assert fields["emailId"] == fields["password"] == "it is required"


@pytest.mark.parametrize("name", ["a`b", "`", "x - at `$.y`", "$.message", "a\nb", "\0"])
def test_an_error_repeats_the_name_of_an_unknown_field_verbatim(name: str) -> None:
    assert fields_of(json.dumps({name: 1}), ProfileChange) == {name: "there is no such field"}


def test_a_value_that_looks_like_an_error_does_not_change_the_named_field() -> None:
    assert list(fields_of(json.dumps({"action": "field `toUserId` - at `$.message`"}), Frame)) == ["action"]  # type: ignore[arg-type] # as above


@pytest.mark.parametrize("body", [{"k" * 30_000: 1}, {"action": "k" * 30_000}])
def test_an_error_quotes_little_of_what_was_sent(body: dict[str, object]) -> None:
    """A push may have 128 KB, and the response of a function 6 MB: an error must not be larger than its cause."""
    fields = fields_of(json.dumps({"action": "register"} | body), Frame)  # type: ignore[arg-type] # as above
    assert len(json.dumps(fields)) < 300


def test_the_last_of_two_fields_of_one_name_counts() -> None:
    twice = f'{{"toUserId": "{USER}", "message": "first", "message": "last"}}'
    assert parse_json(twice, msgspec.json.Decoder(SendMessage)).message == "last"
    assert list(fields_of('{"action": "register", "action": "typing"}', Frame)) == ["action"]  # type: ignore[arg-type] # as above


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "01", "1.", "+1"])
def test_an_error_about_a_number_that_is_not_json_names_the_body(number: str) -> None:
    assert list(fields_of(f'{{"age": {number}}}', ProfileChange)) == ["body"]


@pytest.mark.parametrize(
    ("raw", "is_repeated"),
    [
        ('{"action": "register"}', False),
        ('{"action": "register", "action": "register"}', True),
        ('{"\\u0061ction": "register", "action": "register"}', True),
        ('{"action": "private-message", "message": "\\"action\\": \\"action\\""}', False),
        ('{"action": "sync", "conversations": [{"action": 1}]}', False),
    ],
)
def test_an_action_that_occurs_twice_is_an_error_that_names_it(raw: str, is_repeated: bool) -> None:
    if is_repeated:
        with pytest.raises(BadRequest) as caught:
            refuse_repeated(raw, "action")
        assert caught.value.fields == {"action": "it is given more than once"}
    else:
        refuse_repeated(raw, "action")
