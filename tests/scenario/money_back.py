#!/usr/bin/env python3
"""What a trial can show of money that goes back: refunds in parts, disputes, and a way to pay that is kept, at the sandbox gateway."""
from journeys import buy, sandbox, sign_in, wait_paid, wait_text
from stripe import again, collect, one, refund
from system import for_both, wait_for


def soon(system):
    """What the sandbox gateway says later, it says now, in the same order."""
    system.sql("UPDATE job SET next_at = id WHERE kind = 'sandbox.send' AND state = 'queued'")


def parts(system):
    """a part and then the rest go back: the customer is written to each time, and the books balance"""
    system.init().start()
    client, invoice = buy(system)
    refund(system, invoice, '1.00', 'goodwill')
    wait_for(lambda: one(system, 'SELECT refunded FROM payment') == '100', 30, 'the part', system)
    assert '£1.00' in system.mail('refunded').get_body(('plain',)).get_content()
    assert one(system, 'SELECT status FROM payment') == 'succeeded'
    left = int(one(system, 'SELECT amount - refunded FROM payment'))
    refund(system, invoice, f'{left / 100:.2f}', 'asked')
    wait_for(lambda: one(system, 'SELECT status FROM payment') == 'refunded', 30, 'the rest', system)
    wait_for(lambda: len([m for m in system.mails() if 'refunded' in m['subject']]) == 2, 20, 'the second message', system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get(invoice.replace('/invoices/', '/staff/invoices/'))
    assert not [f for f in page.forms if f.action.endswith('/refund')], 'nothing is left to give back'
    assert 'As a kindness' in page.text and 'Taken by the gateway' in page.text
    assert 'Refunded' in client.get(invoice).text
    assert system.sql('SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0') == []


def disputes(system):
    """the bank opens a dispute: staff see it with its date, and it is won, or lost"""
    system.init().start()
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    for how, end, word in (('dispute_won', 'won', 'Won'), ('dispute_lost', 'lost', 'Lost')):
        client, invoice = buy(system, outcome=how)
        wait_paid(client, invoice)
        soon(system)
        wait_for(lambda e=end: one(system, 'SELECT status FROM dispute ORDER BY id DESC LIMIT 1') == e, 40, f'the end: {how}', system)
        page = staff.get(invoice.replace('/invoices/', '/staff/invoices/'))
        assert 'Answer by' in page.text and word in page.text, page.text[:300]
    assert system.sql('SELECT status FROM payment ORDER BY id') == [['succeeded'], ['charged_back']]
    assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'disputed'") == '0'
    assert one(system, "SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == '0'


def renewals(system):
    """a way to pay that is kept is charged, or asks for the customer, who then pays by themselves"""
    system.init().start()
    client, _ = buy(system, save='1')
    due = again(client)
    assert collect(system, due).status == 200
    wait_paid(client, due)
    client, invoice = buy(system, outcome='renew_confirm', save='1')
    wait_paid(client, invoice)
    due = again(client)
    assert collect(system, due).status == 200
    system.mail('confirm your payment')
    sandbox(client, invoice=due)
    wait_paid(client, due)
    wait_text(client, '/account/ways-to-pay', 'Sandbox card 4242')


if __name__ == '__main__':
    for_both(parts, disputes, renewals)
