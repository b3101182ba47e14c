#!/usr/bin/env python3
"""Invoices as files, credit notes and void pro formas, through the whole program."""
import pathlib
import re
import shutil
import subprocess
import sys

from journeys import buy, choose, invoice_number, person, place, sign_in, wait_paid
from system import Client, for_both, wait_for

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'document'))
import en16931  # noqa: E402


def printed(body):
    """The text of a PDF, or of what is not to be read here, nothing."""
    if not shutil.which('pdftotext'):
        return None
    done = subprocess.run(['pdftotext', '-raw', '-', '-'], input=body, capture_output=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return re.sub(r'\s+', ' ', done.stdout.decode())


def pdf_of(client, page, *words, name=None):
    answer = client.get(page + '/pdf')
    assert answer.status == 200 and answer.headers['content-type'] == 'application/pdf', (answer.status, answer.headers)
    assert answer.raw.startswith(b'%PDF-') and answer.raw.rstrip().endswith(b'%%EOF'), answer.raw[:20]
    if name:
        assert answer.headers['content-disposition'] == f'attachment; filename="{name}.pdf"', answer.headers
    text = printed(answer.raw)
    for word in words:
        assert text is None or word in text, f'{word!r} is not in the PDF: {text}'
    assert client.get(page + '/pdf').raw == answer.raw, 'the same paper twice is the same file'


def ubl_of(client, page, name):
    answer = client.get(page + '/ubl')
    assert answer.status == 200 and answer.headers['content-disposition'] == f'attachment; filename="{name}.xml"', answer.headers
    broken = en16931.broken(answer.raw.decode())
    assert not broken, f'{sorted(broken)}: {answer.raw.decode()}'
    return answer.raw.decode()


def files(system):
    """an invoice is saved as PDF and as an e-invoice by whom it is for, and by staff, and by nobody else"""
    system.init().start()
    who = person(full_name='Zoë Þórsdóttir-Ångström')
    client, invoice = buy(system, who)
    number = invoice_number(client.get(invoice))
    pdf_of(client, invoice, number, who['full_name'], who['address1'], 'VAT at 20 %', 'Paid on', name=number)
    xml = ubl_of(client, invoice, number)
    assert who['full_name'] in xml and number in xml
    for part in ('<cbc:StreetName>12 Quillfeather Lane</cbc:StreetName>', '<cbc:CityName>GUILDFORD</cbc:CityName>', '<cbc:PostalZone>GU1 3XZ</cbc:PostalZone>'):
        assert part in xml, f'{part} is not in {xml}'
    stranger = Client(system)
    choose(stranger, 'starter', hostname='other.quillfeather.test')
    place(stranger, person())
    for path in ('/pdf', '/ubl'):
        assert stranger.get(invoice + path).status == 404, 'somebody else has no such invoice'
        assert Client(system).get(invoice + path).headers['content-type'].startswith('text/html'), 'a visitor signs in first'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/invoices?status=paid').link('/staff/invoices/')
    assert staff.get(page + '/pdf').raw == client.get(invoice + '/pdf').raw, 'staff see the very same paper'
    ubl_of(staff, page, number)


def credit_notes(system):
    """staff credit a part of an invoice after they saw how it splits, and the customer finds both, linked both ways"""
    system.init().start()
    who = person()
    client, invoice = buy(system, who)
    number = invoice_number(client.get(invoice))
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/invoices').link('/staff/invoices/')
    ask = staff.get(staff.get(page).link('/credit'))
    wrong = staff.submit(ask.form('/credit'), amount='99999.00', reason='goodwill')
    assert wrong.status == 422 and 'more than is left' in wrong.text, (wrong.status, wrong.text[:500])
    seen = staff.submit(ask.form('/credit'), amount='1.20', reason='goodwill')
    assert seen.status == 200 and '£1.00' in seen.text and '£0.20' in seen.text, seen.text[:800]
    note = staff.submit(seen.form('/credit'))
    assert note.status == 200 and invoice_number(note).startswith('CN-'), note.text[:500]
    mine = client.get('/invoices')
    assert invoice_number(note) in mine.text and number in mine.text, 'both are in the list'
    shown = client.get(client.get(invoice).link('/invoices/' + note.url.rsplit('/', 1)[1]))
    assert 'Goodwill' in shown.text and number in shown.text and shown.link(invoice), shown.text[:500]
    pdf_of(client, shown.url, 'Credit note', invoice_number(note), number, '£1.20', name=invoice_number(note))
    assert '<cbc:CreditNoteTypeCode>381<' in ubl_of(client, shown.url, invoice_number(note))
    assert invoice_number(note) in staff.get('/staff/invoices?status=issued').text
    system.mail('credit note', who['email'])


def refunded(system):
    """a refund makes its credit note by itself"""
    system.init().start()
    client, invoice = buy(system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/invoices').link('/staff/invoices/')
    form = staff.get(page).form('/refund')
    total = re.search(r'Total £([\d.]+)', client.get(invoice).text)
    reason = next(value for value in form.choices['reason'] if value)
    done = staff.submit(form, amount=total.group(1), reason=reason)
    assert done.status == 200, done.text[:600]
    wait_for(lambda: 'CN-' in client.get('/invoices').text, 30, 'the credit note', system)
    assert 'Refunded' in client.get(invoice).text


def pro_formas(system):
    """a pro forma is issued before it is paid and keeps its number; another is made void and says why"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'starter')
    place(client, who)
    invoice = client.get('/invoices').link('/invoices/')
    pdf_of(client, invoice, 'Pro forma', 'This is not a VAT invoice')
    assert client.get(invoice + '/ubl').status == 404, 'a pro forma is no e-invoice'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/invoices').link('/staff/invoices/')
    staff.submit(staff.get(page).form('/issue'))
    number = invoice_number(client.get(invoice))
    assert number, 'it has its number before it is paid'
    xml = ubl_of(client, invoice, number)
    assert '<cbc:DueDate>' in xml
    client.submit(client.submit(client.get(invoice).form('/pay')).form('/sandbox/pay/'), outcome='pay', card_country='GB')
    wait_for(lambda: 'Paid' in re.findall(r'\bPaid\b', client.get(invoice).text), 30, 'the payment', system)
    assert invoice_number(wait_paid(client, invoice)) == number, 'payment keeps the number'

    choose(client, 'starter', hostname='second.quillfeather.test')
    place(client, who)
    page = staff.get('/staff/invoices?status=unpaid').link('/staff/invoices/')
    empty = staff.submit(staff.get(page).form('/cancel'), reason='')
    assert empty.status == 422, 'void wants a reason'
    done = staff.submit(staff.get(page).form('/cancel'), reason='Ordered twice by mistake')
    assert 'Ordered twice by mistake' in done.text and 'Cancelled' in done.text, done.text[:600]


if __name__ == '__main__':
    for_both(files, credit_notes, refunded, pro_formas)
