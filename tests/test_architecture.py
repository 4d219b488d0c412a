"""The rules of the house, checked by reading the source. Each test names every file at fault."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each app, and the apps it may import: itself and those below it.
MAY_IMPORT = {
    "scoring": {"scoring"},
    "labeling": {"labeling", "scoring"},
    "monitoring": {"monitoring", "labeling", "scoring"},
    "fraudreview": {"fraudreview", "monitoring", "labeling", "scoring"},
}
SHELL = {"django", "rest_framework", "celery", "kombu", "redis", "psycopg", "drf_spectacular"}
IMPURE_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "random.random",
    "np.random.default_rng",
}
UNSAFE_FORMATS = {"pickle", "joblib", "cloudpickle", "dill", "marshal"}
WRITING = (".create", ".bulk_create", ".save", ".delete", ".update", ".get_or_create")
LONGEST_FILE = 300
LONGEST_FUNCTION = 60

MODULES = sorted(
    path
    for app in MAY_IMPORT
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
DOMAIN = [path for path in MODULES if "domain" in path.parts]
SERVICES = [path for path in MODULES if "services" in path.parts]
SELECTORS = [path for path in MODULES if "selectors" in path.parts]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text())))


def imported_names(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_packages(path: Path) -> set[str]:
    return {imported.split(".")[0] for imported in imported_names(path)}


def called_names(path: Path) -> set[str]:
    return {ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call)}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in nodes(path) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_rules_see_the_whole_house() -> None:
    assert min(map(len, (MODULES, DOMAIN, SERVICES, SELECTORS))) > 5


def test_imports_point_down() -> None:
    wrong = {
        name(path): upward
        for path in MODULES
        if (
            upward := imported_packages(path)
            & set(MAY_IMPORT) - MAY_IMPORT[path.relative_to(ROOT).parts[0]]
        )
    }
    assert not wrong


def test_no_import_is_relative() -> None:
    wrong = [
        name(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not wrong


def test_the_domain_knows_no_framework() -> None:
    assert not {name(path): bad for path in DOMAIN if (bad := imported_packages(path) & SHELL)}


def test_the_domain_imports_only_domains() -> None:
    wrong = [
        (name(path), imported)
        for path in DOMAIN
        for imported in imported_names(path)
        if imported.split(".")[0] in MAY_IMPORT and imported.split(".")[1] != "domain"
    ]
    assert not wrong


def test_the_domain_reads_no_clock_and_no_dice() -> None:
    assert not {name(path): bad for path in DOMAIN if (bad := called_names(path) & IMPURE_CALLS)}


def test_services_and_selectors_import_nothing_that_only_translates() -> None:
    wrong = [
        (name(path), imported)
        for path in SERVICES + SELECTORS
        for imported in imported_names(path)
        if imported.split(".")[0] in MAY_IMPORT
        and imported.split(".")[1] in {"tasks", "views", "api", "admin", "management"}
    ]
    assert not wrong


def test_selectors_do_not_write() -> None:
    wrong = [
        (name(path), call)
        for path in SELECTORS
        for call in called_names(path)
        if call.endswith(WRITING) and ".objects" in call
    ]
    assert not wrong


def test_nothing_is_pickled() -> None:
    wrong = {name(path) for path in MODULES if imported_packages(path) & UNSAFE_FORMATS}
    assert not wrong


def test_files_stay_short() -> None:
    lengths = {name(path): path.read_text().count("\n") for path in MODULES}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}


def test_functions_stay_short() -> None:
    wrong = {
        f"{name(path)}:{node.name}": length(node)
        for path in MODULES
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    }
    assert not wrong


def test_the_median_function_is_under_ten_lines() -> None:
    lengths = sorted(length(node) for path in MODULES for node in functions(path))
    assert lengths[len(lengths) // 2] < 10


def test_every_folder_has_its_place() -> None:
    known = {*MAY_IMPORT, "tests", "bench", "deploy", "docs", "requirements", "static", "templates"}
    made = {"var", "staticfiles"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    assert found <= known | made
