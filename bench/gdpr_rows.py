"""GDPRbench on both databases, with and without what the law asks: rows for bench/gdpr and bench/run."""
import json
import os
import shutil
import subprocess
import tempfile

from machine import ROOT, pinned

MIXES, DATABASES, ARMS = ('paper', 'repository'), ('sqlite', 'postgres'), ('off', 'on')
BY_KEY = ('read data by key', 'read metadata by key', 'update data by key', 'update metadata by key', 'delete by key')
BY_PERSON = ('read data by person', 'read metadata by person', 'update metadata by person', 'delete by person')


class Gdpr:
    """Each measured row goes to `row(part, name, values, note)`; `fail(part, why)` when something went wrong."""

    def __init__(self, program, work, row, fail, settings):
        self.program, self.work, self.row, self.fail = program, work, row, fail
        self.ops, self.clients = settings['ops'], settings['clients']
        self.person = {}  # {(database, query): {records: p50}}

    def run(self, database, postgres, mix, records):
        sides = {arm: self.arm(postgres, mix, records, arm) for arm in ARMS}
        label = f'{database}, {records:,} records, {mix}'
        self.show(label, sides)
        self.remember(database, records, sides['on'])

    def arm(self, postgres, mix, records, arm):
        folder = tempfile.mkdtemp(prefix='gdpr-', dir=self.work)
        url = postgres.create() if postgres else f'sqlite:{folder}/bench.db'
        try:
            done = subprocess.run(pinned(1, self.program, url, folder, os.path.join(ROOT, 'statement'), mix, str(records), str(self.ops),
                                         str(self.clients), arm), capture_output=True, text=True, timeout=7200)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if postgres:
                postgres.drop(url)
        if done.returncode:
            raise RuntimeError(f'bench_gdpr {mix} {records} {arm}: {done.stderr.strip()[-400:]}')
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return {'fill': rows[0], 'person': rows[-1], 'workloads': [r for r in rows if r['what'] == 'workload'],
                'queries': [r for r in rows if r['what'] == 'query']}

    def show(self, label, sides):
        on, off = sides['on'], sides['off']
        fill = {'records per s': on['fill']['rate'], 'space x data': on['fill']['space'], 'off, records per s': off['fill']['rate'],
                'off, space x data': off['fill']['space']}
        self.row('gdpr fill', f'{label}: filled by the gates', fill, 'target 3.5 x data')
        for a, b in zip(on['workloads'], off['workloads']):
            values = {'s': a['seconds'], 'off s': b['seconds'], 'x off': a['seconds'] / b['seconds'], 'correct %': min(a['correct'], b['correct']),
                      'log bytes per op': a['log_bytes_per_op'], 'disposed': a['disposed'], 'commit p50 us': a['commit_p50_us']}
            self.row('gdpr workload', f'{label}: {a["workload"]}', values)
        total = {arm: sum(w['seconds'] for w in side['workloads']) for arm, side in sides.items()}
        worst = min(w['correct'] for side in sides.values() for w in side['workloads'])
        self.row('gdpr workload', f'{label}: all of it', {'s': total['on'], 'off s': total['off'], 'x off': total['on'] / total['off'],
                                                          'correct %': worst}, 'target 2 x off, 100 % correct')
        self.queries(label, on, off)
        who = on['person']
        values = {'export p50 us': who['export_p50_us'], 'export p99 us': who['export_p99_us'], 'gone ms': who['gone_ms'],
                  'out of the backup ms': who['backup_ms'], 'proven': int(who['proven'])}
        self.row('gdpr person', f'{label}: one person', values, 'opened keys: 30 s more at most (vault.keep_seconds)')
        if worst < 100 or not who['proven']:
            self.fail('gdpr', f'{label}: {worst} % correct, erasure {"" if who["proven"] else "not "}proven')

    def queries(self, label, on, off):
        plain = {(q['workload'], q['query']): q for q in off['queries']}
        for q in on['queries']:
            same = plain.get((q['workload'], q['query']))
            values = {'n': q['n'], 'found': q['found'], 'p50 us': q['p50_us'], 'p99 us': q['p99_us'], 'answered p50 us': q['answered_p50_us'],
                      'answered p99 us': q['answered_p99_us']}
            if same:
                values |= {'off p50 us': same['p50_us'], 'off p99 us': same['p99_us']}
            self.row('gdpr query', f'{label}: {q["workload"]}, {q["query"]}', values, 'target p99 1,000 us' if q['query'] in BY_KEY else '')

    def remember(self, database, records, side):
        for q in side['queries']:
            if q['query'] in BY_PERSON:
                self.person.setdefault((database, q['workload'], q['query']), {})[records] = q['found_p50_us']

    def growth(self):
        """What one person's queries cost at the sizes that were run, when they found something."""
        for (database, workload, query), at in sorted(self.person.items()):
            if len(at) > 1:
                small, large = min(at), max(at)
                values = {f'p50 us at {n:,}': us for n, us in sorted(at.items())}
                self.row('gdpr growth', f'{database}, {workload}, {query}', {**values, 'x': at[large] / max(at[small], 1)}, 'target flat')


def measure(program, work, postgres, row, fail, settings):
    """All sizes, mixes and databases of `settings`."""
    bench = Gdpr(program, work, row, fail, settings)
    for database in settings['databases']:
        if database == 'postgres' and not postgres:
            continue
        for mix in settings['mixes']:
            for records in settings['records']:
                try:
                    bench.run(database, postgres if database == 'postgres' else None, mix, records)
                except (RuntimeError, OSError, subprocess.SubprocessError) as why:
                    fail('gdpr', str(why))
    bench.growth()
