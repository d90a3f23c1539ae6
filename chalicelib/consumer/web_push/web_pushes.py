"""Sends notifications to browsers by web push, in the background: no batch waits for a push service."""

import logging
import queue
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPException

import msgspec

from chalicelib.consumer.telemetry.metrics import WEB_PUSHES, WebPushResult
from chalicelib.consumer.web_push.encryption import encrypt
from chalicelib.consumer.web_push.push_service import ForbiddenAddressError, PushService
from chalicelib.consumer.web_push.vapid import Vapid
from chalicelib.errors import Unavailable
from chalicelib.models.documents import PushSubscriptionDocument
from chalicelib.models.pushed import NotificationEvent
from chalicelib.stores.push_subscriptions import PushSubscriptions

log = logging.getLogger(__name__)

THREADS = 8
MAX_WAITING = 2_000
"""How many pushes may wait. What is more is lost, as pushes may be: the list has the notification."""

KEPT_SECONDS = 24 * 3600
"""How long a push service keeps a message for a browser that is not there (TTL, RFC 8030, section 5.2)."""

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""RFC 8030, section 7.3: the subscription is no more."""

_Push = tuple[PushSubscriptionDocument, bytes, str]


class WebPushes:
    """Each push is sent once, and lost where that fails. A subscription that is dead is deleted. Thread-safe."""

    def __init__(self, *, subscriptions: PushSubscriptions, vapid: Vapid, service: PushService) -> None:
        self._subscriptions = subscriptions
        self._vapid = vapid
        self._service = service
        self._waiting: queue.Queue[_Push] = queue.Queue(MAX_WAITING)
        self._threads: list[threading.Thread] = []

    def hand_over(self, frames: Sequence[tuple[str, NotificationEvent]]) -> None:
        """Hand over notifications, (userId, notification), for all browsers of these users. Raises Unavailable."""
        if not frames:
            return
        browsers = self._subscriptions.of({user_id for user_id, _ in frames})
        lost = 0
        for user_id, frame in frames:
            for subscription in browsers.get(user_id, ()):
                try:
                    self._waiting.put_nowait((subscription, msgspec.json.encode(frame), _topic(frame.notificationId)))
                except queue.Full:
                    lost += 1
        if browsers:
            self._start_threads()
        if lost:
            log.warning("%d web pushes were lost, as too many wait.", lost, extra={"action": "web_pushes_lost"})

    def flush(self) -> None:
        """Block until nothing waits and nothing is being sent."""
        self._waiting.join()

    def _start_threads(self) -> None:
        while len(self._threads) < THREADS:
            thread = threading.Thread(target=self._run, name=f"web-push-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while True:
            subscription, message, topic = self._waiting.get()
            try:
                self._push(subscription, message, topic)
            except Unavailable as error:
                log.info("A dead subscription stays for now: %s", error, extra={"action": "web_push_not_pruned"})
            except Exception:
                # A bug met by one push must not end the thread.
                log.exception("A web push failed.", extra={"action": "web_push_failed"})
            finally:
                self._waiting.task_done()

    def _push(self, subscription: PushSubscriptionDocument, message: bytes, topic: str) -> None:
        result = self._send(subscription, message, topic)
        WEB_PUSHES.labels(result).inc()
        if result == "pruned":
            self._subscriptions.delete(subscription)

    def _send(self, subscription: PushSubscriptionDocument, message: bytes, topic: str) -> WebPushResult:
        """Send a message. Returns "pruned" where the subscription will never take one again."""
        endpoint = subscription["endpoint"]
        try:
            body = encrypt(message, p256dh=subscription["p256dh"], auth=subscription["auth"])
            status = self._service.post(endpoint, self._headers(endpoint, topic), body)
        except (ValueError, ForbiddenAddressError) as error:
            log.warning("A subscription is not one: %s", error, extra={"action": "web_push_refused"})
            return "pruned"
        except (OSError, HTTPException) as error:
            log.warning("A push service failed: %r", error, extra={"action": "web_push_failed"})
            return "failed"
        if status in _GONE:
            return "pruned"
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return "sent"
        log.warning("A push service answered %d.", status, extra={"action": "web_push_failed"})
        return "failed"

    def _headers(self, endpoint: str, topic: str) -> dict[str, str]:
        return {
            "Authorization": self._vapid.authorization(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            "Topic": topic,
        }


def _topic(notification_id: str) -> str:
    """A repeat takes the place of a push that still waits (RFC 8030, section 5.4): 32 characters of base64url."""
    return notification_id.replace("-", "")
