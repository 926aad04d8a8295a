"""Writing customers and accounts, and what is done at a desk before any business."""

from yidian.domains.party.grades.operations import UnableToGrade, import_grades, set_grade
from yidian.domains.party.operations.checking import check_identity, end_check, expect_checked
from yidian.domains.party.operations.contacts import add_contact, end_contact
from yidian.domains.party.operations.identities import hold_identity, replace_document
from yidian.domains.party.operations.looking import UnableToReveal, count_look, reveal_document, reveal_stand_in
from yidian.domains.party.operations.parties import (
    UnableToAddAccount,
    add_parties,
    hold_numbering,
    next_sequence,
)
from yidian.domains.party.operations.real_name_terms import set_real_name_terms
from yidian.domains.party.operations.refusal import UnableToRegister
from yidian.domains.party.operations.registering import change_customer, expect_words, register_customer

__all__ = [
    "UnableToAddAccount",
    "UnableToGrade",
    "UnableToRegister",
    "UnableToReveal",
    "add_contact",
    "add_parties",
    "change_customer",
    "check_identity",
    "count_look",
    "end_check",
    "end_contact",
    "expect_checked",
    "expect_words",
    "hold_identity",
    "hold_numbering",
    "import_grades",
    "next_sequence",
    "register_customer",
    "replace_document",
    "reveal_document",
    "reveal_stand_in",
    "set_grade",
    "set_real_name_terms",
]
