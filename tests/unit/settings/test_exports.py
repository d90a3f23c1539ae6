"""Exports are in a bucket, in a directory, or nowhere."""

import pytest

from chalicelib import settings
from chalicelib.clients.files.directory import DirectoryFiles
from chalicelib.clients.files.s3 import S3Files
from chalicelib.errors import SettingsError
from chalicelib.wiring import Wiring
from tests.support.required_settings import REQUIRED_SETTINGS

PUBLIC = {"PUBLIC_URL": "https://api.example.org/api"}
DIRECTORY = {"EXPORT_DIRECTORY": "/var/exports", **PUBLIC}


@pytest.mark.parametrize(
    ("variables", "storage"),
    [({}, type(None)), ({"EXPORT_BUCKET": "devconnect-exports"}, S3Files), (DIRECTORY, DirectoryFiles)],
)
def test_the_variable_that_is_set_decides_where_exports_are(variables: dict[str, str], storage: type) -> None:
    assert type(Wiring(settings.load(REQUIRED_SETTINGS | variables)).files) is storage


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"EXPORT_BUCKET": "No Bucket"}, "EXPORT_BUCKET is wrong: it must be the name of a bucket"),
        ({"EXPORT_DIRECTORY": "exports", **PUBLIC}, "EXPORT_DIRECTORY is wrong: it must be an absolute path"),
        ({"EXPORT_DIRECTORY": "/var/exports"}, "PUBLIC_URL is not set"),
        ({"EXPORT_BUCKET": "devconnect-exports", **DIRECTORY}, "EXPORT_BUCKET and EXPORT_DIRECTORY are both set"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_that_names_the_variable(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=f"^{sentence}"):
        settings.load(REQUIRED_SETTINGS | variables)
