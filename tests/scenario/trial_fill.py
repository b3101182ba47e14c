#!/usr/bin/env python3
"""avow trial --customers: a system full of people who do not exist, made by the rules, the same for the same seed."""
import re
import subprocess
import tempfile

from system import AVOW, Client, System, for_both


INVOICES = "invoice WHERE kind = 'invoice'"  # and not a credit note


def fill(system, *more, check=True, size=(12, 40, 50)):
    settings = [a for name, value in system.settings.items() for a in ('--set', f'{name}={value}')]
    customers, invoices, services = (str(n) for n in size)
    return subprocess.run([AVOW, 'trial', '--customers', customers, '--invoices', invoices, '--services', services, '--data', system.data,
                           *settings, *more], capture_output=True, text=True, check=check, timeout=300)


def sign_in_of(out, who):
    return re.search(rf'{who} sign-in:\s*(\S+).*\n\s*password:\s*(\S+)', out).groups()


def count(system, what):
    return int(system.sql(f'SELECT count(*) FROM {what}')[0][0])


def content(system):
    """What people see of invoices, without what differs in every system by its keys."""
    uid = "encode(uid, 'hex')" if system.database == 'postgres' else 'hex(uid)'
    return system.sql(f'SELECT number, status, currency, net, gross, territory, created_at, {uid} FROM invoice ORDER BY id')


def filled(system):
    """A filled trial holds what was asked for, balances, and its customers and staff can sign in."""
    out = fill(system).stdout
    assert count(system, "person WHERE kind = 'customer'") == 12
    assert count(system, INVOICES) == 40 and count(system, 'service') == 50
    assert count(system, 'job') == 0, 'nobody is told of what did not happen'
    sums = system.sql('SELECT currency, sum(amount) FROM ledger GROUP BY currency')
    assert sums and all(int(total) == 0 for _, total in sums), sums
    numbers = [row[0] for row in system.sql('SELECT number FROM invoice WHERE number IS NOT NULL ORDER BY id')]
    assert count(system, 'rhythm WHERE parked IS NOT NULL') == 0, 'nobody is behind'
    years = {}
    for number in numbers:
        series, _, sequence = number.rpartition('-')
        years[series] = years.get(series, 0) + 1
        assert int(sequence) == years[series], f'{number}: numbers have a gap, or do not rise with time'
    assert len(years) > 2, 'over several years'
    system.start()
    email, password = sign_in_of(out, 'customer')
    client = Client(system)
    form = client.get('/login').form('/login')
    page = client.submit(form, email=email, password=password)
    assert page.status == 200 and '/login' not in page.url, page.text[:300]
    listed = client.get('/invoices')
    assert re.search(r'INV-20\d\d-\d{5}', listed.text), listed.text[:500]
    email, password = sign_in_of(out, 'staff')
    staff = Client(system)
    form = staff.get('/staff/login').form('/staff/login')
    staff.submit(form, email=email, password=password)
    assert 'customer' in staff.get('/staff/customers').text.lower()
    system.stop()


def refused(system):
    """A system that somebody has used is left alone, and so is one that runs."""
    system.init().start()
    runs = fill(system, check=False)
    assert runs.returncode != 0 and 'stop it first' in runs.stderr, runs.stderr
    system.stop()
    assert count(system, INVOICES) == 0 and count(system, 'person') == 1
    fill(system)
    again = fill(system, check=False)
    assert again.returncode != 0 and 'not empty' in again.stderr, again.stderr
    assert count(system, INVOICES) == 40
    few = fill(system, '--services', '3', check=False)
    assert few.returncode != 0


def same_seed(system):
    """The same seed makes the same people and invoices with the same addresses; another one makes others."""
    fill(system, '--seed', '7')
    first = content(system)
    other = System(system.database)
    try:
        fill(other, '--seed', '7')
        assert content(other) == first
    finally:
        other.close()
    other = System(system.database)
    try:
        fill(other, '--seed', '8')
        assert content(other) != first
    finally:
        other.close()


if __name__ == '__main__':
    for_both(filled, refused, same_seed)
