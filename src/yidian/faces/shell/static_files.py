"""Style sheets and scripts as they are served: under names that change with their contents, and packed.

Made in the installation's scratch at the first start of a version; made by nobody else, and by no node.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

from yidian.platform.files import sync_folder


class Packed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise tells no types
    """Style sheets name each other by hashed names; maps for debuggers, which others' files name, are not served."""

    patterns = tuple(
        (kind, tuple(one for one in rules if "sourceMappingURL" not in str(one)))
        for kind, rules in CompressedManifestStaticFilesStorage.patterns
    )


def prepare(root: Path, *, owner: int) -> bool:
    """Fill the folder unless it is there; made aside (`owner`: a process's number) and put in place whole.

    True: it was made now.
    """
    if root.is_dir():
        return False
    aside = root.with_name(f"{root.name}.{owner}")
    shutil.rmtree(aside, ignore_errors=True)
    storage = Packed(location=str(aside))
    found = {}
    for finder in get_finders():
        for path, source in finder.list([]):
            if path not in found:
                found[path] = (storage, path)
                (aside / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source.path(path), aside / path)
    for _name, _hashed, result in storage.post_process(found):
        if isinstance(result, Exception):
            raise result
    try:
        aside.rename(root)
    except OSError:  # another process was quicker
        shutil.rmtree(aside, ignore_errors=True)
        return False
    sync_folder(root.parent)
    return True
