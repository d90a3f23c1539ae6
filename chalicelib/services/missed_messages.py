"""Users are mailed of messages that they have missed: once in hours at most, and only of what is unread by then."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.models.documents import ReminderDocument
from chalicelib.models.notification_mails import Missed
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.emails import Email, EmailStore
from chalicelib.stores.missed_messages import KEPT, UNREAD_FOR, Reminders, email_id
from chalicelib.stores.recipients import Recipient, Recipients


@dataclass(frozen=True, kw_only=True)
class MissedMessages:
    """Every method raises Unavailable."""

    reminders: Reminders
    conversations: ConversationStore
    recipients: Recipients
    emails: EmailStore
    clock: Clock

    def remind(self) -> None:
        """Look at the users whose reminders are due, and put a mail into the outbox for each who has missed messages.

        A process that dies in between is followed by one that looks again, and makes the same mail.
        """
        for reminder in self.reminders.due():
            self._look(reminder)

    def of(self, user_id: str, user: Recipient, since: datetime | None) -> list[Missed]:
        """Return what a user has not read in the conversations that have changed after `since`, the latest first.

        Whoever has left, or is blocked by the user or blocks them, is left out, and so is what they have muted.
        """
        after = max(self.clock() - KEPT, since) if since is not None else self.clock() - KEPT
        unread = {found["otherId"]: found for found in self.conversations.missed(user_id, after)}
        senders = self.recipients.of(unread) if unread else {}
        return [
            Missed(senders[other_id].name, found["unread"], found["firstUnreadAt"])
            for other_id, found in unread.items()
            if other_id in senders and other_id not in user.blocked and user_id not in senders[other_id].blocked
        ]

    def _look(self, reminder: ReminderDocument) -> None:
        user_id, mailed_at = reminder["_id"], reminder.get("mailedAt")
        user = self.recipients.of({user_id}).get(user_id)
        if user is None or not user.verified or not user.preferences.message.mail:
            self.reminders.close(reminder, mailed=False)
            return
        now = self.clock()
        quiet_until = user.preferences.quiet_until(now)
        if quiet_until is not None:
            self.reminders.postpone(reminder, quiet_until)
            return
        missed = self.of(user_id, user, mailed_at)
        if not missed:
            self.reminders.close(reminder, mailed=False)
            return
        long_enough_at = min(found.since for found in missed) + UNREAD_FOR
        if long_enough_at > now:
            # The messages of which it was set were read since, and these are others.
            self.reminders.postpone(reminder, long_enough_at)
            return
        self.emails.add([Email(email_id(reminder), user.address, "missed", user_id=user_id, since=mailed_at)])
        self.reminders.close(reminder, mailed=True)
