"""A file of payments: uploaded and looked at, previewed line by line with nothing taken, applied as a job."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from yidian.domains.payment.operations import error_file, preview_payments, set_mapping
from yidian.domains.payment.queries import channels, payment_file
from yidian.domains.payment.types import FileReport
from yidian.faces.desk.views.starting import start_job
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.telling import told
from yidian.kernel.faults import BadInput
from yidian.platform.uploads.operations import UnableToUpload, Upload, keep, opened
from yidian.platform.wording import text

LONGEST_MAPPING = 64 << 10
SHOWN = 100


def form(asked: Asked) -> HttpResponse:
    return asked.page("desk/payment_upload.html", channels=channels(tenant=asked.tenant), channel="")


def uploaded(asked: Asked) -> HttpResponse:
    """The file is kept under a name of ours; its channel's mapping is the known one, or comes with it."""
    channel = asked.form.get("channel", "")
    try:
        channel = _mapping(asked) or channel
        if channel not in channels(tenant=asked.tenant):
            return _refused(asked, [("channel", "FORM_CHOOSE", {})])
        file = asked.request.FILES.get("file")
        if file is None:
            return _refused(asked, [("file", "FORM_NEEDED", {})])
        kept = keep(
            tenant=asked.tenant, folder=asked.places.work / "uploads", name=str(file.name), pieces=file.chunks(),
            by=asked.actor.id, now=asked.now,
        )  # fmt: skip
    except UnableToUpload as error:
        return _refused(asked, [("file", error.code, told(asked, error.params))])
    except BadInput as error:
        return _refused(asked, [("mapping", one.code, _params(one.value, one.params)) for one in error.faults])
    return asked.go("desk:payment_preview", upload=kept.id, channel=channel)


def preview(asked: Asked, *, upload: str, channel: str) -> HttpResponse:
    """What the file would bring; nothing is taken."""
    kept = _kept(asked, upload)
    try:
        found = _preview(asked, kept, channel)
    except BadInput as error:
        faults: list[FaultTold] = [
            ("file", one.code, _params(one.value, one.params) | {"line": str(one.where.line)}) for one in error.faults
        ]
        return _refused(asked, faults)
    return asked.page("desk/payment_preview.html", **_shown(asked, kept, found))


def errors(asked: Asked, *, upload: str, channel: str) -> HttpResponse:
    """The uploaded file with a reason beside every line that would be refused."""
    kept = _kept(asked, upload)
    reasons = {
        line: text(code, asked.lang, **told(asked, params))
        for line, _, _, code, params in _preview(asked, kept, channel).rejects
    }
    data = error_file(tenant=asked.tenant, path=kept.path, channel=channel, reasons=reasons)
    answer = HttpResponse(data, content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="errors.csv"'
    return answer


def applied(asked: Asked, *, upload: str, channel: str) -> HttpResponse:
    """It is taken, as a job."""
    kept = _kept(asked, upload)
    return start_job(
        asked, kind="payments", params={"upload": kept.id, "channel": channel}, back="desk:payment_upload", ids={}
    )


def file(asked: Asked, *, file: int) -> HttpResponse:
    """An imported file and the lines of it that were refused."""
    found = payment_file(tenant=asked.tenant, id=file)
    if found is None:
        raise Http404
    return asked.page("desk/payment_file.html", found=found, rejects=_rejects(asked, found))


def _mapping(asked: Asked) -> str:
    """The channel of a mapping that came with the form; "" where none did."""
    sent = asked.request.FILES.get("mapping")
    if sent is None:
        return ""
    data = sent.read(LONGEST_MAPPING + 1)
    if len(data) > LONGEST_MAPPING:
        raise UnableToUpload("UPLOAD_TOO_LARGE", most=LONGEST_MAPPING)
    written = data.decode("utf-8-sig", "replace")
    outcome = set_mapping(
        tenant=asked.tenant, actor=asked.actor, key=asked.key, text=written, file=str(sent.name)[:100], now=asked.now
    )
    return str(outcome.answer["channel"])


def _kept(asked: Asked, upload: str) -> Upload:
    try:
        return opened(tenant=asked.tenant, folder=asked.places.work / "uploads", id=upload)
    except UnableToUpload as error:
        raise Http404 from error


def _preview(asked: Asked, kept: Upload, channel: str) -> FileReport:
    return preview_payments(tenant=asked.tenant, path=kept.path, name=kept.name, channel=channel, now=asked.now)


def _shown(asked: Asked, kept: Upload, found: FileReport) -> dict[str, Any]:
    return {
        "upload": kept, "found": found, "rejects": _rejects(asked, found), "channel": found.channel,
        "takes": found.good + found.suspended, "held": text(found.reason, asked.lang, **told(asked, found.params)),
    }  # fmt: skip


def _rejects(asked: Asked, found: FileReport) -> list[tuple[int, str, str, str]]:
    return [
        (line, column, value, text(code, asked.lang, **told(asked, params)))
        for line, column, value, code, params in found.rejects[:SHOWN]
    ]


def _refused(asked: Asked, faults: list[FaultTold]) -> HttpResponse:
    return asked.refuse(
        "desk/payment_upload.html",
        faults,
        channels=channels(tenant=asked.tenant),
        channel=asked.form.get("channel", ""),
    )


def _params(value: str, params: object) -> dict[str, str]:
    named = dict(params) if isinstance(params, dict) else {}
    return {"value": value} | {name: str(one) for name, one in named.items()}
