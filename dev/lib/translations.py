"""Translations follow their template: see dev/translations."""

import sys
from pathlib import Path

import polib


def follow(path, template):
    """Let a translation have the texts of the template, in its order.

    :return: the texts that are to be translated
    """
    translation = polib.pofile(str(path), wrapwidth=78)
    known = {entry.msgid: entry.msgstr for entry in translation}
    translation.clear()
    translation.metadata["POT-Creation-Date"] = template.metadata["POT-Creation-Date"]
    for entry in template:
        translation.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    translation.save()
    return [entry.msgid for entry in translation if not entry.msgstr]


def main(folder):
    (template,) = Path(folder).glob("*.pot")
    template = polib.pofile(str(template))
    for path in sorted(Path(folder).glob("*.po")):
        missing = follow(path, template)
        print(f"{path.name}: {len(template) - len(missing)} of {len(template)} texts translated")
        for text in missing:
            print(f"  {text!r}")


if __name__ == "__main__":
    main(sys.argv[1])
