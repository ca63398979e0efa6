"""Mozilla's intermediate profile at every listener, as sslyze judges it.

    python tls.py ROOT.PEM CLIENT.PEM PORT...    in the virtual environment of the scanners

CLIENT.PEM holds a certificate and its key: a door shakes hands with nobody else. Fails where a
listener is not within the profile, or could not be looked at.
"""

import sys
from pathlib import Path
from typing import Any

from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import OpenSslVersionEnum
from sslyze import (
    CertificateInfoExtraArgument,
    ClientAuthenticationCredentials,
    ScanCommandsExtraArguments,
    Scanner,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    ServerScanRequest,
)
from sslyze.mozilla_tls_profile.tls_config_checker import (
    MozillaTlsConfiguration,
    TlsConfigurationEnum,
    check_server_against_tls_configuration,
)

HOST = "localhost"
PROFILE = MozillaTlsConfiguration.get(TlsConfigurationEnum.MOZILLA_INTERMEDIATE)


class Offering(LegacySslClient):
    """SSL 2.0 knows no certificate on a curve: it is offered without ours, and must be refused."""

    def __init__(self, *args: Any, **named: Any) -> None:
        if named.get("ssl_version") is OpenSslVersionEnum.SSLV2:
            named |= {"client_certificate_chain": None, "client_key": None}
        super().__init__(*args, **named)


def scanned(root: Path, client: Path, port: int) -> str:
    """What is wrong at a port; empty: nothing."""
    papers = ClientAuthenticationCredentials(client, client)
    scanner = Scanner()
    scanner.queue_scans([
        ServerScanRequest(
            ServerNetworkLocation(HOST, port),
            ServerNetworkConfiguration(HOST, tls_client_auth_credentials=papers),
            scan_commands_extra_arguments=ScanCommandsExtraArguments(
                certificate_info=CertificateInfoExtraArgument(custom_ca_file=root)
            ),
        )
    ])  # fmt: skip
    (result,) = scanner.get_results()
    try:
        check_server_against_tls_configuration(result, PROFILE)
    except Exception as error:  # not compliant, or not all of it could be looked at
        issues = getattr(error, "issues", None) or error
        return f"{type(error).__name__}: {issues}"
    return ""


def main(root: Path, client: Path, ports: list[int]) -> None:
    """Fail where anything is wrong."""
    import sslyze.connection_helpers.tls_connection as connections

    connections.LegacySslClient = Offering
    found = {port: scanned(root, client, port) for port in ports}
    for port, wrong in found.items():
        print(f"TLS at {HOST}:{port}: {wrong or 'within the intermediate profile'}")
    if not found or any(found.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(each) for each in sys.argv[3:]])
