"""README's first conversation, as it stands there, typed once and once more."""

import json
import re
import subprocess

from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT


def first_conversation() -> str:
    text = (CHECKOUT / "README.md").read_text().partition("## A first conversation")[2]
    block = re.search(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block
    return block[1]


def test_the_first_conversation_works_the_first_and_the_second_time(system: RunningSystem) -> None:
    script = first_conversation().replace("http://127.0.0.1:8000", system.rest_url)
    script = script.replace(".local/mail", str(system.state.mail))
    assert system.rest_url in script
    assert str(system.state.mail) in script
    seqs = []
    for _ in range(2):
        run = subprocess.run(["bash", "-ec", script], capture_output=True, text=True, check=False, timeout=60)
        assert run.returncode == 0, run.stderr
        sent, url = run.stdout.splitlines()
        assert "seq" in json.loads(sent), sent
        seqs.append(json.loads(sent)["seq"])
        assert re.match(r"wss?://[^?]+\?ticket=.+", url)
    assert seqs[1] == seqs[0] + 1
