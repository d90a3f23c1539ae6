"""Where web push is sent to is given by clients: nothing inside this network is reached by it."""

import pytest

from chalicelib.consumer.effects.registry import web_pushes
from chalicelib.errors import BadRequest, Conflict, SettingsError
from chalicelib.models.pushed import NotificationEvent
from chalicelib.models.requests import PushKeys, PushSubscription
from chalicelib.services.accounts import NewSession
from infra.local.vapid_keys import new_vapid_keys
from tests.support.push_service import local_push_service
from tests.support.wirings import MakeWiring

KEYS = PushKeys(p256dh="B" + "A" * 86, auth="A" * 22)


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://push.example.com/a", "https://push.example.com:8443/a", "https://localhost/a", "https://router/a"),
        *("https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/a", "https://2130706433/a", "https://0x7f.1/a"),
        *("https://[push.example.com]/a", "https://push[.example].com/a"),
        *("https://169.254.169.254/latest/meta-data", "https://db.internal/a", "https://printer.local./a"),
        *(
            "https://127.1/a",
            "https://[fd00::1]:443/a",
            "https://[::ffff:10.0.0.1]/a",
        ),
    ],
)
def test_an_endpoint_that_is_no_public_host_is_refused(make_wiring: MakeWiring, bob: NewSession, endpoint: str) -> None:
    wiring = make_wiring(WEB_PUSH_HOSTS="public")
    with pytest.raises(BadRequest) as refused:
        wiring.push_subscriptions.add(bob.credentials, PushSubscription(endpoint=endpoint, keys=KEYS))
    assert list(refused.value.fields) == ["endpoint"]


def test_a_subscription_that_leads_inside_gets_nothing_and_is_deleted(
    make_wiring: MakeWiring, bob: NewSession, environment: dict[str, str]
) -> None:
    """As a name that resolved to a public address when it was given."""
    wiring = make_wiring(WEB_PUSH_HOSTS="public")
    pushes = web_pushes(wiring)
    assert pushes is not None
    with local_push_service(environment["VAPID_PUBLIC_KEY"]) as service:
        browser = service.subscribe()
        inside = f"https://localhost/{browser.endpoint.rpartition('/')[2]}"
        keys = PushKeys(**browser.subscription["keys"])
        for endpoint in (browser.endpoint, inside):
            subscription = PushSubscription(endpoint=endpoint, keys=keys)
            wiring.push_subscription_store.add(bob.user.userId, bob.credentials.session_id, 0, subscription)
        frame = NotificationEvent(
            notificationId="0190a6e5-0000-7000-8000-000000000000",
            type="MESSAGE_NOTIFICATION",
            fromUserId=bob.user.userId,
            text="hi",
            createdAt="2026-01-31T12:00:00.000Z",
        )
        pushes.hand_over([(bob.user.userId, frame)])
        pushes.flush()
        assert (browser.shown, service.faults) == ([], [])
    assert wiring.push_subscription_store.of([bob.user.userId]) == {}


def test_without_a_key_there_is_no_web_push(make_wiring: MakeWiring, bob: NewSession) -> None:
    wiring = make_wiring(VAPID_PUBLIC_KEY="", VAPID_PRIVATE_KEY="")
    assert wiring.push_subscriptions.own(bob.credentials).publicKey is None
    assert web_pushes(wiring) is None
    with pytest.raises(Conflict):
        wiring.push_subscriptions.add(bob.credentials, PushSubscription(endpoint="https://a.example.org/", keys=KEYS))


def test_keys_that_do_not_belong_together_are_refused(make_wiring: MakeWiring) -> None:
    other, _ = new_vapid_keys()
    with pytest.raises(SettingsError, match=r"^VAPID_PUBLIC_KEY is wrong"):
        web_pushes(make_wiring(VAPID_PRIVATE_KEY=other))
    with pytest.raises(SettingsError, match=r"^VAPID_PRIVATE_KEY is wrong"):
        web_pushes(make_wiring(VAPID_PRIVATE_KEY="A" * 43))
