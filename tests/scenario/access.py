#!/usr/bin/env python3
"""What people can have of what is held about them: a copy to take away, and a stop that binds."""
import csv
import hashlib
import io
import json
import os
import re
import signal
import sys
import zipfile

from journeys import ALICE, buy, person, sign_in, wait_text
from system import Client, Clock, for_both, wait_for

DAY = 86400
KINDS = {'string': str, 'integer': int, 'boolean': bool, 'object': dict, 'array': list}


def fits(value, schema, root, where='data'):
    """As much of JSON Schema as schema.json uses."""
    if '$ref' in schema:
        schema = root['$defs'][schema['$ref'].rsplit('/', 1)[1]]
    if 'const' in schema:
        assert value == schema['const'], f'{where}: {value!r}'
    if 'enum' in schema:
        assert value in schema['enum'], f'{where}: {value!r}'
    if 'pattern' in schema:
        assert re.search(schema['pattern'], value), f'{where}: {value!r}'
    kinds = schema.get('type', [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or any(type(value) is KINDS[k] for k in kinds), f'{where}: {type(value)} is none of {kinds}'
    if isinstance(value, dict):
        for name in schema.get('required', []):
            assert name in value, f'{where}: no {name}'
        for name, inner in value.items():
            more = schema.get('additionalProperties', True)
            known = schema.get('properties', {})
            assert name in known or more is not False, f'{where}: {name} is unknown to the schema'
            if name in known:
                fits(inner, known[name], root, f'{where}.{name}')
            elif isinstance(more, dict):
                fits(inner, more, root, f'{where}.{name}')
    if isinstance(value, list) and 'items' in schema:
        for i, inner in enumerate(value):
            fits(inner, schema['items'], root, f'{where}[{i}]')


def ask(client, password, scope='all'):
    return client.submit(client.get('/account/export').form('/account/export'), scope=scope, password=password)


def fetch(client):
    """Wait for the copy and take it: the answer of the download."""
    wait_text(client, '/account/export', 'Your copy is ready', 60)
    return client.submit(client.get('/account/export').form('/account/export/'))


def opened(answer):
    assert answer.status == 200 and answer.headers['content-type'] == 'application/zip', f'{answer.status}: {answer.text[:300]}'
    assert 'attachment; filename="your-data-' in answer.headers['content-disposition']
    assert int(answer.headers['content-length']) == len(answer.raw)
    box = zipfile.ZipFile(io.BytesIO(answer.raw))
    assert box.testzip() is None
    manifest = json.loads(box.read('manifest.json'))
    assert sorted(f['name'] for f in manifest['files']) == sorted(n for n in box.namelist() if n != 'manifest.json')
    for f in manifest['files']:
        body = box.read(f['name'])
        assert hashlib.sha256(body).hexdigest() == f['sha256'] and len(body) == f['bytes'], f['name']
    data, schema = json.loads(box.read('data.json')), json.loads(box.read('schema.json'))
    fits(data, schema, schema)
    return box, data


def values(data):
    return {(v['column'], v['value']) for t in data['tables'] for r in t['rows'] for v in r['values'] if 'value' in v}


def copy(system):
    """somebody orders, pays, corrects an address and takes a copy of everything: whole, once, and it is what the page shows"""
    system.init().start()
    who = person()
    client, invoice = buy(system, who)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    page = client.get('/account/profile')
    client.submit(page.form('/account/profile'), address1='7 Wherry Court', city='Norwich', postcode='nr1 1aa', full_name='=1+1 "Marlowe"')
    page = ask(client, 'not the password')
    assert page.status == 422 and 'password' in page.text.lower(), 'without the password there is no copy'
    assert not system.sql('SELECT id FROM export')
    page = ask(client, who['password'])
    assert page.status == 200 and page.url == '/account/export', page.text[:300]
    other, _ = buy(system)
    wait_text(client, '/account/export', 'Your copy is ready', 60)
    form = client.get('/account/export').form('/account/export/')
    theirs = other.get('/account/export').form('/account/export')
    theirs.action = form.action
    assert other.submit(theirs, scope=None, password=None).status == 404, 'nobody else can fetch it'
    system.mail('copy you asked for', who['email'])
    box, data = opened(client.submit(form))
    shown = client.get('/account/data').text
    held = values(data)
    for column, value in (('person.address1', '7 Wherry Court'), ('person.postcode', 'NR1 1AA'), ('person.email', who['email']),
                          ('person.full_name', '=1+1 "Marlowe"')):
        assert (column, value) in held, f'{column} is not in the copy'
        assert value in shown, f'{value} is not on the page'
    assert any(c == 'invoice.party_address' and ALICE['address1'] in v for c, v in held), 'the issued invoice is as it was'
    rows = list(csv.DictReader(io.StringIO(box.read('csv/person.csv').decode('utf-8'), newline='')))
    assert rows[0]['full_name'] == '\'=1+1 "Marlowe"' and rows[0]['city'] == 'Norwich', rows
    html = box.read('index.html').decode('utf-8')
    assert '7 Wherry Court' in html and 'src=' not in html and 'href=' not in html, 'a page that needs no other'
    for text in (json.dumps(data), html, box.read('csv/person.csv').decode()):
        assert 'argon2' not in text, 'no code of a password'
    assert not [n for n in box.namelist() if 'export_chunk' in n]
    told = [r for t in data['tables'] if t['table'] == 'disclosure' for r in t['rows']]
    assert told and any(r['record']['recipient'] == 'platform' for r in told), 'who was told is in it'
    assert [e for e in data['events'] if e['event'] == 'person.corrected'], 'and what happened'
    again = client.submit(form)
    assert again.status == 200 and 'handed over' in again.text, 'a second time it says when it was handed over'
    assert client.get('/account/export').form('/account/export'), 'and offers another'
    ask(client, who['password'], 'portable')
    box, data = opened(fetch(client))
    assert data['scope'] == 'portable' and ('person.city', 'Norwich') in values(data)
    assert not [t for t in data['tables'] if t['table'] in ('invoice', 'vat_evidence', 'fraud_check')], 'nothing that was worked out'


def copy_killed(system):
    """the courier is killed while it makes a copy of many rows: the copy comes all the same, once"""
    clock = Clock(system)
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    person_id = system.sql("SELECT id FROM person WHERE kind = 'customer'")[0][0]
    blob = ("decode(md5(g::text), 'hex')", 'generate_series(1, 30000) g') if system.database == 'postgres' else \
           ("randomblob(16)", '(WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 30000) SELECT g FROM s)')
    system.sql('INSERT INTO session (uid, token_code, person_id, signed_in, agent, created_at, seen_at, expires_at) '
               f"SELECT {blob[0]}, {blob[0]}, {person_id}, 1, 'Firefox', 1700000000, 1700000000, 1700000000 FROM {blob[1]}")
    page = ask(client, who['password'])
    assert page.headers.get('refresh', '').startswith('3;'), 'the page looks again by itself'
    wait_for(lambda: system.sql("SELECT 1 FROM export_chunk"), 60, 'a piece of the copy', system)
    os.kill(system.roles()['courier'][0], signal.SIGKILL)
    assert system.sql("SELECT state FROM export")[0][0] in ('making', 'ready')
    clock.move(180)
    box, data = opened(fetch(client))
    sessions = [t for t in data['tables'] if t['table'] == 'session'][0]['rows']
    assert len(sessions) >= 30000 and len({r['id'] for r in sessions}) == len(sessions), 'every row, once'
    mails = [m for m in system.sql("SELECT template FROM mail_sent") if m[0] == 'export_ready']
    assert len(mails) <= 1


def stopped(system):
    """somebody restricts the use of their data: mail, renewal and staff meet it, and it goes on when it is lifted"""
    clock = Clock(system)
    system.init().start()
    who = person(full_name='Clement Hathersage')
    client, invoice = buy(system, who)
    service = client.get('/services').link('/services/')
    wait_text(client, service, 'Active')
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/customers')
    assert 'Hathersage' in page.text
    one = page.link('/staff/customers/')
    page = client.get('/account/restriction')
    assert page.status == 200 and 'contract' in page.text
    page = client.submit(page.form('/account/restriction'), ground='accuracy')
    assert 'is restricted since' in page.text, page.text[:500]
    for path in ('/account', service, invoice, '/services'):
        page = client.get(path)
        assert page.url == '/account/restriction', f'{path} leads to what is stopped, not to {page.url}'
    for path in ('/account/data', '/account/profile', '/account/sessions', '/account/export'):
        assert client.get(path).url == path, f'{path} works as ever'
    assert 'Clement Hathersage' in client.get('/account/data').text
    page = staff.get('/staff/customers')
    assert 'Hathersage' not in page.text and 'restricted' in page.text, 'staff do not see who it is'
    assert 'Hathersage' not in staff.get(one).text and who['email'] not in staff.get(one).text
    page = staff.get(one + '/restriction')
    page = staff.submit(page.form('/restriction'), act='claim', note='County court, claim 77')
    assert page.status == 200 and 'claim 77' in page.text, page.text[:400]
    assert 'Hathersage' in staff.get(one).text, 'for a legal claim, with a reason'
    assert 'Hathersage' not in staff.get('/staff/customers').text, 'and there alone'
    mails = len(system.mails())
    clock.move(40 * DAY)
    wait_for(lambda: system.sql("SELECT 1 FROM rhythm WHERE parked = 'rhythm.parked.restricted'"), 90, 'the renewal to be held', system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert 'restricted the use' in staff.get('/staff/rhythm').text, 'staff see why'
    fresh, page = sign_in(system, who['email'], who['password'])
    assert page.url == '/account/restriction', 'they can sign in, and are told'
    assert len(system.mails()) == mails, 'nothing was sent'
    before = len(system.sql('SELECT id FROM invoice'))
    page = fresh.submit(fresh.get('/account/restriction').form('/account/restriction/lift'))
    assert 'is restricted since' not in page.text
    wait_for(lambda: len(system.sql('SELECT id FROM invoice')) > before, 90, 'the renewal to go on', system)
    assert fresh.get('/account').url == '/account' and fresh.get(service).status == 200
    page = fresh.submit(next(f for f in fresh.get('/account/restriction').forms if f.fields.get('purpose') == 'fraud'))
    assert 'Objected' in page.text, 'a use that rests on an interest is objected to'


def address(system):
    """somebody changes their e-mail address: by a link to the new one, told to the old one, and only that signs in from then on"""
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    fresh = f'new-{who["email"]}'
    page = client.submit(client.get('/account/email').form('/account/email'), email=fresh, password='not the password')
    assert page.status == 422, 'without the password nothing is asked'
    page = client.submit(client.get('/account/email').form('/account/email'), email=who['email'], password=who['password'])
    assert page.status == 422 and 'address you have' in page.text
    page = client.submit(client.get('/account/email').form('/account/email'), email=fresh, password=who['password'])
    assert page.status == 200 and 'sent a link' in page.text, page.text[:300]
    body = system.mail('confirm your new', fresh).get_body(('plain',)).get_content()
    link = re.search(r'/email/[\w-]{43}', body)[0]
    assert who['email'] in client.get('/account/profile').text, 'until then nothing is changed'
    other = Client(system)
    page = other.submit(other.get(link).form('/email'))
    assert page.status == 200 and 'confirmed' in page.text.lower(), page.text[:300]
    assert other.submit(other.get(link).form('/email')).status == 410, 'a link works once'
    system.mail('was changed', who['email'])
    old, page = sign_in(system, who['email'], who['password'])
    assert old.get('/account').url != '/account', 'the old address signs nobody in'
    new, page = sign_in(system, fresh, who['password'])
    assert page.url == '/account', f'{page.url}: {page.text[:200]}'
    data = new.get('/account/data').text
    assert fresh in data and 'Told of changes' in data and 'keeps nothing' in data, 'and who had the old one is seen'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/customers')
    assert fresh in staff.submit(page.form('/staff/customers'), q=fresh).text, 'staff find them by the new one'
    page = staff.get('/staff/customers')
    assert 'Marlowe' not in staff.submit(page.form('/staff/customers'), q=who['email']).text, 'and not by the old'


if __name__ == '__main__':
    for_both(*(f for f in (copy, copy_killed, stopped, address) if len(sys.argv) < 2 or f.__name__ in sys.argv[1:]))
