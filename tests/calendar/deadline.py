#!/usr/bin/env python3
"""avow deadline on the command line: what it prints, as lines and as JSON, and how it names what is wrong."""
import json
import os
import subprocess
import sys
import tempfile

AVOW = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory()  # without a data folder: the defaults count
GOOD = [
    ('sar --from 2026-01-31', '2026-03-02', '2026-02-27'),
    ('sar --from 2025-09-03', '2025-10-03', '2025-10-02'),
    ('sar --from 2026-09-03T23:59', '2026-10-05', '2026-10-02'),
    ('sar --from 2026-09-03T22:59:59Z', '2026-10-05', '2026-10-02'),
    ('sar --from 2026-09-03T23:00Z', '2026-10-05', '2026-10-03'),  # the 4th in London
    ('sar --from 2026-09-03 --pause 2026-09-10..2026-09-14', '2026-10-08', '2026-10-07'),
    ('sar --from 2026-09-03 --pause 2026-09-10..2026-09-14 --pause 2026-09-14..2026-09-15', '2026-10-09', '2026-10-08'),
    ('sar-extended --from 2026-01-31', '2026-04-30', '2026-04-29'),
    ('complaint --from 2026-11-26 --calendar northern-ireland', '2026-12-29', '2026-12-25'),
    ('dispute --from 2026-11-26', '2027-04-08', None),
    ('dispute --from 2026-11-26 --calendar scotland', '2027-04-09', None),
    ('sar --from 2026-05-15 --calendar scotland', '2026-06-16', '2026-06-14'),  # proclaimed, by calendar.holidays
    ('sar --from 2026-05-15 --calendar scotland --set calendar.holidays=', '2026-06-15', '2026-06-14'),
    ('sar --from 2026-05-15 --set calendar.division=scotland', '2026-06-16', '2026-06-14'),
    ('breach --from 2026-10-23T13:00', '2026-10-26T12:00:00Z', None),
    ('breach --from 2026-10-25T01:30', '2026-10-28T00:30:00Z', None),  # of the two, the first
    ('breach --from 2026-11-26T10:00:00+05:30', '2026-11-29T04:30:00Z', None),
    ('breach --from 2026-07-01', '2026-07-03T23:00:00Z', None),
]
BAD = [
    ('sar', 64, '--from'), ('sar --from', 64, '--from'), ('nothing --from 2026-01-01', 3, '--rule'),
    ('sar --from 2026-02-30', 3, '--from'), ('sar --from 26/01/2026', 3, '--from'), ('sar --from 2026-01-01T25:00', 3, '--from'),
    ('breach --from 2026-03-29T01:30', 3, '--from'), ('breach --from 2026-01-01T10:00+99:00', 3, '--from'),
    ('sar --from 2026-09-03 --pause 2026-09-10', 3, '--pause'), ('sar --from 2026-09-03 --pause 2026-09-12..2026-09-10', 3, '--pause'),
    ('sar --from 2026-09-03 --pause 2026-09-01..2026-09-10', 3, '--pause'), ('sar --from 2026-09-03 --pause 2027-01-01..2027-01-02', 3, '--pause'),
    ('dispute --from 2026-09-03 --pause 2026-09-10..2026-09-11', 3, '--pause'), ('sar --from 2026-09-03 --calendar wales', 3, '--calendar'),
    ('dispute --from 2028-11-01', 3, '--from'), ('sar --from 2028-12-05', 3, '--from'), ('sar --from 2026-09-03 --speed fast', 64, '--speed'),
    ('sar --from 2026-09-03 --set calendar.holidays=tomorrow', 2, 'calendar.holidays'),
]


def run(words):
    return subprocess.run([AVOW, 'deadline', '--rule', *words.split()], capture_output=True, text=True, cwd=FOLDER.name, check=False)


def main():
    n, failed = 0, 0
    for words, due, strict in GOOD:
        want = {'due': due, **({'strict': strict} if strict else {})}
        lines, js = run(words), run(words + ' --json')
        ok = lines.returncode == 0 and dict(line.split() for line in lines.stdout.splitlines()) == want and json.loads(js.stdout) == want
        n, failed = n + 1, failed + (not ok)
        print(f'{"" if ok else "not "}ok {n} - {words}')
        if not ok:
            print(f'# {lines.stdout!r} {js.stdout!r} {lines.stderr!r}')
    for words, code, names in BAD:
        got = run(words)
        ok = got.returncode == code and names in got.stderr.splitlines()[0] and not got.stdout
        n, failed = n + 1, failed + (not ok)
        print(f'{"" if ok else "not "}ok {n} - {words}: exit {code}, and {names} is named')
        if not ok:
            print(f'# {got.returncode} {got.stdout!r} {got.stderr!r}')
    print(f'1..{n}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
