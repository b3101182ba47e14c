#!/usr/bin/env python3
"""Sealing: what people entered stands in no file in the clear, but for the message that was handed to delivery."""
import os
import unicodedata

from journeys import buy, choose, checkout_form, fill, person, sign_in
from system import Client, for_both, wait_for

PLANTED = {
    'full_name': 'Zephyrine Quackenbush', 'email': 'zephyrine.quackenbush@planted.example', 'telephone': '+44 117 496 0199',
    'address1': '77 Marzipan Crescent', 'city': 'Ottery Saint Mary', 'postcode': 'EX11 1QP', 'password': 'pineapple umbrella seventy',
    'reference': 'PLANTEDREF9',
}
HOST = 'planted-host-name.example'


def spellings(value):
    """The value as it might stand in a file: as typed, folded, without spaces; in UTF-8 and UTF-16."""
    words = {value, value.lower(), value.upper(), value.replace(' ', ''), value.replace(' ', '').lower(),
             unicodedata.normalize('NFKD', value)}
    return {w.encode(code) for w in words for code in ('utf-8', 'utf-16-le')}


def planted_values():
    values = dict(PLANTED, hostname=HOST, phone_e164='+441174960199')
    return {name: spellings(v) for name, v in values.items()}


def files(system):
    """Every file of the installation but delivered mail and the web spaces themselves, which are what was bought."""
    for root, folders, names in os.walk(system.dir):
        if root == system.data:
            folders[:] = [f for f in folders if f not in ('mail', 'webspace')]
        for name in names:
            path = os.path.join(root, name)
            if os.path.isfile(path):
                yield path


def search(system, found):
    for path in files(system):
        with open(path, 'rb') as f:
            content = f.read()
        for name, needles in planted_values().items():
            if any(n in content for n in needles):
                found.add(f'{name} in {os.path.relpath(path, system.dir)}')


def search_database(system, found):
    """The server's own files are not ours to read; every value of every table is."""
    tables = system.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    for (table,) in tables:
        content = '\n'.join('\t'.join(r) for r in system.sql(f'SELECT t::text FROM {table} t')).encode()
        for name, needles in planted_values().items():
            hexes = {n.hex().encode() for n in needles}
            if any(n in content for n in needles | hexes):
                found.add(f'{name} in table {table}')


def the_search_can_find(system):
    """What is planted in a file, and in a table, is found: otherwise finding nothing would say nothing."""
    canary, seen = os.path.join(system.dir, 'canary'), set()
    with open(canary, 'w', encoding='utf-8') as f:
        f.write('x' + PLANTED['telephone'].replace(' ', '') + 'x')
    search(system, seen)
    os.unlink(canary)
    assert any('canary' in s for s in seen), 'the search over files finds nothing'
    if system.database == 'postgres':
        system.sql('CREATE TABLE canary (note text)')
        system.sql(f"INSERT INTO canary VALUES ('{PLANTED['city']}')")
        search_database(system, seen)
        system.sql('DROP TABLE canary')
        assert any('table canary' in s for s in seen), 'the search over tables finds nothing'


def nothing_in_the_clear(system):
    """planted values are in no file, log, write-ahead log or queue while everything is going on"""
    system.init().start()
    found = set()
    who = person(**PLANTED)
    client = Client(system)
    choose(client, 'starter', hostname=HOST)
    search(system, found)
    form = checkout_form(client)
    client.submit(form, **fill(form, who, postcode='nonsense'))  # refused: must not be logged either
    form = checkout_form(client)
    page = client.submit(form, **fill(form, who))
    assert '/checkout' not in page.url, page.text[:500]
    search(system, found)
    buy(system, person(full_name='Somebody Else'))
    wait_for(lambda: system.mails(), 20, 'mail', system)
    sign_in(system, PLANTED['email'], 'a wrong password')
    sign_in(system, PLANTED['email'], PLANTED['password'])
    search(system, found)
    if system.database == 'postgres':
        search_database(system, found)
    system.stop()
    search(system, found)
    the_search_can_find(system)
    assert not found, 'in the clear: ' + ', '.join(sorted(found))
    assert PLANTED['full_name'] in client_sees(system, PLANTED), 'and yet the person can read it'


def client_sees(system, who):
    system.start()
    client, _ = sign_in(system, who['email'], who['password'])
    return client.get('/account/data').text


if __name__ == '__main__':
    for_both(nothing_in_the_clear)
