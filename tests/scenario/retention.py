#!/usr/bin/env python3
"""Disposal in the running program: somebody is erased and nothing of them is in any file; twelve years of ends while roles are killed."""
import os
import random
import re
import signal
import sqlite3
import time

from journeys import buy, person, sign_in
from plaintext import PLANTED, files
from system import Client, Clock, for_both, wait_for
from trial_fill import fill, sign_in_of

KILLS = int(os.environ.get('AVOW_KILL_KILLS', '150'))  # on each database
CUSTOMERS = int(os.environ.get('AVOW_KILL_CUSTOMERS', '20'))
ROLES = ('writer', 'courier', 'vault')
LEASE = 121  # seconds: a killed courier's job is leased again after that
DAY = 86400


def number(system, what):
    return int(system.sql(f'SELECT count(*) FROM {what}')[0][0])


def hexed(system, column):
    return f"encode({column}, 'hex')" if system.database == 'postgres' else f'lower(hex({column}))'


# ---- one person ------------------------------------------------------------------------------------------------------

def codes_of(system, who):
    """The bytes by which somebody can be found or read: codes, and sealed values as they stand in the database."""
    found = {}
    for column in ('email_code', 'email', 'full_name', 'password', 'address1', 'telephone'):
        found['person.' + column] = system.sql(f'SELECT {hexed(system, column)} FROM person WHERE id = {who}')[0][0]
    for i, (code,) in enumerate(system.sql(f'SELECT {hexed(system, "code")} FROM search_code WHERE person_id = {who}')):
        found[f'search_code {i}'] = code
    for i, (value,) in enumerate(system.sql(f'SELECT {hexed(system, "hostname")} FROM service WHERE person_id = {who}')):
        found[f'service.hostname {i}'] = value
    assert all(len(v) >= 32 for v in found.values()), found
    return {name: bytes.fromhex(value) for name, value in found.items()}


def in_files(system, codes):
    """Which of them stand in a file of the installation. A page of the database may cut a long value in two, so parts of it count."""
    found = set()
    for path in files(system):
        with open(path, 'rb') as f:
            content = f.read()
        for name, value in codes.items():
            parts = [value[i:i + 24] for i in range(0, max(1, len(value) - 23), 24)] if len(value) > 24 else [value]
            if any(p in content for p in parts):
                found.add(f'{name} in {os.path.relpath(path, system.dir)}')
    return found


def in_tables(system, codes):
    found = set()
    for (table,) in system.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"):
        content = '\n'.join('\t'.join(r) for r in system.sql(f'SELECT t::text FROM {table} t'))
        found |= {f'{name} in {table}' for name, value in codes.items() if value.hex() in content}
    return found


def wrapped(system, key):
    db = sqlite3.connect(f'file:{system.data}/vault/keys.db?mode=ro', uri=True, timeout=20)
    row = db.execute('SELECT wrapped, destroyed_at FROM data_key WHERE id = ?', (key,)).fetchone()
    db.close()
    return row


def erased(system):
    """somebody orders, pays, leaves and is erased: certificate in hand, nothing of them in any file, the invoice still proves its VAT"""
    system.init().start()
    who = person(**PLANTED)
    client, invoice = buy(system, who)
    buy(system, person(full_name='Somebody Else'))
    ident = system.sql("SELECT person_id FROM invoice ORDER BY id LIMIT 1")[0][0]
    wait_for(lambda: system.sql(f"SELECT 1 FROM service WHERE person_id = {ident} AND status = 'active'"), 30, 'the service', system)
    codes = codes_of(system, ident)
    keys = system.sql(f"SELECT key_id FROM person_key WHERE person_id = {ident} AND (class = 'account' OR class LIKE 'service@%')")
    assert len(keys) == 2, keys
    seen = in_files(system, codes) if system.database == 'sqlite' else in_tables(system, codes)
    assert len(seen) >= len(codes), f'the search can find what is there: {seen}'

    page = client.get('/account/leave')
    assert 'Services that are running' in page.text and 'Ask for erasure' not in page.text, 'what is still open is said first'
    system.sql(f"UPDATE service SET status = 'terminated', ended_at = created_at WHERE person_id = {ident}")
    page = client.get('/account/leave')
    assert 'Books and tax records' in page.text and 'Companies Act 2006' in page.text, page.text[:2000]
    form = page.form('/account/leave/erase')
    assert 'password is wrong' in client.submit(form, current='not this one').text.lower() or \
        'not your' in client.get('/account/leave').text.lower() or number(system, 'erasure') == 0, 'a wrong password asks for nothing'
    assert number(system, 'erasure') == 0
    page = client.submit(client.get('/account/leave').form('/account/leave/erase'), current=who['password'])
    assert '/erasures/' in page.url and 'Nothing has happened yet' in page.text, page.text[:500]
    link = page.url
    client.submit(client.get('/account/leave').form('/account/leave/now'))
    stranger = Client(system)
    wait_for(lambda: 'What may go is erased' in stranger.get(link).text, 60, 'the erasure', system)
    told = system.mail('erasing your information', to=who['email'])
    assert link.rpartition('/')[2] in told.get_body(('plain',)).get_content(), 'the last message leads to the certificate'
    certificate = stranger.get(stranger.get(link).link('/certificates/'))
    words = certificate.raw.decode() if isinstance(certificate.raw, bytes) else certificate.raw
    assert 'Certificate of disposal' in words and 'Not as they should be: 0' in words, words
    fingerprint = re.search(r'\b[0-9a-f]{64}\b', words).group(0)
    assert number(system, f"event_log WHERE event = 'retention.disposed' AND detail LIKE '%hash={fingerprint}%'") == 1
    for value in (who['full_name'], who['email'], who['city']):
        assert value not in words and value not in stranger.get(link).text

    _, page = sign_in(system, who['email'], who['password'])
    assert '/login' in page.url or 'password' in page.text.lower(), 'nobody signs in any more'
    for (key,) in keys:
        row = wrapped(system, key)
        assert row[0] is None and row[1] is not None, f'key {key} is destroyed in the vault'
    left = system.sql(f'SELECT status, country, email IS NULL, full_name IS NULL FROM person WHERE id = {ident}')[0]
    assert left[0] == 'closed' and left[1] == '' and left[2] in ('1', 't') and left[3] in ('1', 't'), left
    assert number(system, f"invoice WHERE person_id = {ident} AND party_name IS NOT NULL AND territory = 'GB' AND party_area = 'EX11'") >= 1
    if system.database == 'postgres':
        assert not in_tables(system, codes), in_tables(system, codes)
    else:
        wait_for(lambda: not in_files(system, codes), 20, f'the log to be emptied: {in_files(system, codes)}', system)
    system.stop()
    assert not (in_files(system, codes) if system.database == 'sqlite' else set()), in_files(system, codes)
    system.start()
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert staff.get('/staff/retention').status == 200 and staff.get('/staff/holds').status == 200
    assert staff.get('/staff/customers').status == 200 and staff.get('/staff/invoices').status == 200, 'lists go on without a name'
    assert client.get(invoice).status != 200 or who['full_name'] not in client.get(invoice).text, 'the old session shows nothing'
    held(system, staff)


def held(system, staff):
    """Staff hold something longer, look at it again, and let it go."""
    uid = staff.get('/staff/customers').link('/staff/customers/')
    page = staff.get(uid + '/hold')
    soon = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 30 * DAY))
    staff.submit(page.form(uid + '/hold'), what='person', reason='A letter from their solicitor', review_on=soon)
    page = staff.get('/staff/holds')
    assert 'A letter from their solicitor' in page.text, page.text[:600]
    sealed = system.sql(f'SELECT {hexed(system, "reason")} FROM legal_hold')[0][0]
    assert sealed and b'solicitor'.hex() not in sealed, 'the reason is sealed'
    one = page.link('/staff/holds/')
    later = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 60 * DAY))
    staff.submit(staff.get(one).form(one), review_on=later)
    assert number(system, f"legal_hold WHERE review_on = '{later}'") == 1, 'looked at again'
    staff.submit(staff.get(one).form(one + '/lift'))
    assert number(system, 'legal_hold WHERE lifted_at IS NULL') == 0 and 'was lifted' in staff.get(one).text


# ---- everybody, for twelve years --------------------------------------------------------------------------------------

def kill(system, clock, role, chance):
    pids = system.roles().get(role)
    if not pids:
        return False
    os.kill(chance.choice(pids), signal.SIGKILL)
    if role == 'courier':
        clock.move(LEASE)
    return True


def halves(system):
    """What must never be: a row that lost some of what a class held, without a tombstone that says so."""
    found = []
    for table, some, all_ in (('invoice', 'party_name IS NULL', 'party_address IS NULL AND party_email IS NULL'),
                              ('fraud_check', "signals = ''", "reasons = ''")):
        found += [(table, *r) for r in system.sql(f'SELECT id FROM {table} WHERE {some} AND NOT ({all_})')]
        uid = 'row_uid = x.uid'
        found += [(table, 'unmarked', *r) for r in
                  system.sql(f'SELECT id FROM {table} x WHERE {some} AND NOT EXISTS (SELECT 1 FROM tombstone WHERE {uid})')]
    return found


def ask_for_erasure(system, email, password, ident):
    system.sql(f"UPDATE service SET status = 'terminated', ended_at = created_at WHERE person_id = {ident} AND status <> 'terminated'")
    system.sql(f"UPDATE invoice SET status = 'cancelled' WHERE person_id = {ident} AND status = 'unpaid' AND number IS NULL")
    client, _ = sign_in(system, email, password)
    page = client.get('/account/leave')
    if 'Ask for erasure' in page.text:
        client.submit(page.form('/account/leave/erase'), current=password)


def disposal_is_killed(system):
    """roles are killed while disposal goes through twelve years: never half, in the end everything once, and proven"""
    seed = os.environ.get('AVOW_KILL_SEED', '24')
    chance, clock = random.Random(f'{seed}/{system.database}'), Clock(system)
    out = fill(system, size=(CUSTOMERS, 4 * CUSTOMERS, 5 * CUSTOMERS)).stdout
    email, password = sign_in_of(out, 'customer')
    system.start()
    invoices = number(system, "invoice WHERE party_name IS NOT NULL")
    for i in range(1, 9):
        ident = system.sql(f"SELECT id FROM person WHERE kind = 'customer' ORDER BY id LIMIT 1 OFFSET {i - 1}")[0][0]
        ask_for_erasure(system, email.replace('customer1@', f'customer{i}@'), password, ident)
    asked = number(system, 'erasure')
    assert asked > 0, 'somebody asks for erasure'
    done, last = 0, time.monotonic()
    while done < KILLS:
        clock.move(chance.randrange(2 * DAY, 24 * DAY) * 300 // max(KILLS, 1))
        time.sleep(chance.uniform(0.3, 1.7))  # who is killed faster than it can start is given up by the supervisor, rightly
        assert system.process.poll() is None, 'the system ended:\n' + system.log()[-3000:]
        done += kill(system, clock, chance.choice(ROLES), chance)
        if time.monotonic() - last > 20:
            last = time.monotonic()
            assert not halves(system), f'AVOW_KILL_SEED={seed}: {halves(system)}'
    clock.move(12 * 366 * DAY)
    rest(system, clock)
    assert not halves(system), halves(system)
    assert number(system, "tombstone WHERE state <> 'proven'") == 0, system.sql("SELECT * FROM tombstone WHERE state <> 'proven' LIMIT 5")
    twice = system.sql('SELECT row_uid, class, count(*) FROM tombstone WHERE key_id IS NULL GROUP BY row_uid, class HAVING count(*) > 1')
    assert not twice, f'gone more than once: {twice[:5]}'
    assert number(system, 'invoice WHERE party_name IS NOT NULL') == 0 and invoices > 0, 'after twelve years no invoice knows its party'
    assert number(system, "erasure WHERE state NOT IN ('done', 'cancelled')") == 0, 'every erasure came to its end'
    assert number(system, 'disposal WHERE finished_at IS NULL OR failed > 0') == 0, 'every run has its certificate'
    for (key,) in system.sql('SELECT key_id FROM tombstone WHERE key_id IS NOT NULL'):
        assert wrapped(system, key)[0] is None, f'key {key} has its tombstone and still exists'
    print(f'# {done} kills, {number(system, "tombstone")} entries, {number(system, "disposal")} runs, {asked} erasures', flush=True)


def rest(system, clock):
    """Until a run finds nothing any more."""
    def quiet():
        clock.move(3700)
        time.sleep(1)
        return (number(system, "job WHERE kind = 'retention.run' AND state IN ('queued', 'leased')") == 0
                and number(system, "tombstone WHERE state IN ('open', 'gone')") == 0
                and number(system, 'disposal WHERE finished_at IS NULL') == 0
                and number(system, 'invoice WHERE party_name IS NOT NULL') == 0
                and number(system, "erasure WHERE state IN ('cooling', 'running')") == 0)
    wait_for(quiet, 300, 'disposal to come to rest', system)


if __name__ == '__main__':
    for_both(erased, disposal_is_killed)
