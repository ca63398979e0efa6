"""Letters between a patient and their team: each once, sealed, told of without a word of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from homeward.model.message import Progress, Receipt, Way
from homeward.model.person import Role
from homeward.services.call.converge import converge
from homeward.services.call.reach.outbox import claim, note
from homeward.services.plan.expecting import expect
from homeward.services.plan.letters.letters import WRITTEN_MAX
from tests.api.conftest import House, sql
from tests.api.test_live import next_of, socket, watch
from tests.api.test_reports import fill

WORDS = "My ankles are thick again.\nShall I take more water pills?"
ANSWER = "Weigh yourself tomorrow morning, please."


def of(house: House, rest: str = "", name: str = "Cleo") -> str:
    return f"/api/patients/{house.ids[name]}/letters{rest}"


def said(text: str = WORDS, key: str | None = None) -> dict[str, str]:
    return {"key": key or str(uuid4()), "text": text}


async def letters(client: httpx.AsyncClient, house: House) -> list[dict[str, Any]]:
    return (await client.get(of(house))).json()["letters"]


async def waiting(client: httpx.AsyncClient, house: House) -> dict[str, int]:
    return (await client.get(f"/api/wards/{house.ids['Home care']}/letters")).json()


async def contact(house: House, person: str, priority: str = "medium") -> None:
    await house.store.door().run(
        sql(
            "insert into contact (person_id, place, way, address, priority_min, verified, created,"
            " may_name_health) values (%(person)s, 1, 'email', %(to)s, %(priority)s, now(), now(),"
            " true)"
        ),
        person=house.ids[person], to=f"{person}@example.org", priority=priority,
    )  # fmt: skip


async def messages(house: House, now: datetime) -> list[tuple[str, str]]:
    """What goes out after a pass of the caller, to whom."""
    await converge(house.store, house.tools.bus, now, 120)
    then = replace(house.tools, now=lambda: now)
    sent = await claim(then, [Way.EMAIL], 50)
    for each in sent:
        await note(then, Receipt(each.id, Progress.SENT, now, is_final=True))
    return [(each.address, each.text) for each in sent]


async def test_a_patient_writes_is_read_and_is_answered(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.NURSE) as nurse,
        await house.client(Role.DOCTOR) as doctor,
    ):
        body = said()
        first = await cleo.post(of(house), json=body)
        again = await cleo.post(of(house), json=body)  # its answer was lost
        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        (mine,) = await letters(cleo, house)
        assert (mine["text"], mine["side"], mine["is_own"]) == (WORDS, "patient", True)
        assert (mine["read_by"], mine["settled"]) == ([], None)
        assert await waiting(nurse, house) == {"unread": 1, "open": 1, "late": 0}
        (theirs,) = await letters(nurse, house)
        assert (theirs["author"], theirs["is_own"]) == ("Test patient", False)
        for _ in range(2):
            until = {"until": theirs["id"]}
            assert (await nurse.post(of(house, "/read"), json=until)).status_code == 204
        assert await waiting(nurse, house) == {"unread": 0, "open": 1, "late": 0}
        (mine,) = await letters(cleo, house)
        assert [each["name"] for each in mine["read_by"]] == ["Test nurse"]
        assert (await doctor.post(of(house), json=said(ANSWER))).status_code == 200
        assert await waiting(nurse, house) == {"unread": 0, "open": 0, "late": 0}
        answer, mine = await letters(cleo, house)
        assert (answer["text"], answer["author"], answer["role"]) == (
            ANSWER, "Test doctor", "doctor",
        )  # fmt: skip
        assert mine["settled_by"] == "Test doctor"
        assert (await cleo.get("/api/today")).json()["unread_letters"] == 1
        await cleo.post(of(house, "/read"), json={"until": answer["id"]})
        assert (await cleo.get("/api/today")).json()["unread_letters"] == 0
        answer, _ = await letters(doctor, house)
        assert [each["name"] for each in answer["read_by"]] == ["Test patient"]


async def test_an_answer_settles_nothing_that_nobody_has_read(house: House) -> None:
    """It came while the nurse was typing, or she wrote from the panel."""
    async with await house.client(Role.PATIENT) as cleo, await house.client(Role.NURSE) as nurse:
        await cleo.post(of(house), json=said())
        (read,) = await letters(nurse, house)
        await nurse.post(of(house, "/read"), json={"until": read["id"]})
        await cleo.post(of(house), json=said("Now my chest hurts."))
        assert (await nurse.post(of(house), json=said(ANSWER))).status_code == 200
        assert await waiting(nurse, house) == {"unread": 1, "open": 1, "late": 0}
        _, came, answered = await letters(nurse, house)
        assert (came["settled"], answered["settled_by"]) == (None, "Test nurse")
        await nurse.post(of(house, "/read"), json={"until": came["id"]})
        assert (await nurse.post(of(house), json=said("Call 112."))).status_code == 200
        assert await waiting(nurse, house) == {"unread": 0, "open": 0, "late": 0}


async def test_what_is_written_lies_sealed_and_goes_to_its_patient_alone(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.NURSE) as nurse,
        await house.client(Role.ENGINEER) as engineer,
    ):
        body = said()
        await cleo.post(of(house), json=body)
        rows = await house.store.door().all(sql("select body::text as text from letter"), dict)
        assert rows[0]["text"].startswith("sealed:")
        for path in (of(house, name="Anna"), of(house, name="Bela")):
            assert (await cleo.get(path)).status_code == 403
            assert (await cleo.post(path, json=said())).status_code == 403
            assert (await nurse.get(path)).json()["letters"] == []
        assert (await engineer.get(of(house))).status_code == 403
        # The same words by the same key to another patient: somebody mixed them up.
        body = said(ANSWER)
        assert (await nurse.post(of(house), json=body)).status_code == 200
        assert (await nurse.post(of(house, name="Anna"), json=body)).status_code == 409
        assert (await nurse.get(of(house, name="Anna"))).json()["letters"] == []
        # Of a letter of Anna, Cleo's nurse cannot say that Cleo's was read or settled.
        assert (await nurse.post(of(house, "/settled"), json={"until": 1})).status_code == 204


async def test_it_has_words_and_neither_too_many_nor_too_often(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        for text in ("", "   \n", "x" * 2001, "a\0b"):
            assert (await cleo.post(of(house), json=said(text))).status_code == 422, text[:9]
        assert (await cleo.post(of(house), json=said("x" * 2000))).status_code == 200
        body = said("last")
        for _ in range(WRITTEN_MAX[Role.PATIENT] - 2):
            assert (await cleo.post(of(house), json=said("more"))).status_code == 200
        assert (await cleo.post(of(house), json=body)).status_code == 200
        answer = await cleo.post(of(house), json=said("one too many"))
        assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
        assert (await cleo.post(of(house), json=body)).status_code == 200  # it is there already
        page = (await cleo.get(of(house))).json()
        assert (len(page["letters"]), page["has_more"]) == (WRITTEN_MAX[Role.PATIENT], False)
        older = (await cleo.get(of(house), params={"before": page["letters"][4]["id"]})).json()
        assert older["letters"] == page["letters"][5:]


async def test_a_patient_is_told_that_there_is_something_and_not_what(house: House) -> None:
    await contact(house, "patient")
    async with await house.client(Role.NURSE) as nurse, await house.client(Role.PATIENT) as cleo:
        await nurse.post(of(house), json=said(ANSWER))
        now = datetime.now(UTC)
        assert await messages(house, now) == []  # who has the page open reads it there
        sent = await messages(house, now + timedelta(seconds=21))
        assert sent == [("patient@example.org", "there is a message for you. Open Homeward.")]
        rows = await house.store.door().all(sql("select token from delivery"), dict)
        link = f"/api/messages/{rows[0]['token']}/open"
        assert (await nurse.post(link)).status_code == 404
        assert (await cleo.post(link)).json() == {
            "alarm_id": None, "patient_id": house.ids["Cleo"], "ward_id": None, "is_letter": True,
        }  # fmt: skip
        await nurse.post(of(house), json=said(ANSWER))
        assert await messages(house, now + timedelta(minutes=5)) == []  # not for each
        assert len(await messages(house, now + timedelta(minutes=62))) == 1
        newest, *_ = await letters(cleo, house)
        await cleo.post(of(house, "/read"), json={"until": newest["id"]})
        assert await messages(house, now + timedelta(minutes=130)) == []


async def test_the_team_writes_in_the_language_the_patient_chose_and_else_in_that_of_the_plan(
    house: House,
) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.NURSE) as nurse,
    ):

        async def read() -> list[str]:
            return [(await who.get(of(house))).json()["language"] for who in (nurse, cleo)]

        await cleo.get(of(house), headers={"accept-language": "ar"})
        assert await read() == ["en", "en"]
        items = [{"key": "water", "kind": "task", "label": "Water", "at": ["08:00"]}]
        plan = {"condition": "copd", "language": "es", "items": items}
        made = await nurse.post(f"/api/patients/{house.ids['Cleo']}/plans", json=plan)
        assert made.is_success, made.text
        await expect(house.store, datetime.now(UTC), "UTC")
        assert await read() == ["es", "es"]
        for language in ("ar", "de"):
            assert (await cleo.put("/api/choices", json={"language": language})).is_success
            assert await read() == [language, language]
        assert (await nurse.get(of(house, name="Anna"))).json()["language"] == "en"


async def test_whoever_wants_quiet_is_told_in_the_morning(house: House) -> None:
    await contact(house, "patient")
    now = datetime.now(UTC)
    start = (now - timedelta(hours=1)).time()
    await house.store.door().run(
        sql(
            "insert into quiet_hours (person_id, starts, ends, zone, made, made_by) values"
            " (%(person)s, %(start)s, %(end)s, 'UTC', now(), %(person)s)"
        ),
        person=house.ids["patient"], start=start, end=(now + timedelta(hours=2)).time(),
    )  # fmt: skip
    async with await house.client(Role.NURSE) as nurse:
        await nurse.post(of(house), json=said(ANSWER))
    assert await messages(house, now + timedelta(hours=1, minutes=50)) == []
    assert len(await messages(house, now + timedelta(hours=2, minutes=10))) == 1


async def test_what_nobody_answers_is_late_and_the_team_is_nudged(house: House) -> None:
    await contact(house, "nurse", "low")
    await contact(house, "doctor")  # wants what is urgent alone
    ward = f"/api/wards/{house.ids['Home care']}/panel"
    async with await house.client(Role.PATIENT) as cleo, await house.client(Role.NURSE) as nurse:
        await cleo.post(of(house), json=said())
        (line,) = (await nurse.get(ward)).json()["lines"]
        assert [each["words"] for each in line["reasons"]] == ["Wrote within 1 h, not read"]
        assert await messages(house, datetime.now(UTC) + timedelta(seconds=30)) == []
        await house.store.door().run(
            sql(
                "update letter set at = now() - interval '3 days',"
                " answer_by = now() - interval '1 hour'"
            )
        )
        assert await waiting(nurse, house) == {"unread": 1, "open": 1, "late": 1}
        (line,) = (await nurse.get(ward)).json()["lines"]
        assert (line["reasons"][0]["kind"], line["points"]) == ("letter", 40)
        assert line["reasons"][0]["words"] == "Wrote, not read: no answer for 3 days"
        sent = await messages(house, datetime.now(UTC))
        assert sent == [("nurse@example.org", "a message waits for an answer. Open Homeward.")]
        assert await messages(house, datetime.now(UTC) + timedelta(hours=2)) == []  # once
        (only,) = await letters(nurse, house)
        settled = of(house, "/settled")
        assert (await cleo.post(settled, json={"until": only["id"]})).status_code == 403
        assert (await nurse.post(settled, json={"until": only["id"]})).status_code == 204
        assert await waiting(nurse, house) == {"unread": 0, "open": 0, "late": 0}
        (line,) = (await nurse.get(ward)).json()["lines"]
        assert line["reasons"] == []


async def test_writing_from_the_panel_is_one_act(house: House) -> None:
    acts = f"/api/patients/{house.ids['Cleo']}/panel-acts"
    ward = f"/api/wards/{house.ids['Home care']}/panel"
    async with await house.client(Role.PATIENT) as cleo, await house.client(Role.DOCTOR) as doctor:
        body = {"act": "message", "note": "As agreed", "letter": said(ANSWER)}
        for _ in range(2):  # its answer was lost
            assert (await doctor.post(acts, json=body)).status_code == 204
        assert [each["act"] for each in (await doctor.get(acts)).json()] == ["message"]
        assert [each["text"] for each in await letters(cleo, house)] == [ANSWER]
        wrong = {"act": "visit", "letter": said(ANSWER)}
        assert (await doctor.post(acts, json=wrong)).status_code == 422
        wrong = {"act": "message", "letter": said(" ")}
        assert (await doctor.post(acts, json=wrong)).status_code == 422
        assert len((await doctor.get(acts)).json()) == len(await letters(cleo, house)) == 1
        # Who was called for and writes back stands on top again.
        (line,) = (await doctor.get(ward)).json()["lines"]
        assert (line["act"], line["wrote"]) == ("message", None)
        await cleo.post(of(house), json=said())
        (line,) = (await doctor.get(ward)).json()["lines"]
        assert line["wrote"] > line["acted"]


async def test_an_open_page_learns_of_it_at_once(house: House) -> None:
    staff, own = await socket(house, Role.NURSE), await socket(house, Role.PATIENT)
    other = await socket(house, Role.DOCTOR)
    await watch(staff, "ward", house.ids["Home care"])
    await watch(own, "patient", house.ids["Cleo"])
    await watch(other, "ward", house.ids["Ward 3"])
    async with await house.client(Role.PATIENT) as cleo:
        await cleo.post(of(house), json=said())
        told = [await next_of(each, "letter") for each in (staff, own)]
        assert told == [{"type": "letter", "patient_id": house.ids["Cleo"]}] * 2
    await house.tools.bus.tell("told.letter", {"patient_id": house.ids["Anna"]})
    assert (await next_of(other, "letter"))["patient_id"] == house.ids["Anna"]
    for each in (staff, own, other):
        await each.close()


async def test_a_relative_reads_and_writes_where_the_patient_lets_them(house: House) -> None:
    door = house.store.door()
    related = (
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(cleo)s, %(mia)s, '{high}', now(), now())"
    )
    await door.run(sql(related), cleo=house.ids["Cleo"], mia=house.ids["relative"])
    let = f"/api/patients/{house.ids['Cleo']}/relatives/{house.ids['relative']}/rights"
    report = f"/api/let/{house.ids['Cleo']}/reports/weight"
    async with (
        await house.client(Role.RELATIVE) as mia,
        await house.client(Role.NURSE) as nurse,
        await house.client(Role.PATIENT) as cleo,
    ):

        async def may() -> tuple[int, int, int]:
            return (
                (await mia.get(of(house))).status_code,
                (await mia.post(of(house), json=said("He sleeps badly."))).status_code,
                (await mia.get(report)).status_code,
            )

        await nurse.post(of(house), json=said(ANSWER))
        assert await may() == (403, 403, 403)
        assert (await nurse.put(let, json={"may": ["letters"]})).status_code == 403
        assert (await mia.put(let, json={"may": ["letters"]})).status_code == 403
        for _ in range(2):
            assert (await cleo.put(let, json={"may": ["reports"]})).status_code == 204
        assert await may() == (403, 403, 200)
        assert (await cleo.put(let, json={"may": ["letters"]})).status_code == 204
        assert await may() == (200, 200, 403)
        newest, first = await letters(nurse, house)
        assert (newest["side"], newest["author"]) == ("relative", "Test relative")
        assert first["text"] == ANSWER
        assert (await mia.get(of(house, name="Anna"))).status_code == 403
        assert (await mia.get(report.replace("let", "patients"))).status_code == 403
        (chosen,) = (await mia.get("/api/told")).json()["chosen"]
        assert (chosen["patient_id"], chosen["may"]) == (house.ids["Cleo"], ["letters"])
        gone = let.removesuffix("/rights")
        assert (await cleo.delete(gone)).status_code == 204
        assert await may() == (403, 403, 403)
        assert (await cleo.put(let, json={"may": ["letters"]})).status_code == 404
        await door.run(sql(related), cleo=house.ids["Cleo"], mia=house.ids["relative"])
        assert await may() == (403, 403, 403)  # invited anew: what was let before is not


async def test_a_relative_sees_the_same_report_and_of_nobody_else(house: House) -> None:
    await fill(house)
    door = house.store.door()
    values = {"cleo": house.ids["Cleo"], "mia": house.ids["relative"]}
    for text in (
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(cleo)s, %(mia)s, '{high}', now(), now())",
        "insert into relative_right (patient_id, person_id, may, starts, made_by)"
        " values (%(cleo)s, %(mia)s, 'reports', now(), %(cleo)s)",
    ):
        await door.run(sql(text.replace("now(), %(cleo)s)", "now(), %(mia)s)")), **values)
    async with await house.client(Role.RELATIVE) as mia, await house.client(Role.PATIENT) as cleo:
        for name in ("glucose", "weight"):
            theirs = (await mia.get(f"/api/let/{values['cleo']}/reports/{name}")).json()
            own = (await cleo.get(f"/api/patients/{values['cleo']}/reports/{name}")).json()
            assert theirs["page"] == own["page"]
        paper = await mia.get(f"/api/let/{values['cleo']}/reports/weight/paper")
        assert paper.content.startswith(b"%PDF-")
        assert (await mia.get(f"/api/let/{house.ids['Anna']}/reports/weight")).status_code == 403
        for path in ("trend?start=0&end=1", "plans", "totals"):
            answer = await mia.get(f"/api/patients/{values['cleo']}/{path}")
            assert answer.status_code == 403, path
