"""Every setting once: name, type, default, meaning."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeward.model.choice import GlucoseUnit

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings. Times are in seconds, sizes in bytes."""

    data: Path = _setting(
        Path("~/.local/share/homeward"),
        "Folder that holds the embedded engines' data, keys and certificates.",
    )
    postgres_url: str = _setting(
        "",
        "Your own PostgreSQL, all its servers by commas; empty runs the embedded one "
        "(docs/guides/cluster.md).",
        secret=True,
    )
    postgres_web_url: str = _setting(
        "",
        "The same PostgreSQL under the account homeward_web, which sees what the session it asks "
        "for may see; empty: as postgres_url, which takes that role on (docs/guides/cluster.md).",
        secret=True,
    )
    nats_url: str = _setting(
        "",
        "Your own NATS, all its nodes by commas, nats:// or tls://; each process adds its account "
        "where none is named (docs/guides/cluster.md). Empty runs the embedded one.",
        secret=True,
    )
    cold_url: str = _setting(
        "",
        "Where old parts of the record go: file:///folder or s3://bucket/prefix?endpoint=URL; "
        "empty: everything stays in the database (docs/guides/keeping.md).",
        secret=True,
    )
    web_host: str = _setting(
        "127.0.0.1", "Address of the pages; outside loopback they are served by TLS only."
    )
    web_port: int = _setting(8080, "Port of the pages.")
    mqtt_host: str = _setting("127.0.0.1", "Address of the device door (MQTT over mutual TLS).")
    mqtt_port: int = _setting(8883, "Port of the device door.")
    doors: int = _setting(
        1, "Door processes on this machine that share the port; one serves a few thousand devices."
    )
    watch_shares: int = _setting(
        0,
        "Shares that patients are divided into, each watched by one process of those that run "
        "`watch`; changed by the next `homeward up` or `run prepare`, and kept in the database. "
        "0: as many as stand there, one at first.",
    )
    door_connections_per_second_max: int = _setting(
        200,
        "Connections a busy door process takes in, each second (one with time to spare: up to "
        "eight times as many): a TLS handshake costs as much as a hundred readings, and what "
        "devices that are in send must not wait for those that come.",
    )
    mqtt_open_port: int = _setting(
        0,
        "Loopback port without TLS where a device is believed by its client id; for benches and "
        "conformance suites. 0 is off.",
    )
    http_ingest_port: int = _setting(
        8884,
        "Port of the device door for HTTPS (mutual TLS): single devices, gateways and edges, and "
        "where every device renews its certificate. It listens where mqtt_host says. 0 is off.",
    )
    nightscout_port: int = _setting(
        0,
        "Port of the Nightscout interface, for uploaders on phones, which show a secret of their "
        "device's (docs/guides/phones.md). 0 is off.",
    )
    nightscout_host: str = _setting(
        "127.0.0.1",
        "Where that listens. On loopback it is plain HTTP, for a proxy with a certificate that "
        "phones know; elsewhere TLS by our own.",
    )
    clouds_port: int = _setting(
        0,
        "Loopback port for clouds of wearables, behind a proxy with a certificate they know "
        "(docs/guides/phones.md). 0 is off.",
    )
    clouds_url: str = _setting("", "Where that proxy is reached from outside: https://...")
    open_wearables_secret: str = _setting(
        "",
        "What Open Wearables signs with, whsec_...; two by a comma while it changes; empty: "
        "nothing is taken from it.",
        secret=True,
    )
    withings_client: str = _setting(
        "",
        "Our name and secret at Withings, as name:secret; empty: nobody asks there.",
        secret=True,
    )
    withings_url: str = _setting("https://wbsapi.withings.net", "Where Withings is asked.")
    mqtt_conformance_port: int = _setting(
        0,
        "Loopback port without TLS where any client may publish anything to any other, and nothing "
        "is kept: for conformance suites (docs/reference/mqtt.md). Never where patients are. 0 is "
        "off.",
    )
    mqtt_session_seconds_max: int = _setting(
        7 * 86_400, "How long a device's session outlives its connection, at most."
    )
    public_names: str = _setting(
        "localhost,127.0.0.1", "Names and addresses devices reach us by, for the certificate."
    )
    payload_bytes_max: int = _setting(262_144, "Largest message a device may send.")
    device_messages_per_second_max: int = _setting(
        5_000, "More than this from one device and its socket is read no faster."
    )
    device_errors_per_second_max: int = _setting(
        50,
        "Messages that cannot be read which one device may send in a second, two seconds' worth at "
        "once; with more it is read no faster. A new connection counts for five. 0: no bound.",
    )
    certificate_days: int = _setting(
        30, "How long a device certificate is valid; devices renew it when a third is left."
    )
    patients_key: str = _setting(
        "",
        "What wraps the keys of patients' names and notes: 32 bytes in base64; two by a comma, the "
        "new one first, while it changes. Empty: it is in patients_key_file "
        "(docs/guides/sealing.md).",
        secret=True,
    )
    patients_key_file: str = _setting(
        "", "File that holds that key; empty: keys/patients.key in the data folder."
    )
    patients_key_command: str = _setting(
        "",
        "Program that wraps and unwraps what is in that file (a key management service); run with "
        "`wrap` or `unwrap`, base64 in and out. Empty: the file holds the key itself.",
    )
    session_idle_seconds: int = _setting(
        12 * 3600, "A sign-in of staff ends after so long without a key, a click or a touch."
    )
    session_seconds_max: int = _setting(
        12 * 3600, "... and after this long in any case; 2 hours or more."
    )
    home_session_seconds_max: int = _setting(
        30 * 86_400, "A sign-in of a patient or a relative ends after this long."
    )
    board_lock_seconds: int = _setting(
        900,
        "A ward's board that nobody touches for so long shows no identities until somebody signs "
        "in; its alarms go on. 0: never. Never in the demo.",
    )
    passkey_host: str = _setting(
        "",
        "Host name passkeys are bound to, such as hospital.org for all pages below it; empty: that "
        "of the pages. With another name every passkey must be made anew.",
    )
    second_factor_roles: str = _setting(
        "",
        "Roles that sign in by a passkey, or by password and code, such as nurse,doctor; empty: "
        "both are offered to everybody and asked of nobody.",
    )
    breached_passwords: str = _setting(
        "",
        "File of passwords known to be stolen, none of which may be chosen: their SHA-1 hashes, "
        "sorted, as Have I Been Pwned gives them for download; empty: the most common are refused "
        "(docs/guides/signing-in.md).",
    )
    oidc_issuer: str = _setting(
        "",
        "The hospital's own sign-in (OpenID Connect): its issuer, https://...; empty: there is "
        "none (docs/guides/signing-in.md).",
    )
    oidc_client_id: str = _setting("", "What we are called there.")
    oidc_client_secret: str = _setting("", "Our secret there, if it gave us one.", secret=True)
    oidc_scope: str = _setting("openid", "What it is asked for; more where oidc_claim needs it.")
    oidc_claim: str = _setting(
        "",
        "A claim whose value is the login of an account here, such as preferred_username; empty: "
        "an administrator connects each account.",
    )
    oidc_name: str = _setting("the hospital", "What the sign-in page calls it.")
    requests_per_second_max: int = _setting(
        50,
        "Requests a second that one address may make before sign-in (a tenth of them to sign in or "
        "to enrol), a fifth of it one session, four seconds' worth at once; and one account for "
        "what costs much, ten seconds' worth. 0: no bound.",
    )
    answer_seconds: int = _setting(
        120, "An alarm nobody acknowledged for this long goes to the next person."
    )
    emergency_telephone: str = _setting(
        "",
        "The emergency number patients and relatives are given, such as 112; empty: said in words "
        "alone.",
    )
    letter_hours: int = _setting(
        24,
        "Hours after which a patient's message that nobody answered is late; those of Saturday and "
        "Sunday, by the clock of the house, do not count.",
    )
    zone: str = _setting(
        "UTC",
        "Time zone of the house, such as Europe/Berlin: by its clock people at home live until "
        "theirs is said.",
    )
    glucose_unit: GlucoseUnit = _setting(
        GlucoseUnit.MG_DL,
        "Unit of glucose that patients are told by until they choose: mg/dL or mmol/L.",
    )
    alarm_seconds_max: int = _setting(
        2, "Alarms that reach screens later than this (99th percentile of an hour) are an alarm."
    )
    audio_pause_seconds: int = _setting(120, "How long an alarm's sound can be paused.")
    unconfirmed_seconds: int = _setting(
        30, "A call of which nothing shows that it arrived for this long: the next person as well."
    )
    public_url: str = _setting(
        "", "Where people open the pages, for links in messages; empty: the first public name."
    )
    messages_may_name_health: bool = _setting(
        False,
        "Let pushes, mails and text messages say what an alarm is, where a contact allows it.",
    )
    security_contact: str = _setting(
        "",
        "Whom to tell of a weakness of this installation, for /.well-known/security.txt: "
        "mailto:security@hospital.org or an https address, several by commas.",
    )
    push_services: str = _setting(
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,"
        "*.notify.windows.com",
        "Hosts browsers may ask us to send pushes to; nobody else is spoken to.",
    )
    smtp_host: str = _setting("", "Your mail server; empty: no mail is sent.")
    smtp_port: int = _setting(587, "Port of the mail server.")
    smtp_security: str = _setting(
        "starttls", "starttls, tls (from the first byte), or none (this machine only)."
    )
    smtp_user: str = _setting("", "Account at the mail server, if it wants one.")
    smtp_password: str = _setting("", "Its password.", secret=True)
    mail_from: str = _setting("", "Address our mails come from.")
    sms_gateway: str = _setting(
        "", "File that describes your gateway for text messages (docs/guides/reaching-people.md)."
    )
    voice_gateway: str = _setting("", "File that describes your gateway for voice calls.")
    out_proxy: str = _setting(
        "", "host:port of a proxy through which pushes and gateways are reached; empty: directly."
    )
    sentinel: bool = _setting(
        False, "Let a pretend patient's alarm go through the whole path, always, and call if not."
    )
    sentinel_calls: str = _setting(
        "", "Whom the sentinel calls by itself: email:name@hospital.org, sms:+44..., by commas."
    )
    sentinel_ping_url: str = _setting(
        "", "Address outside that is asked after each good round: when it stops, they call."
    )
    sentinel_seconds: int = _setting(30, "How often the sentinel goes round; 20 or more.")
    observation_overdue_percent: int = _setting(
        50,
        "An observation this far past its time, in percent of its interval, is an alarm. 0 is off.",
    )
    observation_overdue_seconds_min: int = _setting(
        900, "... but never sooner than this after its time."
    )
    backup_folder: str = _setting(
        "", "Folder, better on another machine, that backups and every change go to; empty: none."
    )
    backup_hours: int = _setting(24, "A new base of the backup is taken this often.")
    backup_days: int = _setting(
        14, "Any second of so many days can be restored; what is older is removed."
    )
    audit_witness: str = _setting(
        "",
        "Places outside that keep the audit's checkpoints, by commas: folders, better of another "
        "machine, or https addresses they are posted to; empty: none (docs/guides/audit.md).",
    )
    audit_retention_years: int = _setting(
        6,
        "Rows of the audit go when they are so many years old; their hashes stay. At least 6; 0: "
        "they are kept for ever (docs/guides/audit.md).",
    )
    edge_spool_bytes_max: int = _setting(
        4 * 1024**3,
        "Of an edge: its spool has so many bytes. Full, it refuses; devices keep what they have.",
    )
    edge_sound_command: str = _setting(
        "",
        "Of an edge: program that makes a sound, run for each alarm that begins or ends there "
        "(docs/guides/edge.md).",
    )
    edge_page_host: str = _setting(
        "127.0.0.1", "Of an edge: address of its own page; outside loopback it is served by TLS."
    )
    edge_page_port: int = _setting(8090, "Of an edge: port of its own page. 0 is off.")
    edge_zone: str = _setting(
        "", "Of an edge: time zone that its meters' clocks are set to; empty: this machine's."
    )
    disk_low_bytes: int = _setting(
        2 * 1024**3, "Less room than this on the disk of the embedded record is an alarm."
    )
    disk_reserve_bytes: int = _setting(
        128 * 1024**2,
        "With less room than this the door takes no readings, so that alarms can still be written; "
        "a file as large as this is kept in reserve and given up then. 0 is off.",
    )
    demo: bool = _setting(False, "Show the demo accounts on the sign-in page.")
    log_level: str = _setting("info", "debug, info, warning or error.")

    @property
    def pages_url(self) -> str:
        """Where people open the pages. Plain HTTP never leaves this machine."""
        if self.public_url:
            return self.public_url.rstrip("/")
        if self.web_host in LOOPBACK:
            return f"http://{self.web_host}:{self.web_port}"
        names = [name.strip() for name in self.public_names.split(",")]
        outside = [name for name in names if name and name not in LOOPBACK]
        return f"https://{(outside or [self.web_host])[0]}:{self.web_port}"
