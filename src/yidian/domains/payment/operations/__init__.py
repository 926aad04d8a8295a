"""Taking money, undoing it on its day, settling suspense, refunding, clearing from balance books, importing files."""

from yidian.domains.payment.operations.clearing import clear_from_books as clear_from_books
from yidian.domains.payment.operations.clearing import waive as waive
from yidian.domains.payment.operations.counter import UnableToPay as UnableToPay
from yidian.domains.payment.operations.counter import pay as pay
from yidian.domains.payment.operations.counter import reverse_payment as reverse_payment
from yidian.domains.payment.operations.intake import import_payments as import_payments
from yidian.domains.payment.operations.refunds import UnableToRefund as UnableToRefund
from yidian.domains.payment.operations.refunds import refund as refund
from yidian.domains.payment.operations.suspense import assign_payment as assign_payment
from yidian.domains.payment.operations.suspense import return_payment as return_payment
from yidian.domains.payment.operations.taking import UnableToTakePayment as UnableToTakePayment
from yidian.domains.payment.operations.taking import take as take
from yidian.domains.payment.operations.undoing import UnableToReversePayment as UnableToReversePayment
from yidian.domains.payment.operations.undoing import reverse as reverse
