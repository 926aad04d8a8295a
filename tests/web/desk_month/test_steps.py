"""The steps of a month are jobs: started once, done by a worker; booking and closing take two people."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from tests.web.desk_month.office import job_of, plain, read, send, work
from tests.web.town import ALPHA, Town

from yidian.domains.customer_bill.queries import cycle_named
from yidian.platform.access.approvals import approvals
from yidian.platform.jobs.models import Job
from yidian.platform.leases import from_now

BOARD = "/desk/months/2026-10/"


def state(town: Town, cycle: str = "2026-10") -> str:
    return cycle_named(tenant=town.tenant(), name=cycle).state


def test_a_step_becomes_a_job_and_the_page_watches_it_until_it_is_done(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, f"{BOARD}rate/"))
    watched = finance.get(f"/desk/jobs/{job}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s, live"' in watched
    assert 'hx-trigger="every 2s, live"' in finance.get(BOARD).content.decode()
    work(town)
    done = finance.get(f"/desk/jobs/{job}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert "It is done" in read(finance, f"/desk/jobs/{job}/")
    assert state(town) == "billed"  # nothing had changed: the earlier rating stands


def test_the_same_form_twice_and_somebody_else_at_once_are_one_job(town: Town) -> None:
    finance, other = town.staff("finance"), town.staff("finance-2")
    first = send(finance, f"{BOARD}bill/", key="one-and-the-same")
    again = send(finance, f"{BOARD}bill/", key="one-and-the-same")
    theirs = send(other, f"{BOARD}bill/")
    assert job_of(first) == job_of(again) == job_of(theirs)
    assert Job.objects.count() == 1
    assert "being done already" in read(other, f"/desk/jobs/{job_of(theirs)}/")


def test_the_row_law_and_the_comparison_stand_on_the_board(town: Town) -> None:
    told = read(town.staff("finance"), BOARD)
    assert "not equal" not in told
    assert told.count(" equal ") >= 3
    assert "Beside September 2026" in told


def test_booking_takes_two_people_asked_agreed_done(town: Town) -> None:
    finance, other = town.staff("finance"), town.staff("finance-2")
    asked = send(finance, f"{BOARD}post/", leave_parked="yes")
    assert asked["Location"] == BOARD
    [one] = approvals(tenant=town.tenant())
    assert "waits for a second person" in read(finance, BOARD)
    assert Job.objects.count() == 0
    own = send(finance, f"/desk/approvals/{one.id}/decide/", answer="yes")
    assert own.status_code == 409
    assert "Book bills" in read(other, f"/desk/approvals/{one.id}/")
    agreed = send(other, f"/desk/approvals/{one.id}/decide/", answer="yes")
    assert agreed.status_code == 303
    [job] = Job.objects.all()
    assert (job.kind, job.actor) == ("post", "staff/finance")
    work(town)
    assert state(town) == "posted"
    assert approvals(tenant=town.tenant()) == []
    again = send(other, f"/desk/approvals/{one.id}/decide/", answer="yes")
    assert again.status_code == 409
    assert Job.objects.count() == 1


def test_a_job_whose_asker_lost_the_right_meanwhile_is_not_done(town: Town) -> None:
    send(town.staff("finance"), f"{BOARD}post/", leave_parked="yes")
    [one] = approvals(tenant=town.tenant())
    send(town.staff("finance-2"), f"/desk/approvals/{one.id}/decide/", answer="yes")
    from yidian.platform.access.models import Post

    Post.objects.filter(user__login="finance", tenant=town.tenant()).update(to_ms=0, from_ms=0)
    assert [code for code, _ in work(town)] == ["JOB_PARKED"]
    assert state(town) == "billed"


def test_what_cannot_be_done_now_is_parked_with_its_reason_on_the_board(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, "/desk/months/2026-09/rate/"))
    work(town)
    told = read(finance, f"/desk/jobs/{job}/")
    assert "It failed" in told or "It stopped" in told
    assert "2026-09" in told or "September" in told


def test_a_silent_worker_is_said_to_be_silent(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, f"{BOARD}rate/"))
    Job.objects.filter(pk=job).update(
        state="working", owner="w", done=3, total=9, taken_at=Now(), heartbeat_at=Now() - timedelta(seconds=42),
        lease_until=from_now(timedelta(seconds=18)),
    )  # fmt: skip
    page = finance.get(f"/desk/jobs/{job}/?lang=en")
    assert "fg-wait" in page.content.decode()
    assert "silent for 4" in plain(page)


def test_some_accounts_are_billed_once_more_without_the_rest(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, f"{BOARD}bill-again/", accounts="a1,a5"))
    work(town)
    told = read(finance, f"/desk/jobs/{job}/")
    assert "Accounts 2" in told
    assert state(town) == "billed"
    board = read(finance, BOARD)
    assert "some billed again 1 times; 5 bills count" in board
    assert "not equal" not in board
    assert send(finance, f"{BOARD}bill-again/", accounts="").status_code == 404


def test_a_job_that_was_cut_off_is_told_to_have_gone_on(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, f"{BOARD}rate/"))
    Job.objects.filter(pk=job).update(
        state="working", owner="killed", attempts=1, taken_at=Now(), heartbeat_at=Now() - timedelta(minutes=2),
        lease_until=Now() - timedelta(minutes=1),
    )  # fmt: skip
    work(town)
    assert "cut off 1 times and went on where it was" in read(finance, BOARD)


def test_cutting_and_opening_are_steps_too(town: Town) -> None:
    finance = town.staff("finance")
    assert send(finance, "/desk/months/open/", name="2026-13").status_code == 422
    assert send(finance, "/desk/months/open/", name="2026-11").status_code == 303
    told = read(finance, "/desk/months/2026-11/")
    assert "The month runs until" in told
    job_of(send(finance, "/desk/months/2026-11/cut/"))
    work(town)
    assert state(town, "2026-11") == "cut"
    assert "Next: rate it" in read(finance, "/desk/months/2026-11/")


def test_only_who_may_sees_months_and_jobs(town: Town) -> None:
    finance = town.staff("finance")
    job = job_of(send(finance, f"{BOARD}rate/"))
    for login in ("clerk-north", "system", "audit", "nobody"):
        assert town.staff(login).get(BOARD).status_code == 403
        assert send(town.staff(login), f"{BOARD}rate/").status_code == 403
    assert town.staff("clerk-north").get(f"/desk/jobs/{job}/").status_code == 404
    assert town.staff("system").get(f"/desk/jobs/{job}/").status_code == 200
    assert town.staff("system").get("/desk/jobs/?state=queued").status_code == 200
    assert finance.get("/desk/jobs/").status_code == 403
    assert finance.get("/desk/months/2031-01/").status_code == 404
    assert town.tenant(ALPHA).code == ALPHA
