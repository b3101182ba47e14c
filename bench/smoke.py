#!/usr/bin/env python3
"""bench/run with tiny counts: every row is printed, and nothing fails. How fast anything was is not looked at."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
BUILD = sys.argv[1]
PAGES = ('product', 'login', 'invoice list', 'invoice', 'staff list', 'staff search')
ORDERS = [f'{what}, {n} clients' for what in ('order.place', 'invoice issue') for n in (1, 16, 64)]
EXPECTED = {
    'fill': 2, 'start': 1, 'memory': 4, 'static': 2, 'page': len(PAGES) + 4, 'orders': 2 * (len(ORDERS) + 1), 'growth': 5,
}


def main():
    with tempfile.TemporaryDirectory(prefix='avow-smoke-') as folder:
        rows = os.path.join(folder, 'rows.json')
        done = subprocess.run([os.path.join(HERE, 'run'), '--build', BUILD, '--tiny', '--json', rows], capture_output=True,
                              text=True, timeout=540)
        sys.stdout.write(''.join(f'# {line}\n' for line in (done.stdout + done.stderr).splitlines()))
        ok = done.returncode == 0
        print(f'{"" if ok else "not "}ok 1 - every part of bench/run ends well')
        with open(rows, encoding='utf-8') as f:
            found = json.load(f)
    n = 1
    postgres = bool(os.environ.get('AVOW_TEST_PG'))
    for part, count in EXPECTED.items():
        n += 1
        if postgres:
            count += {'fill': 1, 'page': len(PAGES), 'static': 0, 'orders': len(ORDERS) + 1}.get(part, 0)
        names = [row['name'] for row in found if row['part'] == part]
        right = len(names) >= count and all(isinstance(v, (int, float)) for row in found for k, v in row.items()
                                           if k not in ('part', 'name'))
        ok = ok and right
        print(f'{"" if right else "not "}ok {n} - the rows of {part}: {len(names)} of {count}')
    for what in (*PAGES, *ORDERS):
        n += 1
        there = any(row['name'] == what for row in found)
        ok = ok and there
        print(f'{"" if there else "not "}ok {n} - a row for {what}')
    print(f'1..{n}')
    return 0 if ok else 1


if __name__ == '__main__':
    sys.exit(main())
