"""What a handler has left undone when it returned: then a function is frozen, and whatever runs stands still."""
