"""Raw COPY loads the very rows that the pipeline made."""

from django.db import connection

from bench.copying import export, load
from bench.databases import database, use
from bench.tables import QUEUE, TABLES
from labeling.services import open_cases


def counts():
    """Rows of live payments by table."""
    with connection.cursor() as cursor:
        found = {}
        for table, condition in TABLES.items():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition or True}")
            found[table] = cursor.fetchone()[0]
    return found


def test_the_rows_that_went_out_come_in_again(
    committed_db, production_model, send, decide_now, now, tmp_path
):
    with database(f"{committed_db}_copy", template=committed_db) as copy:
        use(committed_db)
        send("p-1", amount="150", email="ann@example.com")
        decide_now()
        open_cases(now=now)
        made = counts()
        files = export(tmp_path)
        use(copy)
        assert set(counts().values()) == {0}
        found = load(files, 1)
        assert counts() == made
        assert set(made.values()) == {1}
        assert found["seconds"].keys() == {*TABLES, QUEUE}
