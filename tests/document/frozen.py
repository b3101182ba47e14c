#!/usr/bin/env python3
"""What was issued stays: every statement that changes an invoice either moves only what may move, or asks for a row without a number.

frozen.py FOLDER       all .sql files below FOLDER are read. A statement with a database's own hands is another matter."""
import pathlib
import re
import sys

MOVES = {'status', 'credited', 'taken_back', 'returned', 'paid_at'}
GUARD = {
    'invoice': re.compile(r'\bnumber IS NULL\b'),
    'invoice_line': re.compile(r'\bAND EXISTS \(SELECT i\.id FROM invoice i WHERE i\.id = invoice_line\.invoice_id AND i\.number IS NULL\)'),
}
NOT_OURS = re.compile(r'\bDELETE FROM (invoice|invoice_line)\b', re.I)


def statements(text):
    """(name, text) of each statement of a .sql file."""
    for part in re.split(r'^-- :(?=\w+ \w+)', text, flags=re.M)[1:]:
        body = '\n'.join(line for line in part.splitlines()[1:] if not line.startswith('--'))
        yield part.split()[1], body


def unguarded(text):
    """Names of statements that could change what is printed."""
    found = []
    for name, body in statements(text):
        flat = re.sub(r'\s+', ' ', body)
        change = re.search(r'\bUPDATE (invoice|invoice_line) SET (.*?) WHERE (.*)', flat)
        if NOT_OURS.search(flat):
            found.append(name)
        if not change:
            continue
        table, sets, where = change.groups()
        # Columns: a word before '=' at the start or after a comma that is not within brackets.
        columns = set(re.findall(r'(?:^|, )(\w+) =', re.sub(r'\([^()]*\)|CASE .*? END', '', sets)))
        if columns - (MOVES if table == 'invoice' else set()) and not GUARD[table].search(where):
            found.append(name)
    return found


def main():
    folder, count, failed, seen = pathlib.Path(sys.argv[1]), 0, 0, 0
    lines = []
    for file in sorted(folder.rglob('*.sql')):
        text = file.read_text(encoding='utf-8')
        seen += len(re.findall(r'\bUPDATE (?:invoice|invoice_line) SET', text))
        wrong = unguarded(text)
        if wrong:
            failed += 1
            lines.append(f'not ok {{}} - {file.relative_to(folder)}: {", ".join(wrong)} could change what was issued')
    lines.append(f'{"ok" if seen >= 8 else "not ok"} {{}} - {seen} statements change invoices, and only as they may')
    failed += seen < 8
    spoiled = ['-- :exec a (id @i64)\nUPDATE invoice SET gross = 1 WHERE id = ?1;\n',
               '-- :exec b (id @i64)\nUPDATE invoice_line SET net = 1 WHERE id = ?1;\n',
               '-- :exec l (id @i64)\nUPDATE invoice_line SET net = 1 WHERE id = ?1 AND EXISTS (SELECT i.id FROM invoice i WHERE i.number IS NULL);\n',
               "-- :exec c (id @i64)\nUPDATE invoice SET status = 'paid', due_on = 1\nWHERE id = ?1 AND status = 'unpaid';\n",
               '-- :exec d (id @i64)\nDELETE FROM invoice WHERE id = ?1;\n']
    for text in spoiled:
        good = bool(unguarded(text))
        failed += not good
        lines.append(f'{"ok" if good else "not ok"} {{}} - notices: {text.splitlines()[1]}')
    for count, line in enumerate(lines, 1):
        print(line.format(count))
    print(f'1..{count}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
