#!/usr/bin/env python3
"""bench/dispose with few people: every row is printed, what was due is gone, and the vault is as it should be."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
BUILD = sys.argv[1]
EACH, DUE = 2, 3


def main():
    with tempfile.TemporaryDirectory(prefix='avow-dispose-') as folder:
        rows = os.path.join(folder, 'rows.json')
        done = subprocess.run([os.path.join(HERE, 'dispose'), '--build', BUILD, '--people', '1000', '--invoices-each', str(EACH), '--due',
                               str(DUE), '--seconds', '0.5', '--json', rows], capture_output=True, text=True, timeout=540)
        sys.stdout.write(''.join(f'# {line}\n' for line in (done.stdout + done.stderr).splitlines()))
        with open(rows, encoding='utf-8') as f:
            found = {row['name']: row for row in json.load(f)}
    checks = [('it ends well', done.returncode == 0)]
    for database in ('sqlite', *(['postgres'] if os.environ.get('AVOW_TEST_PG') else [])):
        day, vault = (found.get(f'{database}: {what}', {}) for what in ('a day of disposals', 'the vault afterwards'))
        loaded = DUE + DUE * EACH  # people, and invoices of others
        checks += [(f'{database}: {day.get("due")} were due, of which {loaded} were loaded', day.get('due', 0) >= loaded),
                   (f'{database}: nothing is left', day.get('left') == 0),
                   (f'{database}: pages were answered meanwhile', day.get('pages per s', 0) > 0 and day.get('x idle', 0) > 0),
                   (f'{database}: the vault was verified', vault.get('checks', 0) >= 6 and vault.get('broken') == 0)]
    for i, (what, ok) in enumerate(checks, 1):
        print(f'{"" if ok else "not "}ok {i} - {what}')
    print(f'1..{len(checks)}')
    return 0 if all(ok for _, ok in checks) else 1


if __name__ == '__main__':
    sys.exit(main())
