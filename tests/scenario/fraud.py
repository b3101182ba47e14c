#!/usr/bin/env python3
"""Screening in the whole program: what is held or refused, what the customer sees, what staff decide, and what a dry run says."""
import json
import re
import secrets

from journeys import choose, person, place, sandbox, sign_in, wait_paid
from system import Client, for_both, wait_for


def doubtful(**changes):
    """70 points: a throw-away address, a name along the keyboard, no public IP address."""
    return person(email=f'{secrets.token_hex(6)}@mailinator.com', full_name='Qwerty Asdfgh', telephone=f'+44 20 7946 0{secrets.randbelow(900) + 100}',
                  address1=f'Flat {secrets.token_hex(4)}', **changes)


def hopeless():
    """125 points: the same with digits in the name, which is the address too."""
    name = f'Asdfgh {secrets.token_hex(4)} 7'
    return {**doubtful(), 'full_name': name, 'address1': name}


def ordered(system, who, **headers):
    """Order as somebody; gives the client and the order's page."""
    client = Client(system)
    if headers:
        plain = client.request
        client.request = lambda method, path, body=None, headers_=None, follow=True: plain(method, path, body, {**(headers_ or {}), **headers}, follow)
    choose(client, 'starter', hostname=f'w{secrets.token_hex(4)}.quillfeather.test')
    page = place(client, who)
    assert page.status == 200 and '/orders/' in page.url, f'not placed: {page.status} {page.url} {page.text[:500]}'
    return client, page


def staff_case(staff):
    """The oldest order that waits, as staff see it."""
    return staff.get(first_case(staff.get('/staff/checks')))


def first_case(page):
    for href, _ in page.links:
        if re.fullmatch(r'/staff/checks/[0-9a-z]{26}', href, re.I):
            return href
    raise AssertionError(f'no order waits: {page.text[:300]}')


def no_payment(client, invoice):
    return not [f for f in client.get(invoice).forms if '/pay' in f.action]


def reviewed(system):
    """a doubtful order waits for a person, who accepts it; then it is paid and set up"""
    system.init().start()
    client, page = ordered(system, doubtful())
    assert 'A person looks at this order' in page.text and 'throw' in page.text, page.text[:900]
    assert 'program alone' not in page.text and not [f for f in page.forms if '/ask' in f.action]
    invoice = client.get('/invoices').link('/invoices/')
    assert no_payment(client, invoice) and 'A person looks' in client.get(invoice).text
    assert 'Waiting for your payment' not in client.get('/account').text
    assert 'nothing is charged' in system.mail('A person is looking at your order').get_body(('plain',)).get_content()
    staff, home = sign_in(system, *system.staff, path='/staff/login')
    assert '1 order waits for a person' in home.text, home.text[:400]
    case = staff_case(staff)
    for words in ('Qwerty Asdfgh', 'mailinator.com', 'disposable_mail', '40', 'Flat ', '127.0.0.1', 'Billing address', 'No person has decided yet'):
        assert words in case.text, f'“{words}” is not on the page: {case.text[:1500]}'
    form = case.form('/staff/checks/')
    page = staff.submit(form, decision='accept', reason='')
    assert page.status == 422 and 'Please fill this in' in page.text, f'decided without a reason: {page.status}'
    page = staff.submit(case.form('/staff/checks/'), decision='accept', reason='Rang the customer, who is moving house.')
    assert page.status == 200 and 'Accepted by a person' in page.text and 'Rang the customer' in page.text, page.text[:600]
    assert not [f for f in page.forms if '/staff/checks/' in f.action], 'it can be decided again'
    system.mail('Your order is accepted')
    sandbox(client, 'pay', 'GB', invoice)
    wait_paid(client, invoice)
    wait_for(lambda: 'Active' in client.get(client.get('/services').link('/services/')).text, 30, 'the service', system)
    data = client.get('/account/data').text
    assert 'what the check of an order found' in data and 'mail_disposable=1' in data and 'Rang the customer' in data, data[:1500]
    assert system.sql("SELECT count(*) FROM fraud_decision WHERE decided_by IS NOT NULL") == [['1']]


def refused(system):
    """a hopeless order is refused with reasons; the customer asks for a person, who declines, and another takes it back"""
    system.init().start()
    client, page = ordered(system, hopeless())
    assert 'has not accepted this order' in page.text and 'program alone' in page.text and 'row of keys' in page.text, page.text[:900]
    order = page.url
    assert 'Not accepted' in client.get('/orders').text
    assert no_payment(client, client.get('/invoices').link('/invoices/')), 'it can be paid'
    system.mail('We have not accepted your order')
    stranger, _ = ordered(system, person())
    assert stranger.get(order).status == 404, 'somebody else sees it'
    page = client.submit(client.get(order).form('/ask'), note='I live above the shop.\nPlease ring.')
    assert page.status == 200 and 'You asked for a person' in page.text, page.text[:600]
    assert not [f for f in page.forms if '/ask' in f.action], 'one can ask twice'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    case = staff_case(staff)
    assert 'I live above the shop.' in case.text, case.text[:600]
    page = staff.submit(case.form('/staff/checks/'), decision='decline', reason='Nobody of that name lives there.')
    assert 'Declined by a person' in page.text, page.text[:500]
    system.mail('We cannot accept your order')
    page = client.get(order)
    assert 'A person has declined this order' in page.text and 'Nobody of that name' in page.text, page.text[:700]
    case = staff.get(case.url)
    page = staff.submit(case.form('/staff/checks/'), decision='accept', reason='The landlord wrote to us.')
    assert 'Accepted by a person' in page.text and 'Nobody of that name' in page.text, 'the history shows both decisions'
    system.mail('Your order is accepted')
    invoice = client.get('/invoices').link('/invoices/')
    sandbox(client, 'pay', 'GB', invoice)
    wait_paid(client, invoice)


def velocity(system):
    """many people from one network in an hour are noticed, by codes and not by addresses"""
    system.settings.update({'web.proxies': '127.0.0.1', 'fraud.review': '30'})
    system.init().start()
    pages = []
    for _ in range(4):
        who = person(address1=f'Flat {secrets.token_hex(4)}', telephone=f'+44 20 7946 0{secrets.randbelow(900) + 100}')
        pages.append(ordered(system, who, **{'X-Forwarded-For': '81.2.69.160'})[1])
    assert all('A person looks' not in p.text for p in pages[:3]), 'three are nothing'
    assert 'Several other people ordered over your connection' in pages[3].text, pages[3].text[:600]
    assert system.sql("SELECT count(DISTINCT code) FROM fraud_trace WHERE kind = 'ip'") == [['1']]


def trying(system):
    """a dry run says what other thresholds would have done, on the command line and on a page, and changes nothing"""
    system.init().start()
    ordered(system, person())
    ordered(system, doubtful())
    ordered(system, hopeless())
    before = system.sql('SELECT id, state, score FROM fraud_check ORDER BY id')

    def run(*more):
        return json.loads(system.run('fraud', 'dry-run', '--json', '--data', system.data, *more).stdout)
    same = run()
    assert (same['orders'], same['changed']) == (3, 0), same
    stricter = run('--review', '5', '--refuse', '70')
    assert stricter['moved']['accept'] == {'accept': 0, 'review': 1, 'refuse': 0} and stricter['moved']['review']['refuse'] == 1, stricter
    never = run('--review', '1000', '--refuse', '0')
    assert never['moved']['refuse']['accept'] == 1 and never['changed'] == 2, never
    decided = {r['rule']: r['decided'] for r in same['rules']}
    assert decided['disposable_mail'] == 2, decided
    said = system.run('fraud', 'dry-run', '--data', system.data, '--review', '200', '--refuse', '100', check=False)
    assert said.returncode == 3 and 'begin above' in said.stderr, said
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/checks/try?review=5&refuse=70')
    assert '2 orders would have another outcome' in page.text, page.text[:900]
    assert 'Refusing must begin above' in staff.get('/staff/checks/try?review=50&refuse=20').text
    assert system.sql('SELECT id, state, score FROM fraud_check ORDER BY id') == before


def who_may(system):
    """members of staff without this ability see neither the queue nor an order in it"""
    system.init().start()
    ordered(system, doubtful())
    system.run('staff', 'create', 'bill@example.test', '--name', 'Bill', '--can', 'billing', '--password-stdin', '--data', system.data,
               stdin='a long enough password\n')
    staff, _ = sign_in(system, 'bill@example.test', 'a long enough password', path='/staff/login')
    assert staff.get('/staff/checks').status == 403 and staff.get('/staff/orders').status == 200
    client = Client(system)
    assert client.get('/staff/checks').status in (302, 303, 403) or '/staff/login' in client.get('/staff/checks').url


if __name__ == '__main__':
    for_both(reviewed, refused, velocity, trying, who_may)
