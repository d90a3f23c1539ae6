"""The page of a mailed link, run by Node.js on a document that has what the page looks for."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from infra.local.state import CHECKOUT

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js, which runs the page's script")

_STAND_IN = """
const button = { disabled: false, textContent: "" }, input = { value: "battery staple", required: false };
const label = { hidden: true, querySelector: () => input };
const form = { hidden: false, querySelector: () => button };
form.addEventListener = (_, handler) => { form.submit = handler; };
const outcome = { textContent: "" };
const elements = { form, outcome, password: label };
globalThis.document = { getElementById: (id) => elements[id] };
globalThis.location = { hash: "#verify=" + "x".repeat(43), pathname: "/api/link" };
globalThis.history = { replaceState() {} };
const calls = [];
globalThis.fetch = async (path) => {
  calls.push({ path, disabled: button.disabled });
  if (ANSWER === null) throw new TypeError("offline");
  const { status, body } = ANSWER;
  return { ok: status < 300, status, json: async () => JSON.parse(body) };
};
"""

_CLICK = """
(async () => {
  await form.submit({ preventDefault() {} });
  const shown = { calls, outcome: outcome.textContent, hidden: form.hidden, disabled: button.disabled };
  console.log(JSON.stringify(shown));
})();
"""


def clicked(answer: object) -> dict[str, Any]:
    """Clicks the button once, where the service gives this answer, and returns what the page then shows."""
    page = (CHECKOUT / "chalicelib/handlers/link_page.html").read_text()
    script = page.partition("<script>")[2].partition("</script>")[0]
    whole = f"const ANSWER = {json.dumps(answer)};{_STAND_IN}{{{script}}}{_CLICK}"
    run = subprocess.run(["node", "-e", whole], capture_output=True, text=True, check=True, timeout=30)
    shown: dict[str, Any] = json.loads(run.stdout)
    return shown


def test_the_button_is_disabled_while_the_link_is_used_and_the_form_goes_with_success() -> None:
    shown = clicked({"status": 204, "body": ""})
    assert shown["calls"] == [{"path": "verification/confirm", "disabled": True}]
    assert (shown["outcome"], shown["hidden"]) == ("Your address is confirmed.", True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (json.dumps({"error": "This link is gone.", "code": "link_gone"}), "This link is gone."),
        (json.dumps({"message": "Too Many Requests"}), "The service did not answer (429): try again."),
        ("<html>", "The service did not answer (429): try again."),
        ("null", "The service did not answer (429): try again."),
    ],
)
def test_an_error_is_shown_in_words_and_the_button_works_again(body: str, said: str) -> None:
    shown = clicked({"status": 429, "body": body})
    assert (shown["outcome"], shown["hidden"], shown["disabled"]) == (said, False, False)


def test_a_service_that_cannot_be_reached_may_be_tried_again() -> None:
    shown = clicked(None)
    assert (shown["outcome"], shown["disabled"]) == ("The service cannot be reached: try again.", False)
