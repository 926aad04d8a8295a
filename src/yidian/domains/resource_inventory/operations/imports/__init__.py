"""Files of resources, taken whole or refused whole (docs/howto/numbers.md)."""

from yidian.domains.resource_inventory.operations.imports.blocks import import_blocks as import_blocks
from yidian.domains.resource_inventory.operations.imports.cards import import_cards as import_cards
from yidian.domains.resource_inventory.operations.imports.devices import import_devices as import_devices
from yidian.domains.resource_inventory.operations.imports.levels import import_level_rules as import_level_rules
from yidian.domains.resource_inventory.operations.imports.levels import import_levels as import_levels
from yidian.domains.resource_inventory.operations.imports.office_data import import_office_data as import_office_data
from yidian.domains.resource_inventory.operations.imports.places import import_addresses as import_addresses
from yidian.domains.resource_inventory.operations.imports.places import import_boxes as import_boxes
from yidian.domains.resource_inventory.operations.imports.places import import_ports as import_ports

__all__ = [
    "import_addresses",
    "import_blocks",
    "import_boxes",
    "import_cards",
    "import_devices",
    "import_level_rules",
    "import_levels",
    "import_office_data",
    "import_ports",
]
