"""How often properties are tried: the same fixed examples every time, more and others when asked.

YIDIAN_EXAMPLES=5000 tries more; YIDIAN_RANDOM=1 tries others than the fixed ones.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings


def tried(examples: int) -> settings:
    return settings(
        max_examples=int(os.environ.get("YIDIAN_EXAMPLES", examples)),
        derandomize="YIDIAN_RANDOM" not in os.environ,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
