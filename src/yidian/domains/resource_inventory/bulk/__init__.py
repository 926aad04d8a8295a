"""Numbers by the million: made with their block, graded, chosen among."""

from yidian.domains.resource_inventory.bulk.choosing import Wish as Wish
from yidian.domains.resource_inventory.bulk.choosing import choose as choose
from yidian.domains.resource_inventory.bulk.generating import add_numbers as add_numbers
from yidian.domains.resource_inventory.bulk.generating import regrade as regrade

__all__ = ["Wish", "add_numbers", "choose", "regrade"]
