"""What the Python client does with accounts: search, report, another address, a lost password, leaving."""

import asyncio

import pytest

from devconnect_client import BadCredentials, LinkGone, Rest, Session, Suspended
from tests.e2e.clients import PASSWORD, Person
from tests.e2e.mailed_links import mailed_token
from tests.e2e.moderators import case_about, decide
from tests.e2e.people import MakePerson
from tests.support.addresses import email
from tests.support.system import System

NEW = "battery staple"


def rest_of(person: Person) -> Rest:
    return Rest(str(person.http.base_url), Session(person.user_id, person.token))


def test_a_search_goes_on_where_its_page_ends(ada: Person, make_person: MakePerson) -> None:
    name = "Quirinus"
    found = {make_person(name).user_id for _ in range(3)}

    async def scenario() -> None:
        async with rest_of(ada) as rest:
            users, cursor = await rest.search(name)
            assert {user.user_id for user in users} >= found
            assert {(user.first_name, user.last_name) for user in users if user.user_id in found} == {
                (name, "Lovelace")
            }
            assert cursor is None
            assert await rest.search(name, skills=["no-such-skill"]) == ([], None)

    asyncio.run(scenario())


def test_a_report_leads_to_a_suspension_of_which_a_login_is_told(mod: Person, ada: Person, bob: Person) -> None:
    async def scenario() -> None:
        async with rest_of(ada) as rest:
            await rest.report(bob.user_id, "spam", note="He sells coins.")
        decided = await asyncio.to_thread(decide, mod, case_about(mod, bob), "suspend", reason="spam")
        assert decided.status_code == 200
        async with Rest(str(bob.http.base_url)) as rest:
            with pytest.raises(Suspended):
                await rest.log_in(bob.email_id, PASSWORD)

    asyncio.run(scenario())


def test_an_address_is_changed_and_a_lost_password_reset_by_the_links_that_are_mailed(
    system: System, ada: Person
) -> None:
    new = email()

    async def scenario() -> None:
        async with rest_of(ada) as rest:
            await rest.change_address(new, PASSWORD)
            await rest.confirm_address(await asyncio.to_thread(mailed_token, system, new, "change"))
        async with Rest(str(ada.http.base_url)) as rest:
            await rest.ask_for_reset(new)
            token = await asyncio.to_thread(mailed_token, system, new, "reset")
            await rest.reset_password(token, NEW)
            with pytest.raises(LinkGone):
                await rest.reset_password(token, NEW)
            assert (await rest.log_in(new, NEW)).user_id == ada.user_id

    asyncio.run(scenario())


def test_a_user_leaves(ada: Person) -> None:
    async def scenario() -> None:
        async with rest_of(ada) as rest:
            with pytest.raises(BadCredentials):
                await rest.leave("not the password")
            await rest.leave(PASSWORD)
        async with Rest(str(ada.http.base_url)) as rest:
            with pytest.raises(BadCredentials):
                await rest.log_in(ada.email_id, PASSWORD)

    asyncio.run(scenario())
