"""Where the Chinese font of our papers is: brought with the packages, else the system's own.

The package carries the Regular of Noto Sans CJK 2.004 as Debian's fonts-noto-cjk has it, byte for byte (OFL 1.1).
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Noto Sans CJK SC"
PACKAGE: Final = "noto_cjk_sans_otc"
FILE: Final = "NotoSansCJK-Regular.ttc"
SYSTEM: Final = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
REMEDY: Final = "sudo apt-get install fonts-noto-cjk"


@cache
def folders() -> tuple[Path, ...]:
    """The folder with the font; () where there is none."""
    spec = find_spec(PACKAGE)
    brought = [Path(place) for place in spec.submodule_search_locations or ()] if spec else []
    return next(((folder,) for folder in (*brought, *SYSTEM) if (folder / FILE).is_file()), ())
