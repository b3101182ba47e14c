#!/usr/bin/env python3
"""Paying by bank transfer: what customers are told, what a statement pays, what staff decide, and that nothing is paid twice."""
import json
import os
import re

from journeys import choose, invoice_number, person, place, sign_in, wait_paid
from system import Client, for_both

HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        '<GrpHdr><MsgId>M</MsgId></GrpHdr>\n<Stmt><Id>S</Id><Acct><Id><IBAN>GB00TEST00000012345678</IBAN></Id></Acct>\n')
TAIL = '</Stmt></BkToCstmrStmt></Document>\n'
SETTINGS = {'config': {'shop.gateways': 'sandbox, bank_transfer', 'bank.sort_code': '00-00-00', 'bank.account_number': '12345678',
                       'bank.iban': 'GB00 TEST 0000 0012 3456 78', 'bank.csv_currency': 'GBP'}}


def camt(*entries):
    """A CAMT.053 statement of (amount, direction, bank's id, payer, remittance)."""
    def entry(amount, side, ident, payer, text):
        return (f'<Ntry><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
                f'<BookgDt><Dt>2026-11-23</Dt></BookgDt><AcctSvcrRef>{ident}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties>'
                f'<Dbtr><Nm>{payer}</Nm></Dbtr><Cdtr><Nm>{payer}</Nm></Cdtr></RltdPties>'
                f'<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n')
    return (HEAD + ''.join(entry(*e) for e in entries) + TAIL).encode()


def customer(system, **changes):
    """Somebody who has ordered and chosen to pay by transfer: client, the invoice, the page that says how, reference and amount."""
    client = Client(system)
    choose(client, 'starter')
    page = place(client, person(**changes))
    assert page.status == 200 and '/checkout' not in page.url, page.text[:400]
    invoice = client.get('/invoices').link('/invoices/')
    ways = [f for f in client.get(invoice).forms if f.action.endswith('/pay') and f.fields.get('gateway') == 'bank_transfer']
    assert len(ways) == 1, 'bank transfer is not offered'
    page = client.submit(ways[0])
    assert '/payments/' in page.url and '00-00-00' in page.text and 'GB00 TEST' in page.text, page.text[:600]
    reference = re.search(r'\bAV\w{3} \w{4}\b', page.text).group(0)
    amount = re.search(r'£(\d+\.\d\d)', page.text).group(1)
    return client, invoice, page.url, reference, amount


def upload(staff, name, content, **values):
    page = staff.get('/staff/bank')
    return staff.submit(page.form('/staff/bank'), files={'file': (name, content)}, **values)


def staff_of(system):
    staff, page = sign_in(system, *system.staff, path='/staff/login')
    assert page.status == 200 and '/staff' in page.url, page.text[:300]
    return staff


def decide(staff, payer, action, **values):
    """Open the entry of that payer among those that wait, and decide."""
    page = staff.get('/staff/bank')
    row = [href for href, _ in page.links if '/staff/bank/entries/' in href and payer in staff.get(href).text]
    assert row, f'no entry of {payer} waits: {page.text[:900]}'
    page = staff.get(row[0])
    form = page.form(action)
    again = staff.submit(form, **values)
    assert again.status == 422 and 'Please fill this in.' in again.text, 'decided without a reason'
    said = {name: 'seen the payment advice' for name in ('note', 'remark') if name in form.fields}
    return page, staff.submit(again.form(action), **values, **said)


def books(system, suspense=0):
    assert not system.sql('SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0'), 'the books do not balance'
    assert system.sql("SELECT coalesce(sum(amount), 0) FROM ledger WHERE account = 'suspense'") == [[str(suspense)]]


def transfers(system):
    """a statement pays what fits once, leaves doubt to people, and the same entries again change nothing"""
    system.init().start()
    right, right_invoice, _, reference, amount = customer(system)
    told = system.mail('bank transfer').get_body(('plain',)).get_content()
    assert reference in told and '00-00-00' in told, told
    vague, vague_invoice, _, _, _ = customer(system, full_name='Brigitta Vagueley')
    less, less_invoice, less_page, less_reference, _ = customer(system)
    staff = staff_of(system)
    part = f'{float(amount) - 1:.2f}'
    first = [(amount, 'CRDT', 'B1', 'ALICE MARLOWE', f'invoice {reference} thanks'),
             (amount, 'CRDT', 'B2', 'VAGUELEY BRIGITTA', 'for the web site'),
             (part, 'CRDT', 'B3', 'ALICE MARLOWE', less_reference.replace(' ', '')),
             ('900.00', 'DBIT', 'B4', 'A LANDLORD', 'rent')]
    page = upload(staff, 'november.xml', camt(*first))
    assert page.status == 200 and 'Matched: 1. Waiting for a decision: 2. Known before: 0. Money that we sent to others, not kept: 1.' in page.text, \
        page.text[:900]
    number = invoice_number(wait_paid(right, right_invoice))
    page = upload(staff, 'again.xml', camt(*first, (amount, 'CRDT', 'B5', 'ALICE MARLOWE', reference)))
    assert 'Matched: 0. Waiting for a decision: 1. Known before: 3.' in page.text, page.text[:900]
    assert 'The invoice was paid before.' in page.text
    assert invoice_number(right.get(right_invoice)) == number
    # Amount and name fit: proposed, and a person accepts.
    page, after = decide(staff, 'VAGUELEY', '/accept')
    assert 'Amount and name fit this payment.' in page.text and 'Brigitta Vagueley' in page.text, page.text[:900]
    assert after.status == 200 and 'Matched' in after.text and 'seen the payment advice' in after.text, after.text[:600]
    wait_paid(vague, vague_invoice)
    # A part came: the customer sees what is missing, and is written to.
    assert 'Still to pay: £1.00' in less.get(less_page).text, less.get(less_page).text[:600]
    assert '£1.00' in system.mail('is missing').get_body(('plain',)).get_content()
    rest = os.path.join(system.dir, 'rest.csv')
    with open(rest, 'w', encoding='utf-8') as f:
        f.write(f'Date,Amount,Description\n24/11/2026,1.00,the rest {less_reference.lower()}\n')
    done = json.loads(system.run('bank', 'import', rest, '--json', '--data', system.data).stdout)
    assert done['matched'] == 1 and done['open'] == 0, done
    wait_paid(less, less_invoice)
    assert json.loads(system.run('bank', 'import', rest, '--json', '--data', system.data).stdout)['known'] == 1
    # The second payment goes back, and a statement shows that it went.
    decide(staff, 'ALICE MARLOWE', '/close', decision='return')
    due = re.search(r'\bAV\w{7}\b', staff.get('/staff/bank/refunds').text).group(0)
    upload(staff, 'back.xml', camt((amount, 'DBIT', 'B6', 'ALICE MARLOWE', due)))
    assert 'Nothing is to be sent back.' in staff.get('/staff/bank/refunds').text
    assert 'Nothing waits for a decision.' in staff.get('/staff/bank').text
    # Somebody nobody knows gets it back, and the bank left our reference out: staff say that it went.
    upload(staff, 'stranger.xml', camt(('77.00', 'CRDT', 'B7', 'MISS TAKEN', 'for somebody else')))
    decide(staff, 'MISS TAKEN', '/close', decision='return')
    page = staff.get('/staff/bank/refunds')
    assert 'MISS TAKEN' in page.text and '£77.00' in page.text, page.text[:600]
    books(system, suspense=-7700)
    assert 'Nothing is to be sent back.' in staff.submit(page.form('/sent')).text
    assert 'Sent back' in staff.get('/staff/bank/done').text
    books(system)
    assert system.sql('SELECT invoice_id FROM payment WHERE status = \'succeeded\' GROUP BY invoice_id HAVING count(*) > 1') == []
    assert system.sql("SELECT count(*) FROM disclosure WHERE recipient = 'bank'") == [['2']]
    assert 'MARLOWE' not in system.log() and reference not in system.log(), 'what payers wrote stands in the log'
    assert 'A LANDLORD' not in staff.get('/staff/bank/done').text
    # The customer reads it under their data, with where it came from.
    data = right.get('/account/data').text
    assert 'Payments by bank transfer' in data and 'ALICE MARLOWE' in data, data[:600]


def refused(system):
    """a file that is in doubt is refused as a whole with its line, and an upload that is none is refused too"""
    system.init().start()
    _, invoice, _, reference, amount = customer(system)
    staff = staff_of(system)
    good = f'24/11/2026,{amount},{reference}\n'
    page = upload(staff, 'doubt.csv', f'Date,Amount,Description\n{good}04/25/2026,1.00,x\n'.encode())
    assert page.status == 422 and 'some dates can only have the day first' in page.text, page.text[:900]
    page = upload(staff, 'cut.csv', f'Date,Amount,Description\n{good}25/11/2026,1.00\n'.encode())
    assert page.status == 422 and 'Line 3: this line has not as many columns' in page.text, page.text[:900]
    page = upload(staff, 'bomb.xml', b'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<Document>&b;</Document>')
    assert page.status == 422 and 'Line 2: a document type' in page.text, page.text[:900]
    assert 'Files of this kind' in upload(staff, 'statement.exe', b'MZ').text
    assert 'Please choose a file.' in staff.submit(staff.get('/staff/bank').form('/staff/bank')).text
    large = upload(staff, 'large.csv', b'Date,Amount,Description\n' + b'2026-11-24,1.00,x\n' * 6800)
    assert large.status == 422 and 'larger than 120,000 bytes' in large.text, large.text[:600]
    form = staff.get('/staff/bank').form('/staff/bank')
    form.enctype = ''
    assert staff.submit(form, file='Date,Amount').status == 400, 'a form with a file was taken without one'
    form = staff.get('/staff/bank').form('/staff/bank')
    form.fields['csrf'] = 'x' * 43
    assert staff.submit(form, files={'file': ('a.csv', b'x')}).status == 410, 'a forged upload was taken'
    assert Client(system).get('/staff/bank').url.startswith('/staff/login')
    assert system.sql('SELECT count(*) FROM bank_entry') == [['0']] and system.sql('SELECT count(*) FROM bank_statement') == [['0']]
    path = os.path.join(system.dir, 'doubt.csv')
    with open(path, 'w', encoding='utf-8') as f:
        f.write(f'Date,Amount,Description\n03/04/2026,{amount},{reference}\n')
    said = system.run('bank', 'import', path, '--data', system.data, check=False)
    assert said.returncode == 3 and 'Line 2' in said.stderr and 'bank.csv_dates' in said.stderr, said
    said = system.run('bank', 'import', path, '--data', system.data, '--set', 'bank.csv_dates=day', '--dry-run')
    assert 'csv: 1 entries. Nothing was imported.' in said.stdout, said
    assert system.sql('SELECT count(*) FROM bank_entry') == [['0']]
    system.run('bank', 'import', path, '--data', system.data, '--set', 'bank.csv_dates=day')
    assert system.sql("SELECT count(*) FROM invoice WHERE status = 'paid'") == [['1']]
    books(system)


transfers.settings = refused.settings = SETTINGS

if __name__ == '__main__':
    for_both(transfers, refused)
