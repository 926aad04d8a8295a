"""Rules of arrears, late fees booked and waived, and the list of a day."""

from yidian.domains.credit.operations.fees import UnableToWaive as UnableToWaive
from yidian.domains.credit.operations.fees import book_late_fees as book_late_fees
from yidian.domains.credit.operations.fees import waive_late_fee as waive_late_fee
from yidian.domains.credit.operations.proposals import list_accounts as list_accounts
from yidian.domains.credit.operations.proposals import publish_list as publish_list
from yidian.domains.credit.operations.rules import UnableToSetTerms as UnableToSetTerms
from yidian.domains.credit.operations.rules import set_rules as set_rules
from yidian.domains.credit.operations.rules_file import import_rules as import_rules
