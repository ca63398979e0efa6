"""Who is in the demo: staff, patients, their devices and their stories. All are invented."""

from dataclasses import dataclass
from datetime import date

from homeward.model.person import Role
from homeward.simulate.bodies.bedside import Build
from homeward.simulate.bodies.glucose import Metabolism

# Printed on the sign-in page of the demo.
PASSWORD = "homeward-demo"  # noqa: S105
WARD, HOME = "Ward 3", "Home care"
SCALE_2_BY = "dan"
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Rota:
    """Who takes turns of so many hours from 07:00, or works shifts: (name, from, to, logins)."""

    ward: str
    name: str
    turn_hours: int = 0
    people: tuple[str, ...] = ()
    shifts: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()


ROTAS = (
    Rota(
        WARD, "Nurses",
        shifts=(
            ("early", "06:00", "14:00", ("nora", "lena")),
            ("late", "14:00", "22:00", ("nora", "omar")),
            ("night", "22:00", "06:00", ("nora", "miriam")),
        ),
    ),
    Rota(WARD, "Doctors", turn_hours=24, people=("dan", "ines")),
    Rota(HOME, "Home nurse", turn_hours=168, people=("nora", "omar")),
)  # fmt: skip
# Each step's targets: the patient's own nurse, then who is on call, then a doctor, then all of
# them. An alarm nobody answers goes on, and a call that cannot arrive goes on at once.
CHAINS: dict[str, tuple[tuple[str, ...], ...]] = {
    WARD: (("assigned",), ("rota Nurses",), ("rota Doctors", "miriam"), ("everybody",)),
    HOME: (("rota Home nurse",), ("miriam",), ("dan",)),
}
NURSE_OF = {"3-01": "nora", "3-02": "nora", "3-03": "nora", "3-04": "nora", "3-05": "lena",
            "3-06": "lena", "3-07": "miriam", "3-08": "miriam"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in, and the wards whose patients they see."""

    login: str
    name: str
    role: Role
    wards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tale:
    """A story, how many times faster than life, and where in it the demo begins (seconds)."""

    story: str
    speed: float = 1.0
    starts_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody watched over, and the device on them."""

    name: str
    record_number: str
    birth_date: date
    sex: str
    ward: str
    bed: str
    device: str
    tale: Tale
    build: Build | None = None  # on the ward
    metabolism: Metabolism | None = None  # at home
    oxygen_scale: int = 1
    login: str | None = None


ACCOUNTS = (
    Account("nora", "Nora Okafor", Role.NURSE, (WARD, HOME)),
    Account("miriam", "Miriam Adler", Role.NURSE, (WARD, HOME)),
    Account("lena", "Lena Vogt", Role.NURSE, (WARD,)),
    Account("omar", "Omar Said", Role.NURSE, (WARD, HOME)),
    Account("dan", "Dan Weiss", Role.DOCTOR, (WARD, HOME)),
    Account("ines", "Ines Duarte", Role.DOCTOR, (WARD,)),
    Account("eli", "Eli Brandt", Role.ENGINEER),
    Account("ada", "Ada Lind", Role.ADMINISTRATOR),
    Account("rosa", "Rosa Marin", Role.PATIENT),
    Account("tom", "Tom Hale", Role.PATIENT),
)


def _bed(
    number: int, name: str, birth_date: date, sex: str, tale: Tale, build: Build, scale: int = 1
) -> Patient:
    return Patient(
        name, f"W3-10{number:02d}", birth_date, sex, WARD, f"3-{number:02d}",
        f"monitor-3-{number:02d}", tale, build=build, oxygen_scale=scale,
    )  # fmt: skip


# Builds: heart rate, respiratory rate, systolic, diastolic, temperature, SpO2 at rest.
PATIENTS = (
    _bed(
        1, "Henrik Solberg", date(1951, 3, 12), "male",
        Tale("quiet_night"), Build(66, 14, 132, 76, 36.6, 96.8),
    ),
    _bed(
        2, "Amara Diallo", date(1963, 11, 2), "female",
        Tale("sepsis", speed=20, starts_at=7200), Build(78, 15, 122, 70, 36.8, 97.0),
    ),
    _bed(
        3, "Giulia Ferri", date(1944, 6, 27), "female",
        Tale("recorded_heart"), Build(92, 16, 138, 72, 36.7, 96.2),
    ),
    _bed(
        4, "Tomas Novak", date(1979, 8, 19), "male",
        Tale("opioid", speed=8, starts_at=240), Build(72, 14, 124, 74, 36.9, 97.4),
    ),
    _bed(
        5, "Ruth Abrams", date(1948, 1, 30), "female",
        Tale("atrial_fibrillation", speed=4), Build(72, 15, 136, 78, 36.6, 96.9),
    ),
    _bed(
        6, "Jonas Petersen", date(1990, 4, 8), "male",
        Tale("probe_off", speed=3), Build(61, 13, 118, 68, 36.7, 98.0),
    ),
    _bed(
        7, "Edith Marlow", date(1942, 9, 14), "female",
        Tale("copd", speed=2), Build(84, 17, 134, 76, 36.6, 95.4), scale=2,
    ),
    _bed(
        8, "Samuel Osei", date(1957, 12, 5), "male",
        Tale("extrasystoles"), Build(69, 14, 128, 80, 36.7, 97.1),
    ),
    Patient(
        "Rosa Marin", "HC-2001", date(1988, 5, 21), "female", HOME, "Home 1", "cgm-rosa",
        Tale("hypo_at_home", starts_at=2220), metabolism=Metabolism(), login="rosa",
    ),
    Patient(
        "Tom Hale", "HC-2002", date(1956, 2, 17), "male", HOME, "Home 2", "cgm-tom",
        Tale("steady_at_home"), metabolism=Metabolism(basal=126, rise_per_10_g=30), login="tom",
    ),
)  # fmt: skip
