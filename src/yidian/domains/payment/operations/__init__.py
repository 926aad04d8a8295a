"""Taking money, with an order too, undoing it on its day, settling suspense, refunding, clearing from balance books,
importing files."""

from yidian.domains.payment.lifecycle import UnableToChangePayment as UnableToChangePayment
from yidian.domains.payment.operations.channels import mapping_of_channel as mapping_of_channel
from yidian.domains.payment.operations.channels import set_mapping as set_mapping
from yidian.domains.payment.operations.clearing import clear_from_books as clear_from_books
from yidian.domains.payment.operations.clearing import clear_many_from_books as clear_many_from_books
from yidian.domains.payment.operations.clearing import waive as waive
from yidian.domains.payment.operations.counter import UnableToPay as UnableToPay
from yidian.domains.payment.operations.counter import pay as pay
from yidian.domains.payment.operations.counter import reverse_payment as reverse_payment
from yidian.domains.payment.operations.error_file import error_file as error_file
from yidian.domains.payment.operations.intake import import_payments as import_payments
from yidian.domains.payment.operations.intake import import_uploaded as import_uploaded
from yidian.domains.payment.operations.order_money import UnableToMoveOrderMoney as UnableToMoveOrderMoney
from yidian.domains.payment.operations.order_money import credit_advances as credit_advances
from yidian.domains.payment.operations.order_money import deposit_of_item as deposit_of_item
from yidian.domains.payment.operations.order_money import give_back as give_back
from yidian.domains.payment.operations.order_money import keep_again as keep_again
from yidian.domains.payment.operations.order_money import take_for_order as take_for_order
from yidian.domains.payment.operations.preview import preview_payments as preview_payments
from yidian.domains.payment.operations.refunds import UnableToRefund as UnableToRefund
from yidian.domains.payment.operations.refunds import refund as refund
from yidian.domains.payment.operations.righting import RIGHTS as RIGHTS
from yidian.domains.payment.operations.righting import put_right as put_right
from yidian.domains.payment.operations.suspense import assign_payment as assign_payment
from yidian.domains.payment.operations.suspense import return_payment as return_payment
from yidian.domains.payment.operations.taking import UnableToTakePayment as UnableToTakePayment
from yidian.domains.payment.operations.taking import take as take
from yidian.domains.payment.operations.undoing import UnableToReversePayment as UnableToReversePayment
from yidian.domains.payment.operations.undoing import reverse as reverse
