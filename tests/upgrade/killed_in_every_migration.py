"""`python -m tests.upgrade.killed_in_every_migration HOME`: a process dies in each migration, the next goes on.

One process imports everything; each attempt is a child of it. Prints how each ended.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def main(home: Path) -> None:
    from yidian.config.start import start

    start(home)
    from django.db.migrations.loader import MigrationLoader

    from yidian.platform.points import configure
    from yidian.platform.schema import migrate

    MigrationLoader(None)  # imports every migration, here and not in each child; opens no database
    plans = ["schema.migration=kill", "schema.migrated=kill"]
    while True:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            configure(plans[0] if plans else "schema.migration:2=kill")  # one is committed, the next is cut off
            migrate()
            os._exit(0)
        plans = plans[1:]
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{code}\n")
        if code != -signal.SIGKILL:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
