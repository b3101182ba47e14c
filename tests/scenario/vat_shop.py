#!/usr/bin/env python3
"""Place of supply in the shop, as it shows on the invoice: a consumer in the EU, a business there, somebody overseas."""
from journeys import buy, checkout_form, choose, fill, person, sandbox, sign_in, wait_text
from system import Client, for_both, wait_for

BERLIN = {'country': 'DE', 'address1': 'Chausseestraße 1', 'city': 'Berlin', 'postcode': '10115', 'telephone': '+49 30 901820'}
BOSTON = {'country': 'US', 'address1': '12 Beacon Street', 'city': 'Boston', 'region': 'MA', 'postcode': '02108', 'telephone': '+1 617 555 0123'}


def german_consumer(system):
    """a consumer in Germany is charged German VAT under the One Stop Shop, and the evidence is kept"""
    system.init().start()
    client, invoice = buy(system, person(**BERLIN), card_country='DE')
    text = client.get(invoice).text
    assert '19 %' in text and '20 %' not in text, text[:900]
    rows = system.sql('SELECT kind, provider, territory, outcome FROM vat_evidence ORDER BY id')
    kinds = {(r[0], r[2], r[3]) for r in rows}
    assert ('billing_address', 'DE', 'supports') in kinds and ('telephone', 'DE', 'supports') in kinds, rows
    assert ('bank', 'DE', 'supports') in kinds, rows
    assert any(r[0] == 'ip' and r[3] == 'no_item' for r in rows), 'a loopback address says nothing about a country'


def american(system):
    """a customer overseas is outside the scope of VAT, and the invoice says so"""
    system.init().start()
    client, invoice = buy(system, person(**BOSTON), card_country='US')
    text = client.get(invoice).text
    assert '20 %' not in text and '£0.50' not in text, text[:900]
    assert system.sql('SELECT DISTINCT treatment, vat FROM invoice') == [['outside_scope', '0']]


def german_business(system):
    """a business in Germany waits while nobody can check its number; staff confirm it, and the charge is reversed"""
    system.settings.update({'vat.check': 'vies', 'vat.vies_url': 'http://127.0.0.1:9'})
    system.init().start()
    client = Client(system)
    choose(client, 'business')
    form = checkout_form(client)
    who = person(**BERLIN, customer_type='business', company='Kontor Chausseestraße GmbH', vat_number='DE136695976')
    page = client.submit(form, **fill(form, who))
    assert '/checkout' not in page.url, page.text[:500]
    invoice = client.get('/invoices').link('/invoices/')
    assert not [f for f in client.get(invoice).forms if '/pay' in f.action], 'it can be paid before VAT is decided'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    order = staff.get('/staff/orders').link('/staff/orders/')
    page = staff.submit(staff.get(order).form('/vat'), result='valid', evidence='Commercial register extract seen')
    assert page.status == 200, page.text[:300]
    wait_for(lambda: [f for f in client.get(invoice).forms if '/pay' in f.action], 30, 'the invoice to be payable', system)
    sandbox(client, 'pay', 'DE', invoice)
    wait_text(client, invoice, 'Paid')
    text = client.get(invoice).text
    assert 'reverse charge' in text.lower() and 'DE136695976' in text.replace(' ', ''), text[:1200]
    assert system.sql('SELECT DISTINCT treatment, vat FROM invoice') == [['reverse_charge', '0']]
    assert system.sql("SELECT count(*) FROM vat_check WHERE result = 'valid'") == [['1']]


if __name__ == '__main__':
    for_both(german_consumer, american, german_business)
