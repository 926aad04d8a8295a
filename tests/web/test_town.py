"""The town itself: everybody can sign in, and sees a home page of their own."""

from __future__ import annotations

from django_scopes import scope
from tests.web.town import BETA, STAFF_OF, Town, named, serving

from yidian.domains.customer_bill.queries import bills


def test_both_tenants_have_a_month_behind_them(town: Town) -> None:
    for code in ("operator", BETA):
        with scope(tenant=town.tenant(code)):
            billed = {one.account_code for one in bills(tenant=town.tenant(code), cycle="2026-10")}
            assert billed == {named(account, code) for account in ("a1", "a2", "a3", "a4", "a5")}


def test_everybody_who_works_here_has_a_home_page_with_their_own_menu(town: Town) -> None:
    for login, (role, _) in STAFF_OF.items():
        page = town.staff(login).get("/desk/")
        assert page.status_code == 200, login
        assert ("/desk/audit/" in page.content.decode()) == (role == "audit_admin"), login
        assert ("/desk/people/" in page.content.decode()) == (role in ("security_admin", "audit_admin")), login


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(town: Town, client: object) -> None:
    answer = client.get("/desk/people/?q=x")  # type: ignore[attr-defined]
    assert answer.status_code == 303
    assert answer["Location"] == "/desk/sign-in/?next=%2Fdesk%2Fpeople%2F%3Fq%3Dx"


def test_a_session_of_one_tenant_opens_nothing_of_another(town: Town, settings: object) -> None:
    browser = town.staff("security", tenant=BETA)
    assert browser.get("/desk/people/").status_code == 303
    with serving(settings, BETA):
        assert browser.get("/desk/people/").status_code == 200
        assert town.staff("security").get("/desk/people/").status_code == 303
