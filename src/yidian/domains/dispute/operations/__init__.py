"""Raising a dispute, looking into it, deciding, and putting it into the books."""

from yidian.domains.dispute.lifecycle import UnableToChangeDispute as UnableToChangeDispute
from yidian.domains.dispute.operations.deciding import examine, reconsider, reject, uphold, withdraw
from yidian.domains.dispute.operations.raising import UnableToDispute, raise_dispute
from yidian.domains.dispute.operations.settling import ACTION, settle
from yidian.domains.dispute.operations.terms import set_terms

__all__ = [
    "ACTION",
    "UnableToChangeDispute",
    "UnableToDispute",
    "examine",
    "raise_dispute",
    "reconsider",
    "reject",
    "set_terms",
    "settle",
    "uphold",
    "withdraw",
]
