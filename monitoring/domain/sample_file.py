"""A flag's labelled sample from a CSV file: one row per transaction of the population."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from monitoring.domain.estimation import Estimate, Population, Sample, Unlabelled, estimate_share
from monitoring.domain.estimation.rates import legitimate_share, precision, prevalence, recall
from monitoring.domain.estimation.sample import Bools, Ints
from scoring.domain.errors import FieldError, InvalidRecord

REQUIRED = ("flagged", "label", "propensity")
OPTIONAL = ("stratum", "cluster")
APPROVED, FLAGGED = 0, 1
BITS = ("0", "1")
# Nobody draws one in a billion of billions, and the square of its inverse is no number any more.
SMALLEST_PROPENSITY = 1e-18
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class FlaggedSample:
    """Labelled rows, and which of them the flag had marked, shape (n,)."""

    sample: Sample
    flagged: Bools


def read_sample(path: Path) -> FlaggedSample:
    """Read `flagged, label, propensity, stratum, cluster`; an empty label means unlabelled.

    Without `stratum` all rows are one, without `cluster` all rows are independent. A stratum of
    approved rows that are all labelled fraud with propensity 1 is a census: frauds that were
    claimed, which count once each.

    Raises
    ------
    InvalidRecord
        With one error per column that is missing, unknown or holds something else, naming the
        first bad line.
    """
    rows = _checked(_read(path))
    labelled = (rows["label"] != "").to_numpy()
    flagged = (rows["flagged"] == "1").to_numpy()
    side = flagged.astype(np.int64)
    cell = _codes(rows["stratum"]) * 2 + side
    cells = int(cell.max()) + 1
    known = ((rows["label"] == "1") & (rows["number"] == 1.0)).to_numpy() & (side == APPROVED)
    count = np.bincount(cell, minlength=cells).astype(np.int64)
    population = Population(
        count=count,
        side=np.arange(cells, dtype=np.int64) % 2,
        census=(count > 0) & (np.bincount(cell, weights=known, minlength=cells) == count),
    )
    cluster = _codes(rows["cluster"])
    sample = Sample(
        fraud=(rows["label"] == "1").to_numpy()[labelled],
        propensity=rows["number"].to_numpy()[labelled],
        cell=cell[labelled],
        cluster=cluster[labelled],
        population=population,
        unlabelled=_unlabelled(cell[~labelled], cluster[~labelled]),
    )
    return FlaggedSample(sample, flagged[labelled])


def evaluate(flagged_sample: FlaggedSample) -> Mapping[str, Estimate]:
    """prevalence, precision, recall, and fpr as flagged legitimate over legitimate."""
    sample, flagged = flagged_sample.sample, flagged_sample.flagged
    both = (APPROVED, FLAGGED)
    asked = (
        prevalence(sample, sides=both),
        precision(sample, flagged, sides=(FLAGGED,)),
        recall(sample, flagged, sides=both),
        legitimate_share(
            sample, flagged, possible=flagged, name="fpr", sides=both, found="found flagged"
        ),
    )
    return {share.name: estimate_share(sample, share) for share in asked}


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        _raise([FieldError("", "not_found", f"There is no file {path}.")])
    try:
        rows = pl.read_csv(path, has_header=False, infer_schema=False)
    except pl.exceptions.NoDataError:
        _raise([FieldError("", "empty", "The file is empty.")])
    except (pl.exceptions.PolarsError, OSError) as problem:
        text = str(problem).splitlines()[0]
        _raise([FieldError("", "unreadable", f"This is not a CSV file: {text}")])
    rows = rows.with_columns(pl.all().fill_null("").str.strip_chars())
    _raise(_header_faults(rows.row(0)))
    rows = rows.rename(dict(zip(rows.columns, rows.row(0), strict=True)))
    is_blank = pl.all_horizontal(pl.exclude("line") == "")
    return rows.with_row_index("line", offset=1)[1:].filter(~is_blank)


def _checked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all columns, `line` in the file, and `number` for the propensity."""
    if not len(rows):
        _raise([FieldError("", "empty", "The file has a header but no rows.")])
    independent = pl.int_range(pl.len()).cast(pl.String)
    defaults = {"stratum": pl.lit(""), "cluster": independent}
    rows = rows.with_columns(
        [defaults[name].alias(name) for name in OPTIONAL if name not in rows.columns]
    )
    # A row without a cluster stands for itself; \x1f cannot be confused with a named cluster.
    own = pl.concat_str(pl.lit("\x1f"), independent)
    rows = rows.with_columns(
        # Tables with gaps are often written with 0.0 and 1.0.
        pl.col("flagged", "label").replace({"0.0": "0", "1.0": "1"}),
        number=pl.col("propensity").cast(pl.Float64, strict=False),
        cluster=pl.when(pl.col("cluster") == "").then(own).otherwise(pl.col("cluster")),
    )
    _raise(_value_faults(rows))
    return rows


def _header_faults(names: Sequence[str]) -> list[FieldError]:
    if len(names) == 1 and (separators := set(names[0]) & set(SEPARATORS)):
        used = SEPARATORS[separators.pop()]
        message = f"The columns are separated by {used}; this needs commas."
        return [FieldError("", "wrong_separator", message)]
    known = (*REQUIRED, *OPTIONAL)
    missing = [
        FieldError(name, "missing_column", f"The column {name} is missing.")
        for name in REQUIRED
        if name not in names
    ]
    twice = [
        FieldError(name, "duplicate_column", f"The column {name} is there {times} times.")
        for name, times in Counter(names).items()
        if times > 1
    ]
    unknown = [
        FieldError(
            name,
            "unknown_column",
            f"The column {name} is not known; known are {', '.join(known)}.",
        )
        for name in names
        if name not in known
    ]
    return missing + twice + unknown


def _value_faults(rows: pl.DataFrame) -> list[FieldError]:
    number = pl.col("number")
    in_range = (number >= SMALLEST_PROPENSITY) & (number <= 1)
    checks = (
        ("flagged", pl.col("flagged").is_in(BITS), "must be 0 or 1"),
        ("label", pl.col("label").is_in(("", *BITS)), "must be 0, 1 or empty"),
        ("propensity", in_range.fill_null(False), "must be a number above 0 and at most 1"),
    )
    return [fault for name, good, rule in checks for fault in _fault(rows, name, good, rule)]


def _fault(rows: pl.DataFrame, name: str, good: pl.Expr, rule: str) -> list[FieldError]:
    bad = rows.select(at=pl.arg_where(~good))["at"]
    if not len(bad):
        return []
    line, value = rows["line"][int(bad[0])], rows[name][int(bad[0])]
    others = f" (and {len(bad) - 1:,} more)" if len(bad) > 1 else ""
    message = f"Line {line}: {name} {rule}, not {value!r}{others}."
    return [FieldError(name, "invalid_value", message)]


def _raise(faults: list[FieldError]) -> None:
    if faults:
        raise InvalidRecord(faults, " ".join(fault.message for fault in faults))


def _codes(values: pl.Series) -> Ints:
    codes: Ints = (values.rank("dense").to_numpy() - 1).astype(np.int64)
    return codes


def _unlabelled(cell: Ints, cluster: Ints) -> Unlabelled:
    groups = (
        pl.DataFrame({"cell": cell, "cluster": cluster}).group_by("cell", "cluster").len("count")
    )
    columns = (groups[name].to_numpy().astype(np.int64) for name in ("cell", "cluster", "count"))
    return Unlabelled(*columns)
