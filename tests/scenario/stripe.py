#!/usr/bin/env python3
"""Money through Stripe, against a stand-in that is as strict: what was paid is paid once, what was not is never, whatever comes in
which order, twice, late, forged or not at all."""
import contextlib
import json
import re
import secrets

from journeys import ALICE, buy, choose, person, place, sandbox, sign_in, wait_paid, wait_text
from stripe_stand_in import KEY, SECRET, StandIn
from system import Client, for_both, wait_for


@contextlib.contextmanager
def stripe(system):
    stand_in = StandIn(system)
    try:
        system.init().start()
        yield stand_in
    finally:
        stand_in.close()
    assert not stand_in.wrong, f'Stripe would have refused: {stand_in.wrong}'
    log = system.log()
    for secret in (KEY, SECRET):
        assert secret not in log, 'a secret is in the log'
    assert unbalanced(system) == [], 'the books do not balance'


def unbalanced(system):
    return system.sql('SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0')


def one(system, query):
    rows = system.sql(query)
    return rows[0][0] if rows else None


def hurry(system):
    """Failed jobs wait longer and longer; a test does not."""
    system.sql("UPDATE job SET next_at = 0 WHERE state = 'queued' AND last_error <> ''")


def order(system, who=None):
    client = Client(system)
    choose(client, 'starter', hostname=f's{secrets.token_hex(4)}.example.test')
    page = place(client, who or person())
    assert '/checkout' not in page.url, page.text[:300]
    return client, client.get('/invoices').link('/invoices/')


def stripe_form(client, invoice):
    forms = [f for f in client.get(invoice).forms if f.fields.get('gateway') == 'stripe']
    assert len(forms) == 1, 'the invoice offers Stripe'
    return forms[0]


def begin(client, invoice, save=None):
    """To our page in between; gives the address of the payment."""
    page = client.submit(stripe_form(client, invoice), save=save)
    assert re.fullmatch(r'/payments/\w{26}', page.url), page.url
    return page.url


def away(client, payment):
    """Where the customer is sent, once Stripe has made its page."""
    where = []

    def look():
        page = client.get(f'{payment}/go', follow=False)
        where[:] = [page.headers.get('location', '')]
        return where[0].startswith('https://checkout.stripe.com/')
    wait_for(look, 60, 'the way to the hosted page', client.system)
    return where[0]


def start(system, stand_in, save=None):
    """An order, and its open session at Stripe."""
    client, invoice = order(system)
    payment = begin(client, invoice, save)
    return client, invoice, payment, stand_in.session_of(away(client, payment))


def paid(system, stand_in, save=None):
    client, invoice, payment, session = start(system, stand_in, save)
    intent = stand_in.pay(session)
    assert stand_in.send('checkout.session.completed', session) == 200
    wait_paid(client, invoice)
    return client, invoice, payment, session, intent


def quiet(system):
    """Everything that was to be asked has been asked."""
    wait_for(lambda: one(system, "SELECT count(*) FROM job WHERE kind = 'payment.look' AND state IN ('queued', 'leased')") == '0', 30,
             'all looks', system)


def paying(system):
    """Checkout: the page in between, the hosted page, and an event that is only believed after asking"""
    with stripe(system) as stand_in:
        client, invoice = order(system)
        text = client.get(invoice).text
        assert 'Stripe' in text and 'e-mail address of the invoice' in text, 'who gets what is not said'
        page = client.submit(stripe_form(client, invoice))
        assert page.headers['refresh'].endswith(page.url) or page.headers['refresh'].endswith('/go'), page.headers
        payment = page.url
        session = stand_in.session_of(away(client, payment))
        assert client.get(payment).link('/go'), 'without a refresh there is a link'
        assert session['customer_email'] and session['success_url'].endswith(f'{payment}/back')
        assert stranger_sees_nothing(system, payment)
        forged(system, stand_in, session)
        assert stand_in.send('checkout.session.completed', {**session, 'payment_status': 'paid', 'status': 'complete'}) == 200
        quiet(system)
        assert one(system, "SELECT count(*) FROM payment WHERE status = 'succeeded'") == '0', 'the event alone was believed'
        intent = stand_in.pay(session)
        event = stand_in.event('checkout.session.completed', session)
        assert [stand_in.send('', session, event=event) for _ in range(3)] == [200, 200, 200]
        wait_paid(client, invoice)
        for kind, about in (('payment_intent.succeeded', intent), ('checkout.session.async_payment_succeeded', session),
                            ('charge.succeeded', stand_in.objects[intent['latest_charge']])):
            assert stand_in.send(kind, about) == 200
        quiet(system)
        wait_text(client, f'{payment}/back', 'Thank you')
        assert one(system, "SELECT count(*) FROM payment WHERE status = 'succeeded'") == '1'
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'gateway'") == str(session['amount_total'])
        assert system.sql('SELECT reference, charge, card_country FROM payment') == [[session['id'], intent['id'], 'GB']]
        assert one(system, f"SELECT count(*) FROM gateway_event WHERE event_id = '{event['id']}'") == '1', 'a replay was recorded again'
        assert one(system, "SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == '0'
        assert system.sql("SELECT fields FROM disclosure WHERE recipient = 'gateway_stripe'") == [['invoice.party_email']]
        told = json.dumps([sent for _, _, sent in stand_in.seen])
        assert 'Marlowe' not in told and 'Quillfeather' not in told, 'Stripe was told more than the statement says'


def stranger_sees_nothing(system, payment):
    other, _ = order(system)
    return all(other.get(f'{payment}{end}', follow=False).status == 404 for end in ('', '/go', '/back'))


def forged(system, stand_in, session):
    """Forged, old, early, changed and torn messages are refused, and leave nothing."""
    before = one(system, 'SELECT count(*) FROM gateway_event')
    refused = [stand_in.send('checkout.session.completed', session, secret='whsec_other'),
               stand_in.send('checkout.session.completed', session, age=301), stand_in.send('checkout.session.completed', session, age=-310),
               *[stand_in.send('', session, header=h, body=b'{}') for h in ('t=1', 'v1=00', 't=1,v1=zz', 'x' * 600, 't=1,t=2,v1=' + '0' * 64)]]
    assert set(refused) == {403}, refused
    assert stand_in.send('', session, body=b'{"object": "event"}') == 400, 'signed, and not understood'
    assert one(system, 'SELECT count(*) FROM gateway_event') == before


def misfits(system):
    """another amount, a payment nobody knows, an object that is not there: never paid, and staff see it"""
    with stripe(system) as stand_in:
        client, invoice, _, session = start(system, stand_in)
        stand_in.pay(session, amount=session['amount_total'] - 1)
        assert stand_in.send('checkout.session.completed', session) == 200
        wait_for(lambda: one(system, "SELECT reason FROM gateway_event WHERE outcome = 'review'") == 'amount', 30, 'review', system)
        assert not re.search(r'\bPaid\b', client.get(invoice).text)
        accepted(system, stand_in)
        _, invoice, _, session = start(system, stand_in)
        stand_in.pay(session)['metadata'] = {'payment': 'a' * 26}
        assert stand_in.send('checkout.session.completed', session) == 200
        wait_for(lambda: one(system, "SELECT count(*) FROM gateway_event WHERE reason = 'unknown_payment'") == '1', 30, 'review', system)
        assert stand_in.send('charge.refunded', {'id': 'ch_nobody_has_this', 'object': 'charge'}) == 200
        assert stand_in.send('invoice.paid', {'id': 'in_123456', 'object': 'invoice'}) == 200, 'what is of no interest is taken'
        wait_for(lambda: one(system, "SELECT count(*) FROM job WHERE kind = 'payment.look' AND state = 'dead'") == '1', 30,
                 'the one that is not there', system)
        assert one(system, "SELECT count(*) FROM invoice WHERE number IS NOT NULL") == '2', 'something else was marked as paid'


def accepted(system, stand_in):
    """Too much goes to review; staff accept it, and it can be given back like any other."""
    client, invoice, _, session = start(system, stand_in)
    stand_in.pay(session, amount=session['amount_total'] + 100)
    assert stand_in.send('checkout.session.completed', session) == 200
    wait_for(lambda: one(system, "SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == '2', 30, 'review', system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    form = [f for f in staff.get('/staff/reviews').forms if f.action.startswith('/staff/reviews/')][-1]
    assert staff.submit(form, resolution='accept', note='A pound too much: it goes back.').status == 200
    wait_paid(client, invoice)
    refund(system, invoice, '1.00')
    wait_for(lambda: one(system, 'SELECT max(refunded) FROM payment') == '100', 30, 'the refund', system)
    system.sql("UPDATE gateway_event SET outcome = 'recorded' WHERE outcome = 'review'")


def slow_money(system):
    """a way to pay that takes days: pending, then paid, or declined; and a page that nobody paid on expires"""
    with stripe(system) as stand_in:
        client, invoice, payment, session = start(system, stand_in)
        intent = stand_in.pay(session, later=True)
        assert stand_in.send('checkout.session.completed', session) == 200
        wait_for(lambda: one(system, 'SELECT status FROM payment') == 'pending', 30, 'pending', system)
        assert 'refresh' not in client.get(payment).headers, 'nobody is sent away again'
        assert client.submit(stripe_form_of_waiting(client, invoice, payment)).status in (404, 409, 422), 'it can be paid a second time'
        stand_in.charge(intent)
        session['payment_status'] = 'paid'
        assert stand_in.send('checkout.session.async_payment_succeeded', session) == 200
        wait_paid(client, invoice)
        client, invoice, payment, session = start(system, stand_in)
        intent = stand_in.pay(session, later=True)
        intent.update(status='requires_payment_method', last_payment_error={'type': 'card_error', 'code': 'payment_intent_payment_attempt_failed'})
        assert stand_in.send('checkout.session.async_payment_failed', session) == 200
        wait_text(client, f'{payment}/back', 'did not go through')
        system.mail('did not go through')
        client, invoice, payment, session = start(system, stand_in)
        session['status'] = 'expired'
        assert stand_in.send('checkout.session.expired', session) == 200
        wait_text(client, f'{payment}/back', 'did not go through')
        assert stripe_form(client, invoice), 'it can be tried again'


def stripe_form_of_waiting(client, invoice, payment):
    """The button is gone while money is on its way; somebody may still send the form of a page they had open."""
    assert not [f for f in client.get(invoice).forms if '/pay' in f.action], 'the button is still there'
    other, theirs = order(client.system)
    form = stripe_form(other, theirs)
    form.action = f'{invoice}/pay'
    form.fields.update({k: v for f in client.get('/account').forms for k, v in f.fields.items() if k == 'csrf'})
    assert payment
    return form


def trouble(system):
    """Stripe is silent, answers and the answer is lost, or fails: one page in the end, and nothing paid twice"""
    with stripe(system) as stand_in:
        stand_in.trouble = ['silence', 'lost']
        client, invoice = order(system)
        payment = begin(client, invoice)

        def ready():
            hurry(system)
            return one(system, 'SELECT page FROM payment') not in (None, '')
        wait_for(ready, 60, 'a page at last', system)
        assert len([o for o in stand_in.objects.values() if o['object'] == 'checkout.session']) == 1, 'the same key made two pages'
        session = stand_in.session_of(away(client, payment))
        stand_in.pay(session)
        assert stand_in.send('checkout.session.completed', session) == 200
        wait_paid(client, invoice)

        client, invoice, _, session = start(system, stand_in)
        stand_in.pay(session)  # and no event comes: it is asked for after a while
        system.sql("UPDATE job SET next_at = 0 WHERE kind = 'payment.fetch' AND state = 'queued'")
        wait_paid(client, invoice)

        stand_in.trouble = [500]
        client, invoice = order(system)
        payment = begin(client, invoice)

        def second():
            hurry(system)
            return one(system, 'SELECT page FROM payment ORDER BY id DESC LIMIT 1') not in (None, '')
        wait_for(second, 60, 'a page under another key', system)
        keys = [k for k in stand_in.keys if k.startswith(payment.rsplit('/', 1)[1])]
        assert len(keys) == 2, f'a stored error is asked for again and again: {keys}'

        stand_in.trouble = [500] * 20
        client, invoice = order(system)
        payment = begin(client, invoice)

        def over():
            hurry(system)
            return 'did not go through' in client.get(payment).text
        wait_for(over, 60, 'the end of it', system)
        stand_in.trouble = []
        assert stripe_form(client, invoice), 'it can be tried again'


def refund(system, invoice, amount, reason='asked'):
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get(invoice.replace('/invoices/', '/staff/invoices/'))
    page = staff.submit(page.form('/refund'), amount=amount, reason=reason)
    assert page.status == 200, f'{page.status} {page.text[:300]}'
    return page


def refunds(system):
    """a part, a part at Stripe itself, and the rest: credit notes, mails, books; a refund that fails goes to review"""
    with stripe(system) as stand_in:
        client, invoice, payment, session, intent = paid(system, stand_in)
        stand_in.trouble = ['lost']
        page = refund(system, invoice, '1.00', 'goodwill')
        assert 'As a kindness' in page.text

        def given_back():
            hurry(system)
            return one(system, 'SELECT refunded FROM payment') == '100'
        wait_for(given_back, 60, 'the part', system)
        assert len([o for o in stand_in.objects.values() if o['object'] == 'refund']) == 1, 'it went back twice'
        assert stand_in.send('charge.refunded', stand_in.objects[intent['latest_charge']]) == 200
        system.mail('refunded')
        made = stand_in.make_refund({'payment_intent': intent['id'], 'amount': '50', 'metadata[refund]': 'b' * 26})
        assert stand_in.send('refund.created', made) == 200
        wait_for(lambda: one(system, 'SELECT refunded FROM payment') == '150', 30, 'what was refunded at Stripe', system)
        staff, _ = sign_in(system, *system.staff, path='/staff/login')
        form = staff.get(invoice.replace('/invoices/', '/staff/invoices/')).form('/refund')
        assert staff.submit(form, amount='99.00', reason='asked').status == 422, 'more than was paid'
        refund(system, invoice, f"{(session['amount_total'] - 150) / 100:.2f}", 'duplicate')
        wait_for(lambda: one(system, 'SELECT status FROM payment') == 'refunded', 30, 'the rest', system)
        wait_text(client, f'{payment}/back', 'refunded')
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'gateway'") == '0'
        assert one(system, "SELECT count(*) FROM invoice WHERE number IS NOT NULL") == '4', 'three credit notes'
        assert stand_in.send('refund.failed', stand_in.fail(made)) == 200
        wait_for(lambda: one(system, "SELECT count(*) FROM gateway_event WHERE reason = 'refund_failed'") == '1', 30, 'review', system)
        assert one(system, 'SELECT status FROM payment') == 'succeeded', 'not all has gone back any more'
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'gateway'") == '50', 'the money is at the gateway again'
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'receivable'") == '-50', 'and owed to the customer'
        page = staff.get('/staff/reviews')
        assert '0.50' in page.text and 'refund' in page.text.lower(), page.text[:600]
        refund(system, invoice, '0.50', 'asked')
        wait_for(lambda: one(system, 'SELECT status FROM payment') == 'refunded', 60, 'it to go back once more', system)
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'gateway'") == '0'
        assert one(system, "SELECT count(*) FROM invoice WHERE number IS NOT NULL") == '4', 'no fourth credit note'


def pages_end(system):
    """an open page at Stripe ends when its invoice is paid otherwise or void; who paid there just before is not forgotten"""
    with stripe(system) as stand_in:
        client, invoice, payment, session = start(system, stand_in)
        sandbox(client, 'pay', invoice=invoice)
        wait_paid(client, invoice)
        wait_for(lambda: session['status'] == 'expired', 30, 'the page to end', system)
        wait_for(lambda: one(system, "SELECT count(*) FROM payment WHERE status = 'declined'") == '1', 30, 'the attempt to end', system)
        assert one(system, "SELECT count(*) FROM payment WHERE status = 'succeeded'") == '1'
        assert client.get(invoice).status == 200 and client.get(payment).status in (200, 303, 404)

        client, invoice, payment, session = start(system, stand_in)
        page = client.get(client.get('/orders').link('/orders/'))
        assert client.submit(page.form('/cancel')).status == 200
        wait_for(lambda: session['status'] == 'expired', 30, 'the page of a cancelled order to end', system)

        client, invoice, payment, session = start(system, stand_in)
        stand_in.pay(session)  # and before anybody hears of it
        page = client.get(client.get('/orders').link('/orders/'))
        assert client.submit(page.form('/cancel')).status == 200
        wait_for(lambda: one(system, "SELECT count(*) FROM gateway_event WHERE outcome = 'review' AND reason = 'invoice_closed'") == '1',
                 30, 'somebody to look at the money that came too late', system)
        assert session['status'] == 'complete'


def disputes(system):
    """won and lost, told out of order: money held back, given back, or gone; the service stays"""
    with stripe(system) as stand_in:
        _, invoice, payment, session, intent = paid(system, stand_in)
        dispute = stand_in.dispute(intent)
        assert stand_in.send('charge.dispute.updated', dispute) == 200
        wait_for(lambda: one(system, 'SELECT status FROM payment') == 'disputed', 30, 'the dispute', system)
        assert stand_in.send('charge.dispute.created', dispute) == 200
        staff, _ = sign_in(system, *system.staff, path='/staff/login')
        assert '1 payment waits' in staff.get('/staff').text, 'nobody is told'
        page = staff.get('/staff/reviews')
        assert dispute['id'] in page.text and 'Answer by' in page.text, page.text[:500]
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'disputed'") == str(session['amount_total'])
        assert one(system, "SELECT count(*) FROM service WHERE status IN ('pending', 'active')") == '1'
        dispute['status'] = 'won'
        assert stand_in.send('charge.dispute.closed', dispute) == 200
        wait_for(lambda: one(system, 'SELECT status FROM payment') == 'succeeded', 30, 'the end of it', system)
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'disputed'") == '0'
        assert dispute['id'] not in staff.get('/staff/reviews').text

        client, invoice, payment, session = start(system, stand_in)
        intent = stand_in.pay(session)
        lost = stand_in.dispute(intent)
        lost['status'] = 'lost'
        assert stand_in.send('charge.dispute.closed', lost) == 200  # the first that is heard of any of it
        wait_for(lambda: one(system, 'SELECT status FROM payment ORDER BY id DESC LIMIT 1') == 'charged_back', 30, 'the loss', system)
        assert stand_in.send('checkout.session.completed', session) == 200
        assert stand_in.send('charge.dispute.created', lost) == 200
        quiet(system)
        assert one(system, 'SELECT status FROM payment ORDER BY id DESC LIMIT 1') == 'charged_back'
        assert one(system, "SELECT sum(amount) FROM ledger WHERE account = 'disputed'") == '0'
        wait_text(client, f'{payment}/back', 'took this payment back')
        assert one(system, "SELECT count(*) FROM gateway_event WHERE outcome = 'review'") == '0'
        assert invoice


def corrected(system):
    """a customer whose card is kept changes the e-mail address: Stripe is told, once, and the person sees that"""
    with stripe(system) as stand_in:
        client, _, _, _, intent = paid(system, stand_in, save='1')
        wait_for(lambda: one(system, "SELECT status FROM mandate") == 'active', 30, 'the card to be kept', system)
        client.submit(client.get('/account/email').form('/account/email'), email='corrected@example.test', password=ALICE['password'])
        body = system.mail('confirm your new', 'corrected@example.test').get_body(('plain',)).get_content()
        other = Client(system)
        other.submit(other.get(re.search(r'/email/[\w-]{43}', body)[0]).form('/email'))
        wait_for(lambda: one(system, "SELECT state FROM recipient_notice WHERE recipient = 'gateway_stripe'") == 'told', 30, 'Stripe to be told', system)
        assert stand_in.find('customer', intent['customer'])['email'] == 'corrected@example.test'
        assert len([seen for seen in stand_in.seen if seen[:2] == ('POST', 'customers')]) == 1, stand_in.seen
        new, _ = sign_in(system, 'corrected@example.test', ALICE['password'])
        assert re.search(r'Stripe.{0,200}Corrected.{0,200}told', new.get('/account/data').text), 'and the person sees it'
        rows = system.sql("SELECT purpose, fields FROM disclosure WHERE recipient = 'gateway_stripe' ORDER BY id DESC LIMIT 1")
        assert rows[0] == ['rights', 'mandate.customer,person.email'], f'and it stands in the ledger: {rows}'


def again(client):
    """The same customer orders once more; gives the invoice."""
    before = set(re.findall(r'/invoices/\w{26}', client.get('/invoices').raw.decode()))
    choose(client, 'starter', hostname=f's{secrets.token_hex(4)}.example.test')
    form = client.get('/checkout').form('/checkout')
    page = client.submit(form, **{k: v for k, v in {'acknowledged': '1'}.items() if k in form.choices})
    assert '/checkout' not in page.url, page.text[:400]
    return (set(re.findall(r'/invoices/\w{26}', client.get('/invoices').raw.decode())) - before).pop()


def collect(system, invoice):
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get(invoice.replace('/invoices/', '/staff/invoices/'))
    return staff.submit(page.form('/collect'))


def renewals(system):
    """a card that was saved is charged with nobody at the screen; the bank may ask for them; ended, it is gone on both sides"""
    with stripe(system) as stand_in:
        client, _, _, _, intent = paid(system, stand_in, save='1')
        assert 'visa 4242' in client.get('/account/ways-to-pay').text
        due = again(client)
        stand_in.trouble = ['silence', 'lost']
        assert collect(system, due).status == 200

        def charged_at_last():
            hurry(system)
            return 'INV-' in client.get(due).text
        wait_for(charged_at_last, 60, 'the charge', system)
        made = [o for o in stand_in.objects.values() if o['object'] == 'payment_intent' and o['id'] != intent['id']]
        assert len(made) == 1, 'it was charged twice'
        charged = [sent for method, kind, sent in stand_in.seen if (method, kind) == ('POST', 'payment_intents')]
        assert charged[0]['customer'] == intent['customer'] and charged[0]['off_session'] == 'true'
        assert system.sql("SELECT fields FROM disclosure WHERE recipient = 'gateway_stripe' ORDER BY id DESC LIMIT 1") == [
            ['mandate.customer,mandate.method']]
        stand_in.renewals = 'confirm'
        due = again(client)
        assert collect(system, due).status == 200
        mail = system.mail('confirm your payment')
        assert due in mail.as_string().replace('=\n', ''), 'the message leads to the invoice'
        assert stripe_form(client, due), 'and there it can be paid'
        stand_in.renewals = 'decline'
        assert collect(system, due).status == 200
        wait_for(lambda: one(system, "SELECT count(*) FROM payment WHERE status = 'declined'") == '2', 30, 'declined', system)
        page = client.get('/account/ways-to-pay')
        client.submit(page.form('/account/ways-to-pay'))
        wait_for(lambda: stand_in.objects[intent['customer']].get('deleted'), 30, 'Stripe to forget the card', system)
        wait_for(lambda: one(system, 'SELECT count(*) FROM mandate WHERE method IS NOT NULL') == '0', 30, 'us to forget it', system)
        staff, _ = sign_in(system, *system.staff, path='/staff/login')
        assert not [f for f in staff.get(due.replace('/invoices/', '/staff/invoices/')).forms if f.action.endswith('/collect')]


def configured(system):
    """what is missing is said by `avow config check` and at the start, and a wrong key is never shown"""
    system.init()
    with open(f'{system.data}/avow.conf', 'a', encoding='utf-8') as f:
        f.write(f'\nshop.gateways = sandbox, stripe\nstripe.secret_key = {KEY}\n')
    result = system.run('config', 'check', '--data', system.data, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == 2 and 'stripe.webhook_secret' in said and KEY not in said, f'{result.returncode} {said}'
    system.start(expect_ready=False)
    assert system.process.wait(30) != 0 and 'stripe.webhook_secret' in system.log(), system.log()[-500:]
    assert KEY not in system.log()
    shown = system.run('config', 'show', '--data', system.data).stdout
    assert KEY not in shown and 'stripe.secret_key' in shown
    assert buy


if __name__ == '__main__':
    for_both(paying, misfits, slow_money, trouble, refunds, pages_end, disputes, renewals, configured, corrected)
