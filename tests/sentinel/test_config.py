"""A sentinel's folder: what may stand in it, and what is said of what may not."""

import pytest

from homeward.model.errors import Misconfigured
from homeward.model.message import Way
from homeward.sentinel.config import FILE, Called, Config
from homeward.settings import Settings

SOUND = 'url = "https://homeward.test:8080/"\nlogin = "sentinel"\npassword = "x"\n'


def read(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    return Config.read(tmp_path, Settings())


def test_whom_it_calls_and_by_what(tmp_path):
    own = 'calls = ["email:ops@hospital.test", "sms:+442079460000"]\nsmtp_host = "mail.test"\n'
    config = read(tmp_path, SOUND + own)
    assert config.url == "https://homeward.test:8080"
    assert config.calls == (
        Called(Way.EMAIL, "ops@hospital.test"), Called(Way.SMS, "+442079460000"),
    )  # fmt: skip
    assert config.settings.smtp_host == "mail.test"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "not toml",
        SOUND + "nonsense = 1",
        SOUND + 'calls = ["pigeon:x"]',
        SOUND + 'calls = ["email:"]',
        SOUND + "every_seconds = 5",
        SOUND + 'postgres_url = "x"',
        SOUND.replace("https://homeward.test:8080/", "http://homeward.test/"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(tmp_path, wrong):
    with pytest.raises(Misconfigured):
        read(tmp_path, wrong)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(Misconfigured, match="set-up"):
        Config.read(tmp_path, Settings())
