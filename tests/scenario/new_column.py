#!/usr/bin/env python3
"""A column that is added to the schema appears where people look, and in the copy they take, without anybody adding it there.

The program is built anew for this, with a column of the test's own: that takes some minutes on a slow machine."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile

import system as systems
from access import ask, fetch, opened, values
from journeys import buy, person
from system import ROOT, for_both

COLUMN = '''-- A column that no code knows.
ALTER TABLE person ADD COLUMN favourite @text; --: pd(account.favourite) clear("a colour is the same for millions")
-- And a table, whose rows go with their service.
CREATE TABLE pet (                         --: owner service_id>service
  id           @id,                        --: none
  uid          @uid NOT NULL UNIQUE,       --: none
  service_id   @ref(service) NOT NULL,     --: link
  legs         @i64 NOT NULL,              --: none
  name         @text                       --: pd(service.pet) clear("many dogs are called so")
);
CREATE INDEX pet_service ON pet (service_id, id);
'''
FIELD = '      favourite: { title: favourite colour,    dpv: pd:Identifying }\n'
PET = '      pet:      { title: name of your dog, dpv: pd:Identifying }\n'
ASKED = '''      account.favourite:
        need: optional
        for: [account]
        why: A test wants to know.
      service.pet:
        need: optional
        for: [account]
        why: Another wants to know, too.
'''


def edit(path, old, new):
    with open(path, encoding='utf-8') as f:
        text = f.read()
    assert text.count(old) == 1, f'{path}: {text.count(old)} × {old!r}'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text.replace(old, new))


def build(folder):
    """The program with a column and a table more: nothing but the schema and the statement are touched."""
    source = os.path.join(folder, 'source')
    skip = shutil.ignore_patterns('.git', 'build*', 'data', '.cache', 'node_modules', '__pycache__')
    shutil.copytree(ROOT, source, ignore=skip)
    name = f'{max(int(f[:4]) for f in os.listdir(os.path.join(source, "schema")) if f[:4].isdigit()) + 1:04d}-test.sql'
    with open(os.path.join(source, 'schema', name), 'w', encoding='utf-8') as f:
        f.write(COLUMN)
    meson = os.path.join(source, 'gen', 'meson.build')
    with open(meson, encoding='utf-8') as f:
        last = re.findall(r"'\.\./schema/\d{4}-[a-z-]+\.sql'\)", f.read())[-1]
    edit(meson, last, f"{last[:-1]}, '../schema/{name}')")
    rules = os.path.join(source, 'statement', 'rules.yaml')
    edit(rules, '      full_name: { title: full name,', FIELD + '      full_name: { title: full name,')
    edit(rules, '      username: { title: user name of the service,', PET + '      username: { title: user name of the service,')
    edit(rules, '    sources: [program]\n    fields:\n', '    sources: [program]\n    fields:\n' + ASKED)
    there = os.path.join(folder, 'build')
    for command in (f'meson setup {shlex.quote(there)} --buildtype=debug -Doptimization=0',
                    f'ninja -C {shlex.quote(there)} src/cmd/avow'):
        done = subprocess.run(shlex.split(command), cwd=source, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return os.path.join(there, 'src', 'cmd', 'avow')


def appears(system):
    """a new personal column and a new table: on the page of one's data, in the copy, in the statement as programs read it"""
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    number = system.sql("SELECT id FROM person WHERE kind = 'customer'")[0][0]
    blob = "decode('000102030405060708090a0b0c0d0e0f', 'hex')" if system.database == 'postgres' else "x'000102030405060708090a0b0c0d0e0f'"
    system.sql(f"UPDATE person SET favourite = 'heliotrope' WHERE id = {number}")
    system.sql(f"INSERT INTO pet (uid, service_id, legs, name) SELECT {blob}, id, 3, 'Wherryman' FROM service WHERE person_id = {number}")
    page = client.get('/account/data')
    for words in ('favourite colour', 'heliotrope', 'name of your dog', 'Wherryman'):
        assert words.lower() in page.text.lower(), f'{words} is not on the page'
    ask(client, who['password'])
    box, data = opened(fetch(client))
    held = values(data)
    assert ('person.favourite', 'heliotrope') in held and ('pet.name', 'Wherryman') in held, 'not in data.json'
    assert any(c['column'] == 'pet.name' and c['title'] == 'name of your dog' for c in data['columns']), 'nor what it is'
    pet = [r for t in data['tables'] if t['table'] == 'pet' for r in t['rows']]
    assert pet[0]['record']['legs'] == 3, 'what stands beside it'
    assert 'Wherryman' in box.read('csv/pet.csv').decode() and 'heliotrope' in box.read('csv/person.csv').decode()
    assert 'Wherryman' in box.read('index.html').decode()
    other, _ = buy(system)
    assert 'Wherryman' not in other.get('/account/data').text, 'and only its owner sees it'
    assert 'name of your dog' in client.get('/privacy.jsonld').raw.decode().lower(), 'what programs read of the statement names it'


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='avow-') as where:
        os.chmod(where, 0o755)
        systems.AVOW = build(where)
        for_both(appears)
