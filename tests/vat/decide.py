#!/usr/bin/env python3
"""Every case of cases.jsonl through `avow vat decide`, and lines that are no case. TAP on standard output.

usage: decide.py AVOW
"""
import json
import pathlib
import subprocess
import sys
import tempfile

AVOW = sys.argv[1]
HERE = pathlib.Path(__file__).parent
done = failed = 0


def check(ok, name, detail=''):
    global done, failed
    done += 1
    failed += not ok
    print(f'{"ok" if ok else "not ok"} {done} - {name}')
    if not ok:
        print(f'# {detail}')


def decide(lines, *args):
    return subprocess.run([AVOW, 'vat', 'decide', *args], input='\n'.join(lines) + '\n', capture_output=True, text=True)


def cases():
    table = [json.loads(line) for line in open(HERE / 'cases.jsonl', encoding='utf-8')]
    run = decide([json.dumps(row['case']) for row in table])
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    check(run.returncode == 0, 'all cases are decided', run.stderr)
    check(len(answers) == len(table), 'one answer a line')
    for row, answer in zip(table, answers):
        got = {key: answer.get(key) for key in row['want']}
        check(got == row['want'], row['name'], f'got {answer}')
    shape = {'status', 'territory', 'treatment', 'rate', 'note', 'reasons'}
    check(all(set(a) == shape for a in answers), 'every answer has the same fields')
    check(all(a['reasons'] and all(r.endswith('.') for r in a['reasons']) for a in answers), 'and says why, in sentences')
    reverse = [a for a in answers if a['treatment'] == 'reverse_charge']
    check(all(a['note'].startswith('Reverse charge') for a in reverse), 'a reverse charge is named in the note')
    undecided = [a for a in answers if a['status'] in ('insufficient', 'contradiction')]
    check(all(a['rate'] is a['territory'] is a['treatment'] is None for a in undecided), 'no rate without a decision')


def order_does_not_matter():
    """Evidence is weighed, not read in sequence: swapping who says what changes nothing for a consumer's country."""
    kinds = ['billing_country', 'ip_country', 'bank_country', 'phone_country']
    base = {'date': '2026-11-23', 'customer': 'consumer', 'class': 'ess',
            'seller': {'country': 'GB', 'registered': True, 'oss': 'non-union'}}
    lines = []
    for shift in range(4):
        says = dict(zip(kinds[shift:] + kinds[:shift], ['FR', 'FR', 'DE', 'ES']))
        lines.append(json.dumps(base | says))
    answers = {line.split('"note"')[0] for line in decide(lines).stdout.splitlines()}
    check(len(answers) == 1, 'four turns of the same evidence, one outcome', answers)


def bad_lines():
    good = {'date': '2026-11-23', 'seller': {'country': 'GB', 'registered': True, 'oss': 'none'}, 'customer': 'consumer',
            'billing_country': 'GB', 'class': 'ess'}
    bad = {
        'not JSON': '{', 'an array': '[]', 'a number': '1', 'twice the same key': '{"date": "2026-11-23", "date": "2026-11-24"}',
        'no date': json.dumps(good | {'date': None}), 'a date that is none': json.dumps(good | {'date': '2026-02-30'}),
        'a date before the rates': json.dumps(good | {'date': '1999-01-01'}),
        'no seller': json.dumps(good | {'seller': None}), 'a seller nowhere': json.dumps(good | {'seller': {
            'country': 'ZZ', 'registered': True}}),
        'registered as text': json.dumps(good | {'seller': {'country': 'GB', 'registered': 'yes'}}),
        'an unknown scheme': json.dumps(good | {'seller': {'country': 'GB', 'registered': True, 'oss': 'moss'}}),
        'an unknown customer': json.dumps(good | {'customer': 'charity'}),
        'an unknown class': json.dumps(good | {'class': 'goods'}), 'an unknown check': json.dumps(good | {'vat_check': 'maybe'}),
        'a country that is none': json.dumps(good | {'billing_country': 'QQ'}),
        'a country as number': json.dumps(good | {'ip_country': 44}), 'a very long text': json.dumps(good | {'postcode': 'x' * 300}),
        'a very long line': json.dumps(good | {'postcode': 'x' * 70000}), 'bytes that are no text': '{"date": "\x01"}',
    }
    lines = [json.dumps(good), ''] + list(bad.values()) + [json.dumps(good)]
    run = decide(lines)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    check(run.returncode == 3, 'bad lines end with exit code 3', run.returncode)
    check(len(answers) == len(lines) - 1, 'an empty line is skipped, no other')
    for number, (name, answer) in enumerate(zip(bad, answers[1:]), start=3):
        check(set(answer) == {'error', 'line'} and answer['line'] == number and answer['error'], name, answer)
    check(answers[0] == answers[-1] and answers[0]['status'] == 'decided', 'and the good ones around them are decided')
    check(decide([]).returncode == 0, 'nothing to decide is no mistake')


def own_files():
    case = json.dumps({'date': '2026-11-23', 'seller': {'country': 'GB', 'registered': True, 'oss': 'none'},
                       'customer': 'consumer', 'billing_country': 'GB', 'class': 'ess'})
    with tempfile.TemporaryDirectory() as folder:
        rates, territories = pathlib.Path(folder, 'rates.txt'), pathlib.Path(folder, 'territories.txt')
        rates.write_text('GB 2020-01-01 17.5\nFR 2020-01-01 20\n')
        territories.write_text('member FR\n')
        run = decide([case], '--rates', str(rates), '--territories', str(territories))
        check('"rate": "17.5"' in run.stdout, "an operator's own rates", run.stdout + run.stderr)
        rates.write_text('GB 2020-01-01 17.5\nFR 2020-01-01 a lot\n')
        run = decide([case], '--rates', str(rates), '--territories', str(territories))
        check(run.returncode == 2 and 'rates.txt:2:' in run.stderr, 'a mistake in them is told by file and line', run.stderr)
        run = decide([case], '--rates', str(rates) + '.not')
        check(run.returncode == 2 and 'No such file' in run.stderr, 'a file that is not there', run.stderr)
    check(decide([case], '--rats').returncode == 64, 'words that are no option')


def numbers():
    ask = lambda *args: subprocess.run([AVOW, 'vat', 'number', *args], capture_output=True, text=True)
    run = ask('GB 999 9999 73', 'gr094259216', 'DE123456789')
    rows = [line.split('\t') for line in run.stdout.splitlines()]
    check([row[:3] for row in rows] == [['GB999999973', 'valid', 'GB'], ['EL094259216', 'valid', 'GR'],
                                        ['DE123456789', 'invalid', 'DE']], 'numbers with verdict and country', rows)
    check(all(len(row) == 4 and row[3] for row in rows), 'and why')
    objects = [json.loads(line) for line in ask('--json', 'XI110305878', 'zzz123').stdout.splitlines()]
    check([o['verdict'] for o in objects] == ['valid', 'invalid'] and objects[1]['country'] is None, 'the same as JSON', objects)
    check(ask().returncode == 64, 'without a number the usage is shown')


for part in (cases, order_does_not_matter, bad_lines, own_files, numbers):
    part()
print(f'1..{done}')
sys.exit(1 if failed else 0)
