"""The pages are held to the code: their links lead somewhere, and what they name exists.

A failure names the page, the line, and what is wrong there.
"""

import ast
import os
import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from chalicelib.caching import recent_messages
from chalicelib.models.event_types import EVENT_TYPES, EffectName
from chalicelib.stores import blocks, sessions, sockets, users
from infra.local.state import CHECKOUT

DOCS = CHECKOUT / "docs"
ARCHITECTURE = DOCS / "architecture.md"
DECISIONS = DOCS / "decisions"
GUARANTEES = DOCS / "guarantees.md"
GLOSSARY = DOCS / "glossary.md"
WALKTHROUGHS = DOCS / "walkthroughs.md"

PAGES = sorted([*CHECKOUT.glob("*.md"), CHECKOUT / "gateway" / "README.md", *DOCS.rglob("*.md")])
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())

MADE_LOCALLY = {".git", ".hypothesis", ".local", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"}
"""Folders at the top level that no clone brings along. Pages may name what will be in them."""

SOURCE_SUFFIXES = (".json", ".md", ".properties", ".py", ".toml", ".txt", ".xml", ".yml")
PACKAGES = ("chalicelib", "examples", "infra", "tests")

DECISION_HEADINGS = ["Context", "Decision", "Alternatives that were rejected", "Measured"]
MAX_DECISION_LINES = 40
GUARANTEE_COUNT = 9


class Found(NamedTuple):
    """Something that a page says, and the line on which it begins."""

    text: str
    line: int


def text_of(page: Path) -> str:
    """The page with its fenced blocks blanked out, so that line numbers stay as they are."""

    def blank(fence: re.Match[str]) -> str:
        return "\n" * fence[0].count("\n")

    return re.sub(r"^ *```.*?^ *```", blank, page.read_text(), flags=re.DOTALL | re.MULTILINE)


def find_all(page: Path, pattern: str) -> Iterator[Found]:
    """Find what the first group of `pattern` matches."""
    text = text_of(page)
    for match in re.finditer(pattern, text):
        yield Found(match[1], text.count("\n", 0, match.start()) + 1)


def links(page: Path) -> Iterator[Found]:
    """The targets of the page's links that lead to another page or file of the project."""
    for link in find_all(page, r"\[[^\]]*\]\(([^)\s]+)\)"):
        if not re.match(r"[a-z][a-z+.-]*:", link.text):
            yield link


def words_in_backticks(page: Path) -> Iterator[Found]:
    for span in find_all(page, r"`([^`]+)`"):
        for word in span.text.split():
            yield Found(word.rpartition("=")[2].partition("::")[0].strip(",;:()'\""), span.line)


def report(page: Path, problems: list[Found]) -> str:
    name = page.relative_to(CHECKOUT).as_posix()
    return "\n" + "\n".join(f"{name}:{problem.line}: {problem.text}" for problem in problems)


def check_named(page: Path, what: str, named: Collection[object], existing: Collection[object]) -> None:
    """Fail with what the page names in vain, and with what it leaves out."""
    in_vain, left_out = {*named} - {*existing}, {*existing} - {*named}
    lines = page.read_text().splitlines()

    def line_of(thing: object) -> int:
        name = str(thing[0] if isinstance(thing, tuple) else thing)
        return next((number for number, line in enumerate(lines, 1) if f"`{name}" in line), 1)

    problems = [Found(f"the code has no {what} {thing}", line_of(thing)) for thing in in_vain]
    problems += [Found(f"the page leaves out the {what} {thing}", line_of(thing)) for thing in left_out]
    assert not problems, report(page, sorted(problems))


def known_paths() -> frozenset[str]:
    """Every file and folder of the project, from the top level."""
    known = set()
    for folder, subfolders, files in os.walk(CHECKOUT):
        subfolders[:] = [name for name in subfolders if name not in {*MADE_LOCALLY, "__pycache__", "node_modules"}]
        known |= {(Path(folder) / name).relative_to(CHECKOUT).as_posix() for name in [*subfolders, *files]}
    return frozenset(known)


KNOWN_PATHS = known_paths()
TOP_LEVEL_FOLDERS = {path.partition("/")[0] for path in KNOWN_PATHS if "/" in path}


def path_exists(path: str) -> bool:
    """Whether a path exists. One that does not begin at the top level may be the end of a longer path."""
    wanted = path.rstrip("/")
    if "*" in wanted:
        return any(CHECKOUT.glob(wanted)) or any((CHECKOUT / "chalicelib").glob(wanted))
    first = wanted.partition("/")[0]
    if first in TOP_LEVEL_FOLDERS and f"chalicelib/{first}" not in KNOWN_PATHS:  # there are two folders `clients`
        return wanted in KNOWN_PATHS
    return any(known == wanted or known.endswith(f"/{wanted}") for known in KNOWN_PATHS)


def is_path(word: str) -> bool:
    first = word.partition("/")[0]
    if re.search(r"[^\w./*-]", word) or first in {"", "..", *MADE_LOCALLY}:
        return False
    return word.endswith(SOURCE_SUFFIXES) or ("/" in word and first in TOP_LEVEL_FOLDERS)


def module_exists(module: str) -> bool:
    path = module.replace(".", "/")
    return path in KNOWN_PATHS or f"{path}.py" in KNOWN_PATHS


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    headings = (found.text.lower() for found in find_all(page, r"(?m)^#+ +(.+)$"))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def sections(page: Path, level: str) -> dict[str, str]:
    """{heading: the text below it, up to the next heading of the level}."""
    parts = re.split(rf"(?m)^{level} +(.+)$", text_of(page))[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def table(page: Path, *columns: str) -> list[list[str]]:
    """The cells of the rows of the table that has these columns."""
    heading = f"| {' | '.join(columns)} |\n"
    text = page.read_text()
    assert heading in text, f"{page.name} has no table with the columns {columns}"
    rows = text.partition(heading)[2].partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def in_backticks(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def definitions(path: Path) -> set[str]:
    """The functions and classes of a file: `function`, `Class`, `Class.method`; nested functions by their own name."""

    def walk(nodes: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                yield prefix + node.name
                yield from walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name
                yield from walk(node.body, "")

    return set(walk(ast.parse(path.read_text()).body, ""))


# Links and names


@EVERY_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    problems = []
    for link in links(page):
        target, _, anchor = link.text.partition("#")
        file = (page.parent / target).resolve() if target else page
        if not file.exists():
            problems.append(Found(f"there is no {link.text}", link.line))
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            problems.append(Found(f"{file.name} has no heading #{anchor}", link.line))
    assert not problems, report(page, problems)


@EVERY_PAGE
def test_every_path_in_backticks_exists(page: Path) -> None:
    problems = [
        Found(f"there is no {word.text}", word.line)
        for word in words_in_backticks(page)
        if is_path(word.text) and not path_exists(word.text)
    ]
    assert not problems, report(page, problems)


@EVERY_PAGE
def test_every_command_of_make_exists(page: Path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    problems = [
        Found(f"the Makefile has no {command.text}", command.line)
        for command in find_all(page, r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)")
        if not re.search(rf"(?m)^{command.text}:", makefile)
    ]
    assert not problems, report(page, problems)


@EVERY_PAGE
def test_every_module_in_backticks_exists(page: Path) -> None:
    a_module = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.[a-z_]+)+")
    problems = [
        Found(f"there is no module {word.text}", word.line)
        for word in words_in_backticks(page)
        if a_module.fullmatch(word.text) and not is_path(word.text) and not module_exists(word.text)
    ]
    assert not problems, report(page, problems)


def test_the_index_links_every_page_of_docs() -> None:
    linked = {(DOCS / link.text.partition("#")[0]).resolve() for link in links(DOCS / "README.md")}
    unlinked = [page.name for page in sorted(DOCS.glob("*.md")) if page.name != "README.md" and page not in linked]
    assert not unlinked, report(DOCS / "README.md", [Found(f"it links no {name}", 1) for name in unlinked])


# Guarantees, glossary, walkthroughs and decisions


def test_each_guarantee_links_the_tests_that_hold_it() -> None:
    headings = list(find_all(GUARANTEES, r"(?m)^## (.*)$"))
    assert [heading.text.partition(".")[0] for heading in headings] == [str(n + 1) for n in range(GUARANTEE_COUNT)]
    texts = sections(GUARANTEES, "##")
    problems = []
    for heading in headings:
        tests = re.findall(r"\]\(\.\./(tests/[^)]*test_\w+\.py)\)", texts[heading.text])
        if not tests:
            problems.append(Found("this guarantee links no test", heading.line))
        for test in tests:
            if not (CHECKOUT / test).exists():
                problems.append(Found(f"there is no {test}", heading.line))
            elif not any(name.rpartition(".")[2].startswith("test_") for name in definitions(CHECKOUT / test)):
                problems.append(Found(f"{test} has no tests", heading.line))
    assert not problems, report(GUARANTEES, problems)


def test_each_entry_of_the_glossary_names_its_file() -> None:
    everywhere = {"Truth", "Device"}
    """Entries of which no single file is the home."""
    problems = []
    for entry in find_all(GLOSSARY, r"(?m)^- \*\*((?:.|\n(?!- |\n))+)"):
        name = entry.text.partition("**")[0]
        if name not in everywhere and not any(is_path(word) for word in in_backticks(entry.text)):
            problems.append(Found(f"{name} names no file", entry.line))
    assert not problems, report(GLOSSARY, problems)


def test_each_function_of_the_walkthroughs_exists() -> None:
    text = text_of(WALKTHROUGHS)
    problems = []
    for match in re.finditer(r"`([\w./]+\.py)`\s+`([\w.]+)`", text):
        line = text.count("\n", 0, match.start()) + 1
        place = next(
            (root / match[1] for root in (CHECKOUT, CHECKOUT / "chalicelib") if (root / match[1]).exists()), None
        )
        if place is None:
            problems.append(Found(f"there is no file {match[1]}", line))
        elif match[2] not in definitions(place):
            problems.append(Found(f"{match[1]} has no function {match[2]}", line))
    assert not problems, report(WALKTHROUGHS, problems)


def test_each_walkthrough_ends_by_putting_it_together() -> None:
    for heading, text in sections(WALKTHROUGHS, "##").items():
        _story, _, summary = text.partition("\n### Putting it together")
        steps = re.findall(r"(?m)^\d+\. .*$", summary)
        assert len(steps) > 3, f"{heading!r} does not end with its steps"
        for step in steps:
            assert re.match(r"\d+\. `[\w./]+\.py` `[\w.]+`: ", step), (
                f"{heading!r}: {step!r} names no file and function"
            )


def decision_pages() -> list[Path]:
    return sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize("page", decision_pages(), ids=lambda page: page.stem)
def test_a_decision_has_one_short_page(page: Path) -> None:
    lines = page.read_text().splitlines()
    assert len(lines) <= MAX_DECISION_LINES, f"{page.name} has {len(lines)} lines, more than {MAX_DECISION_LINES}"
    assert lines[0].startswith(f"# {page.name[:4]}: ")
    assert list(sections(page, "##")) == DECISION_HEADINGS


def test_decisions_are_numbered_and_listed() -> None:
    pages = decision_pages()
    assert [page.name[:5] for page in pages] == [f"{number + 1:04}-" for number in range(len(pages))]
    listed = [link.text for link in links(DECISIONS / "README.md")]
    assert listed == [page.name for page in pages]


# The architecture


def folders() -> list[str]:
    """The folders that hold code: all of chalicelib, and those of the first two levels elsewhere."""
    found = set()
    for path in KNOWN_PATHS:
        folder = path.rpartition("/")[0]
        if path.endswith(".py") and folder and (folder.startswith("chalicelib/") or folder.count("/") < 2):
            found.add(folder)
    return sorted(found - set(PACKAGES))


@pytest.mark.parametrize("folder", folders())
def test_the_architecture_names_every_folder(folder: str) -> None:
    assert f"`{folder}/`" in ARCHITECTURE.read_text(), f"{ARCHITECTURE.name} does not name `{folder}/`"


def collections_of_the_code() -> set[str]:
    """The names that MongoDatabase gives to its collections."""
    module = ast.parse((CHECKOUT / "chalicelib/clients/mongo/database.py").read_text())
    return {
        node.args[0].value
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_collection"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_the_collections_of_mongodb() -> None:
    rows = table(ARCHITECTURE, "collection", "`_id`", "further indexes", "holds")
    check_named(ARCHITECTURE, "collection", [in_backticks(row[0])[0] for row in rows], collections_of_the_code())


def key_prefixes_of_the_code() -> set[str]:
    """The texts such as `session:` with which chalicelib begins the keys of Redis."""
    prefixes = set()
    for path in (CHECKOUT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"[a-z]+:", node.value)
                prefixes |= {match[0]} if match else set()
    return prefixes


def test_the_keys_of_redis() -> None:
    rows = table(ARCHITECTURE, "key", "type", "TTL", "holds")
    described = [key.lstrip("{").partition(":")[0] + ":" for row in rows for key in in_backticks(row[0])]
    check_named(ARCHITECTURE, "key", described, key_prefixes_of_the_code())


def in_words(ttl: timedelta) -> str:
    hours, seconds = divmod(int(ttl.total_seconds()), 3600)
    return f"{hours} h" if hours else f"{seconds // 60} min"


def test_the_ttls_of_cached_copies() -> None:
    rows = table(ARCHITECTURE, "key", "type", "TTL", "holds")
    described = {in_backticks(row[0])[0].partition(":")[0]: row[2] for row in reversed(rows)}
    expected = {
        "session": in_words(sessions.TTL),
        "user": in_words(users.TTL),
        "blockers": in_words(blocks.TTL),
        "socket": in_words(sockets.TTL),
        "messages": f"{in_words(recent_messages.TTL)}; {in_words(recent_messages.EMPTY_TTL)} where empty",
    }
    assert {name: described[name] for name in expected} == expected, f"{ARCHITECTURE.name}: the table of Redis keys"


def test_the_event_types() -> None:
    rows = table(ARCHITECTURE, "event type", "topic", "cause", "effects")
    described = [
        (in_backticks(name)[0], in_backticks(topic)[0], tuple(in_backticks(effects)))
        for name, topic, _cause, effects in rows
    ]
    declared = [(name, event.topic, event.effects) for name, event in EVENT_TYPES.items()]
    check_named(ARCHITECTURE, "event type", described, declared)


def test_the_effects() -> None:
    rows = table(ARCHITECTURE, "effect", "what it does")
    assert tuple(in_backticks(row[0])[0] for row in rows) == get_args(EffectName)
