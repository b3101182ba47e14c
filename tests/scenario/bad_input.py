#!/usr/bin/env python3
"""Wrong, hostile and unlucky input: a clear message at the field, nothing lost, nothing half-done, nothing personal in the log."""
import os
import re
import shutil
import urllib.parse

from journeys import buy, checkout_form, choose, fill, person, sandbox, sign_in, wait_paid, wait_text
from system import ROOT, Client, for_both, wait_for

WRONG = [  # (what, changes, field that must be marked)
    ('no name', {'full_name': ''}, 'full_name'),
    ('a name too long', {'full_name': 'N' * 121}, 'full_name'),
    ('a name with a control character', {'full_name': 'Ann\x07Example'}, 'full_name'),
    ('a name with a direction override', {'full_name': 'Ann \u202eelpmaxE'}, 'full_name'),
    ('no e-mail address', {'email': 'nobody'}, 'email'),
    ('a telephone number that cannot be', {'telephone': '12345'}, 'telephone'),
    ('a postcode of nowhere', {'postcode': 'SW1A 1CA'}, 'postcode'),
    ('a postcode of another country', {'postcode': '10115'}, 'postcode'),
    ('a country that is none', {'country': 'ZZ'}, 'country'),
    ('no address', {'address1': ''}, 'address1'),
    ('a short password', {'password': 'short'}, 'password'),
    ('a VAT number with a wrong check digit',
     {'customer_type': 'business', 'company': 'Quill Ltd', 'vat_number': 'GB980780685'}, 'vat_number'),
]


def marked(page, field):
    raw = page.raw.decode()
    tag = re.search(rf'<(?:input|select|textarea)[^>]*name="{field}"[^>]*>', raw)
    return tag is not None and 'aria-invalid="true"' in tag.group(0)


def wrong_fields(system):
    """each wrong field is named, the rest is kept, and no order is made"""
    system.init().start()
    client, who = Client(system), person(full_name='Wilhelmina Oddfellow')
    choose(client, 'starter')
    trouble = []
    for what, changes, field in WRONG:
        form = checkout_form(client)
        page = client.submit(form, **{**fill(form, who), **changes})
        if page.status != 422 or not marked(page, field):
            trouble.append(f'{what}: {page.status}, {field} {"" if marked(page, field) else "not "}marked')
            continue
        again = page.form('/checkout').fields
        if field != 'full_name' and again.get('full_name') != who['full_name']:
            trouble.append(f'{what}: the name that was typed is gone')
        if again.get('password'):
            trouble.append(f'{what}: the password came back in the page')
    assert not trouble, '; '.join(trouble)
    assert system.sql('SELECT count(*) FROM orders') == [['0']]
    log = system.log()
    for words in ('Wilhelmina', 'Oddfellow', who['email'], 'Quillfeather', 'SW1A', 'GU1 3XZ', who['password']):
        assert words not in log, f'{words!r} is in the log'


def tampering(system):
    """unknown, repeated and missing fields, other people's things, forged tokens: refused, and nothing happens"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'starter')
    form = checkout_form(client)
    values = form.filled(**fill(form, who))
    trouble = []

    def post(what, body, expect, path='/checkout', headers=None, by=client):
        page = by.request('POST', path, body, headers=headers, follow=False)
        if page.status not in expect:
            trouble.append(f'{what}: {page.status}')

    coded = urllib.parse.urlencode(values)
    post('a field nobody asks for', coded + '&discount=100', (400, 422))
    post('a field twice', coded + '&full_name=Other', (400, 422))
    post('no fields', '', (400, 403, 422))
    post('bytes that are no UTF-8', coded.replace('full_name=', 'full_name=%ff'), (400, 422))
    post('a NUL', coded.replace('full_name=', 'full_name=%00'), (400, 422))
    post('a cut escape', coded + '&reference=%4', (400, 422))
    post('a price of one’s own', coded + '&amount=1', (400, 422))
    token = next(k for k in values if 'csrf' in k.lower() or k == '_csrf')
    post('a forged token', urllib.parse.urlencode({**values, token: 'A' * len(values[token])}), (403, 410))
    post('another origin', coded, (403,), headers={'Origin': 'https://evil.example', 'Sec-Fetch-Site': 'cross-site'})
    post('JSON', '{"full_name": "x"}', (400, 403, 415, 422), headers={'Content-Type': 'application/json'})
    basket = client.get('/basket')
    update = basket.form('/basket/update')
    for quantity in ('-1', '100', '1e3', '9223372036854775808', '+1', '1 1', ''):
        post(f'a quantity of {quantity!r}', urllib.parse.urlencode(update.filled(quantity=quantity)), (400, 422), '/basket/update')
    form.fields['basket_hash'] = '0' * 32
    page = client.submit(form, **fill(form, who))
    if page.status not in (409, 422):
        trouble.append(f'another basket than was shown: {page.status}')
    assert system.sql('SELECT count(*) FROM orders') == [['0']]

    owner, invoice = buy(system)
    service = owner.get('/services').link('/services/')
    stranger, _ = buy(system)
    for path in (invoice, service):
        if stranger.get(path).status != 404:
            trouble.append(f'somebody else sees {path.split("/")[1]}')
        if Client(system).request('GET', path, follow=False).status not in (303, 403, 404):
            trouble.append(f'a visitor sees {path.split("/")[1]}')
    for path in ('/staff', '/staff/customers', '/staff/products/new'):
        if owner.request('GET', path, follow=False).status not in (303, 403, 404):
            trouble.append(f'a customer sees {path}')
    assert not trouble, '; '.join(trouble)


def withdrawn(system):
    """a product withdrawn while it is in the basket, and a price that changed, are said and not charged"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'business')
    form = checkout_form(client)
    system.sql('UPDATE price SET amount = amount + 100, setup = setup WHERE option_id IS NULL')
    page = client.submit(form, **fill(form, who))
    assert page.status in (409, 422) and 'price' in page.text.lower(), f'{page.status} {page.text[:300]}'
    assert system.sql('SELECT count(*) FROM orders') == [['0']]
    system.sql("UPDATE product SET status = 'withdrawn', version = version + 1 WHERE slug = 'business'")
    page = client.get('/basket')
    assert 'no longer' in page.text.lower(), page.text[:400]
    assert client.get('/products/business').status in (404, 410)
    page = client.get('/checkout')
    assert not [f for f in page.forms if f.action == '/checkout'] or 'no longer' in page.text.lower()


def payments(system):
    """declined, delayed, challenged, late, with another amount, for an unknown payment: never paid by mistake"""
    system.init().start()
    client, invoice = buy(system, outcome='decline')
    wait_text(client, invoice, 'Declined')
    assert system.sql("SELECT count(*) FROM invoice WHERE number IS NOT NULL") == [['0']], 'a declined payment took a number'
    sandbox(client, 'pay', invoice=invoice)
    wait_paid(client, invoice)

    client, invoice = buy(system, outcome='wrong_amount')
    wait_for(lambda: system.sql("SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == [['1']], 30, 'review', system)
    assert not re.search(r'\bPaid\b', client.get(invoice).text)
    buy(system, outcome='unknown')
    wait_for(lambda: system.sql("SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == [['2']], 30, 'review', system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/reviews')
    form = page.form('/staff/reviews/')
    page = staff.submit(form, resolution='dismiss', note='Looked at it: a test.')
    assert page.status == 200
    wait_for(lambda: system.sql("SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == [['1']], 10, 'the decision', system)

    client, invoice = buy(system, outcome='challenge')
    assert system.sql("SELECT count(*) FROM payment WHERE status = 'succeeded'") == [['1']], 'paid before the extra step was passed'
    sandbox(client, 'pay', invoice=invoice)
    wait_text(client, invoice, 'Paid')

    client, invoice = buy(system, outcome='delay')
    wait_paid(client, invoice, 60)
    client, invoice = buy(system, outcome='late')
    wait_paid(client, invoice, 60)
    numbers = sorted(int(r[0]) for r in system.sql('SELECT sequence FROM invoice WHERE sequence IS NOT NULL'))
    assert numbers == list(range(1, len(numbers) + 1)), f'numbers have gaps: {numbers}'
    assert system.sql('SELECT count(*) FROM (SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0) AS odd') == [['0']]


def spoiled(system, edit, expect):
    folder = os.path.join(system.dir, 'spoiled')
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(ROOT, 'statement'), folder)
    path = os.path.join(folder, 'rules.yaml')
    with open(path, encoding='utf-8') as f:
        text = f.read()
    changed = edit(text)
    assert changed != text, f'the edit for {expect} changed nothing'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(changed)
    result = system.run('statement', 'check', folder, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == 8, f'{expect}: exit {result.returncode}: {said[:300]}'
    assert re.search(r'rules\.yaml:\d+', said) and expect in said, f'{expect}: {said[:400]}'


def files(system):
    """a spoiled statement or configuration is refused with file, line and what to write instead"""
    system.init()
    spoiled(system, lambda t: t.replace('retention:', 'retention: [', 1), 'rules.yaml')
    spoiled(system, lambda t: t.replace('period: P30D', 'period: P0D', 1), 'P0D')
    spoiled(system, lambda t: t.replace('clauses:\n', 'clauses:\n  S99: [dpv:Notice]\n', 1), 'S99')
    spoiled(system, lambda t: t.replace('billing', 'billling', 1), 'billling')
    path = os.path.join(system.data, 'avow.conf')
    with open(path, encoding='utf-8') as f:
        good = f.read()
    for line, expect in (('comapny.name = X', 'company.name'), ('vat.registered = perhaps', 'vat.registered'),
                         ('web.fronts = many', 'web.fronts'), ('no equals sign', 'avow.conf')):
        with open(path, 'w', encoding='utf-8') as f:
            f.write(good + line + '\n')
        result = system.run('config', 'check', '--data', system.data, check=False)
        said = result.stdout + result.stderr
        assert result.returncode == 2 and expect in said and re.search(r'avow\.conf:\d+', said), f'{line!r}: {result.returncode} {said[:300]}'


if __name__ == '__main__':
    for_both(wrong_fields, tampering, withdrawn, payments, files)
