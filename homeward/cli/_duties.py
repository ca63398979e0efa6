"""What no program can know: the duties of whoever runs an installation, said in each evidence."""

from collections.abc import Iterator

from homeward.cli._found import Found, Grade
from homeward.settings import Settings

# What, and what of the law or the standard asks for it.
DUTIES = (
    ("a risk analysis of this site, renewed each year", "45 CFR 164.308(a)(1)(ii)(A), GDPR 32, 35"),
    ("a restore rehearsed within 72 hours", "45 CFR 164.308(a)(7); homeward restore --verify"),
    ("people trained, and told what a breach is and whom to tell", "45 CFR 164.308(a)(5)"),
    (
        "contracts with whoever runs machines, mail or message services",
        "45 CFR 164.308(b), GDPR 28",
    ),
    ("a network in zones: devices, servers and staff apart", "NIST SP 1800-30, PR.AC-5"),
    ("a scan for weaknesses each half year, a penetration test each year", "90 FR 898"),
    (
        "updates of the system and of Homeward within the times you set",
        "IEC 81001-5-1, 6; ASVS 15.1.1",
    ),
    ("rooms, machines and backups behind a lock", "45 CFR 164.310"),
    ("limits, rotas and scores decided by somebody who may", "docs/safety/hazards.md"),
)


def duties(_: Settings) -> Iterator[Found]:
    """What is for whoever runs it to show."""
    for what, why in DUTIES:
        yield Found(Grade.DUTY, what, why)
