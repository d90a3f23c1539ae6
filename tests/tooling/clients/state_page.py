"""Writes docs/protocol/client-states.md from its table: `python -m tests.tooling.clients.state_page`."""

from tests.tooling.clients.state_table import PAGE, Machine, machine

_TITLES = {"connection": "The connection", "message": "A message that is sent"}
_FIRST = "\n## "


def page() -> str:
    """Returns the page as it has to be: the text above the first title is written by hand."""
    parts = [_section(title, machine(name)) for name, title in _TITLES.items()]
    return PAGE.read_text().split(_FIRST)[0].rstrip() + "\n\n" + "\n".join(parts)


def _section(title: str, described: Machine) -> str:
    lines = [f"## {title}", "", "| state | |", "|---|---|"]
    lines += [f"| **{state}** | {meaning} |" for state, meaning in described.states.items()]
    lines += ["", f"It begins as *{described.start}*.", "", "| from | on | to | for |", "|---|---|---|---|"]
    lines += [f"| {row.before} | {row.on} | {row.after} | {row.waits_for} |" for row in described.transitions]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
