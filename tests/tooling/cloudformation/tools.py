"""Where the linters and translators of templates are."""

from infra.local.state import CHECKOUT

INFRA_TOOLS = CHECKOUT / ".local" / "infra" / "bin"
