"""The fields of a frame by which a client tells which frame an error is about."""

import pytest

from chalicelib.models.correlation import Correlation, correlation

USER = "0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("frame", "about"),
    [
        ('{"action": "typing", "clientMessageId": "a-1"}', {"action": "typing", "clientMessageId": "a-1"}),
        ('{"action": "flying", "more": [{}]}', {"action": "flying"}),
        ('{"action": "typing", "clientMessageId": "a b"}', {"action": "typing"}),
        ('{"action": "typing", "clientMessageId": ""}', {"action": "typing"}),
        ('{"action": "typing", "clientMessageId": null}', {"action": "typing"}),
        ('{"action": "typing", "clientMessageId": 1e999}', {"action": "typing"}),
        ('{"action": 5, "clientMessageId": "a-1"}', {"clientMessageId": "a-1"}),
        ('{"action": ["typing"], "clientMessageId": "a-1"}', {"clientMessageId": "a-1"}),
        (f'{{"action": "{"x" * 51}", "clientMessageId": "a-1"}}', {"clientMessageId": "a-1"}),
        (f'{{"action": {"9" * 500}, "clientMessageId": "a-1"}}', {"clientMessageId": "a-1"}),
        ('{"clientMessageId": "a-1"}', {"clientMessageId": "a-1"}),
        (
            f'{{"action": "message:edit", "userId": "{USER}", "seq": 5, "message": ""}}',
            {"action": "message:edit", "userId": USER, "seq": 5},
        ),
        (f'{{"action": "message:edit", "userId": "{USER}", "seq": 0}}', {"action": "message:edit"}),
        ('{"action": "message:edit", "userId": "ada", "seq": 5}', {"action": "message:edit"}),
        ('{"action": "typing", "requestId": "r-1"}', {"action": "typing", "requestId": "r-1"}),
        ('{"action": "typing", "requestId": "r 1"}', {"action": "typing"}),
        ('{"action": "typing", "requestId": 1}', {"action": "typing"}),
        ("{}", {}),
        ("", {}),
        ("[]", {}),
        ("null", {}),
        ('{"action": "typing", "clientMessageId": "a-1"', {}),
        ('{"action": "typing", "message": "\\ud800"}', {}),
        ('{"action": ' + "[" * 50_000, {}),
    ],
)
def test_a_correlation_has_each_valid_field_of_the_frame(frame: str, about: Correlation) -> None:
    assert correlation(frame) == about
