"""What a device got when it was enrolled: its name, where the doors are, key and certificates."""

import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from homeward.model.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Papers:
    """One enrolled folder. `http_port` is 0 where there is no HTTPS door."""

    name: str
    host: str
    port: int
    folder: Path
    http_port: int = 0

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read an enrolled folder. Raises Misconfigured where it is not one."""
        try:
            told = json.loads((folder / "device.json").read_text())
            http_port = int(told.get("http_port", 0))
            return cls(told["name"], told["mqtt_host"], int(told["mqtt_port"]), folder, http_port)
        except (OSError, ValueError, KeyError) as error:
            raise Misconfigured(
                f"{folder} is no enrolled device ({error}); `homeward device enrol` makes one"
            ) from None

    def tls(self) -> ssl.SSLContext:
        """TLS 1.2 or later, trusting only the platform's own root. Raises Misconfigured."""
        try:
            context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            certificate = self.folder / "cert.pem"
            # Renewed, a certificate has its own key with it.
            has_own = b"PRIVATE KEY" in certificate.read_bytes()
            context.load_cert_chain(certificate, None if has_own else self.folder / "key.pem")
        except OSError as error:
            raise Misconfigured(f"the certificates in {self.folder}: {error}") from None
        return context
