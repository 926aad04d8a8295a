# ruff: noqa: E501 (a table: one fault, one line)
"""Inputs that are wrong in one way each: what is typed, over which files, and the place that has to be told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import xlsxwriter
from tests.conftest import REPOSITORY
from tests.faults.files_of_the_operator import CALLS_MAPPING, CYCLE, SESSIONS_MAPPING

CALLS_HEADER: Final = "reference,type,caller,callee,area,began,lasted,price\n"
GOOD_CALL: Final = "G1,MOC,19900010001,10000,021,2026-10-05 10:00:00,5,0\n"
CUSTOMERS_HEADER: Final = "customer,account,subscriber,kind,identifier,home_area,pool,offer,from,to\n"
GOOD_CUSTOMER: Final = "C-G,A-G,,msisdn,19900090001,021,,cx129,2026-10-01,\n"
QUOTE_HEADER: Final = "event,subscriber,offers,start,service,other_party,duration\n"
GOOD_QUOTE: Final = "e1,zhang,sl129,2026-10-05T09:00:00,voice,13800100001,10min\n"
TAP_MAPPING: Final = CALLS_MAPPING.replace("switch", "partner").replace("{kind: delimited}", "{kind: tap3}")
WIDE: Final = "x" * 10_000_000
TARIFF: Final = REPOSITORY / "examples" / "tariff-cn"
Make = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """`argv` is typed in a folder where `make` (or `files`) has put what is wrong. The rest is what the answer must name."""

    code: str
    argv: Sequence[str]
    files: dict[str, str | bytes] = field(default_factory=dict)
    make: Make | None = None
    file: str = ""
    line: int = 0
    column: str = ""
    value: str = ""

    @property
    def name(self) -> str:
        return f"{self.argv[0]}-{self.code}-{self.column or self.file}"


def tariff(code: str, sheet: str, old: str, new: str, column: str, value: str, line: int = 0) -> Case:
    """One line of the example tariff is another (`old` empty: one more)."""

    def make(folder: Path) -> None:
        import shutil

        shutil.copytree(TARIFF, folder / "tariff")
        path = folder / "tariff" / f"{sheet}.csv"
        text = path.read_text(encoding="utf-8")
        assert not old or text.count(f"\n{old}\n") == 1, old
        path.write_text(text.replace(f"\n{old}\n", f"\n{new}\n") if old else text + new + "\n", encoding="utf-8")

    lines = (TARIFF / f"{sheet}.csv").read_text(encoding="utf-8").splitlines()
    line = line or (lines.index(old) + 1 if old else len(lines) + 1)
    return Case(
        code, ("tariff", "load", "tariff"), make=make, file=f"{sheet}.csv", line=line, column=column, value=value
    )


def customers(code: str, row: str, column: str, value: str, header: str = CUSTOMERS_HEADER, line: int = 3) -> Case:
    return Case(code, ("import", "customers", "c.csv"), {"c.csv": header + (GOOD_CUSTOMER if header == CUSTOMERS_HEADER else "") + row + "\n"},
                file="c.csv", line=line, column=column, value=value)  # fmt: skip


def workbook(code: str, make: Make, **told: str | int) -> Case:
    return Case(
        code, ("import", "customers", "c.xlsx"), make=lambda folder: make(folder / "c.xlsx"), file="c.xlsx", **told
    )  # type: ignore[arg-type]


def mapping(code: str, old: str, new: str, line: int, column: str, value: str) -> Case:
    text = CALLS_MAPPING.replace(old, new)
    assert text != CALLS_MAPPING, old
    return Case(code, ("collect", "--mapping", "m.yaml", "u.csv"), {"m.yaml": text, "u.csv": CALLS_HEADER + GOOD_CALL},
                file="m.yaml", line=line, column=column, value=value)  # fmt: skip


def usage(code: str, data: bytes, rules: str = CALLS_MAPPING, file: str = "u.csv", **told: str | int) -> Case:
    return Case(code, ("collect", "--mapping", "m.yaml", file), {"m.yaml": rules, file: data}, file=file, **told)  # type: ignore[arg-type]


def quote(code: str, row: str, column: str, value: str) -> Case:
    return Case(code, ("quote", "--tariff", str(TARIFF), "q.csv"), {"q.csv": QUOTE_HEADER + GOOD_QUOTE + row + "\n"},
                file="q.csv", line=3, column=column, value=value)  # fmt: skip


def settings(code: str, text: str, value: str) -> Case:
    return Case(
        code, ("--home", "other", "cycle", "list"), {"other/yidian.toml": text}, file="yidian.toml", value=value
    )


def typed(code: str, *argv: str, value: str = "") -> Case:
    return Case(code, argv, value=value)


def formula(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("customers")
        for column, text in enumerate(CUSTOMERS_HEADER.strip().split(",")):
            sheet.write_string(0, column, text)
        for column, text in enumerate(GOOD_CUSTOMER.strip().split(",")):
            sheet.write_string(1, column, text)
        sheet.write_formula(1, 1, '=HYPERLINK("http://x")', None, "A-G")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(64):
                member.write(b"0" * (1 << 20))


def half(path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("customers").write_string(0, 0, "customer")
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])


# A batch of one event with a charge of 5, in BER: [1] { [3] { [9] { [62] 5 } } [15] { [415] 5, [43] 1 } }
TAP: Final = bytes.fromhex("6112630669045f3e01056f08" + "5f831f01055f2b01"[:16] + "01")
PRICE: Final = "cx129,sms,*,0.10,1,1,,,,,"

CASES: Final[tuple[Case, ...]] = (
    # Tariff: prices, dates, codes, references
    tariff("PRICE_OVERLAP", "prices", "", "cx129,sms,*,0.20,1,1,,,,2026-01-01,2027-01-01", "item", "cx129 sms * 0"),
    tariff("PRICE_GAP", "prices", PRICE, "cx129,sms,*,0.10,1,1,,,,,2027-01-01", "to", "sms"),
    tariff("PRICE_NEGATIVE", "prices", PRICE, "cx129,sms,*,-0.10,1,1,,,,,", "price", "-0.10"),
    tariff("AMOUNT_OUT_OF_RANGE", "prices", PRICE, "cx129,sms,*,1000000000000,1,1,,,,,", "price", "1000000000000"),
    tariff("AMOUNT_NOT_A_NUMBER", "prices", PRICE, "cx129,sms,*,0.1O,1,1,,,,,", "price", "0.1O"),
    tariff("AMOUNT_TOO_PRECISE", "prices", PRICE, "cx129,sms,*,0.0000001,1,1,,,,,", "price", "0.0000001"),
    tariff(
        "QUANTITY_OUT_OF_RANGE",
        "allowances",
        "data5g,ll5g,data,5GB,1KB,*,50,subscriber",
        "data5g,ll5g,data,99999TB,1KB,*,50,subscriber",
        "quantity",
        "99999TB",
    ),
    tariff("QUANTITY_ZERO", "prices", PRICE, "cx129,sms,*,0.10,1,0,,,,,", "block", "0"),
    tariff("UNIT_MISMATCH", "prices", PRICE, "cx129,sms,*,0.10,1,1min,,,,,", "block", "1min"),
    tariff("DATE_IMPOSSIBLE", "days", "2026-10-01,holiday", "2026-02-30,holiday", "on", "2026-02-30"),
    tariff("TIME_IMPOSSIBLE", "bands", "night,day,*,07:00,24:00", "night,day,*,07:00,24:01", "end", "24:01"),
    tariff("BAND_GAP", "bands", "night,day,*,07:00,24:00", "night,day,*,07:01,24:00", "start", "07:00–07:01", line=2),
    tariff("OFFER_TWICE", "offers", "", "cx129,base,,,1,2030-01-01,,,", "code", "cx129"),
    tariff("PREFIX_OVERLAP", "prefixes", "", "010,idd,", "prefix", "010"),
    tariff("RATE_OUT_OF_RANGE", "taxes", "value_added,6%,2014-06-01,", "value_added,6,2014-06-01,", "rate", "6"),
    tariff("TARIFF_ITEM_UNKNOWN", "prices", PRICE, "cx129,smms,*,0.10,1,1,,,,,", "item", "smms"),
    tariff("TARIFF_OFFER_UNKNOWN", "fees", "", "cx130,month_fee,9,cycle,none,,,", "offer", "cx130"),
    tariff("CURRENCY_UNKNOWN", "tariff", "currency,CNY", "currency,RMB", "value", "RMB"),
    tariff("ROW_RAGGED", "minimums", "", "hy2026,minimum_gap", "", "2"),
    Case("SHEET_MISSING", ("tariff", "load", "empty"), {"empty/zones.csv": "code\ncn\n"}, file="empty", value="tariff"),
    Case(
        "NUL_BYTE", ("tariff", "load", "nul"), {"nul/tariff.csv": "key,value\nformat,1\0\n"}, file="tariff.csv", line=2
    ),
    # Customers: csv and workbook
    customers(
        "IDENTIFIER_TAKEN", "C-X,A-X,OTHER,msisdn,19900090001,021,,cx129,2026-10-02,", "identifier", "19900090001"
    ),
    customers("IDENTIFIER_INVALID", "C-X,A-X,,msisdn,+86199,021,,cx129,2026-10-02,", "identifier", "+86199"),
    customers("OFFER_UNKNOWN", "C-X,A-X,,msisdn,19900090002,021,,nope,2026-10-02,", "offer", "nope"),
    customers("OFFER_NOT_ON_SALE", "C-X,A-X,,msisdn,19900090002,021,,hy2026,2027-10-02,", "offer", "hy2026"),
    customers("PERIOD_EMPTY", "C-X,A-X,,msisdn,19900090002,021,,cx129,2026-10-02,2026-10-02", "to", "2026-10-02"),
    customers("HOLDING_OVERLAP", GOOD_CUSTOMER.strip(), "offer", "cx129"),
    customers("ACCOUNT_OF_OTHER_CUSTOMER", "C-X,A-G,,msisdn,19900090002,021,,cx129,2026-10-02,", "account", "A-G"),
    customers("VALUE_MISSING", ",A-X,,msisdn,19900090002,021,,cx129,2026-10-02,", "customer", ""),
    customers("VALUE_UNKNOWN", "C-X,A-X,,imei,19900090002,021,,cx129,2026-10-02,", "kind", "imei"),
    customers("TEXT_TOO_LONG", f"C-X,{'A' * 65},,msisdn,19900090002,021,,cx129,2026-10-02,", "account", "A" * 65),
    customers(
        "COLUMN_UNKNOWN",
        "C-X,A-X,,msisdn,19900090002,021,,cx129,2026-10-02,,red",
        "colour",
        "colour",
        header=CUSTOMERS_HEADER.strip() + ",colour\n",
        line=1,
    ),
    Case(
        "ENCODING_WRONG",
        ("import", "customers", "c.csv"),
        {"c.csv": CUSTOMERS_HEADER.encode() + GOOD_CUSTOMER.encode() + "客户,A".encode("gbk")},
        file="c.csv",
        line=3,
    ),
    Case(
        "LINE_TOO_LONG",
        ("import", "customers", "c.csv"),
        {"c.csv": CUSTOMERS_HEADER + GOOD_CUSTOMER + WIDE},
        file="c.csv",
        line=3,
    ),
    workbook("FORMULA_IN_CELL", formula, line=2, column="B", value='=HYPERLINK("http://x")'),
    workbook("XLSX_TOO_LARGE", bomb),
    workbook("XLSX_DAMAGED", half),
    workbook("XLSX_ENCRYPTED", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_096))),
    Case("FILE_KIND_UNKNOWN", ("import", "customers", "c.ods"), {"c.ods": b"PK"}, file="c.ods"),
    Case("FILE_NOT_FOUND", ("import", "customers", "none.csv"), file="none.csv"),
    # Mappings
    mapping("MAPPING_FIELD_UNKNOWN", "window:", "windw:", 14, "mapping", "windw"),
    mapping("MAPPING_ZONE_UNKNOWN", "Asia/Shanghai", "Asia/Atlantis", 4, "zone", "Asia/Atlantis"),
    mapping("MAPPING_TIME_FORMAT", "%Y-%m-%d %H:%M:%S", "%Q", 11, "", "%Q"),
    mapping("MAPPING_FORMAT_UNKNOWN", "format: 1", "format: 2", 1, "", "2"),
    mapping("MAPPING_FIELD_MISSING", "zone: Asia/Shanghai\n", "", 1, "mapping", "zone"),
    mapping("MAPPING_NOT_YAML", "fields:", "fields: [", 0, "", ""),
    mapping("MAPPING_TAG_FORBIDDEN", "format: 1", "format: !!python/object/apply:os.system ['true']", 1, "", ""),
    mapping("MAPPING_SOURCE_NAME", "source: switch", "source: ../up", 2, "", "../up"),
    # Usage files refused as a whole
    usage("ENCODING_UNDECODABLE", (CALLS_HEADER + GOOD_CALL).encode() + "中文,x\n".encode("gbk"), line=3),
    usage("SOURCE_COLUMN_MISSING", b"reference,type\nG1,MOC\n", value="caller"),
    usage("HEADER_COLUMN_TWICE", b"reference,type,type\n", line=1),
    usage("FILE_EMPTY", b""),
    usage("GZ_TRUNCATED", __import__("gzip").compress((CALLS_HEADER + GOOD_CALL).encode(), mtime=0)[:-9]),
    usage("TAP_TRUNCATED", TAP[:-3], TAP_MAPPING),
    usage("TAP_NOT_A_BATCH", (CALLS_HEADER + GOOD_CALL).encode(), TAP_MAPPING),
    usage(
        "TOO_MANY_REJECTED",
        CALLS_HEADER.encode() + b"".join(b"%d\n" % n for n in range(9)),
        CALLS_MAPPING + "max_suspense: 3\n",
        line=5,
    ),
    usage(
        "JSON_RECORDS_MISSING",
        b'{"a": 1}',
        SESSIONS_MAPPING.replace("{kind: jsonl}", "{kind: json, records: a.b}").replace("gateway", "doc"),
        "u.json",
    ),
    # What is asked of a quote
    quote("QUOTE_OFFER_UNKNOWN", "e2,li,nope,2026-10-05T09:00:00,voice,13800100001,10min", "offers", "nope"),
    quote(
        "QUOTE_START_IMPOSSIBLE",
        "e2,li,sl129,2026-02-30T09:00:00,voice,13800100001,10min",
        "start",
        "2026-02-30T09:00:00",
    ),
    quote("QUOTE_EVENT_TWICE", "e1,li,sl129,2026-10-05T09:00:00,voice,13800100001,10min", "event", "e1"),
    quote("QUANTITY_NEGATIVE", "e2,li,sl129,2026-10-05T09:00:00,voice,13800100001,-10min", "duration", "-10min"),
    quote("QUOTE_QUANTITY_MISSING", "e2,li,sl129,2026-10-05T09:00:00,voice,13800100001,", "duration", ""),
    # The settings of an installation, and the line that is typed
    settings("SETTINGS_UNREADABLE", "format = ", ""),
    settings("SETTINGS_FORMAT_UNKNOWN", "format = 9\n", "9"),
    settings("SETTINGS_INCOMPLETE", "format = 1\n", ""),
    typed("ZONE_UNKNOWN", "init", "new", "--zone", "Mars/Base", value="Mars/Base"),
    typed("MONTH_UNKNOWN", "init", "new", "--cycle", "2026-13", value="2026-13"),
    typed("EXPORT_FORMAT_UNKNOWN", "export", "bills", CYCLE, "-o", "bills.pdf"),
    typed("THREADS_NEGATIVE", "init", "new", "--threads", "-1", value="-1"),
)
