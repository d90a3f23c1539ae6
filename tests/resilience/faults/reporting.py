"""How often a fault test does its harm, and what it tells about it."""

import os

import click


def runs(variable: str, default: int) -> int:
    """How often a test does its harm: the number in `variable`."""
    return int(os.environ.get(variable) or default)


def say(sentence: str) -> None:
    click.echo(f"    {sentence}")
