"""Django's view of the embedded database."""

from fraudreview.embedded import database_settings

SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "fraudreview.settings"
import django
django.setup()
from django.db import connection
"""


def test_another_database_of_the_same_server_is_reached_too(installation):
    installation.run(
        SETUP
        + """
with connection.cursor() as cursor:
    cursor.execute("create database another")
connection.close()
connection.settings_dict["NAME"] = "another"
with connection.cursor() as cursor:
    cursor.execute("select current_database()")
    assert cursor.fetchone() == ("another",)
connection.close()
"""
    )


def test_a_missing_database_is_reported_at_once(installation):
    installation.run(
        SETUP
        + """
from django.db.utils import OperationalError
connection.settings_dict["NAME"] = "missing"
try:
    connection.ensure_connection()
except OperationalError as error:
    assert 'database "missing" does not exist' in str(error)
else:
    raise AssertionError("connected")
"""
    )


def test_a_server_that_cannot_start_is_an_operational_error(installation):
    installation.run(
        SETUP
        + """
from django.db.utils import OperationalError
open(os.environ["FRAUDREVIEW_VAR"] + "/embedded/postgres", "w").close()
try:
    connection.ensure_connection()
except OperationalError as error:
    assert "FRAUDREVIEW_VAR" in str(error), error
else:
    raise AssertionError("connected")
os.unlink(os.environ["FRAUDREVIEW_VAR"] + "/embedded/postgres")
"""
    )


def test_the_settings_name_our_backend():
    assert database_settings()["ENGINE"] == "fraudreview.embedded.postgresql"
