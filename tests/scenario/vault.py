#!/usr/bin/env python3
"""The life of the vault: the master key is rotated while people order and roles are killed; the key store is lost and restored from
its backup with the key on the paper; and whatever is wrong with it, `avow vault verify` sees."""
import glob
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import threading
import time

from journeys import buy, person, sign_in
from kills import Customer
from lean import Lean
from system import AVOW, Client, for_both, wait_for

CUSTOMERS = 1200  # who are there before: some thousand keys, so that a rotation takes its time
ROTATIONS, KILLS = 6, 18
KEY_LINE = re.compile(r'^ +[1-7]\. .*$', re.M)


def folder(system, *path):
    return os.path.join(system.data, *path)


def settings(system):
    return [a for name, value in system.settings.items() for a in ('--set', f'{name}={value}')]


def init(system):
    """As System.init, and the recovery key as it was printed."""
    out = system.run('trial', 'init', '--data', system.data, *settings(system)).stdout
    system.staff = (re.search(r'^\s*staff sign-in:\s*(\S+)', out, re.M).group(1),
                    re.search(r'^\s*password:\s*(\S+)', out, re.M).group(1))
    lines = KEY_LINE.findall(out)
    assert len(lines) == 4, f'no recovery key in {out}'
    return '\n'.join(lines)


def verify(system, paper=None):
    """{check: (verdict, what was seen)}, and the exit code."""
    done = system.run('vault', 'verify', '--json', *(['--recovery-key'] if paper else []), '--data', system.data, check=False, stdin=paper)
    assert done.stdout, f'verify: {done.returncode} {done.stderr}'
    return {row['check']: (row['verdict'], row['seen']) for row in json.loads(done.stdout)}, done.returncode


def all_kept(system, paper=None):
    seen, code = verify(system, paper)
    assert code == 0 and {v for v, _ in seen.values()} == {'kept'}, f'{code} {seen}'
    return seen


def events(system, name):
    return int(system.sql(f"SELECT count(*) FROM event_log WHERE event = '{name}'")[0][0])


def count(words):
    return int(re.search(r'(\d+) keys', words).group(1))


# ---- rotation ---------------------------------------------------------------------------------------------------------------

class Load:
    """People who order one thing after another until they are told to stop."""

    def __init__(self, system):
        self.system, self.seed, self.client = system, random.random(), Lean
        self.orders, self.trouble, self.over = [], [], False
        self.threads = [threading.Thread(target=self.work, args=(n,), daemon=True) for n in range(3)]

    def acknowledged(self, order):
        self.orders.append(order)

    def work(self, n):
        try:
            customer = Customer(self, n)
            while not self.over:
                self.acknowledged(customer.order())
        except Exception as why:  # pylint: disable=broad-except
            self.trouble.append(f'customer {n}: {why!r}')

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for t in self.threads:
            t.join(120)


def two_masters(system):
    """Is a rotation in its middle?"""
    try:
        db = sqlite3.connect(f'file:{folder(system, "vault", "keys.db")}?mode=ro', uri=True, timeout=1)
        try:
            return db.execute('SELECT count(*) FROM master').fetchone()[0] > 1
        finally:
            db.close()
    except sqlite3.Error:  # a journal is being rolled back
        return False


def wait_for_the_middle(system, rotating):
    end = time.monotonic() + 5
    while not two_masters(system) and rotating.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def rotation(system):
    """The master key is rotated six times while people order and vault and writer are killed: no key is lost, nothing is under an old one"""
    chance = random.Random(int(os.environ.get('AVOW_KILL_SEED') or 0) or None)
    system.settings |= {'web.proxies': '127.0.0.1', 'fraud.review': '1000000', 'fraud.refuse': '0'}
    subprocess.run([AVOW, 'trial', '--customers', str(CUSTOMERS), '--invoices', '0', '--data', system.data, *settings(system)],
                   check=True, capture_output=True, timeout=600)
    system.start()
    before = open(folder(system, 'vault', 'master.key'), 'rb').read()
    killed = 0
    with Load(system) as load:
        for n in range(ROTATIONS):
            with subprocess.Popen([AVOW, 'vault', 'rotate', '--data', system.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as rotating:
                wait_for_the_middle(system, rotating)
                for _ in range(KILLS // ROTATIONS):
                    time.sleep(chance.uniform(0, 0.03))
                    for pid in system.roles().get(chance.choice(('vault', 'vault', 'writer')), [])[:1]:
                        os.kill(pid, signal.SIGKILL)
                        killed += 1
                out, said = rotating.communicate(timeout=120)
            assert rotating.returncode == 0, f'rotation {n}: {rotating.returncode} {said.decode()[-500:]}'
            assert f'generation {n + 2} now' in out.decode(), out
    assert not load.trouble, load.trouble
    assert len(load.orders) >= 3, f'only {len(load.orders)} orders'
    begun, ended = (set(re.findall(rf'pid=(\d+) event=rotation-{word} (generation=\d+)', system.log())) for word in ('begun', 'ended'))
    print(f'# {len(load.orders)} orders, {killed} kills, {len(ended - begun)} of {ROTATIONS} rotations were ended by another vault', flush=True)
    assert ended - begun, 'no rotation was killed in its middle'
    wait_for(lambda: verify(system)[1] == 0, 60, 'everything to be kept', system)
    seen = all_kept(system)
    assert count(seen['people'][1]) > CUSTOMERS, seen['people']
    assert sorted(os.listdir(folder(system, 'vault'))) in (['keys.db', 'master.key'], ['keys.db', 'keys.db-journal', 'master.key'])
    assert open(folder(system, 'vault', 'master.key'), 'rb').read() != before
    assert events(system, 'keys.rotated') == ROTATIONS >= events(system, 'keys.rotating') > 0, 'recorded'
    staff, page = sign_in(system, *staff_of(system), path='/staff/login')
    assert page.status == 200 and '@example.test' in staff.get('/staff/customers').text, 'what was sealed before is readable'
    assert system.stop() == 0
    all_kept(system)


def staff_of(system):
    """Another member of staff, whose password is known: the trial's was printed to somebody else."""
    email, password = 'night.watch@example.test', 'a long enough password'
    system.run('staff', 'create', email, '--name', 'Night Watch', '--password-stdin', '--data', system.data, stdin=password + '\n')
    return email, password


# ---- loss and restore -------------------------------------------------------------------------------------------------------

def slip(paper):
    """One character of group 5 is another."""
    at = paper.index('5.') + 4
    return paper[:at] + ('B' if paper[at] == 'A' else 'A') + paper[at + 1:]


def restore(system, source, paper, *more):
    return system.run('vault', 'restore', '--from', source, '--data', system.data, *more, check=False, stdin=paper)


def refusals(system, paper, copy):
    """What must not lead to a restored vault says why, and changes nothing."""
    other = system.run('vault', 'restore', '--from', copy, '--data', system.data, check=False, stdin=paper)
    assert other.returncode == 6 and '--replace' in other.stderr, f'over a store that is there: {other.stderr}'
    shutil.rmtree(folder(system, 'vault'))
    for what, source, key, word in (
            ('a slip', copy, slip(paper), 'group 5'),
            ('half a key', copy, paper[:60], 'eight groups'),
            ('another key', copy, another_paper(system), 'does not belong'),
            ('no file', copy + '.not', paper, 'no file'),
            ('no backup', folder(system, 'avow.conf'), paper, 'no backup of keys')):
        said = restore(system, source, key)
        assert said.returncode != 0 and word in said.stderr, f'{what}: {said.returncode} {said.stderr}'
    with open(copy, 'rb') as f:
        data = f.read()
    torn = os.path.join(system.dir, 'torn')
    for cut in (100, 190, len(data) // 2, len(data) - 1):
        with open(torn, 'wb') as f:
            f.write(data[:cut])
        said = restore(system, torn, paper)
        assert said.returncode != 0 and ('torn' in said.stderr or 'no backup' in said.stderr), f'torn at {cut}: {said.stderr}'
    assert not glob.glob(folder(system, 'vault*')), 'nothing was made'


def another_paper(system):
    """A recovery key of some other system."""
    data = os.path.join(system.dir, 'other')
    shutil.rmtree(data, ignore_errors=True)
    out = system.run('init', '--data', data).stdout
    return '\n'.join(KEY_LINE.findall(out))


def loss(system):
    """The vault's folder is lost: its backup and the key on the paper bring it back, and nothing else does"""
    paper = init(system)
    copy = os.path.join(system.dir, 'copy of keys.backup')
    system.start()
    client, _ = buy(system)
    system.run('vault', 'backup', '--to', copy, '--data', system.data)
    all_kept(system, paper)
    assert restore(system, copy, paper, '--replace').returncode == 6, 'never beside a running system'
    assert system.stop() == 0
    for line in paper.splitlines():
        for group in re.findall(r'[0-9A-Z]{4}-[0-9A-Z]{4}', line):
            assert group not in system.log(), 'the recovery key is in the log'
    refusals(system, paper, copy)
    done = restore(system, copy, paper.lower().replace('-', ' '))
    assert done.returncode == 0, done.stderr
    system.start()
    page = Client(system)
    page.cookies = client.cookies
    assert 'Alice Marlowe' in page.get('/account').text, 'what was sealed before is readable'
    wait_for(lambda: verify(system, paper)[1] == 0, 60, 'everything to be kept', system)
    all_kept(system, paper)
    buy(system)
    fresh = '\n'.join(KEY_LINE.findall(system.run('vault', 'recovery-key', '--new', '--data', system.data).stdout))
    assert fresh and fresh != paper
    seen, code = verify(system, paper)
    assert code == 6 and seen['recovery key'][0] == 'broken', f'the old paper opens nothing: {seen}'
    all_kept(system, fresh)
    assert events(system, 'keys.recovery') == 2, 'recorded'


def newer_than_the_backup(system):
    """A database that is newer than the backup: its lost keys are named, and their numbers are never given to anybody else"""
    paper = init(system)
    copy = os.path.join(system.dir, 'copy')
    system.run('vault', 'backup', '--to', copy, '--data', system.data)
    with open(copy, 'rb') as f:
        early = f.read()
    system.start()
    for _ in range(3):
        buy(system)
    system.sql('UPDATE person_key SET key_id = key_id + 100000')  # as if thousands had come since
    assert system.stop() == 0
    with open(copy, 'wb') as f:
        f.write(early)
    assert restore(system, copy, paper, '--replace').returncode == 0
    seen, code = verify(system)
    assert code == 6 and 'were lost' in seen['people'][1] and seen['numbers'][0] == 'broken', seen
    system.start()
    used = {int(r[0]) for r in system.sql('SELECT key_id FROM person_key')}
    buy(system)
    new = {int(r[0]) for r in system.sql('SELECT key_id FROM person_key')} - used
    assert new and min(new) > max(used), f'{new} after {max(used)}'


# ---- erasing ----------------------------------------------------------------------------------------------------------------

def store(system, question, *values):
    db = sqlite3.connect(f'file:{folder(system, "vault", "keys.db")}?mode=ro', uri=True, timeout=20)
    try:
        return db.execute(question, values).fetchall()
    finally:
        db.close()


def backed_up(system):
    """How many destructions the backup knows of: its head says so to anybody."""
    with open(folder(system, 'key-backup', 'keys.backup'), 'rb') as f:
        return struct.unpack('<q', f.read(176)[56:64])[0]


def within_a_minute(system):
    """Somebody is erased: within a minute their keys are gone from the store and its backup, and an older copy does not bring them back"""
    system.settings |= {'vault.keep_seconds': '2', 'vault.backup_seconds': '2'}
    paper = init(system)
    system.start()
    who = person()
    client, _ = buy(system, who)
    someone = system.sql('SELECT person_id FROM invoice ORDER BY id LIMIT 1')[0][0]
    wait_for(lambda: system.sql(f"SELECT 1 FROM service WHERE person_id = {someone} AND status = 'active'"), 30, 'the service', system)
    copy = os.path.join(system.dir, 'copy')
    system.run('vault', 'backup', '--to', copy, '--data', system.data)
    keys = [int(k) for (k,) in system.sql(f"SELECT key_id FROM person_key WHERE person_id = {someone} AND class = 'account'")]
    system.sql(f"UPDATE service SET status = 'terminated', ended_at = created_at WHERE person_id = {someone}")
    client.submit(client.get('/account/leave').form('/account/leave/erase'), current=who['password'])
    start = time.monotonic()
    client.submit(client.get('/account/leave').form('/account/leave/now'))
    dead = 'SELECT count(*) FROM data_key WHERE wrapped IS NULL AND id = ?'
    wait_for(lambda: all(store(system, dead, k)[0][0] for k in keys), 60, 'the keys to be destroyed', system)
    gone = time.monotonic() - start
    total = store(system, 'SELECT destroyed FROM vault')[0][0]
    assert keys and total >= len(keys)
    wait_for(lambda: backed_up(system) >= total, 30, 'the backup to follow', system)
    print(f'# destroyed after {gone:.1f} s, out of the backup after {time.monotonic() - start:.1f} s', flush=True)
    assert time.monotonic() - start < 60, 'a minute'
    wait_for(lambda: verify(system, paper)[1] == 0, 60, 'everything to be kept', system)
    seen = all_kept(system, paper)
    assert f'and {store(system, "SELECT destroyed FROM vault")[0][0]} that were destroyed' in seen['recovery key'][1], seen['recovery key']
    assert system.stop() == 0
    done = restore(system, copy, paper, '--replace')
    assert done.returncode == 0 and 'destroyed again' in done.stdout, f'{done.stdout} {done.stderr}'
    assert all(store(system, dead, k)[0][0] for k in keys), 'a key came back with an older copy'
    all_kept_but_the_backup(system)


def all_kept_but_the_backup(system):
    seen, _ = verify(system)
    assert {c: v for c, v in seen.items() if v[0] == 'broken' and c != 'backup'} == {}, seen


# ---- what is wrong, is seen -------------------------------------------------------------------------------------------------

class Sabotage:
    """The key store behind the vault's back, and as it was again."""

    def __init__(self, system):
        self.system, self.vault, self.aside = system, folder(system, 'vault'), os.path.join(system.dir, 'aside')
        shutil.copytree(self.vault, self.aside)

    def run(self, statement, *values):
        with sqlite3.connect(folder(self.system, 'vault', 'keys.db')) as db:
            db.execute('PRAGMA secure_delete = OFF')
            db.execute(statement, values)
        db.close()

    def expect(self, check, words):
        seen, code = verify(self.system)
        assert code == 6 and seen[check][0] == 'broken' and words in seen[check][1], f'{check}: {code} {seen}'
        shutil.rmtree(self.vault)
        shutil.copytree(self.aside, self.vault)
        all_kept(self.system)


def sabotage(system):
    """Whatever is done to the vault behind its back, verify names it"""
    init(system)
    system.start()
    buy(system)
    system.run('vault', 'backup', '--data', system.data)
    assert system.stop() == 0
    all_kept(system)
    s = Sabotage(system)
    key = folder(system, 'vault', 'master.key')
    used = int(system.sql('SELECT min(key_id) FROM person_key')[0][0])
    os.chmod(key, 0o600)
    s.expect('master key', 'mode')
    shutil.copy(folder(system, 'avow.conf'), folder(system, 'vault', 'x'))  # no key: nothing to say
    with open(folder(system, 'vault', 'master.key.old'), 'wb') as f:
        f.write(b'0123456789abcdef' * 2)
    os.chmod(folder(system, 'vault', 'master.key.old'), 0o400)
    s.expect('master key', 'opens nothing')
    s.run('UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE id = 2) WHERE id = 1')
    s.expect('keys', 'do not open, the first is number 1')
    s.run('DELETE FROM data_key WHERE id = 3')
    s.expect('numbers', 'number 3 is missing')
    s.run('UPDATE data_key SET destroyed_at = 1 WHERE id = 4')
    s.expect('destroyed keys', 'still there')
    shutil.copy(folder(system, 'vault', 'keys.db'), folder(system, 'vault', 'keys.db.copy'))
    with sqlite3.connect(folder(system, 'vault', 'keys.db')) as db:
        db.execute('PRAGMA secure_delete = ON')
        db.execute('UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE id = 6')
    db.close()
    s.expect('destroyed keys', 'keys.db.copy still holds it')
    with sqlite3.connect(folder(system, 'vault', 'keys.db')) as db:
        db.execute('PRAGMA secure_delete = ON')
        db.execute('UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE id = ?', (used,))
    db.close()
    s.expect('people', 'destroyed without a tombstone')
    s.run('UPDATE vault SET destroyed = destroyed + 1')
    s.expect('backup', 'from before the last destruction')
    s.run("UPDATE vault SET uid = randomblob(16)")
    s.expect('backup', 'another vault')
    backup = folder(system, 'key-backup', 'keys.backup')
    os.rename(backup, backup + '.away')
    s_seen, code = verify(system)
    assert code == 6 and 'no backup yet' in s_seen['backup'][1], s_seen
    os.rename(backup + '.away', backup)
    system.sql("INSERT INTO disposal (uid, kind, day, statement_id, started_at, entries, keys, failed) SELECT uid, 'due', '2026-01-01', "
               '(SELECT max(id) FROM statement_version), 0, 0, 0, 0 FROM person LIMIT 1')
    system.sql('INSERT INTO tombstone (disposal_id, class, place, row_id, row_uid, key_id, reason, last_day, state, n_values, problem, made_at) '
               f"SELECT id, 'account', 'person', 1, uid, {used}, 'closed', '2026-01-01', 'proven', 1, '', 0 FROM disposal ORDER BY id DESC LIMIT 1")
    seen, code = verify(system)
    assert code == 6 and 'are here again' in seen['people'][1], seen
    system.sql(f'DELETE FROM tombstone WHERE key_id = {used}')
    system.sql(f'UPDATE person_key SET key_id = 99999999 WHERE key_id = {used}')
    seen, code = verify(system)
    assert code == 6 and 'never made' in seen['people'][1], seen


if __name__ == '__main__':
    for_both(rotation, loss, newer_than_the_backup, within_a_minute, sabotage)
