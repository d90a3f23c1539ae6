"""The events, responses and limits of API Gateway, tested without a socket."""

import json
import re
from typing import Any

import pytest

from chalice_local_websockets import events
from chalice_local_websockets.events import ConnectionInfo, Identity
from chalice_local_websockets.limits import TokenBucket
from chalice_local_websockets.responses import Response, ended_by_client, error_frame
from infra.cloudformation.parts import join
from infra.local.gateway import responses

CLIENT = ConnectionInfo("L0SM9cOFvHcCIhw=", 1_707_502_303_000, Identity("10.0.0.1", "probe/1"), "127.0.0.1:8001", "v1")
NOW = 1_707_502_303_419
CONTEXT = {
    "extendedRequestId": "r=",
    "requestTime": "09/Feb/2024:18:11:43 +0000",
    "messageDirection": "IN",
    "stage": "v1",
    "connectedAt": 1_707_502_303_000,
    "requestTimeEpoch": NOW,
    "identity": {"sourceIp": "10.0.0.1", "userAgent": "probe/1"},
    "requestId": "r=",
    "domainName": "127.0.0.1:8001",
    "connectionId": "L0SM9cOFvHcCIhw=",
    "apiId": "local",
}


def test_the_connect_event() -> None:
    headers = [("Host", "127.0.0.1:8001"), ("X-Two", "1"), ("X-Two", "2")]
    assert events.connect(CLIENT, headers, "a=1&a=%C3%A9&b=", request_id="r=", now=NOW) == {
        "headers": {"Host": "127.0.0.1:8001", "X-Two": "2"},
        "multiValueHeaders": {"Host": ["127.0.0.1:8001"], "X-Two": ["1", "2"]},
        "queryStringParameters": {"a": "é", "b": ""},
        "multiValueQueryStringParameters": {"a": ["1", "é"], "b": [""]},
        "requestContext": CONTEXT | {"routeKey": "$connect", "eventType": "CONNECT"},
        "isBase64Encoded": False,
    }


def test_the_connect_event_has_query_keys_only_with_a_query() -> None:
    event = events.connect(CLIENT, [], "", request_id="r=", now=NOW)
    assert set(event) == {"headers", "multiValueHeaders", "requestContext", "isBase64Encoded"}


def test_the_message_event() -> None:
    event = events.message(CLIENT, "{}", request_id="r=", now=NOW)
    context = event["requestContext"]
    assert isinstance(context, dict)
    assert re.fullmatch(r"[\w-]{15}=", context.pop("messageId"))
    assert event == {
        "requestContext": CONTEXT | {"routeKey": "$default", "eventType": "MESSAGE"},
        "body": "{}",
        "isBase64Encoded": False,
    }


def test_the_disconnect_event() -> None:
    assert events.disconnect(CLIENT, 1001, "Going away", request_id="r=", now=NOW) == {
        "requestContext": CONTEXT
        | {"routeKey": "$disconnect", "eventType": "DISCONNECT"}
        | {"disconnectStatusCode": 1001, "disconnectReason": "Going away"},
        "isBase64Encoded": False,
    }


def test_a_client_without_a_user_agent_has_none_in_its_identity() -> None:
    assert Identity("10.0.0.1", None).as_json() == {"sourceIp": "10.0.0.1"}


def test_ids_look_like_api_gateways_and_differ() -> None:
    ids = {events.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[\w-]{15}=", new_id) for new_id in ids)


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (1005, None, "Client-side close frame status not set"),
        (1000, "bye", "bye"),
        (1000, "", ""),
    ],
)
def test_disconnect_gets_api_gateways_reason_where_the_client_gave_none(
    code: int, reason: str | None, expected: str
) -> None:
    ending = ended_by_client(code, reason)
    assert (ending.code, ending.reason) == (code, expected)


def test_the_error_frame_is_json_in_api_gateways_spacing() -> None:
    frame = error_frame("c=", "r=")
    assert frame == '{"message": "Internal server error", "connectionId":"c=", "requestId":"r="}'
    assert json.loads(frame)["requestId"] == "r="


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", responses.NO_SUCH_ROUTE),
        ("REQUEST_TOO_LARGE", responses.BODY_TOO_LARGE),
        ("INTEGRATION_FAILURE", responses.UNAVAILABLE),
        ("INTEGRATION_TIMEOUT", responses.UNAVAILABLE),
        ("DEFAULT_5XX", responses.UNAVAILABLE),
    ],
)
def test_errors_of_the_rest_api_are_those_of_aws(name: str, answer: Response) -> None:
    definition = join("app")["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    on_aws = definition["x-amazon-apigateway-gateway-responses"][name]
    [(content_type, template)] = on_aws["responseTemplates"].items()
    prefix = "gatewayresponse.header."
    assert answer.status == on_aws["statusCode"]
    assert json.loads(answer.body) == json.loads(template)
    for place, origin in (
        (1, "https://app.example.org"),
        (2, None),
    ):  # of Fn::If: where an origin is allowed, and where none is
        headers = {
            key.removeprefix(prefix).lower(): value(text, place).strip("'").replace("${Origin}", origin or "")
            for key, text in on_aws["responseParameters"].items()
        }
        assert dict(responses.readable(answer, origin).headers) == {"content-type": content_type, **headers}


def value(parameter: str | dict[str, list[Any]], place: int) -> str:  # Any: CloudFormation's own language
    """The text of a response parameter, of which one is chosen by a condition."""
    if isinstance(parameter, str):
        return parameter
    chosen = parameter["Fn::If"][place]
    return str(chosen["Fn::Sub"][0] if isinstance(chosen, dict) else chosen)


def test_the_bucket_admits_a_burst_and_then_the_rate() -> None:
    bucket = TokenBucket(rate=500, now=100)
    assert [bucket.take(100) for _ in range(501)] == [True] * 500 + [False]
    assert [bucket.take(100.01) for _ in range(6)] == [True] * 5 + [False]
    assert [bucket.take(1000) for _ in range(501)] == [True] * 500 + [False]
