"""The texts of the emails about accounts, and how every email is written: in plain text and in HTML from one source.

Those about accounts contain nothing that a user wrote, as the address may be somebody else's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from chalicelib.models.documents import EmailKind, LinkPurpose
from chalicelib.models.fields import Reason

_IF_NOT_YOU = "If you did not ask for this, do nothing: without the link, nothing happens."
_SIGNATURE = "The DevConnect team"
_NO_MORE = "No more mails of this kind"

_OBJECT = "If you think that this is wrong, reply to this mail."

REASONS: Mapping[Reason, str] = {
    "spam": "messages or requests to many people who do not want them",
    "harassment": "harassment of somebody",
    "impersonation": "taking somebody else's name or picture",
    "illegal": "something that the law forbids",
    "other": "a breach of our rules",
}
"""The reasons of moderators, for those who are warned or suspended."""


@dataclass(frozen=True)
class Mail:
    """An email that is ready to be sent. `unsubscribe` is the link that ends emails of its kind (RFC 8058)."""

    subject: str
    text: str
    html: str
    unsubscribe: str | None = None


@dataclass(frozen=True)
class Template:
    """An email before it has its link. `purpose` is what the link is for, `button` the words on it.

    `items` are listed below the first paragraphs. `why` says why it is sent, where emails of its kind can be ended.
    """

    subject: str
    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    purpose: LinkPurpose | None = None
    button: str = ""
    greeting: str = "Hello,"
    items: tuple[str, ...] = ()
    why: str = ""

    def render(self, link: str | None, unsubscribe: str | None = None, *, reason: Reason | None = None) -> Mail:
        """Fill in the links and the reason, where there are such."""
        if reason is not None:
            return replace(self, before=(*self.before, f"The reason: {REASONS[reason]}.")).render(link, unsubscribe)
        return Mail(self.subject, self._text(link, unsubscribe), self._html(link, unsubscribe), unsubscribe)

    def _text(self, link: str | None, unsubscribe: str | None) -> str:
        middle = [f"{self.button}:\n{link}"] if link else []
        listed = ["\n".join(f"- {item}" for item in self.items)] if self.items else []
        end = [f"-- \n{self.why}\n{_NO_MORE}:\n{unsubscribe}"] if unsubscribe else []
        return "\n\n".join([self.greeting, *self.before, *listed, *middle, *self.after, _SIGNATURE, *end]) + "\n"

    def _html(self, link: str | None, unsubscribe: str | None) -> str:
        button = (
            f'<p><a href="{escape(link)}" style="display:inline-block;padding:12px 20px;border-radius:6px;'
            f'background:#1f6feb;color:#ffffff;text-decoration:none">{escape(self.button)}</a></p>'
            if link
            else ""
        )
        end = (
            f'<p style="font-size:13px;color:#59636e">{escape(self.why)} '
            f'<a href="{escape(unsubscribe)}" style="color:#59636e">{_NO_MORE}</a></p>'
            if unsubscribe
            else ""
        )
        listed = f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in self.items)}</ul>" if self.items else ""
        before, after = ("".join(map(_paragraph, part)) for part in ((self.greeting, *self.before), self.after))
        body = before + listed + button + after
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.subject)}</title></head>'
            '<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1f2328">'
            f'<div style="max-width:32em">{body}{_paragraph(_SIGNATURE)}{end}</div></body></html>'
        )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


ACCOUNT_TEMPLATES: Mapping[EmailKind, Template] = {
    "welcome": Template(
        "Welcome to DevConnect",
        ("welcome to DevConnect. One thing is left: confirm that this address is yours. Then write to everybody.",),
        ("The link works once, within 24 hours.", _IF_NOT_YOU),
        "verify",
        "Confirm your address",
    ),
    "verify": Template(
        "Confirm your address",
        ("here is another link to confirm that this address is yours.",),
        ("The link works once, within 24 hours.", _IF_NOT_YOU),
        "verify",
        "Confirm your address",
    ),
    "taken": Template(
        "You have an account at DevConnect already",
        (
            "somebody, probably you, has just signed up to DevConnect with this address.",
            "It has an account already, and nothing about that has changed.",
            "Log in with your password. If you have forgotten it, ask for a new one where you log in.",
        ),
        ("If it was not you, you need not do anything.",),
    ),
    "reset": Template(
        "Choose a new password",
        ("somebody, probably you, has asked for a new password for your account at DevConnect.",),
        ("The link works once, within one hour. Every device is logged out then.", _IF_NOT_YOU),
        "reset",
        "Choose a new password",
    ),
    "change": Template(
        "Confirm your new address",
        ("a user of DevConnect wants to use this address for their account.",),
        ("The link works once, within 24 hours.", _IF_NOT_YOU),
        "change",
        "Confirm your new address",
    ),
    "changed": Template(
        "Your account has another address",
        ("your account at DevConnect now has another email address. We write to that one, and you log in with it.",),
        ("If it was not you, somebody knows your password: write to us at once, by replying to this mail.",),
    ),
    "warned": Template(
        "A warning about your account",
        ("somebody has reported what you do on DevConnect, and a moderator has looked at it and warns you.",),
        ("If it happens again, your account may be suspended.", _OBJECT),
    ),
    "suspended": Template(
        "Your account is suspended",
        ("a moderator has suspended your account at DevConnect. You cannot log in, and others do not see you.",),
        (_OBJECT,),
    ),
    "reinstated": Template(
        "Your account is open again",
        ("your account at DevConnect is suspended no longer. Log in with your password.",),
    ),
    "new_password": Template(
        "Your password has changed",
        (
            "the password of your account at DevConnect has just been changed.",
            "Every device but the one that changed it is logged out.",
        ),
        ("If it was not you, ask for a new password where you log in, at once.",),
    ),
    "left": Template(
        "Your account has ended",
        (
            "your account at DevConnect has just been ended, with its password. What is personal is erased.",
            "Messages that you have sent stay with those whom you have sent them to.",
        ),
        ("If it was not you, somebody knows your password: where you use it elsewhere, change it.",),
    ),
}
