"""The rules of the house, checked by reading the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

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
SHAP_MAY_LIVE_IN = "scoring/services/deep_explanations.py"

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


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_down(path: Path) -> None:
    app = path.relative_to(ROOT).parts[0]
    used = {imported.split(".")[0] for imported in imported_names(path)} & set(MAY_IMPORT)
    assert used <= MAY_IMPORT[app]


@pytest.mark.parametrize("path", DOMAIN, ids=name)
def test_the_domain_knows_no_framework_and_only_domains(path: Path) -> None:
    for imported in imported_names(path):
        package, *rest = imported.split(".")
        assert package not in SHELL
        assert package not in MAY_IMPORT or rest[0] == "domain"


@pytest.mark.parametrize("path", DOMAIN, ids=name)
def test_the_domain_reads_no_clock_and_no_dice(path: Path) -> None:
    assert not IMPURE_CALLS & set(called_names(path))


@pytest.mark.parametrize("path", SERVICES + SELECTORS, ids=name)
def test_services_and_selectors_import_no_task_no_view_no_api(path: Path) -> None:
    for imported in imported_names(path):
        parts = imported.split(".")
        if parts[0] in MAY_IMPORT:
            assert not {"tasks", "views", "api", "admin"} & set(parts[1:2])


@pytest.mark.parametrize("path", SELECTORS, ids=name)
def test_selectors_do_not_write(path: Path) -> None:
    writing = (".create", ".bulk_create", ".save", ".delete", ".update", ".get_or_create")
    sets_and_dicts = {"hashlib", "cache"}
    for call in called_names(path):
        if call.endswith(writing):
            assert ".objects" not in call and call.split(".")[0] not in sets_and_dicts, call


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_shap_is_imported_in_one_place(path: Path) -> None:
    if name(path) != SHAP_MAY_LIVE_IN:
        assert "shap" not in {imported.split(".")[0] for imported in imported_names(path)}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_is_pickled(path: Path) -> None:
    forbidden = {"pickle", "joblib", "cloudpickle", "dill", "marshal"}
    assert not forbidden & {imported.split(".")[0] for imported in imported_names(path)}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_stay_short(path: Path) -> None:
    assert path.read_text().count("\n") <= 300


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_stay_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"


def test_every_file_is_in_an_app_or_a_named_folder() -> None:
    known = {*MAY_IMPORT, "tests", "bench", "deploy", "docs", "requirements", "static", "templates"}
    folders = {
        path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")
    }
    assert folders <= known | {"var", "staticfiles"}
