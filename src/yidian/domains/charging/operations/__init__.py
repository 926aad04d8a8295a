"""Writing balance books. Every function with `frame` writes in the caller's frame."""

from yidian.domains.charging.operations._close import close_books as close_books
from yidian.domains.charging.operations._credit import UnableToCredit as UnableToCredit
from yidian.domains.charging.operations._credit import compensate as compensate
from yidian.domains.charging.operations._credit import credit as credit
from yidian.domains.charging.operations._credit import credit_many as credit_many
from yidian.domains.charging.operations._deduct import UnableToDeduct as UnableToDeduct
from yidian.domains.charging.operations._deduct import deduct as deduct
from yidian.domains.charging.operations._deduct import deduct_many as deduct_many
from yidian.domains.charging.operations._defining import change_order as change_order
from yidian.domains.charging.operations._defining import change_type as change_type
from yidian.domains.charging.operations._deposits import UnableToTakeDeposit as UnableToTakeDeposit
from yidian.domains.charging.operations._deposits import give_deposit_back as give_deposit_back
from yidian.domains.charging.operations._deposits import return_deposits as return_deposits
from yidian.domains.charging.operations._deposits import take_deposit as take_deposit
from yidian.domains.charging.operations._expire import expire_books as expire_books
from yidian.domains.charging.operations._gifts import import_gifts as import_gifts
from yidian.domains.charging.operations._refund import UnableToTakePrincipal as UnableToTakePrincipal
from yidian.domains.charging.operations._refund import take_principal as take_principal
from yidian.domains.charging.operations._reserve import UnableToReserve as UnableToReserve
from yidian.domains.charging.operations._reserve import release as release
from yidian.domains.charging.operations._reserve import reserve as reserve
from yidian.domains.charging.operations._rules import UnableToDefine as UnableToDefine
from yidian.domains.charging.operations._rules import define_type as define_type
from yidian.domains.charging.operations._rules import set_order as set_order
from yidian.domains.charging.operations._undo import UnableToUndo as UnableToUndo
from yidian.domains.charging.operations._undo import undo as undo

__all__ = [
    "UnableToCredit",
    "UnableToDeduct",
    "UnableToDefine",
    "UnableToReserve",
    "UnableToTakeDeposit",
    "UnableToTakePrincipal",
    "UnableToUndo",
    "change_order",
    "change_type",
    "close_books",
    "compensate",
    "credit",
    "credit_many",
    "deduct",
    "deduct_many",
    "define_type",
    "expire_books",
    "import_gifts",
    "release",
    "reserve",
    "return_deposits",
    "set_order",
    "take_deposit",
    "take_principal",
    "undo",
]
