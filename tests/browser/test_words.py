"""The pages' types are the server's own."""

import json
import subprocess

from homeward.api.app import every_route
from homeward.api.openapi import document
from tests.browser.conftest import REPOSITORY

WEB = REPOSITORY / "web"


def test_the_pages_types_are_those_of_the_server() -> None:
    said = json.dumps(document(every_route())).encode()
    tool = WEB / "node_modules" / ".bin" / "openapi-typescript"
    made = subprocess.run([tool], input=said, capture_output=True, check=True, cwd=WEB)
    kept = (WEB / "src" / "api.d.ts").read_text()
    assert made.stdout.decode().strip() == kept.strip(), "run: cd web && npm run types"
