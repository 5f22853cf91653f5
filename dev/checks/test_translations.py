"""Translations fit the template, and what they put into a sentence is what the sentence has."""

import re
from pathlib import Path

import polib
import pytest

FOLDER = Path(__file__).parents[2] / "i18n"
LANGUAGES = ("de", "es", "fr", "it", "nl", "pt_BR")
VALUE = re.compile(r"%\(\w+\)[a-z]|%[sdg%]|\$\{[^}]*\}|\{\{[^}]*\}\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")


@pytest.fixture(scope="module")
def template():
    return {entry.msgid for entry in polib.pofile(str(FOLDER / "pos_lot_traceability.pot"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation(language, template):
    entries = polib.pofile(str(FOLDER / f"{language}.po"))
    translated = {entry.msgid: entry.msgstr for entry in entries if entry.msgstr}
    missing = template - translated.keys()
    assert not missing, f"{len(missing)} texts have no translation, as {min(missing)!r}"
    assert not translated.keys() - template, "the template does not have them any more"
    for source, text in translated.items():
        for kind in (VALUE, TAG):
            assert sorted(kind.findall(source)) == sorted(kind.findall(text)), source
        assert source.count("\n") == text.count("\n"), source
        assert source[:1].isspace() == text[:1].isspace(), source
        assert source[-1:].isspace() == text[-1:].isspace(), source
