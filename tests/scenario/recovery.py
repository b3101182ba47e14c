#!/usr/bin/env python3
"""Roles are killed while people order: what was acknowledged is there, once, and the system comes back by itself."""
import os
import random
import signal
import threading
import time

from journeys import choose, checkout_form, fill, person, sandbox
from system import Client, for_both, wait_for

ORDERS = 24
KILLS = 12
ROLES = ('writer', 'app', 'vault', 'courier', 'front')


class Shopper(threading.Thread):
    """Orders once and tries again with the same form until the order is acknowledged, as a person would."""

    def __init__(self, system, n):
        super().__init__()
        self.system, self.n, self.acknowledged, self.trouble = system, n, None, None

    def patiently(self, act):
        for _ in range(60):
            try:
                page = act()
                if page.status < 500:
                    return page
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError('never served')

    def look(self, client, values):
        """The answer was lost after the order was placed, and the visitor's session and its form had ended: the customer finds
        the order, signed in already or not."""
        page = self.patiently(lambda: client.get('/orders'))
        for form in [f for f in page.forms if f.action.startswith('/login')]:
            self.patiently(lambda f=form: client.submit(f, email=values['email'], password=values['password']))
        page = self.patiently(lambda: client.get('/orders'))
        return self.patiently(lambda: client.get(page.link('/orders/')))

    def run(self):
        try:
            client = Client(self.system)
            self.patiently(lambda: choose_gently(client))
            page = self.patiently(lambda: client.get('/checkout'))
            form = page.form('/checkout')
            values = fill(form, person(full_name=f'Shopper {"abcdefghijklmnopqrstuvwxyz"[self.n % 26]}'))
            page = self.patiently(lambda: client.submit(form, **values))
            if page.status in (409, 410):
                page = self.look(client, values)
            assert page.status == 200 and '/checkout' not in page.url, f'{page.status} {page.url} {page.text[:300]}'
            self.acknowledged = client
        except Exception as why:  # pylint: disable=broad-except
            self.trouble = f'shopper {self.n}: {why}'


def choose_gently(client):
    """One product in the basket, however often this is tried."""
    page = client.get('/basket')
    if page.status >= 500:
        return page
    if not [f for f in page.forms if '/basket/update' in f.action]:
        page = client.get('/products/starter')
        if page.status < 500:
            page = client.submit(page.form('/basket/add'), hostname='shop.example')
            if not [f for f in page.forms if '/basket/update' in f.action]:
                raise OSError('the basket, or the cookie it hangs on, was lost on the way')
    return page


def killed_roles(system):
    """no acknowledged order is lost and none is there twice while roles are killed with SIGKILL"""
    system.init().start()
    chance = random.Random(20261123)
    shoppers = [Shopper(system, n) for n in range(ORDERS)]
    waiting = list(shoppers)
    kills = 0
    while waiting or kills < KILLS or any(s.is_alive() for s in shoppers):
        while waiting and sum(s.is_alive() for s in shoppers) < 3:
            waiting.pop().start()
        if kills < KILLS:
            role = ROLES[kills % len(ROLES)]
            pids = system.roles().get(role)
            if pids:
                os.kill(chance.choice(pids), signal.SIGKILL)
                kills += 1
        time.sleep(chance.uniform(0.3, 0.9))
    trouble = [s.trouble for s in shoppers if s.trouble]
    assert not trouble, trouble
    assert kills == KILLS, f'only {kills} kills'
    assert len(system.sql('SELECT id FROM orders')) == ORDERS, 'orders'
    assert system.sql('SELECT count(DISTINCT person_id) FROM orders') == [[str(ORDERS)]]
    buyer = shoppers[0].acknowledged
    wait_for(lambda: buyer.get('/invoices').status == 200, 30, 'the system', system)
    invoice = buyer.get('/invoices').link('/invoices/')
    sandbox(buyer, 'pay', invoice=invoice)
    for _ in range(3):
        for role in ('courier', 'writer'):
            for pid in system.roles().get(role, []):
                os.kill(pid, signal.SIGKILL)
        time.sleep(1)
    wait_for(lambda: system.sql("SELECT count(*) FROM service WHERE status = 'active'") == [['1']], 150, 'one active service', system)
    assert system.sql("SELECT count(*) FROM payment WHERE status = 'succeeded'") == [['1']]
    assert system.sql('SELECT count(*) FROM (SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0) AS odd') == [['0']]
    assert system.stop() == 0


def reload(system):
    """SIGHUP brings in a changed configuration while people are served"""
    system.init().start()
    assert 'Renamed Hosting' not in Client(system).get('/').text
    with open(os.path.join(system.data, 'avow.conf'), 'a', encoding='utf-8') as f:
        f.write('\ncompany.name = Renamed Hosting Ltd\n')
    system.process.send_signal(signal.SIGHUP)
    refused = []
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page = Client(system).get('/')
        if page.status != 200:
            refused.append(page.status)
        if 'Renamed Hosting' in page.text:
            break
        time.sleep(0.1)
    else:
        raise AssertionError('the new name never came')
    assert not refused, f'people were refused meanwhile: {refused}'


if __name__ == '__main__':
    for_both(killed_roles, reload)
