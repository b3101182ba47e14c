#!/usr/bin/env python3
"""The database server is gone for a minute while people click and pay and the courier works; then it comes back.

On a PostgreSQL of its own, because it stops it, as a crash would. (A server that is gone for seconds, role by role:
tests/proc/database_away.c.)"""
import contextlib
import os
import subprocess
import tempfile
import threading
import time

import kills
import lean
from journeys import sign_in
from system import ROOT, System, for_both, wait_for

AWAY = 60       # seconds
AT_LEAST = 25   # orders before it goes, and after it came back
SORRY = 'Nothing was lost; please try again.'


class Watchful(lean.Lean):
    """A customer who looks at what they are told when something cannot be done."""
    told, odd = 0, []

    def ask(self, method, path, body=None):
        answer = super().ask(method, path, body)
        if answer.status >= 500:
            Watchful.told += 1
            if answer.status != 503 or SORRY not in answer.text or '</html>' not in answer.text:
                Watchful.odd.append((method, path.split('?')[0], answer.status, answer.text[:200]))
        return answer


@contextlib.contextmanager
def own_server():
    """A PostgreSQL of its own: (its address, what to call it with)."""
    folder = tempfile.mkdtemp(prefix='avow-away-')
    os.chmod(folder, 0o711)

    up = []

    def pg(verb):
        printed = subprocess.run([os.path.join(ROOT, 'tools', 'pg'), verb, os.path.join(folder, 'pg')], check=True,
                                 capture_output=True, text=True).stdout.strip()
        up[:] = [verb == 'start']
        return printed
    try:
        yield pg('start'), pg
    finally:
        if up == [False]:
            pg('start')  # it ended while the server was away
        pg('stop')
        os.rmdir(folder)


def orders_more(run, n):
    """Until so many more were acknowledged and are served by the platform."""
    before = run.services()
    wait_for(lambda: run.trouble or run.services() >= before + n, 120, f'{n} more services', run.system)
    assert not run.trouble, run.trouble


def while_away(run, staff):
    """People go on clicking; nothing they are told is unclear; nobody is restarted."""
    end = time.monotonic() + AWAY
    asked, before = 0, len(run.orders)
    while time.monotonic() < end:
        page = staff.get('/staff/orders')
        assert page.status == 503 and SORRY in page.text, f'staff: {page.status} {page.text[:300]}'
        asked += 1
        time.sleep(1)
    assert asked > AWAY / 4, 'staff are answered quickly'
    assert len(run.orders) <= before + kills.AT_ONCE, 'an order was acknowledged by nobody'
    assert run.system.process.poll() is None


def story(system, pg):
    run = kills.Run(system, 'away', wanted=100000, client=Watchful)
    lean.PATIENCE = 4 * AWAY
    system.init().start()
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    workers = [threading.Thread(target=run.work, daemon=True) for _ in range(kills.AT_ONCE)]
    for w in workers:
        w.start()
    orders_more(run, AT_LEAST)
    before = system.roles()
    pg('halt')
    while_away(run, staff)
    pg('start')
    wait_for(lambda: staff.get('/staff/orders').status == 200, 30, 'staff to be served again', system)
    run.clock.move(kills.LEASE)  # what the courier held when the server went is leased again after that
    orders_more(run, AT_LEAST)
    run.enough()
    for w in workers:
        w.join(120)
        assert not w.is_alive(), f'somebody waits still: {run.state()}'
    assert not run.trouble, run.trouble
    run.wanted = len(run.orders)
    run.come_to_rest()
    kills.books(run)
    kills.services(run)
    kills.pages(run)
    assert system.roles() == before, 'nobody had to be restarted'
    assert Watchful.told > AWAY and not Watchful.odd, f'{Watchful.told} refusals; not clear: {Watchful.odd[:5]}'
    assert 'event=bug' not in system.log(), 'a server that is away is no mistake of ours'
    print(f'# {run.wanted} orders; {Watchful.told} times somebody was told to come again', flush=True)


def gone_a_minute(_):
    """PostgreSQL is gone for a minute while people click and pay: all are told clearly, it goes on by itself, all is there, once"""
    with own_server() as (address, pg):
        system = System('postgres', server=address)
        try:
            story(system, pg)
        finally:
            system.close()


gone_a_minute.databases = ('postgres',)

if __name__ == '__main__':
    for_both(gone_a_minute)
