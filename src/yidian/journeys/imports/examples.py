"""A row of each kind of file as it may be written: for templates and for the page that tells the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, Mapping[str, str]]] = {
    "customers": {
        "customer": "C1001", "customer_name": "李晓雨", "account": "A1001", "kind": "msisdn",
        "identifier": "13900770001", "subscriber": "S1001", "offer": "SL59", "from": "2026-09-01", "to": "",
        "home_area": "0771", "pool": "F1", "organisation": "NN-QX", "phone": "13800138000",
        "address": "民族大道 88 号", "id_kind": "resident_id", "id_number": "110101199003078515",
    },
    "numbers": {
        "block": "M1390077", "kind": "mobile", "first": "13900770000", "last": "13900779999", "network": "CT",
        "area": "0771", "portable": "yes", "cities": "0771;0772", "state": "planned", "organisation": "NN-QX",
        "reseller": "",
    },
    "office-data": {"block": "M1390077", "city": "0771", "name": "南宁", "since": "2026-09-01"},
    "levels": {
        "level": "7", "name": "七级靓号", "from": "2026-01-01", "min_spend": "88", "months": "24", "deposit": "500",
        "deposit_months": "10", "penalty_ppm": "300000", "kept_pays": "no", "transfer_restarts": "yes",
        "offer": "LEVEL7",
    },
    "level-rules": {"priority": "10", "shape": "AAAA", "place": "end", "level": "7"},
    "cards": {
        "iccid": "89861126100770000004", "imsi": "460110070000001", "kind": "finished", "batch": "2026-11",
    },
    "addresses": {"address": "GX/NN/QX/MZ88", "name": "南宁市青秀区民族大道 88 号"},
    "boxes": {"box": "FG-MZ88-3", "kind": "splitter", "address": "GX/NN/QX/MZ88/3", "capacity": "16"},
    "ports": {"port": "FG-MZ88-3/1", "box": "FG-MZ88-3", "state": "free"},
    "devices": {"imei": "356938035600007", "model": "Hisense A9", "price": "1299.00", "organisation": "NN-QX"},
    "orders": {
        "customer": "C202611-000001", "deed": "new", "subscriber": "", "line": "mobile", "number": "13900770001",
        "card": "89861126100770000004", "login": "", "address": "", "port": "", "plan": "SL59", "add_ons": "PACK;NIGHT",
        "offer": "", "account": "", "with": "", "area": "0771", "when": "now", "new_customer": "", "way": "",
        "reason": "", "donor": "", "recipient": "", "code": "", "device": "", "deposit": "", "months": "",
    },
}  # fmt: skip
