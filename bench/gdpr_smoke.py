#!/usr/bin/env python3
"""bench/gdpr with tiny counts: every row is printed, every answer is the model's. How fast anything was is not looked at."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
BUILD = sys.argv[1]
WORKLOADS = {'paper': ('processor', 'regulator', 'customer', 'controller', 'all of it'), 'repository': ('processor', 'customer', 'controller', 'all of it')}
RECORDS = (200, 400)


def expected():
    """(part, what the name says) of every row there has to be."""
    for database in ('sqlite', *(['postgres'] if os.environ.get('AVOW_TEST_PG') else [])):
        for mix, names in WORKLOADS.items():
            for n in RECORDS:
                label = f'{database}, {n} records, {mix}'
                yield 'gdpr fill', f'{label}: filled by the gates'
                yield 'gdpr person', f'{label}: one person'
                for name in names:
                    yield 'gdpr workload', f'{label}: {name}'
        yield 'gdpr growth', f'{database}, customer, read data by person'


def main():
    with tempfile.TemporaryDirectory(prefix='avow-gdpr-') as folder:
        rows = os.path.join(folder, 'rows.json')
        done = subprocess.run([os.path.join(HERE, 'gdpr'), '--build', BUILD, '--records', ','.join(map(str, RECORDS)), '--ops', '150',
                               '--clients', '8', '--json', rows], capture_output=True, text=True, timeout=540)
        sys.stdout.write(''.join(f'# {line}\n' for line in (done.stdout + done.stderr).splitlines()))
        with open(rows, encoding='utf-8') as f:
            found = json.load(f)
    checks = [('it ends well', done.returncode == 0)]
    names = {(row['part'], row['name']): row for row in found}
    checks += [(f'a row for {name}', (part, name) in names) for part, name in expected()]
    checks += [(f'{row["name"]}: every answer is the model\'s', row['correct %'] == 100) for row in found if 'correct %' in row]
    checks += [(f'{row["name"]}: nothing opens afterwards', row['proven'] == 1) for row in found if 'proven' in row]
    queries = {row['name'].rsplit(', ', 1)[1] for row in found if row['part'] == 'gdpr query'}
    checks.append((f'20 kinds of query: {len(queries)}', len(queries) == 20))
    for i, (what, ok) in enumerate(checks, 1):
        print(f'{"" if ok else "not "}ok {i} - {what}')
    print(f'1..{len(checks)}')
    return 0 if all(ok for _, ok in checks) else 1


if __name__ == '__main__':
    sys.exit(main())
