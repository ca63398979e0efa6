# What each rule of rules.yml must find ("ruleid"), and what it must let be ("ok"). Never run.
import logging
from datetime import UTC, datetime

log = logging.getLogger(__name__)


def times(text, moment):
    # ruleid: naive-datetime
    datetime.now()
    # ok: naive-datetime
    datetime.now(UTC)
    # ruleid: naive-datetime
    datetime.fromtimestamp(moment)
    # ok: naive-datetime
    datetime.fromtimestamp(moment, UTC)
    # ruleid: naive-datetime
    datetime.strptime(text, "%Y")
    # ok: naive-datetime
    datetime.strptime(text, "%Y").replace(tzinfo=UTC)
    # ruleid: naive-datetime
    datetime(2026, 11, 27, 18)
    # ok: naive-datetime
    datetime(2026, 11, 27, 18, tzinfo=UTC)


def silence(judge, told):
    # ruleid: swallowed-exception
    try:
        judge()
    except Exception:
        pass
    # ruleid: swallowed-exception
    try:
        judge()
    except:
        return None
    # ok: swallowed-exception
    try:
        judge()
    except Exception as error:
        told(error)
    # ok: swallowed-exception
    try:
        judge()
    except BaseException:
        told()
        raise
    # ok: swallowed-exception
    try:
        judge()
    except ValueError:
        pass


async def questions(door, patient, name):
    # ruleid: sql-from-strings
    await door.all(f"select * from patient where name = '{name}'")
    # ruleid: sql-from-strings
    await door.run("delete from patient where name = '%s'" % name)
    # ruleid: sql-from-strings
    await door.one("select " + name)
    # ok: sql-from-strings
    await door.all(Q.patients, dict, search=name)


async def telling(patient, request, person_id):
    # ruleid: logged-patient-data
    log.info("seen: %s", patient.name)
    whole = f"{patient.record_number} was seen"
    # ruleid: logged-patient-data
    log.warning(whole)
    # ruleid: logged-patient-data
    log.info("asked %s", request.url)
    # ok: logged-patient-data
    log.info("seen by %s", person_id)
    # ruleid: logged-error-message
    log.exception("it broke")
    # ok: logged-error-message
    log.error("it broke: %s", place_of(ValueError()))
