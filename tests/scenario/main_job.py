#!/usr/bin/env python3
"""The main job, end to end, without scripts: a visitor becomes a customer with a running service."""
import urllib.request

from journeys import ALICE, buy, choose, fill, checkout_form, invoice_number, person, sandbox, sign_in, wait_paid, wait_text
from system import Client, for_both, wait_for


def main_job(system):
    """a visitor orders, pays, gets a working service, corrects an address, reads what was done with each field"""
    system.init().start()
    client = Client(system)
    home = client.get('/')
    assert home.status == 200 and 'VAT' in home.text, 'prices say whether they include VAT'
    assert client.get('/privacy').status == 200
    choose(client, 'starter')
    form = checkout_form(client)
    page = client.submit(form, **fill(form, ALICE))
    assert '/checkout' not in page.url, page.text[:800]

    invoice = client.get('/invoices').link('/invoices/')
    assert invoice_number(client.get(invoice)) is None, 'a pro forma takes no number'
    sandbox(client, 'pay', invoice=invoice)
    paid = wait_paid(client, invoice)
    assert invoice_number(paid), 'a paid invoice has a number'
    for words in (ALICE['full_name'], ALICE['address1'], 'GU1 3XZ', '20 %'):
        assert words in paid.text, f'{words!r} is missing on the invoice'

    service = client.get('/services').link('/services/')
    page = wait_text(client, service, 'Active')
    address = next(h for h, _ in page.links if h.startswith(f'http://127.0.0.1:{system.site}/'))
    with urllib.request.urlopen(address, timeout=10) as web_space:
        assert web_space.status == 200

    page = client.get('/account/profile')
    page = client.submit(page.form('/account/profile'), address1='7 Wherry Court', city='Norwich', postcode='nr1 1aa')
    assert page.status == 200, page.text[:500]
    data = client.get('/account/data')
    for words in ('7 Wherry Court', 'NR1 1AA', ALICE['email'], 'payment gateway', 'order form', 'your profile'):
        assert words.lower() in data.text.lower(), f'{words!r} is missing under “your data”'
    assert ALICE['address1'] in client.get(invoice).text, 'an issued invoice is never edited'

    for path in ('/', '/basket', '/account', '/account/profile', '/account/password', '/account/sessions', '/orders', '/invoices', '/services'):
        assert client.get(path).status == 200, path
    for subject in ('confirm', 'order', 'payment', 'ready'):
        system.mail(subject, ALICE['email'])
    again, page = sign_in(system, ALICE['email'], ALICE['password'])
    assert again.get('/account').status == 200, 'the customer can sign in'
    assert system.stop() == 0, 'a clean stop'
    system.start()
    assert again.get('/services').status == 200, 'a second start continues, sessions too'


def staff_sees_it(system):
    """staff find the order, the customer by name, the payment and the job"""
    system.init().start()
    who = person(full_name='Bertram Ellingsworth')
    buy(system, who)
    staff, page = sign_in(system, *system.staff, path='/staff/login')
    assert page.status == 200 and '/staff' in page.url, page.text[:300]
    for path in ('/staff', '/staff/orders', '/staff/invoices', '/staff/reviews', '/staff/bank', '/staff/services', '/staff/products', '/staff/jobs',
                 '/staff/customers'):
        assert staff.get(path).status == 200, path
    for path in ('/staff/orders', '/staff/invoices', '/staff/services', '/staff/customers', '/staff/products'):
        one = staff.get(staff.get(path).link(path + '/'))
        assert one.status == 200, f'{path}/…: {one.status} {one.text[:200]}'
    for query in ('ellingsworth', who['email'], '020 7946 0123', 'GU1 3XZ'):
        page = staff.get('/staff/customers')
        page = staff.submit(page.form('/staff/customers'), q=query)
        assert 'Bertram Ellingsworth' in page.text, f'search for {query!r}: {page.text[:300]}'
    assert Client(system).get('/staff').status in (200, 403), 'a visitor is sent to sign in'
    assert 'Bertram' not in Client(system).get('/staff/customers').text


def registration(system):
    """somebody registers, confirms the address, resets the password, and ends a session"""
    system.init().start()
    client, who = Client(system), person()
    page = client.submit(client.get('/register').form('/register'), full_name=who['full_name'], email=who['email'],
                         password=who['password'])
    first = page.text
    again = Client(system)
    page = again.submit(again.get('/register').form('/register'), full_name='Somebody Else', email=who['email'],
                        password='another long password')
    assert page.text == first, 'a known and an unknown address get the same answer'
    text = system.mail('confirm', who['email']).get_body(('plain',)).get_content()
    link = next(w for w in text.split() if '/verify/' in w)
    page = client.get(link[link.index('/verify/'):])
    page = client.submit(page.form('/verify'))
    assert page.status == 200
    client, page = sign_in(system, who['email'], who['password'])
    assert client.get('/account').status == 200 and '/account' in page.url
    other, _ = sign_in(system, who['email'], who['password'])
    forgot = Client(system)
    forgot.submit(forgot.get('/forgot').form('/forgot'), email=who['email'])
    text = system.mail('password', who['email']).get_body(('plain',)).get_content()
    link = next(w for w in text.split() if '/reset/' in w)
    path = link[link.index('/reset/'):]
    page = forgot.submit(forgot.get(path).form('/reset'), password='a brand new password')
    assert page.status == 200, page.text[:300]
    assert '/login' in other.get('/account').url or other.get('/account').status == 403, 'a new password ends other sessions'
    _, page = sign_in(system, who['email'], 'a brand new password')
    assert '/account' in page.url
    page = forgot.get(path)
    assert page.status == 410 or not [f for f in page.forms if f.action == '/reset'], 'a link works once'


def idempotent(system):
    """a double click and the back button: one order, one charge, one service"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'starter')
    form = checkout_form(client)
    values = fill(form, who)
    client.submit(form, **values)
    client.submit(form, **values)
    assert len(system.sql("SELECT id FROM orders")) == 1
    invoice = client.get('/invoices').link('/invoices/')
    sandbox(client, 'duplicate', invoice=invoice)
    wait_paid(client, invoice)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    wait_for(lambda: int(system.sql("SELECT count(*) FROM gateway_event")[0][0]) >= 1, 20, 'the callback', system)
    assert len(system.sql("SELECT id FROM payment WHERE status = 'succeeded'")) == 1
    assert len(system.sql("SELECT id FROM service")) == 1
    assert system.sql("SELECT DISTINCT CAST(sum(amount) AS BIGINT) FROM ledger GROUP BY txn, currency") == [['0']]


def over_tls(system):
    """a shop without plain HTTP takes an order, a payment and its callback, and sets up the service"""
    system.init().start()
    client, _ = buy(system)
    wait_text(client, client.get('/services').link('/services/'), 'Active')


over_tls.settings = {'tls_only': True}


if __name__ == '__main__':
    for_both(main_job, staff_sees_it, registration, idempotent, over_tls)
