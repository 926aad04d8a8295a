"""Giving passwords, to staff and to customers. Whatever is given is changed by its owner at the first sign-in."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.platform.writing.frame import Frame


def declare(parser: argparse.ArgumentParser, words: Callable[..., str]) -> None:
    """Where the password comes from; by default a new one is made and shown once."""
    source = parser.add_mutually_exclusive_group()
    typed = words(en="ask for it, twice, without showing it", zh="提示输入两次，不显示")
    source.add_argument("--prompt", action="store_true", help=typed)
    piped = words(en="read it from standard input", zh="从标准输入读取")
    source.add_argument("--stdin", action="store_true", help=piped)
    reset = words(en="take away the second factor too: a telephone was lost", zh="同时重置动态口令：手机丢失时")
    parser.add_argument("--reset-second-factor", action="store_true", help=reset)


def give_staff(args: argparse.Namespace, context: Context) -> int:
    """`yidian user password LOGIN`. STAFF_UNKNOWN."""
    from yidian.platform.access.queries import user_id_of
    from yidian.platform.access.staff import UnableToChangeStaff
    from yidian.platform.sign_in.credentials import give_password
    from yidian.platform.sign_in.types import STAFF

    if user_id_of(tenant=context.tenant, login=args.login) is None:
        raise UnableToChangeStaff("STAFF_UNKNOWN", login=args.login)
    return give(
        args, context, realm=STAFF, subject=args.login,
        work=lambda frame, encoded: give_password(frame=frame, realm=STAFF, subject=args.login, encoded=encoded),
    )  # fmt: skip


def give(
    args: argparse.Namespace, context: Context, *, realm: str, subject: str, work: Callable[[Frame, str], object]
) -> int:
    """Let `work` store the password (hashed), and tell what the operator has to tell its owner."""
    from yidian.platform.sign_in import passwords
    from yidian.platform.sign_in.credentials import reset_second_factor
    from yidian.platform.sign_in.types import ONE_TIME
    from yidian.platform.writing.operations import perform

    told = _told(args, context)
    password = told or passwords.one_time()
    encoded = passwords.hashed(passwords.expect_good(password, about=(subject, context.tenant.code)))

    def write(frame: Frame) -> dict[str, Any]:
        work(frame, encoded)
        if args.reset_second_factor:
            reset_second_factor(frame=frame, realm=realm, subject=subject)
        return {}

    perform(
        tenant=context.tenant, actor=context.actor, operation="credential.give",
        key=f"{context.now.isoformat()}/{realm}/{subject}"[:200], request={}, now=context.now, work=write,
    )  # fmt: skip
    if told:
        context.say("PASSWORD_GIVEN", login=subject)
    else:
        context.say("PASSWORD_ONE_TIME", login=subject, password=password, days=ONE_TIME.days)
    if args.reset_second_factor:
        context.say("SECOND_FACTOR_RESET", login=subject)
    return 0


def _told(args: argparse.Namespace, context: Context) -> str:
    """The password that was typed or piped; "" where one is to be made."""
    from yidian.kernel.faults import refuse
    from yidian.platform.wording import text

    if args.stdin:
        return sys.stdin.readline().rstrip("\r\n") or "-"
    if not args.prompt:
        return ""
    first, second = (getpass.getpass(text(code, context.lang)) for code in ("PASSWORD_PROMPT", "PASSWORD_PROMPT_AGAIN"))
    if first != second:
        raise refuse("PASSWORD_NOT_SAME")
    return first or "-"
