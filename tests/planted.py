"""A patient with something unmistakable wherever anything can be written of one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from homeward.model.alarm import Priority
from homeward.model.cloud import Service
from homeward.model.message import Way
from homeward.model.person import Actor, Role
from homeward.services.call.reach import contacts
from homeward.services.call.telling import choosing
from homeward.services.contract import Tools
from homeward.services.fleet import fleet
from homeward.services.people import admission, amending, emergency, resting
from homeward.services.phones import clouds
from homeward.services.record import holding
from homeward.services.release import accounting
from homeward.services.watch import ledger
from homeward.settings import Settings
from homeward.store.sql import Query

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
NURSE = "Norabelle Inclear"  # staff are not sealed: what is looked for so can be found
# Nothing else says these: what is found of them is theirs.
CANARIES = (
    "Zyxwvuta Quaggamire", "ZQ-4711-0815", "+447700900999", "Quaggamire telephone",
    "Sister Okapisson", "because of okapis", "the patient said zebrafish",
    "opened for narwhals", "reviewed axolotls", "asked for by pangolins", "Uncle Aardvarkson",
    "Zyxwvuta Corrected", "misspelt by tapirs", "rests for manatees", "sued about quokkas",
    "Dr. Dugong", "sent for kakapos",
    "wombat-at-withings-4711", "opens-for-wombats-0815",
)  # fmt: skip


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def plant(tools: Tools) -> int:
    """A patient with something unmistakable wherever anything can be written of one."""
    door = tools.store.door()
    name, number, telephone, label, sister, why, said, opened, reviewed, quiet, uncle = CANARIES[
        :11
    ]
    await admission.add_ward(door, "Ward 3", is_home=False)
    await admission.add_person(door, Settings(), "nora", NURSE, Role.NURSE, PASSWORD)
    await admission.add_person(door, Settings(), "ada", "Ada", Role.ADMINISTRATOR, PASSWORD)
    await admission.add_person(door, Settings(), "zq", name, Role.PATIENT, PASSWORD)
    born = date(1950, 3, 1)
    who = admission.NewPatient(number, name, born, "female", "zq")
    await admission.admit(door, who, "Ward 3", "3-01", NOW)
    anna = await admission.patient_id(door, number)
    own = await admission.person_id(door, "zq")
    nora = await admission.person_id(door, "nora")
    wish = contacts.Wish(Way.SMS, telephone, label)
    await contacts.add(door, contacts.Change(own, own, NOW, "added"), wish)
    choice = choosing.Choice(anna, own, NOW, why)
    await choosing.invite(door, choice, sister, [Priority.HIGH])
    await choosing.invite(door, choice, uncle, [Priority.HIGH])
    hours = choosing.Quiet(None, None, "Europe/London")
    await choosing.set_quiet(door, own, hours, own, NOW, quiet)
    actor = Actor(nora, "Nora", Role.NURSE)
    nurse = tools.store.door(actor)
    await emergency.open_glass(nurse, anna, opened, NOW)
    ada = Actor(await admission.person_id(door, "ada"), "Ada", Role.ADMINISTRATOR)
    row = await door.one(sql("select id from emergency_access"), dict)
    await emergency.review(tools.store.door(ada), row["id"], "justified", reviewed, NOW)
    alarm = await door.one(
        sql(
            "insert into alarm"
            " (patient_id, condition, kind, priority, state, text, since, raised, rung)"
            " values (%(anna)s, 'x', 'physiological', 'high', 'active', 'low', now(), now(), now())"
            " returning id"
        ),
        dict, anna=anna,
    )  # fmt: skip
    await ledger.acknowledge(tools.store, tools.bus, nurse, alarm["id"], said, NOW)
    wanted, misspelt, rests, sued, recipient, purpose, account, opens = CANARIES[11:]
    patient = tools.store.door(Actor(own, name, Role.PATIENT, anna))
    await amending.ask(patient, anna, "name", wanted, misspelt, NOW)
    await resting.ask(patient, anna, "objection", rests, NOW)
    await holding.hold(door, anna, sued, None, ada.person_id, NOW)
    await holding.release(door, anna, sued, ada.person_id, NOW + timedelta(minutes=1))
    await accounting.disclose(patient, anna, recipient, purpose, purpose, "by hand", NOW)
    await _has_a_scale(tools, anna, account, opens)
    return anna


async def _has_a_scale(tools: Tools, anna: int, account: str, opens: str) -> None:
    """Of Withings, linked and worn no more."""
    door, name = tools.store.door(), "zq-scale"
    await fleet.add(door, tools.bus, name, "cloud", NOW)
    await fleet.bind(door, tools.bus, name, anna, "test", NOW)
    shown = await clouds.link(door, name, Service.WITHINGS, "", NOW)
    receiver = clouds.Clouds(replace(tools, now=lambda: NOW))
    linked = await receiver.of_shown(shown)
    assert linked is not None
    await receiver.given(linked, account, opens, "0123456789abcdef")
    await fleet.bind(door, tools.bus, name, None, "test", NOW + timedelta(minutes=1))
