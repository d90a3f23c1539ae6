"""HTML pages, of which there are few: most of this API is JSON."""

import hashlib
from base64 import b64encode

from chalice.app import Response

from chalicelib.handlers.http import Headers

_NO_MORE = "base-uri 'none'; frame-ancestors 'none'"


def html_response(page: str, *, has_form: bool = False) -> Response:
    """A page of this project's own, which loads nothing, is shown in no frame, and is kept nowhere.

    Its form is sent to this API alone, if it has one.
    """
    parts = {
        "default-src": "'none'",
        "script-src": _sources(page, "script"),
        "style-src": _sources(page, "style"),
        "connect-src": "'self'",
        "form-action": "'self'" if has_form else "'none'",
    }
    policy = "; ".join([*(f"{name} {source}" for name, source in parts.items()), _NO_MORE])
    headers: Headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body=page, status_code=200, headers=headers)


def _sources(page: str, element: str) -> str:
    """The hash of the page's one such element (CSP Level 3, section 2.3.1): a browser runs no other."""
    content = page.partition(f"<{element}>")[2].partition(f"</{element}>")[0]
    return f"'sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
