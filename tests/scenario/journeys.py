"""What people do, as steps the scenarios share."""
import re
import secrets

from system import Client, wait_for

ALICE = {
    'customer_type': 'consumer', 'full_name': 'Alice Marlowe', 'email': 'alice.marlowe@example.test',
    'telephone': '+44 20 7946 0123', 'country': 'GB', 'address1': '12 Quillfeather Lane', 'address2': '',
    'city': 'Guildford', 'region': '', 'postcode': 'GU1 3XZ', 'password': 'correct horse battery',
}


def person(**changes):
    """Somebody new: Alice with an address of her own."""
    return {**ALICE, 'email': f'p{secrets.token_hex(5)}@example.test', **changes}


def choose(client, slug, hostname='shop.quillfeather.test', **values):
    """Put a product into the basket as its page offers it."""
    page = client.get(f'/products/{slug}')
    assert page.status == 200, f'/products/{slug} -> {page.status}'
    form = page.form('/basket/add')
    if 'hostname' in form.fields:
        values.setdefault('hostname', hostname)
    page = client.submit(form, **values)
    assert page.status == 200 and page.url.startswith('/basket'), f'basket: {page.status} {page.url}: {page.text[:400]}'
    return page


def checkout_form(client):
    page = client.get('/checkout')
    assert page.status == 200, f'/checkout -> {page.status}: {page.text[:300]}'
    return page.form('/checkout')


def fill(form, who, **values):
    """The values of `who` that the form asks for, and the acknowledgement when it is asked for."""
    data = {k: v for k, v in who.items() if k in form.fields or k in form.choices}
    if 'acknowledged' in form.choices:
        data['acknowledged'] = form.choices['acknowledged'][0]
    return {**data, **values}


def place(client, who, **values):
    form = checkout_form(client)
    return client.submit(form, **fill(form, who, **values))


def sandbox(client, outcome='pay', card_country='GB', invoice=None, save=None):
    """From an unpaid invoice through the sandbox gateway's page to the return page."""
    page = client.get(invoice) if invoice else client.get('/invoices')
    if invoice is None:
        page = client.get(page.link('/invoices/'))
    page = client.submit(page.form('/pay'), save=save)
    assert '/sandbox/pay/' in page.url, f'not on the gateway page but {page.url}: {page.text[:300]}'
    return client.submit(page.form('/sandbox/pay/'), outcome=outcome, card_country=card_country)


def wait_text(client, path, text, seconds=30):
    """Wait until the page says these very words, as words of their own: “Paid” is not in “Unpaid” or “when it is paid”."""
    words = re.compile(rf'\b{re.escape(text)}\b')
    wait_for(lambda: words.search(client.get(path).text), seconds, f'“{text}” on {path}', client.system)
    return client.get(path)


def wait_paid(client, invoice, seconds=30):
    """Until the pro forma has become an invoice with a number ("paid" stands in the words of a pro forma too)."""
    wait_for(lambda: invoice_number(client.get(invoice)), seconds, f'a number on {invoice}', client.system)
    return client.get(invoice)


def buy(system, who=None, slug='starter', outcome='pay', card_country='GB', save=None, **values):
    """A visitor becomes a customer with a paid invoice. Gives the signed-in client and the invoice's address."""
    client, who = Client(system), who or person()
    choose(client, slug)
    page = place(client, who, **values)
    assert page.status == 200 and '/checkout' not in page.url, f'order not placed: {page.status} {page.url} {page.text[:600]}'
    invoice = client.get('/invoices').link('/invoices/')
    sandbox(client, outcome, card_country, invoice, save)
    if outcome == 'pay':
        wait_paid(client, invoice)
    return client, invoice


def sign_in(system, email, password, path='/login'):
    client = Client(system)
    page = client.submit(client.get(path).form(path), email=email, password=password)
    return client, page


def invoice_number(page):
    found = re.search(r'\b[A-Z]+-\d{4}-(\d{5,})\b', page.text)
    return found and found.group(0)
