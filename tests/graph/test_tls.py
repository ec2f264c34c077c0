"""The door speaks TLS itself, and believes the reverse proxies that it is told of."""

import httpx
import pytest

from tests.certificate import self_signed
from tests.graph.workbench import config, running

LIMIT = {"calls": 3, "seconds": 600}


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """With a certificate of its own making, behind a proxy on this machine."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = self_signed(folder)
    raw = config(limits={"summarize": LIMIT})
    raw["http_options"] |= {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
    raw["controller_options"]["runtime_env"]["env_vars"]["FORWARDED_ALLOW_IPS"] = "127.0.0.1,10.0.0.0/8"
    with running(raw, folder, WORKBENCH_API_KEYS="alice:alices-key") as workbench:
        workbench.wait_until_up()
        workbench.url = workbench.url.replace("http://127.0.0.1", "https://localhost")
        yield workbench, str(certificate)


def test_clients_check_the_certificate_and_the_command_names_the_right_address(secured):
    """Whoever does not know it turns away; plain HTTP is not answered."""
    workbench, certificate = secured
    assert "is up at https://127.0.0.1" in workbench.output
    assert 200 == httpx.get(f"{workbench.url}/health", verify=certificate).status_code
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{workbench.url}/health")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{workbench.url.replace('https', 'http')}/health")


def test_a_trusted_proxy_says_who_asks(secured):
    """Each of its clients has limits of their own; only the address that the proxy itself has added counts."""
    workbench, certificate = secured

    def status(forwarded: str) -> int:
        headers = {"Authorization": "Bearer alices-key", "X-Forwarded-For": forwarded}
        file = {"file": ("a.py", b"x = 1")}
        url = f"{workbench.url}/summarize"
        return httpx.post(url, headers=headers, files=file, verify=certificate, timeout=60).status_code

    assert [200, 200, 200, 429] == [status("203.0.113.1") for _ in range(4)]
    assert 200 == status("203.0.113.2")
    assert 429 == status("198.51.100.9, 203.0.113.1"), "what the client wrote before it does not"
    assert 429 == status("203.0.113.1, 10.1.2.3"), "a proxy before the proxy is looked through"
