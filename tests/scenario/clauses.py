#!/usr/bin/env python3
"""The statement decides: each optional clause taken out switches its behaviour off everywhere, each required one stops the start."""
import os
import re
import shutil

from journeys import buy, checkout_form, choose, fill, invoice_number, person, place, sandbox, sign_in, wait_paid
from system import ROOT, Client, System, Tap, for_both, wait_for

SHIPPED = os.path.join(ROOT, 'statement')


def registry():
    """{clause: required?} as the program knows them."""
    with open(os.path.join(ROOT, 'registry', 'gates.reg'), encoding='utf-8') as f:
        return {m[1]: m[2] == 'required' for m in re.finditer(r'^clause (\S+)\s+(required|optional)', f.read(), re.M)}


def without(clause, folder):
    """A copy of the shipped statement with the clause's section and line taken out, as rules.yaml says an operator does it."""
    shutil.copytree(SHIPPED, folder)
    path = os.path.join(folder, 'rules.yaml')
    with open(path, encoding='utf-8') as f:
        rules, n = re.subn(rf'^  {clause}:.*\n', '', f.read(), count=1, flags=re.M)
    assert n == 1, f'{clause} has no line under clauses'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(rules)
    path = os.path.join(folder, 'statement.md')
    with open(path, encoding='utf-8') as f:
        prose, n = re.subn(rf'^##+ [^\n]*{{#{clause}}}\n.*?(?=^##|\Z)', '', f.read(), count=1, flags=re.M | re.S)
    assert n == 1, f'{clause} has no section'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(prose)
    return folder


def start_without(system, clause):
    system.settings['data.statement'] = without(clause, os.path.join(system.dir, 'statement'))
    return system.init().start()


def currency(system):
    """without S5a no currency is remembered, and nothing offers to"""
    start_without(system, 'S5a')
    client = Client(system)
    home = client.get('/')
    assert not [f for f in home.forms if f.action.endswith('/currency')], 'the shop still offers to remember a currency'
    donor = [f for f in client.get('/products/starter').forms if 'basket' in f.action][0]
    client.submit(donor, follow=False)  # a session to be refused with
    donor.action, donor.fields = '/currency', {k: v for k, v in donor.fields.items() if len(v) > 20} | {'currency': 'EUR'}
    page = client.submit(donor, follow=False)
    assert 'avow-currency' not in client.cookies, f'the cookie was sent all the same ({page.status})'
    assert 'avow-currency' not in client.get('/privacy').raw.decode(), 'the published cookie table still names it'


def currency_kept(system):
    """with S5a the same form is offered, and the choice is remembered in a declared cookie"""
    system.init().start()
    client = Client(system)
    client.submit(client.get('/').form('/currency'), currency='EUR')
    assert client.cookies.get('avow-currency') == 'EUR'
    assert '€' in client.get('/').text
    assert 'avow-currency' in client.get('/privacy').raw.decode()


def reference(system):
    """without S7a the order form asks for no reference and takes none"""
    start_without(system, 'S7a')
    client = Client(system)
    choose(client, 'starter')
    form = checkout_form(client)
    assert 'reference' not in form.fields
    page = client.submit(form, **fill(form, person(), reference='PO 12345'))
    assert page.status >= 400, 'a field nobody asks for was accepted'
    page = place(client, person())
    assert '/checkout' not in page.url
    assert system.sql('SELECT count(*) FROM orders WHERE reference IS NOT NULL') == [['0']]


def business(system):
    """without S7b nobody orders as a business: no company, no VAT number, anywhere"""
    start_without(system, 'S7b')
    client, _ = buy(system)
    form = client.get('/account/profile').form('/account/profile')
    assert not {'company', 'vat_number', 'customer_type'} & (set(form.fields) | set(form.choices))
    page = client.submit(form, company='Quill & Feather Ltd')
    assert page.status >= 400, 'a company was accepted'
    assert system.sql('SELECT count(*) FROM person WHERE company IS NOT NULL OR vat_number IS NOT NULL') == [['0']]


def screening(system):
    """without S7d nobody screens an order: the worst goes straight on, nothing is kept, and the order form says nothing of it"""
    start_without(system, 'S7d')
    client = Client(system)
    choose(client, 'starter')
    assert 'A program checks each order' not in client.get('/checkout').text
    page = place(client, person(email='x@mailinator.com', full_name='Asdfgh Qwerty 7', address1='Asdfgh Qwerty 7'))
    assert '/orders/' in page.url and 'person looks' not in page.text and 'not accepted' not in page.text, page.text[:500]
    invoice = client.get('/invoices').link('/invoices/')
    assert [f for f in client.get(invoice).forms if '/pay' in f.action], 'it cannot be paid'
    assert system.sql('SELECT (SELECT count(*) FROM fraud_check) + (SELECT count(*) FROM fraud_trace)') == [['0']]
    assert 'Checking that an order is genuine' not in client.get('/privacy').text


def screened(system):
    """with S7d the same order is refused, the order form says that orders are checked, and the statement says how"""
    system.init().start()
    client = Client(system)
    choose(client, 'starter')
    assert 'A program checks each order' in client.get('/checkout').text
    page = place(client, person(email='x@mailinator.com', full_name='Asdfgh Qwerty 7', address1='Asdfgh Qwerty 7'))
    assert 'has not accepted this order' in page.text, page.text[:500]
    assert 'Checking that an order is genuine' in client.get('/privacy').text


ANNOUNCING = ('/newsletter', '/announcements', '/announcements/feed.atom', '/unsubscribe/abcdef')


def no_announcements(system):
    """without S10 nobody is asked, chooses or is written to: no box, no form, no page, no sending"""
    start_without(system, 'S10')
    client = Client(system)
    for address in ANNOUNCING:
        assert client.get(address).status == 404, address
    assert 'Newsletter' not in client.get('/').text and 'newsletter' not in client.get('/register').form('/register').choices
    assert client.request('POST', '/unsubscribe/abcdef', 'List-Unsubscribe=One-Click', follow=False).status == 404
    choose(client, 'starter')
    form = checkout_form(client)
    assert 'no_deals' not in form.choices
    assert client.submit(form, **fill(form, person(), no_deals='1')).status >= 400, 'a box nobody shows was accepted'
    place(client, person())
    assert client.get('/account/preferences').status == 404 and 'Mail preferences' not in client.get('/account').text
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert 'nothing can be sent' in staff.get('/staff/announcements').text
    page = staff.submit(staff.get('/staff/announcements/new').form('/staff/announcements'), title='Hello', body='Hello.', product='',
                        public=None)
    assert page.status == 403, f'{page.status} {page.text[:300]}'
    assert system.sql('SELECT (SELECT count(*) FROM mail_choice) + (SELECT count(*) FROM consent) + (SELECT count(*) FROM announcement)') \
        == [['0']]
    assert 'Announcements and newsletter' not in client.get('/privacy').text


def announcements(system):
    """with S10 the same addresses answer, and the statement says how"""
    system.init().start()
    client = Client(system)
    for address in ANNOUNCING[:3]:
        assert client.get(address).status == 200, address
    assert client.get('/unsubscribe/abcdef').status == 410, 'a link that nobody made'
    assert 'newsletter' in client.get('/register').form('/register').choices
    assert 'Announcements and newsletter' in client.get('/privacy').text


def vat_check(system):
    """without S8 no VAT number leaves the house, even when a service is configured"""
    system.settings.update({'vat.check': 'vies', 'vat.vies_url': f'http://127.0.0.1:{system.plain}/nobody-answers-here'})
    start_without(system, 'S8')
    client = Client(system)
    choose(client, 'starter')
    form = checkout_form(client)
    who = person(customer_type='business', company='Kontor GmbH', vat_number='DE136695976', country='DE', postcode='10115', city='Berlin',
                 address1='Chausseestraße 1', telephone='+49 30 901820')
    page = client.submit(form, **fill(form, who))
    assert page.status == 200, page.text[:400]
    assert system.sql("SELECT count(*) FROM job WHERE kind LIKE 'vat.%'") == [['0']], 'a look-up was queued'
    assert system.sql("SELECT count(*) FROM disclosure WHERE recipient = 'vies'") == [['0']]


def free_trial(system):
    """without S7c nothing is free at the beginning, and no codes of e-mail and postal addresses are made for it"""
    start_without(system, 'S7c')
    client = Client(system)
    assert 'days free' not in client.get('/products/club').text
    page = choose(client, 'club')
    assert 'Free until' not in page.text and '£2.00' in page.text, page.text[:600]
    assert '/orders/' in place(client, person()).url
    assert system.sql('SELECT count(*) FROM trial_use') == [['0']]


def bank(system):
    """without S12d no bank statement is imported, by nobody and nowhere, and transfers cannot be offered"""
    start_without(system, 'S12d')
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert '/staff/bank' not in [href for href, _ in staff.get('/staff').links], 'the staff pages still lead there'
    assert staff.get('/staff/bank').status == 404
    path = os.path.join(system.dir, 'statement.csv')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('Date,Amount,Currency,Description\n2026-11-20,5.00,GBP,AV\n')
    said = system.run('bank', 'import', path, '--data', system.data, check=False)
    assert said.returncode == 8 and 'privacy statement' in said.stderr, said
    assert system.sql('SELECT count(*) FROM bank_entry') == [['0']]
    assert 'Bank transfers' not in Client(system).get('/privacy').text
    system.stop()
    with open(os.path.join(system.data, 'avow.conf'), encoding='utf-8') as f:
        settings = f.read()
    with open(os.path.join(system.data, 'avow.conf'), 'w', encoding='utf-8') as f:
        f.write(re.sub(r'^shop.gateways.*\n', '', settings, flags=re.M) + '\nshop.gateways = sandbox, bank_transfer\nbank.iban = GB00TEST\n')
    system.start(expect_ready=False)
    assert system.process.wait(30) == 8 and 'S12d' in system.log(), 'it started with a gateway that no clause covers'


def acknowledgement(system):
    """without S21 nobody is asked to acknowledge anything, and nothing is recorded"""
    start_without(system, 'S21')
    client = Client(system)
    choose(client, 'starter')
    assert 'acknowledged' not in checkout_form(client).choices
    page = place(client, person())
    assert '/checkout' not in page.url, page.text[:300]
    assert system.sql('SELECT count(*) FROM acknowledgement') == [['0']]


def acknowledged(system):
    """with S21 the acknowledgement is asked for, kept with its wording, and repeated on the service's page"""
    system.init().start()
    client = Client(system)
    choose(client, 'starter')
    form = checkout_form(client)
    values = fill(form, person())
    values.pop('acknowledged')
    page = client.submit(form, **values)
    assert '/checkout' in page.url or page.status == 422, 'an order without the acknowledgement was taken'
    client, _ = buy(system)
    rows = system.sql('SELECT a.wording, v.id FROM acknowledgement a JOIN statement_version v ON v.id = a.statement_id')
    assert len(rows) == 1 and len(rows[0][0]) > 20, rows
    service = client.get('/services').link('/services/')
    wait_for(lambda: 'Active' in client.get(service).text, 30, 'the service', system)
    assert re.search(r'your (own )?responsib|controller', client.get(service).text), 'the page of the service repeats it'


def no_saved_way(system):
    """without S12c nobody is asked to keep a way to pay, and none is kept"""
    start_without(system, 'S12c')
    client = Client(system)
    choose(client, 'starter')
    place(client, person())
    invoice = client.get('/invoices').link('/invoices/')
    form = client.get(invoice).form('/pay')
    assert 'save' not in form.choices, 'the question is still asked'
    assert client.submit(form, save='1').status >= 400, 'an answer nobody asked for was accepted'
    sandbox(client, invoice=invoice)
    wait_paid(client, invoice)
    assert client.get('/account/ways-to-pay').status == 404
    assert 'ways-to-pay' not in client.get('/account').raw.decode()
    assert system.sql('SELECT count(*) FROM mandate') == [['0']]


def saved_way(system):
    """with S12c a way to pay is kept when its owner agrees, shown with their words, and gone when they end it"""
    system.init().start()
    client, invoice = buy(system, save='1')
    page = client.get(client.get('/account').link('ways-to-pay'))
    assert 'Sandbox card 4242' in page.text and 'I agree' in page.text, page.text[:400]
    page = client.submit(page.form('/account/ways-to-pay'))
    assert page.status == 200 and 'Sandbox card' not in page.text, page.text[:400]
    wait_for(lambda: system.sql('SELECT count(*) FROM mandate WHERE customer IS NOT NULL OR method IS NOT NULL OR card IS NOT NULL')
             == [['0']], 20, 'it to be gone', system)
    assert system.sql("SELECT count(*) FROM acknowledgement WHERE topic = 'mandate' AND withdrawn_at IS NOT NULL") == [['1']]
    assert invoice_number(client.get(invoice)), 'what was paid stays paid'


def concluded(system):
    """with S11 a customer reads what is concluded about them and why, the shop shows what fits first, and one click stops it"""
    system.init().start()
    client, _ = buy(system)
    page = '/account/conclusions'
    wait_for(lambda: 'You have bought something from us' in client.get(page).text, 30, 'a conclusion', system)
    assert page in [h for h, _ in client.get('/account').links], 'the account leads there'
    home = client.get('/')
    assert 'These may fit you' in home.text and 'You have bought something' in home.text, home.text[:600]
    assert 'These may fit you' not in Client(system).get('/').text, 'a stranger is shown what all are shown'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    about = staff.get('/staff/customers').link('/staff/customers/') + '/conclusions'
    form = staff.get(about).form('/conclusions')
    assert staff.submit(form, segment='grown', limit='12.50', reason='').status == 422, 'a decision without a reason'
    told = staff.submit(form, segment='grown', limit='12.50', reason='They told us on the telephone.')
    assert told.status == 200, told.text[:400]
    said = client.get(page).text
    assert 'They told us on the telephone.' in said and '12.50' in said, said[:800]
    stopped = client.submit(client.get(page).form('/stop'), on='yes')
    assert 'You have stopped this' in stopped.text, stopped.text[:400]
    assert system.sql('SELECT count(*) FROM profile') == [['0']], 'what was concluded is still there'
    assert 'These may fit you' not in client.get('/').text
    assert 'objected' in staff.get(about).text


def not_concluded(system):
    """without S11 nothing is concluded about anybody, and nothing speaks of it"""
    start_without(system, 'S11')
    client, _ = buy(system)
    assert client.get('/account/conclusions').status == 404
    assert '/account/conclusions' not in [h for h, _ in client.get('/account').links]
    assert 'These may fit you' not in client.get('/').text
    assert system.sql('SELECT count(*) FROM profile') == [['0']]
    assert 'concludes two things about you' not in client.get('/privacy').text, 'the statement still speaks of it'


def looked_at(system):
    """with S11a and consent what somebody looks at is remembered and shown to them; ended, it is gone"""
    system.init().start()
    client, _ = buy(system)
    page = '/account/conclusions'
    client.get('/products/business')
    assert system.sql('SELECT count(*) FROM profile_look') == [['0']], 'remembered without consent'
    agreed = client.submit(client.get(page).form('/browsing'), on='yes')
    assert 'You agreed' in agreed.text, agreed.text[:600]
    assert client.get('/products/business').status == 200 and client.get('/products/business').status == 200
    assert system.sql('SELECT times FROM profile_look') == [['1']], 'each product once a day'
    assert '/products/business' in [h for h, _ in client.get(page).links]
    wait_for(lambda: 'You looked at lately' in client.get('/').text, 30, 'what was looked at on the front page', system)
    client.submit(client.get(page).form('/browsing'), on='no')
    assert system.sql('SELECT count(*) FROM profile_look') == [['0']], 'it is still remembered'


def not_looked_at(system):
    """without S11a nobody is asked whether what they look at is remembered"""
    start_without(system, 'S11a')
    client, _ = buy(system)
    wait_for(lambda: 'You have bought something from us' in client.get('/account/conclusions').text, 30, 'a conclusion', system)
    assert 'What you look at' not in client.get('/account/conclusions').text
    client.get('/products/business')
    assert system.sql('SELECT count(*) FROM profile_look') == [['0']]


def no_stripe(system):
    """without S12b Stripe cannot be offered: a start that is told to names the clause; without it all is well"""
    system.settings['data.statement'] = without('S12b', os.path.join(system.dir, 'statement'))
    system.init()
    keys = ['--set', 'shop.gateways=sandbox, stripe', '--set', 'stripe.secret_key=sk_test_1', '--set', 'stripe.webhook_secret=whsec_1']
    refused = system.run('config', 'check', '--data', system.data, *keys, check=False)
    assert refused.returncode == 8 and 'S12b' in refused.stderr and 'stripe' in refused.stderr, f'{refused.returncode} {refused.stderr}'
    refused = system.run('serve', '--data', system.data, '--listen', f'127.0.0.1:{system.tls}', *keys, check=False)
    assert refused.returncode == 8 and 'S12b' in refused.stderr, f'{refused.returncode} {refused.stderr[-500:]}'
    system.start()
    client = Client(system)
    assert 'Stripe' not in client.get('/privacy').raw.decode(), 'the published statement still names it'
    buy(system)
    assert client.request('POST', '/callback/stripe', '{}', follow=False).status == 403


def required_clauses(tap):
    for clause, required in registry().items():
        if not required:
            continue
        system = System('sqlite')
        try:
            system.init()
            folder = without(clause, os.path.join(system.dir, 'statement'))
            with open(os.path.join(system.data, 'avow.conf'), 'a', encoding='utf-8') as f:
                f.write(f'\ndata.statement = {folder}\n')
            system.start(expect_ready=False)
            system.process.wait(30)
            said = system.log()
            check = system.run('statement', 'check', '--config', os.path.join(system.data, 'avow.conf'), check=False)
            tap.point(system.process.returncode == 8 and re.search(rf'\b{clause}\b', said) is not None,
                      f'without the required clause {clause} the program does not start, and names it')
            tap.point(check.returncode == 8 and re.search(rf'\b{clause}\b', check.stdout + check.stderr) is not None,
                      f'avow statement check says the same about {clause}')
        except Exception as why:  # pylint: disable=broad-except
            tap.point(False, f'{clause}: {why}')
        finally:
            system.close()


def every_optional_clause_is_tested(tap):
    tested = {'S5a', 'S7a', 'S7b', 'S7c', 'S7d', 'S8', 'S10', 'S11', 'S11a', 'S12b', 'S12c', 'S12d', 'S21'}
    optional = {clause for clause, required in registry().items() if not required}
    tap.point(optional == tested, f'every optional clause has a scenario of its removal ({", ".join(sorted(optional ^ tested)) or "all"})')


if __name__ == '__main__':
    extra = Tap()
    every_optional_clause_is_tested(extra)
    required_clauses(extra)
    for_both(concluded, not_concluded, looked_at, not_looked_at,
             currency, currency_kept, reference, business, free_trial, vat_check, no_announcements, announcements, bank, acknowledgement, acknowledged,
             no_saved_way, saved_way, no_stripe, tap=extra)
