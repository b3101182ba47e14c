#!/usr/bin/env python3
"""2,000 orders while roles are killed 200 times: what was acknowledged is there, once; the books balance; nothing is missing.

Customers order, pay at the sandbox's page and get services from a program that makes a folder for each. Meanwhile writer,
courier, app, vault and front are killed with SIGKILL at random points of the run (AVOW_KILL_SEED repeats one). Some messages of
the gateway come twice. Then the clock is moved past every lease and deadline, everything has to come to rest, and is counted: in
the database, on the pages, at the gateway and at the platform."""
import concurrent.futures
import contextlib
import os
import queue
import random
import re
import signal
import threading
import time

from journeys import person
from lean import Lean, form_of, link_of
from system import Clock, for_both

ORDERS = int(os.environ.get('AVOW_KILL_ORDERS', '2000'))
KILLS = int(os.environ.get('AVOW_KILL_KILLS', '200'))
EACH = 5        # orders of one customer
AT_ONCE = 6     # customers
ROLES = ('writer', 'courier', 'app', 'vault', 'front')
LEASE = 121     # seconds: a killed courier's jobs are leased again after that
REST = 1000     # seconds: past the time after which the gateway is asked about a payment

PLATFORM = '''#!/bin/sh
# The platform of this test: a folder for each service, made once however often it is asked for.
read -r ask
service=${ask#*'"service":"'}; service=${service%%'"'*}
mkdir -p "$service" && echo . >> "$service/asked" &&
echo "{\\"ok\\":true,\\"username\\":\\"u$service\\",\\"address\\":\\"https://$service.example/\\",\\"remote_ref\\":\\"$service\\"}"
'''


class Customer:
    """Somebody with several orders, each acknowledged before the next is begun, and paid."""

    def __init__(self, run, n):
        self.run, self.chance = run, random.Random(f'{run.seed}/{n}')
        self.client = run.client(run.system, f'10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}')
        self.who, self.orders, self.restarts = person(full_name='Many Orders'), [], 0

    def sign_in(self):
        page = self.client.get('/login')
        self.client.submit(form_of(page, '/login'), email=self.who['email'], password=self.who['password'])

    def unseen_order(self):
        """The order that was placed although its acknowledgement never came: its customer finds it, as a person would, after
        signing in."""
        page = self.client.get('/orders')
        if page.status != 200:
            self.sign_in()
            page = self.client.get('/orders')
        new = [o for o in link_of(page, '/orders/') if o not in self.orders and not o.startswith('/orders?')]
        return new[0] if new else None

    def fill_basket(self):
        if not self.restarts or not form_of(self.client.get('/basket'), '/basket/update'):
            for name in ('one.example', 'two.example')[:2 if self.chance.random() < 0.1 else 1]:
                page = self.client.get('/products/starter')
                self.client.submit(form_of(page, '/basket/add'), hostname=name)
        page = self.client.get('/checkout')
        return form_of(page, '/checkout') if page.status == 200 else None

    def values(self, form):
        return {**{k: v for k, v in self.who.items() if k in form[1]}, 'acknowledged': '1'}

    def order(self):
        """Until an order is acknowledged."""
        for self.restarts in range(10):
            form = self.fill_basket()
            if form:
                answer = self.client.submit(form, **self.values(form))
                if answer.status == 303 and answer.location.startswith('/orders/'):
                    return answer.location
                # The answer was lost, and with it the session it brought; or the basket's cookie was, on an answer before.
            found = self.unseen_order()
            if found:
                return found
        raise AssertionError(f'no order in ten tries; the last one: {answer.status}')

    def pay(self, order):
        invoice = link_of(self.client.get(order), '/invoices/')[0]
        page = self.client.get(invoice)
        answer = self.client.submit(form_of(page, '/pay'))
        assert answer.status == 303, f'pay: {answer.status}'
        page = self.client.get(answer.location)
        outcome = 'duplicate' if self.chance.random() < 0.1 else 'pay'
        chosen = self.client.submit(form_of(page, '/sandbox/pay/'), outcome=outcome, card_country='GB')
        assert chosen.status in (303, 409), f'sandbox: {chosen.status}'

    def shop(self, orders):
        for _ in range(orders):
            order = self.order()
            self.orders.append(order)
            self.run.acknowledged(order)
            self.pay(order)


def share(n, system):
    """Three quarters of it on SQLite and one on PostgreSQL, so that the whole suite stays below half an hour; all of it on both when
    somebody asked for a number."""
    if 'AVOW_KILL_ORDERS' in os.environ:
        return n
    return n // 4 if system.database == 'postgres' else n - n // 4


class Run:
    """`wanted` orders of many customers, of whom AT_ONCE are there at a time; and what must be true when it is over."""

    def __init__(self, system, seed, wanted=None, client=Lean):
        self.system, self.seed, self.client = system, seed, client
        self.wanted = wanted or share(ORDERS, system)
        self.lock, self.orders, self.customers, self.trouble = threading.Lock(), [], [], []
        self.waiting = queue.Queue()
        for n in range(-(-self.wanted // EACH)):
            self.waiting.put(n)
        self.folder = os.path.join(system.dir, 'platform')
        os.mkdir(self.folder)
        program = os.path.join(system.dir, 'provision')
        with open(program, 'w', encoding='utf-8') as f:
            f.write(PLATFORM)
        os.chmod(program, 0o755)
        system.settings |= {'module.exec': program, 'module.exec_dir': self.folder, 'web.proxies': '127.0.0.1',
                            'log.level': 'warn',
                            # Four hundred people of one name, at one address: nobody shall look at each of them.
                            'fraud.review': '1000000', 'fraud.refuse': '0'}
        self.clock = Clock(system)
        self.rested = False
        self.killed = {role: 0 for role in ROLES}

    def acknowledged(self, order):
        with self.lock:
            self.orders.append(order)

    def work(self):
        try:
            while not self.trouble:
                n = self.waiting.get_nowait()
                customer = Customer(self, n)
                customer.shop(min(EACH, self.wanted - n * EACH))
                with self.lock:
                    self.customers.append(customer)
        except queue.Empty:
            pass
        except Exception as why:  # pylint: disable=broad-except
            self.trouble.append(f'customer {n}: {why!r}')

    def enough(self):
        """Nobody new comes; who is there finishes."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.waiting.get_nowait()

    def services(self):
        with os.scandir(self.folder) as entries:
            return sum(e.is_dir() for e in entries)

    def progress(self):
        return len(self.orders) + min(self.services(), self.wanted)

    def kill(self, role, chance):
        pids = self.system.roles().get(role)
        if not pids:
            return False
        os.kill(chance.choice(pids), signal.SIGKILL)
        self.killed[role] += 1
        if role == 'courier':
            self.clock.move(LEASE)
        return True

    def go(self):
        """Kills are spread over the progress of the run, not over time, so that every part of it gets its share on any machine."""
        chance = random.Random(self.seed)
        points = sorted(chance.randrange(2 * self.wanted - 20) for _ in range(share(KILLS, self.system)))
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(AT_ONCE)]
        for w in workers:
            w.start()
        moved, before = time.monotonic(), -1
        while points or any(w.is_alive() for w in workers):
            now = self.progress()
            moved, before = (time.monotonic(), now) if now != before else (moved, before)
            assert not self.trouble, self.trouble
            assert self.system.process.poll() is None, f'avow ended: {self.system.log()[-2000:]}'
            assert time.monotonic() - moved < 150, f'nothing moves at {now}: {self.state()}'
            if points and now >= points[0] and self.kill(chance.choice(ROLES), chance):
                points.pop(0)
            time.sleep(chance.uniform(0.01, 0.1))
        for w in workers:
            w.join()
        assert not self.trouble, self.trouble

    def state(self):
        return self.system.sql("SELECT state, kind, count(*), max(last_error) FROM job WHERE state <> 'done' GROUP BY state, kind")

    def come_to_rest(self):
        """Every lease and every wait is over: nothing may be left to do."""
        left, moved = -1, 0.0
        while now := self.count("job WHERE state IN ('queued', 'leased')"):
            if now != left:
                left, moved = now, time.monotonic()
            assert time.monotonic() - moved < 90, f'jobs do not come to an end: {self.state()}'
            if time.monotonic() - moved > 2 or not self.rested:
                self.clock.move(REST)
                self.rested = True
            time.sleep(0.3)
        assert not self.state(), f'dead jobs: {self.state()}'

    def count(self, what):
        return int(self.system.sql(f'SELECT count(*) FROM {what}')[0][0])


def books(run):
    """By SQL: what must be true of the books and of everything that hangs on an order."""
    count, wanted = run.count, run.wanted
    assert len(run.orders) == len(set(run.orders)) == wanted, f'{len(run.orders)} acknowledged, {len(set(run.orders))} of them different'
    assert count('orders') == wanted, f'{count("orders")} orders for {wanted} acknowledged'
    assert count('(SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0) AS odd') == 0, 'unbalanced'
    assert count('ledger') > 0 and count("ledger WHERE account = 'suspense'") == 0, 'money in suspense'
    assert count("invoice WHERE status <> 'paid' OR number IS NULL") == 0 and count('invoice') == wanted, 'invoices'
    series = run.system.sql('SELECT series, min(sequence), max(sequence), count(DISTINCT number) FROM invoice GROUP BY series')
    for name, low, high, different in series:  # one for each year, and a year may begin meanwhile
        assert low == '1' and high == different, f'{name}: numbers {low} to {high}, {different} different'
    assert sum(int(s[3]) for s in series) == wanted, f'numbers: {series}'
    assert count('(SELECT order_id FROM invoice GROUP BY order_id) AS o') == wanted, 'an order with two invoices'
    assert count("payment WHERE status <> 'succeeded'") == 0 and count('payment') == wanted, 'payments'
    assert count('(SELECT invoice_id FROM payment GROUP BY invoice_id) AS p') == wanted, 'an invoice paid twice'
    assert count("sandbox_charge WHERE state = 'paid'") == count('sandbox_charge') == wanted, 'charges at the gateway'
    wrong = ('payment p JOIN sandbox_charge c ON c.payment_uid = p.uid JOIN invoice i ON i.id = p.invoice_id '
             'WHERE c.amount <> p.amount OR p.amount <> i.gross OR c.currency <> i.currency')
    assert count(wrong) == 0, 'a charge of another amount'
    assert count("gateway_event WHERE outcome NOT IN ('applied', 'duplicate')") == 0, 'messages of the gateway'
    assert count("gateway_event WHERE outcome = 'applied'") == wanted, 'messages applied'
    booked = ("(SELECT i.id FROM invoice i LEFT JOIN ledger l ON l.invoice_id = i.id AND l.account = 'gateway' "
              'GROUP BY i.id, i.gross HAVING count(l.id) <> 1 OR sum(l.amount) <> i.gross) AS odd')
    assert count(booked) == 0, 'an invoice whose money is not booked once'


def services(run):
    """At the platform: a folder for each unit that was ordered, of exactly the services there are."""
    units = int(run.system.sql('SELECT CAST(sum(quantity) AS BIGINT) FROM order_line')[0][0])
    assert run.count("service WHERE status = 'active'") == run.count('service') == units, 'one service for each unit'
    refs = {row[0] for row in run.system.sql('SELECT remote_ref FROM service')}
    folders = set(os.listdir(run.folder))
    assert folders == refs and len(folders) == units, f'{len(folders)} folders, {len(refs)} services, {units} units'
    asked = [sum(1 for _ in open(os.path.join(run.folder, f, 'asked'), encoding='utf-8')) for f in folders]
    print(f'# {units} services; {sum(n > 1 for n in asked)} were asked for again after a kill', flush=True)
    ready = int(run.system.sql("SELECT count(*) FROM mail_sent WHERE template = 'service_ready'")[0][0])
    assert ready == units, f'{ready} messages for {units} services'


def numbers_of(customer):
    """The numbers of a customer's invoices, each read on its own page."""
    listed = set(link_of(customer.client.get('/orders'), '/orders/'))
    assert set(customer.orders) <= listed, f'{customer.orders} are not all in {listed}'
    found = []
    for invoice in link_of(customer.client.get('/invoices'), '/invoices/'):
        number = re.search(r'\b[A-Z]+-\d{4}-\d{5,}\b', customer.client.get(invoice).text)
        assert number, f'{invoice} has no number'
        found.append(number.group(0))
    return found


def pages(run):
    """As customers see it: each acknowledged order, its paid invoice, and no number twice or left out."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as looking:
        numbers = [n for some in looking.map(numbers_of, run.customers) for n in some]
    booked = [row[0] for row in run.system.sql('SELECT number FROM invoice')]
    assert sorted(numbers) == sorted(booked), f'{len(numbers)} numbers on the pages, {len(set(numbers))} different'


def killed_roles(system):
    """2,000 orders and 200 kills: every acknowledged order is there, charged once, served once, and the books balance"""
    seed = int(os.environ.get('AVOW_KILL_SEED') or random.SystemRandom().randrange(10**9))
    print(f'# AVOW_KILL_SEED={seed}', flush=True)
    run = Run(system, seed)
    system.init().start()
    start = time.monotonic()
    run.go()
    ordered = time.monotonic()
    run.come_to_rest()
    rested = time.monotonic()
    books(run)
    services(run)
    pages(run)
    repeated = sum(c.client.repeated for c in run.customers)
    print(f'# kills: {run.killed}; {repeated} requests were sent again; {ordered - start:.0f} s for the run, '
          f'{rested - ordered:.0f} s to come to rest, {time.monotonic() - rested:.0f} s to look at it', flush=True)
    assert sum(run.killed.values()) == share(KILLS, system)
    assert system.stop() == 0, 'a clean stop'


if __name__ == '__main__':
    killed_roles.__doc__ = (killed_roles.__doc__.replace('2,000', f'{ORDERS:,}').replace('200 kills', f'{KILLS} kills')
                            + ' (three quarters on SQLite and one on PostgreSQL, unless AVOW_KILL_ORDERS says how many)')
    for_both(killed_roles)
