"""What a user's request imports: nobody waits for boto3, which takes 160 ms to import."""

import os
import subprocess
import sys

from infra.local.state import CHECKOUT

SEND = """
import sys
from chalicelib import settings
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import sign_up
import os
wiring = Wiring(settings.load(os.environ))
ada, bob = sign_up(wiring), sign_up(wiring)
wiring.socket_store.open(f"imports-{bob.user.userId}", bob.credentials)
wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi"))
assert "chalicelib.clients.management_api" in sys.modules
print([name for name in ("boto3", "botocore") if name in sys.modules])
wiring.close()
"""


def test_a_message_that_is_pushed_imports_no_boto3(environment: dict[str, str]) -> None:
    sent = subprocess.run(
        [sys.executable, "-c", SEND],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sent.stdout.splitlines()[-1:] == ["[]"], sent.stdout + sent.stderr
