"""Files of resources, taken whole or refused whole (docs/howto/numbers.md)."""

from collections.abc import Mapping
from typing import Final

from yidian.domains.resource_inventory.operations.imports._reading import Subject
from yidian.domains.resource_inventory.operations.imports._reading import look as look
from yidian.domains.resource_inventory.operations.imports._reading import take as take
from yidian.domains.resource_inventory.operations.imports.blocks import BLOCKS
from yidian.domains.resource_inventory.operations.imports.blocks import import_blocks as import_blocks
from yidian.domains.resource_inventory.operations.imports.cards import CARDS
from yidian.domains.resource_inventory.operations.imports.cards import import_cards as import_cards
from yidian.domains.resource_inventory.operations.imports.devices import DEVICES
from yidian.domains.resource_inventory.operations.imports.devices import import_devices as import_devices
from yidian.domains.resource_inventory.operations.imports.levels import LEVEL_RULES, LEVELS
from yidian.domains.resource_inventory.operations.imports.levels import import_level_rules as import_level_rules
from yidian.domains.resource_inventory.operations.imports.levels import import_levels as import_levels
from yidian.domains.resource_inventory.operations.imports.office_data import OFFICE_DATA
from yidian.domains.resource_inventory.operations.imports.office_data import import_office_data as import_office_data
from yidian.domains.resource_inventory.operations.imports.places import ADDRESSES, BOXES, PORTS
from yidian.domains.resource_inventory.operations.imports.places import import_addresses as import_addresses
from yidian.domains.resource_inventory.operations.imports.places import import_boxes as import_boxes
from yidian.domains.resource_inventory.operations.imports.places import import_ports as import_ports

SUBJECTS: Final[Mapping[str, Subject]] = {
    one.name: one
    for one in (BLOCKS, OFFICE_DATA, LEVELS, LEVEL_RULES, CARDS, ADDRESSES, BOXES, PORTS, DEVICES)
}  # fmt: skip

__all__ = [
    "SUBJECTS",
    "import_addresses",
    "import_blocks",
    "import_boxes",
    "import_cards",
    "import_devices",
    "import_level_rules",
    "import_levels",
    "import_office_data",
    "import_ports",
    "look",
    "take",
]
