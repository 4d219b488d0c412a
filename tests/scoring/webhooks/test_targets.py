"""Webhooks go to public https addresses, and to the very address that was checked."""

import socket
import ssl
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.errors import InvalidRecord
from scoring.domain.webhooks.targets import Refused, is_public, parse_ip, parse_target
from scoring.models import WebhookAttempt, WebhookDelivery
from scoring.services.webhooks import change_endpoint, create_endpoint
from scoring.services.webhooks.posting import post
from scoring.services.webhooks.resolving import resolve_host
from tests.receivers import receiver

PUBLIC = "93.184.215.14"

# However an address inside is written, this is what the system makes of it.
INSIDE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:7f00:1::1",
    "2001:0:5db8:d70e:0:0:3f57:fefe",  # Teredo whose client is 192.168.1.1
    "100::1", "3fff::1", "5f00::1", "4000::1", "192.88.99.1",
]  # fmt: skip
OUTSIDE = [
    "93.184.215.14",
    "8.8.8.8",
    "1.1.1.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]

REFUSED = [
    ("http://example.com/", "not_https"),
    ("ftp://example.com/", "not_https"),
    ("//example.com/", "not_https"),
    ("example.com", "not_https"),
    ("javascript:alert(1)", "not_https"),
    ("file:///etc/passwd", "not_https"),
    ("gopher://example.com/", "not_https"),
    ("https://", "invalid"),
    ("https:///path", "invalid"),
    ("https://user:pass@example.com/", "credentials"),
    ("https://example.com@127.0.0.1/", "credentials"),
    ("https://@example.com/", "credentials"),
    ("https://example.com\\@127.0.0.1/", "invalid"),
    ("https://127.0.0.1\\.example.com/", "invalid"),
    ("https://exam ple.com/", "invalid"),
    ("https://example.com/\r\nX-Evil: 1", "invalid"),
    ("https://example.com/\x00", "invalid"),
    ("https://exämple.com/", "invalid"),
    ("https://ⓔxample.com/", "invalid"),
    ("https://example。com/", "invalid"),
    ("https://example..com/", "invalid"),
    ("https://-example.com/", "invalid"),
    ("https://exa_mple.com:99999/", "invalid"),
    ("https://example.com:port/", "invalid"),
    ("https://[::1/", "invalid"),
    ("https://[fe80::1%25eth0]/", "invalid"),
    ("https://[v1.fe80]/", "invalid"),
    ("https://example.com/#part", "invalid"),
    ("https://example.com/#", "invalid"),
    ("https://example.com:22/", "port_not_allowed"),
    ("https://example.com:25/", "port_not_allowed"),
    ("https://example.com:80/", "port_not_allowed"),
    ("https://example.com:0/", "port_not_allowed"),
    ("https://example.com/" + "a" * 500, "too_long"),
]


def to(address):
    """A resolver that knows one address for everything."""
    return lambda host, port: [address]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not is_public(parse_ip(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_public(address):
    assert is_public(parse_ip(address))


@given(number=st.integers(0, 2**32 - 1))
def test_an_address_carried_in_another_counts_as_itself(number):
    from ipaddress import IPv4Address, IPv6Address

    plain = is_public(IPv4Address(number))
    for carrier in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(IPv6Address(carrier + number)) == plain


@pytest.mark.parametrize(("url", "code"), REFUSED)
def test_an_address_is_read_strictly(url, code):
    with pytest.raises(Refused) as refused:
        parse_target(url, private=False)
    assert refused.value.reason == code


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
        "https://0177.0.0.1/", "https://0/", "https://localhost/", "https://localhost./",
        "https://LOCALHOST/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://[0:0:0:0:0:0:0:1]/",
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_this_machine_is_refused_however_it_is_written(url, dana, now):
    with pytest.raises(InvalidRecord) as refused:
        create_endpoint(name="x", url=url, events=["case.closed"], by=dana, now=now)
    assert refused.value.errors[0].code in {"private_address", "unresolvable"}


@pytest.mark.django_db
def test_one_private_address_among_public_ones_is_enough(dana, now):
    with pytest.raises(InvalidRecord) as refused:
        create_endpoint(
            name="x", url="https://shop.example/", events=["case.closed"], by=dana, now=now,
            resolve=lambda host, port: [PUBLIC, "10.0.0.1"],
        )  # fmt: skip
    assert refused.value.errors[0].code == "private_address"


@pytest.mark.django_db
def test_a_changed_address_is_checked_as_well(dana, now):
    endpoint, _ = create_endpoint(
        name="x", url="https://shop.example/", events=["case.closed"], by=dana, now=now,
        resolve=to(PUBLIC),
    )  # fmt: skip
    with pytest.raises(InvalidRecord):
        change_endpoint(endpoint=endpoint, url="https://inside.example/", resolve=to("10.0.0.1"))
    endpoint.refresh_from_db()
    assert endpoint.url == "https://shop.example/"


@pytest.mark.django_db
def test_a_name_that_moved_inside_is_refused_at_delivery(dana, clock, tell, deliver):
    """The classic rebinding: public when the endpoint was made, private when it is called."""
    with receiver() as inside:
        create_endpoint(
            name="x", url=f"https://shop.example:{inside.port}/", by=dana, now=clock(),
            events=["model.stage_changed"], resolve=to(PUBLIC),
        )  # fmt: skip
        tell()
        deliver(resolve=to("127.0.0.1"))
        assert inside.requests == []
    assert WebhookAttempt.objects.get().error == "private_address"
    assert WebhookDelivery.objects.get().state == "pending"


def test_the_name_is_asked_once_and_its_answer_is_where_the_request_goes():
    """Rebinding between check and connection: there is no second look-up to answer otherwise."""
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    with receiver() as here:
        url = f"http://no-such-name.invalid:{here.port}/hooks?a=1"
        answer = post(url=url, body=b"{}", headers={}, private=True, resolve=resolve)
    assert (answer.status, answer.error) == (200, "")
    assert asked == ["no-such-name.invalid"]
    (request,) = here.requests
    assert request.path == "/hooks?a=1"
    assert request.headers["host"] == f"no-such-name.invalid:{here.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(status):
    with receiver() as inside, receiver() as here:
        here.answer, here.headers = status, {"Location": inside.url}
        answer = sent_to(here.url)
        assert (answer.status, answer.error) == (status, "redirect")
        assert len(here.requests) == 1
        assert inside.requests == []


def test_no_proxy_is_taken_from_the_environment(monkeypatch):
    with receiver() as proxy, receiver() as here:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert sent_to(here.url).status == 200
        assert proxy.requests == []


def test_a_server_that_says_nothing_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = sent_to(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)
    assert answer.error == "timeout"


def test_a_server_that_trickles_is_left_in_time():
    """Each byte comes within any time limit of a single read; the whole does not."""
    import threading
    import time

    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def trickle():
            connected, _ = server.accept()
            with connected:
                connected.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.02):
                    try:
                        connected.sendall(b"a")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        began = time.monotonic()
        answer = sent_to(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=0.5)
        stop.set()
        thread.join()
    assert answer.error == "timeout"
    assert time.monotonic() - began < 30, "it would have gone on for ever"


def test_only_a_little_of_an_answer_is_read():
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        sent = []

        def flood():
            connected, _ = server.accept()
            with connected:
                connected.recv(65536)
                connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                try:
                    while True:
                        sent.append(connected.send(b"x" * 65536))
                except OSError:
                    return

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        answer = sent_to(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert answer.status == 200
    assert sum(sent) < 100_000_000


@pytest.mark.parametrize("said", [b"", b"hello\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70000])
def test_what_is_no_http_is_an_answer_too(said):
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            connected, _ = server.accept()
            with connected:
                connected.recv(65536)
                connected.sendall(said)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        answer = sent_to(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert answer.error in {"not_http", "connection"}


def test_nobody_listening_is_an_answer_too():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert sent_to(f"http://127.0.0.1:{port}/").error == "connection"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for shop.example that signs itself."""
    import shutil

    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so no certificate was made")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example",
            "-keyout", folder / "key.pem", "-out", folder / "cert.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder


def test_tls_verifies_the_name_although_the_address_is_dialled(certificate, monkeypatch):
    from scoring.services.webhooks import posting

    speaking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaking.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    posting._tls.cache_clear()
    with receiver(tls=speaking) as here:
        good = sent_to(f"https://shop.example:{here.port}/", resolve=to("127.0.0.1"))
        other = sent_to(f"https://other.example:{here.port}/", resolve=to("127.0.0.1"))
    posting._tls.cache_clear()
    assert (good.status, good.error) == (200, "")
    assert other.error == "tls"
    assert "other.example" in other.detail
    assert len(here.requests) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    speaking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaking.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with receiver(tls=speaking) as here:
        answer = sent_to(f"https://shop.example:{here.port}/", resolve=to("127.0.0.1"))
    assert answer.error == "tls"
    assert here.requests == []


@given(text=st.text(max_size=80) | st.from_regex(r"https?://[!-~]{0,40}"))
def test_any_text_is_either_a_target_or_refused(text):
    try:
        target = parse_target(text, private=False)
    except Refused:
        return
    assert target.scheme == "https"
    assert target.host and target.path.startswith("/")
    assert not set(target.host + target.path) & set(" \r\n\\#@") or "@" in target.path


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "x." * 130 + "example", "0x", "1e1000"])
def test_a_strange_name_has_no_address_and_breaks_nothing(host):
    answer = post(
        url=f"https://{host}/", body=b"{}", headers={}, private=False, resolve=resolve_host
    )
    assert answer.error in {"unresolvable", "private_address", "invalid", "too_long"}


def sent_to(url, seconds=5.0, resolve=resolve_host):
    return post(url=url, body=b"{}", headers={}, private=True, resolve=resolve, seconds=seconds)
