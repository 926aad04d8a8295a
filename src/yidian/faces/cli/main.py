"""The command line: finds the command, runs it, and says how it ended. Only the standard library is imported here.

A command is a module of this folder with `declare(parser)` and `run(args, context) -> int`; it is imported only when
it is asked for, so that `yidian --help` stays quick. Exit codes: 0 done, 1 failed, 2 the input or the command line is
wrong, 130 interrupted, 141 the reader of the output went away.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

from yidian.faces.cli.context import Context
from yidian.kernel.faults import BadInput
from yidian.platform.points import point

COMMANDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "init": (
        "init",
        "make an installation: database, lake, settings, one tenant",
        "建立安装目录：数据库、数据湖、设置、一个租户",
    ),
    "tariff": ("tariff", "load a tariff from a workbook or a folder of CSV", "从工作簿或 CSV 文件夹载入资费"),
    "import": ("imports", "import customers, payers, payments, rules of arrears", "导入客户、代付、缴费、欠费规则"),
    "numbers": ("numbers", "numbers: choose, allocate, grade; office data", "号码：选号、分配、定级、局数据"),
    "cards": ("cards", "cards in stock: show, allocate, scrap", "卡资源：查看、分配、报废"),
    "ports": ("ports", "broadband ports, and what reaches an address", "宽带端口与地址资源确认"),
    "devices": ("devices", "terminals in stock", "终端库存"),
    "cycle": ("cycle", "open a billing cycle, list cycles", "建立账期、列出账期"),
    "collect": ("collect", "read usage files through a mapping", "按映射文件采集话单"),
    "rate": ("rate", "rate the usage of a cycle", "对一个账期的话单批价"),
    "bill": ("bill", "make the bills of a cycle", "一个账期出账"),
    "cut": ("cut", "fix which usage belongs to a cycle", "确定账期包含哪些话单"),
    "adjust": ("adjust", "charge or give back on the next bill", "在下一张账单上调账"),
    "dispute": ("dispute", "bills that customers dispute: raise, examine, decide", "账单争议：登记、核查、处理"),
    "correct": ("correct", "correct a month that is in the books", "更正已入账的账期"),
    "post": ("post", "book the bills of a cycle", "一个账期的账单入账"),
    "month": ("month", "the books of a month, and whether they add up", "月账及其是否相平"),
    "close": ("close", "close a cycle", "关闭账期"),
    "pay": ("pay", "take a payment for an account", "为账户缴费"),
    "payments": ("payments", "list payments; assign, return, reverse one", "缴费记录：查看、归账、退回、冲正"),
    "refund": ("refund", "pay principal back", "退还本金"),
    "clear": ("clear", "let balance books pay what is owed", "用余额账本销账"),
    "dun": ("dun", "late fees, and who is overdue", "违约金与催缴清单"),
    "export": ("export", "write bills, items, usage or suspense to a file", "导出账单、明细、话单或错单"),
    "quote": ("quote", "what would this usage cost, and why; stores nothing", "试算费用并说明原因，不保存任何数据"),
    "best-plan": ("best_plan", "what months would have cost under other offers", "某用户近几个月换套餐的费用"),
    "best-plans": ("best_plans", "everybody's best plan, as a list for marketing", "全部用户的更合适套餐，供营销使用"),
    "suspense": ("suspense", "list rejected usage, feed it again", "查看错单、错单回收"),
    "runs": ("runs", "what was run and what came of it", "查看运行记录"),
    "serve": ("serve", "serve the pages of hall and desk", "提供网厅与营业台页面"),
    "login": ("login", "who of the customers may sign in to the hall", "客户的网厅登录"),
    "demo-logins": ("demo_logins", "people of a demonstration, in its profile only", "演示人员，仅限演示配置"),
    "worker": ("worker", "do the jobs, send the webhooks, until told to end", "执行作业、发送回调，直到停止"),
    "jobs": ("jobs", "list jobs, ask for one, try one again, schedules", "作业与定时计划：查看、提交、重试"),
    "outbox": ("outbox", "what happened and who is told; subscriptions, replay", "事件与订阅：查看、推送、重放"),
    "order": ("order", "orders: a file of them, in flight, fallen out", "订单：批量受理、在途、退单、撤单、返销"),
    "port-code": ("port_code", "the code with which a number goes to another network", "携号转网授权码"),
    "network": ("network", "the network that opens services; a simulated one", "开通服务的网络；模拟网络"),
    "audit": ("audit", "who changed what; verify the chain, seal it", "审计记录：查看、校验、封存"),
    "books": ("books", "balance books; let gifts lapse, return deposits", "余额账本；到期处理、预存款返还"),
    "terms": ("terms", "when bills are due, what being late costs", "账单到期日与违约金条款"),
    "ledger": ("ledger", "trial balance, statements, balances rebuilt", "试算平衡、账户明细、余额核对"),
    "doctor": ("doctor", "check the laws that must always hold", "检查必须始终成立的规律"),
    "tenant": ("tenant", "open a tenant, list tenants", "开通租户、列出租户"),
    "user": ("user", "who works here and as what", "人员与任职"),
    "token": ("token", "by what systems of resellers prove themselves", "代理商系统的访问令牌"),
    "org": ("org", "the operator's organisation", "组织机构"),
    "approve": ("approve", "decide what takes a second person", "审批需第二人确认的操作"),
    "upgrade": ("upgrade", "bring the database to this version", "把数据库升级到本版本"),
}
CHINESE_OF_ARGPARSE: Final = {
    "usage: ": "用法：",
    "positional arguments:": "参数：",
    "options:": "选项：",
    "show this help message and exit": "显示帮助并退出",
    "the following arguments are required: ": "缺少参数：",
    "unrecognized arguments: ": "无法识别的参数：",
    "invalid choice: ": "无效的值：",
    "choose from": "可选",
    "expected one argument": "需要一个值",
    "expected at least one argument": "至少需要一个值",
    "argument ": "参数 ",
}
HELP_OF_GLOBALS: Final = {
    "home": {"en": "folder of the installation (default: YIDIAN_HOME, else the nearest with yidian.toml)",
             "zh": "安装目录（默认：YIDIAN_HOME，否则为最近的含 yidian.toml 的上级目录）"},
    "lang": {"en": "language of what is printed", "zh": "输出所用的语言"},
    "tenant": {"en": "tenant to serve (default: YIDIAN_TENANT, else the operator)",
               "zh": "所服务的租户（默认：YIDIAN_TENANT，否则为运营商本身）"},
    "as": {"en": "login of whoever acts (default: YIDIAN_ACTOR, else the console)",
           "zh": "操作人登录名（默认：YIDIAN_ACTOR，否则为控制台）"},
    "quiet": {"en": "print tables and faults only", "zh": "只输出表格和错误"},
}  # fmt: skip

# How a command ends that was right but cannot be done: 2 what was named does not exist, 3 not in this state or not now.
ENDS: Final = {
    "CYCLE_NOT_FOUND": 2,
    **dict.fromkeys(("DEDUCTION_RULE_UNKNOWN", "BALANCE_TYPE_REFUNDS_GIFT", "BALANCE_TYPE_PRINCIPAL_FIXED"), 2),
    **dict.fromkeys(("STAFF_UNKNOWN", "ROLE_UNKNOWN", "POST_UNKNOWN", "ORGANISATION_UNKNOWN", "APPROVAL_UNKNOWN"), 2),
    **dict.fromkeys(
        (
            "NOT_ALLOWED", "SECOND_PERSON_NEEDED", "APPROVAL_NOT_IN_STATE", "APPROVAL_SAME_PERSON",
            "APPROVAL_NOT_YOURS", "APPROVAL_EXPIRED",
            "POWERS_TOGETHER", "ORGANISATION_TAKEN", "ORGANISATION_CIRCLE", "ORGANISATION_IN_USE",
            "ORGANISATION_LOOKS_AFTER",
            "ORGANISATION_MOVED_LATER", "ORGANISATION_NOT_IN_TREE",
        ),
        3,
    ),
    "ADJUSTMENT_NOT_FOUND": 2,
    **dict.fromkeys(("CORRECTION_UNKNOWN", "CORRECTION_OF_NOBODY", "CORRECTION_CURRENCY"), 2),
    **dict.fromkeys(("CORRECTION_NOT_IN_STATE", "CORRECTION_NOT_APPROVED", "CORRECTION_MONTH_OPEN"), 3),
    "CORRECTION_COMES_TO_NOTHING": 3,
    **dict.fromkeys(("DISPUTE_NOT_FOUND", "BILL_NOT_FOUND", "LINE_NOT_FOUND"), 2),
    **dict.fromkeys(("DISPUTE_NOT_IN_STATE", "DISPUTE_TOO_LATE", "DISPUTE_OPEN_ALREADY", "DISPUTE_NOTHING_LEFT"), 3),
    "CURRENCY_DIFFERS": 2,
    **dict.fromkeys(("RESOURCE_UNKNOWN", "SHAPE_INVALID", "BLOCK_UNKNOWN", "RANGE_OUTSIDE", "RESELLER_UNKNOWN"), 2),
    **dict.fromkeys(("ALLOCATED_TO_NOBODY", "ALLOCATED_TWICE", "ADDRESS_UNKNOWN", "CARD_ORDER_UNKNOWN"), 2),
    **dict.fromkeys(("CARD_ORDER_CODE", "CARD_ORDER_ICCID", "CARD_ORDER_IMSI", "CARD_ORDER_COUNT"), 2),
    **dict.fromkeys(("CARD_ORDER_KNOWN", "CARD_ORDER_OVERLAPS"), 3),
    **dict.fromkeys(("RESOURCE_TAKEN", "RESOURCE_NOT_SELECTABLE", "RESOURCE_NOT_YOURS", "OFFICE_DATA_MISSING"), 3),
    "RANGE_STILL": 3,
    **dict.fromkeys(("SECRET_UNSAFE", "SECRET_UNREADABLE", "CREDENTIAL_UNKNOWN", "LOGIN_NAME_WRONG"), 2),
    **dict.fromkeys(("LOGIN_NAME_TAKEN", "SERVE_DEMO_OUTSIDE", "SERVE_WITHOUT_TLS", "NOT_THE_DEMO"), 2),
    **dict.fromkeys(("PASSWORD_SHORT", "PASSWORD_LONG", "PASSWORD_COMMON", "PASSWORD_ABOUT_YOU"), 2),
    **dict.fromkeys(("PAYMENT_NOT_FOUND", "ACCOUNT_UNKNOWN", "PAYMENT_AMOUNT_WRONG", "LATE_FEE_NOT_FOUND"), 2),
    "DRAFT_UNKNOWN": 2,
    **dict.fromkeys(("DRAFT_WITHOUT_TITLE", "DRAFT_WITHOUT_POLICY", "DRAFT_WITHOUT_WORDS"), 2),
    **dict.fromkeys(("DRAFT_VERSION_DIFFERS", "SAMPLE_OF_NOBODY"), 2),
    **dict.fromkeys(("DRAFT_NOT_IN_STATE", "DRAFT_SAYS_NOTHING_NEW", "DRAFT_SAME_PERSON"), 3),
    **dict.fromkeys(("DRAFT_STEP_DONE", "DRAFT_OVERTAKEN"), 3),
    **dict.fromkeys(("SUBSCRIPTION_NOT_FOUND", "NOTHING_ON_SALE"), 2),
    **dict.fromkeys(("MONTHS_NOT_RATED", "NO_BASE_OFFER", "PRESENT_NOT_PRICED"), 3),
    "NETWORK_LINES_UNTOLD": 3,
    **dict.fromkeys(("ORDER_NOT_FOUND", "ORDER_CUSTOMER_UNKNOWN", "ORDER_OFFER_UNKNOWN", "OFFER_UNKNOWN"), 2),
    **dict.fromkeys(("ORDER_SUBSCRIBER_MISSING", "ORDER_SUBSCRIBER_UNKNOWN", "ORDER_FIELD_MISSING"), 2),
    **dict.fromkeys(("ORDER_NOT_IN_STATE", "ORDER_STEP_NOT_IN_STATE", "ORDER_ITEM_NOT_IN_STATE", "ORDER_IN_FLIGHT"), 3),
    **dict.fromkeys(("ORDER_TOO_OLD", "ORDER_OVERTAKEN", "ORDER_PAID_BEFORE", "ORDER_NOTHING_DUE"), 3),
    **dict.fromkeys(("ORDER_ADVANCE_SPENT", "ORDER_NOT_PAID", "PAYMENT_OF_ORDER"), 3),
    **dict.fromkeys(("ORDER_AMOUNT_IS_DUE", "ORDER_PAY_METHOD"), 2),
    **dict.fromkeys(("TOKEN_NAME", "TOKEN_RIGHT", "TOKEN_DAYS", "TOKEN_ELSEWHERE", "TOKEN_NOT_FOUND"), 2),
    **dict.fromkeys(("BUSY", "OUTCOME_UNKNOWN", "KEY_USED_OTHERWISE"), 3),
    **dict.fromkeys(
        (
            "RUN_AT_WORK", "CYCLE_CLOSED", "CYCLE_NOT_RATED", "CYCLE_NOT_BILLED", "RERATE_NEEDS_ALL", "UNITS_PARKED",
            "PAYMENT_STATE", "PAYMENT_OF_ANOTHER_DAY", "PAYMENT_TXN_TAKEN", "RECEIVABLE_NOT_OPEN", "PRINCIPAL_SHORT",
            "UNDO_SPENT", "REFUND_NEEDS_APPROVAL", "TERMS_IN_THE_PAST", "LATE_FEE_SETTLED", "DUN_DAY_AHEAD",
            "DUN_LIST_NOT_TODAYS",
            "PORT_NOT_REAL_NAME", "PORT_NOT_NORMAL", "PORT_OWES", "PORT_UNDER_TERM", "PORT_TOO_SOON",
            "PORT_NOT_PORTABLE", "PORT_CODE_TOLD",
            "JOB_NOT_IN_STATE", "SUBSCRIPTION_NAME_TAKEN", "USAGE_AFTER_RATING", "RATED_MEANWHILE", "CYCLE_POSTED",
            "CYCLE_NOT_POSTED", "CYCLE_NOT_CLOSED",
            "MONTH_DOES_NOT_BALANCE", "REOPEN_NOT_APPROVED", "ADJUSTMENT_NOT_APPROVED", "ADJUSTMENT_REVERSED",
            "ADJUSTMENT_IS_REVERSAL",
        ),
        3,
    ),
}  # fmt: skip


argparse._ = str  # type: ignore[attr-defined]  # its English is put into the reader's words here, by no catalogue


class Parser(argparse.ArgumentParser):
    """argparse in the reader's language. `lang` tells a command which help to declare."""

    lang = "en"

    def words(self, *, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    def format_help(self) -> str:
        return self._translated(super().format_help())

    def format_usage(self) -> str:
        return self._translated(super().format_usage())

    def error(self, message: str) -> NoReturn:
        super().error(self._translated(message))

    def _translated(self, written: str) -> str:
        if self.lang == "zh":
            for english, chinese in CHINESE_OF_ARGPARSE.items():
                written = written.replace(english, chinese)
        return written


class ChineseParser(Parser):
    lang = "zh"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code and never raises."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    lang = _language(arguments)
    try:
        try:
            code = _dispatch(arguments, lang)
        except SystemExit as stop:  # argparse has said what it had to say
            code = stop.code if isinstance(stop.code, int) else 1
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    return code


def _dispatch(arguments: Sequence[str], lang: str) -> int:
    parser = _parser(lang, prog="yidian", **_summary(lang))
    parser.add_argument("command", nargs="?", metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--version", action="store_true", help=parser.words(en="print the version", zh="显示版本"))
    first = parser.parse_args(arguments)
    if first.version:
        return _print_version()
    if first.command is None:
        parser.print_help()
        return 0
    context = Context(home=first.home, lang=lang, quiet=first.quiet)
    context.tenant_told, context.login_told = first.tenant_told, first.login_told
    if first.command not in COMMANDS:
        context.complain("COMMAND_UNKNOWN", command=first.command)
        return 2
    with context:
        return _run(first.command, first.rest, context)


def _run(command: str, rest: Sequence[str], context: Context) -> int:
    try:
        module = _module(COMMANDS[command][0])
        if module is None:
            context.complain("COMMAND_NOT_HERE", command=command)
            return 2
        parser = _parser(context.lang, prog=f"yidian {command}", default=argparse.SUPPRESS)
        parser.description = getattr(module, "HELP", {}).get(context.lang) or COMMANDS[command][_column(context.lang)]
        module.declare(parser)
        args = parser.parse_args(list(rest))
        context.home_told = getattr(args, "home", context.home_told)
        context.quiet = getattr(args, "quiet", context.quiet)
        context.tenant_told = getattr(args, "tenant_told", context.tenant_told)
        context.login_told = getattr(args, "login_told", context.login_told)
        code = int(module.run(args, context) or 0)
        if code == 0:
            context.answer()
        return code
    except BadInput as error:
        context.show_faults(error.faults)
        return 2
    except (KeyboardInterrupt, BrokenPipeError, SystemExit):
        raise
    except Exception as error:
        if os.environ.get("YIDIAN_TRACE"):
            raise
        context.complain_of(error)
        return ENDS.get(str(getattr(error, "code", "")), 1)


def _module(name: str) -> ModuleType | None:
    """The module of a command, or None where this version does not have it."""
    full = f"{__package__}.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:
            raise
        return None


def _parser(lang: str, *, prog: str, default: object = None, **words: Any) -> Parser:
    parser = (ChineseParser if lang == "zh" else Parser)(
        prog=prog, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        conflict_handler="resolve", **words,  # `init --tenant` names the one to make
    )  # fmt: skip
    hints = {name: words_[lang] for name, words_ in HELP_OF_GLOBALS.items()}
    quiet = argparse.SUPPRESS if default is argparse.SUPPRESS else False
    parser.add_argument("--home", type=Path, metavar="DIR", default=default, help=hints["home"])
    parser.add_argument("--lang", choices=("zh", "en"), default=default, help=hints["lang"])
    parser.add_argument("--tenant", dest="tenant_told", metavar="CODE", default=default, help=hints["tenant"])
    parser.add_argument("--as", dest="login_told", metavar="LOGIN", default=default, help=hints["as"])
    parser.add_argument("--quiet", action="store_true", default=quiet, help=hints["quiet"])
    return parser


def _summary(lang: str) -> dict[str, str]:
    lines = [f"  {name:<10} {row[_column(lang)]}" for name, row in COMMANDS.items()]
    title = {
        "en": ("Yidian: usage in, correct bills out.", "commands:", "yidian COMMAND --help says more."),
        "zh": ("Yidian 一点：话单进，正确的账单出。", "命令：", "yidian 命令 --help 查看详细说明。"),
    }[lang]
    return {
        "usage": "yidian [--home DIR] [--tenant CODE] [--as LOGIN] [--lang zh|en] [--quiet] COMMAND ...",
        "description": "\n".join([title[0], "", title[1], *lines]),
        "epilog": title[2],
    }


def _column(lang: str) -> int:
    return 2 if lang == "zh" else 1


def _language(arguments: Sequence[str]) -> str:
    """The reader's language, needed before anything is parsed, as the parser speaks too."""
    for here, following in zip(arguments, [*arguments[1:], ""], strict=True):
        told = following if here == "--lang" else here.removeprefix("--lang=")
        if here.startswith("--lang") and told in ("zh", "en"):
            return told
    told = os.environ.get("YIDIAN_LANG", "")
    if told in ("zh", "en"):
        return told
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def _print_version() -> int:
    from importlib.metadata import version

    point("answer")
    print(version("yidian"))  # noqa: T201 - the terminal is this room's work
    return 0
