#!/usr/bin/env python3
"""Promises in a running system: checked in the courier's sandbox, shown at each clause, broken by hand and seen."""
import json
import os
import subprocess
import time
import zipfile

from journeys import buy, person, sign_in
from retention import erased
from system import AVOW, Client, for_both, wait_for


def promises(system, *words):
    done = subprocess.run([AVOW, 'promises', '--json', *words, '--data', system.data], capture_output=True, text=True, timeout=180)
    found = json.loads(done.stdout) if done.stdout else []
    return done.returncode, {p['promise']: p for p in found}, done.stderr


def kept_and_broken(system):
    """every promise is kept after an order; a break is told to staff at once, to everybody after the grace, and heals"""
    system.settings['promise.grace'] = '30s'
    system.init().start()
    who = person()
    buy(system, who)
    code, seen, said = promises(system, '--run')
    wrong = {n: (p['verdict'], p['saw'], p['evidence']) for n, p in seen.items() if p['verdict'] != 'kept'}
    assert code == 0 and not wrong and len(seen) > 15, (code, wrong, said)

    client = Client(system)
    page = client.get('/privacy')
    assert page.raw.count(b'class="status kept"') >= 15, 'each clause has its mark'
    assert 'Not verified' not in page.text, 'and each was verified'
    listed = json.loads(client.get('/privacy/promises.json').raw)
    assert {p['promise'] for p in listed} == set(seen) and all(p['verdict'] == 'kept' for p in listed)
    assert all('@' not in p['saw'] for p in listed), 'nothing personal is shown'
    assert client.get('/privacy/promises').status == 200
    assert client.get('/privacy/promises/ledger').status == 200
    assert client.get('/privacy/promises/no-such').status == 404

    system.sql("UPDATE disclosure SET fields = 'person.email,person.telephone' WHERE recipient = 'mail_relay'")
    code, seen, _ = promises(system, '--run', 'ledger')
    assert code == 1 and seen['ledger']['verdict'] == 'broken' and 'disclosure' in seen['ledger']['evidence'], seen
    broken = time.time()
    staff, home = sign_in(system, *system.staff, path='/staff/login')
    assert 'A promise of the privacy statement is broken' in staff.get('/staff').text, 'staff are told at once'
    assert seen['ledger']['evidence'].split(',')[0] in staff.get('/staff/promises').text, 'with what was found'
    system.mail('promise is broken', system.staff[0])
    page = staff.get('/staff/promises')
    before = promises(system, 'ledger')[1]['ledger']['checked_at']
    assert staff.submit(page.form('/staff/promises/look')).status == 200
    wait_for(lambda: promises(system, 'ledger')[1]['ledger']['checked_at'] > before, 60, 'the checks that staff asked for', system)
    if time.time() - broken < 20:
        public = {p['promise']: p for p in json.loads(client.get('/privacy/promises.json').raw)}
        assert public['ledger']['verdict'] == 'unknown', 'for a while it is only not verified'
    wait_for(lambda: b'class="status broken"' in client.get('/privacy').raw, 60, 'everybody to be told after the grace')

    system.sql("UPDATE disclosure SET fields = 'person.email,person.full_name' WHERE recipient = 'mail_relay'")
    code, seen, _ = promises(system, '--run', 'ledger')
    assert code == 0 and seen['ledger']['verdict'] == 'kept', seen
    assert b'class="status broken"' not in client.get('/privacy').raw
    system.mail('kept again', system.staff[0])
    assert system.stop() == 0
    code, seen, said = promises(system, 'ledger')
    assert code == 0, 'what was seen can be read without a running system'


def cookies_are_counted(system):
    """a front counts the cookies it sends, and the check sees them"""
    system.init().start()
    client = Client(system)
    client.get('/basket')
    buy(system, person())

    def counted():
        return promises(system, '--run', 'cookies')[1]['cookies']['numbers'].get('sent', 0) > 0
    wait_for(counted, 150, 'cookies to be counted')
    code, seen, _ = promises(system, 'cookies')
    assert code == 0 and seen['cookies']['verdict'] == 'kept', seen


def auditor(system):
    """an auditor's bundle is checked with standard tools, and a changed one is found out"""
    system.init().start()
    buy(system, person())
    promises(system, '--run')
    box = os.path.join(system.dir, 'bundle')
    made = subprocess.run([AVOW, 'promises', 'export', box + '.zip', '--data', system.data], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    again = subprocess.run([AVOW, 'promises', 'export', box + '.zip', '--data', system.data], capture_output=True, text=True)
    assert again.returncode != 0, 'nothing is overwritten'
    with zipfile.ZipFile(box + '.zip') as archive:
        assert archive.testzip() is None
        archive.extractall(box)
    names = {'results.json', 'history.jsonl', 'days.jsonl', 'schema.jsonl', 'checkpoint', 'manifest.sha256', 'manifest.sig', 'key.pem'}
    assert names <= set(os.listdir(box)), os.listdir(box)
    results = json.load(open(os.path.join(box, 'results.json')))
    assert len(results) > 15 and all(r['verdict'] == 'kept' for r in results), results
    assert 'S7' in open(os.path.join(box, 'statement', '1', 'rules.yaml')).read()

    def sums():
        return subprocess.run(['sha256sum', '-c', '--quiet', 'manifest.sha256'], cwd=box, capture_output=True).returncode == 0

    def signed():
        return subprocess.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'manifest.sha256',
                               '-sigfile', 'manifest.sig'], cwd=box, capture_output=True).returncode == 0
    assert sums() and signed(), 'it is whole, and signed'
    client = Client(system)
    assert client.get('/.well-known/avow-signing-key.pem').raw == open(os.path.join(box, 'key.pem'), 'rb').read(), 'by the key we name'
    with open(os.path.join(box, 'history.jsonl'), 'a') as f:
        f.write('{}\n')
    assert not sums(), 'what was changed is found'
    with open(os.path.join(box, 'manifest.sha256'), 'a') as f:
        f.write('# \n')
    assert not signed(), 'and so is a list that was made to fit'
    assert system.stop() == 0
    alone = subprocess.run([AVOW, 'promises', 'export', box + '-2.zip', '--data', system.data], capture_output=True, text=True)
    assert alone.returncode == 0, alone.stderr


def after_erasure(system):
    """when somebody was erased, every promise is kept still: what stays has its origin, what is gone opens nothing"""
    erased(system)
    code, seen, said = promises(system, '--run')
    wrong = {n: (p['verdict'], p['saw'], p['evidence']) for n, p in seen.items() if p['verdict'] != 'kept'}
    assert code == 0 and not wrong, (code, wrong, said)
    assert seen['copies']['numbers']['destroyed'] >= 2, seen['copies']


if __name__ == '__main__':
    for_both(kept_and_broken, cookies_are_counted, auditor, after_erasure)
