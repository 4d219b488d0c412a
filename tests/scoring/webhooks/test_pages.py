"""Admins see how deliveries go, and act; without a script, and without a look at bodies."""

import re

import pytest

from scoring.models import WebhookDelivery, WebhookEndpoint
from scoring.services.webhooks import create_endpoint, pause_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_of, dana):
    return client_of(dana)


@pytest.fixture
def endpoint(shop, subscribe):
    return subscribe(shop.url, "model.stage_changed", name="Checkout")


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_admin_makes_an_endpoint_and_sees_its_secret_once(admin, shop, dana):
    fields = {"name": "Checkout", "url": shop.url, "events": ["decision.final", "case.closed"]}
    answer = admin.post("/webhooks/new/", fields)
    secret = re.search(r"whsec_[A-Za-z0-9+/]{43}=", answer.content.decode())
    assert secret and answer["Cache-Control"] == "no-store"
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.events, endpoint.created_by) == (["case.closed", "decision.final"], dana)
    for path in ("/webhooks/", f"/webhooks/{endpoint.pk}/", f"/webhooks/{endpoint.pk}/change/"):
        page = admin.get(path).content.decode()
        assert "Checkout" in page and secret[0] not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "http://shop.example/"}, "An address starts with https://."),
        ({"url": "https://127.0.0.1/"}, "private, local or reserved"),
        ({"url": "https://u:p@shop.example/"}, "No user or password"),
        ({"events": []}, "required"),
        ({"events": ["nonsense"]}, "not one of the available choices"),
        ({"name": " "}, "required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(admin, fields, words):
    given = {"name": "x", "url": "https://8.8.8.8/", "events": ["case.closed"], **fields}
    answer = admin.post("/webhooks/new/", given)
    assert answer.status_code == 400
    assert words in text_of(answer).replace("&#x27;", "'")
    assert not WebhookEndpoint.objects.exists()


def test_changes_keep_what_was_not_typed(admin, endpoint, shop):
    page = admin.get(f"/webhooks/{endpoint.pk}/change/").content.decode()
    assert shop.url in page
    assert re.findall(r"value=\"([a-z._]+)\" checked", page) == ["model.stage_changed"]
    fields = {"name": "Till", "url": shop.url, "events": ["case.closed"]}
    assert admin.post(f"/webhooks/{endpoint.pk}/change/", fields).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events, endpoint.secret_number) == ("Till", ["case.closed"], 1)


def test_deliveries_are_found_by_state_event_and_payment(
    admin, shop, subscribe, production_model, send, decide_now, tell, deliver
):
    endpoint = subscribe(shop.url, "decision.final", "model.stage_changed")
    shop.answer = lambda request: 500 if request.told["type"] == "decision.final" else 200
    send("p/1")
    send("p2")
    decide_now()
    tell()
    deliver()

    def rows(query):
        page = admin.get(f"/webhooks/{endpoint.pk}/{query}").content.decode()
        return len(re.findall(r'class="row-link"', page))

    assert rows("") == 3
    assert rows("?state=delivered") == 1
    assert rows("?state=pending") == 2
    assert rows("?event=model.stage_changed") == 1
    assert rows("?payment=p%2F1") == 1
    assert rows("?payment=p") == 0
    assert rows("?state=x&event=y&older=z&newer=%00&payment=%00") == 0
    assert rows("?state=x&event=y&older=z&newer=-1") == 3


def test_pages_go_older_and_newer(admin, endpoint, tell):
    for number in range(120):
        tell(number)
    address = f"/webhooks/{endpoint.pk}/"
    ids = []
    page = admin.get(address)
    while True:
        ids += [row.pk for row in page.context["page"].rows]
        if page.context["page"].older is None:
            break
        page = admin.get(address, {"older": page.context["page"].older})
    assert ids == sorted(WebhookDelivery.objects.values_list("pk", flat=True), reverse=True)
    back = admin.get(address, {"newer": page.context["page"].newer}).context["page"]
    assert [row.pk for row in back.rows] == ids[50:100]


def test_a_delivery_shows_its_attempts_and_is_replayed(admin, shop, endpoint, tell, deliver, clock):
    shop.answer = 503
    tell()
    deliver()
    shop.answer = 200
    clock.forward(seconds=10)
    deliver()
    delivery = WebhookDelivery.objects.get()
    address = f"/webhooks/{endpoint.pk}/deliveries/{delivery.pk}/"
    words = text_of(admin.get(address))
    assert "503" in words and "200" in words and "Delivered" in words
    answer = admin.post(f"{address}replay/", follow=True)
    assert "It is sent again." in text_of(answer)
    delivery.refresh_from_db()
    assert delivery.state == "pending"


def test_buttons_do_what_they_say(admin, shop, endpoint, tell, deliver):
    address = f"/webhooks/{endpoint.pk}/"
    assert "test event is on its way" in text_of(admin.post(f"{address}test/", follow=True))
    assert "Paused." in text_of(admin.post(f"{address}pause/", follow=True))
    assert "resume it first" in text_of(admin.post(f"{address}test/", follow=True))
    assert "Resumed." in text_of(admin.post(f"{address}resume/", follow=True))
    assert "whsec_" in text_of(admin.post(f"{address}secret/"))
    assert "less than a day old" in text_of(admin.post(f"{address}secret/", follow=True))
    assert "is deleted" in text_of(admin.post(f"{address}delete/", follow=True))
    assert admin.get(address).status_code == 404


def test_what_failed_is_replayed_with_one_button(admin, shop, endpoint, tell, deliver):
    shop.answer = 410
    for number in range(3):
        tell(number)
    deliver()
    address = f"/webhooks/{endpoint.pk}/"
    assert "It answered 410: gone." in text_of(admin.get(address))
    admin.post(f"{address}resume/")
    assert "Replay them all" in text_of(admin.get(address))
    admin.post(f"{address}replay-failed/")
    assert WebhookDelivery.objects.filter(state="pending").count() == 3


def test_another_endpoints_delivery_is_not_found(admin, shop, endpoint, subscribe, tell):
    tell()
    other = subscribe(f"{shop.url}/b", "case.closed")
    delivery = WebhookDelivery.objects.get()
    assert admin.get(f"/webhooks/{other.pk}/deliveries/{delivery.pk}/").status_code == 404
    assert admin.post(f"/webhooks/{other.pk}/deliveries/{delivery.pk}/replay/").status_code == 404


def test_the_outcome_of_a_payment_stands_on_no_page(
    admin, shop, subscribe, production_model, send, decide_now, deliver
):
    endpoint = subscribe(shop.url)
    send(amount="500.00")
    decide_now()
    deliver()
    delivery = WebhookDelivery.objects.get()
    for path in ("", f"deliveries/{delivery.pk}/"):
        words = text_of(admin.get(f"/webhooks/{endpoint.pk}/{path}")).lower()
        assert not re.search(r"\b(block|blocked|approve|approved|probability)\b", words)


def test_the_number_of_queries_does_not_grow(
    admin, shop, subscribe, tell, deliver, clock, django_assert_max_num_queries
):
    for number in range(6):
        subscribe(f"{shop.url}/{number}", "model.stage_changed", name=f"e{number}")
    for number in range(30):
        tell(number)
    deliver()
    first = WebhookEndpoint.objects.first()
    with django_assert_max_num_queries(6):
        admin.get("/webhooks/")
    with django_assert_max_num_queries(7):
        admin.get(f"/webhooks/{first.pk}/")


@pytest.mark.parametrize("person", ["alice", "lea", "sam", "max_"])
def test_others_have_no_business_here(person, request, client_of, endpoint):
    client = client_of(request.getfixturevalue(person))
    assert client.get("/webhooks/").status_code == 403
    assert client.post(f"/webhooks/{endpoint.pk}/delete/").status_code == 403
    assert "/webhooks/" not in client.get("/", follow=True).content.decode()


def test_a_paused_endpoint_says_so(admin, endpoint, now):
    pause_endpoint(endpoint=endpoint, now=now)
    assert "events gather and wait" in text_of(admin.get(f"/webhooks/{endpoint.pk}/"))


def test_a_name_is_text_and_no_markup(admin, shop, dana, now):
    create_endpoint(name="<b>&amp;</b>", url=shop.url, events=["case.closed"], by=dana, now=now)
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in admin.get("/webhooks/").content.decode()
