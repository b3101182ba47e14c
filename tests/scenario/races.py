#!/usr/bin/env python3
"""Several people, or one in several tabs, want the same thing at the same moment: it is had once."""
import threading

from journeys import checkout_form, choose, fill, person, place, sign_in, wait_paid, wait_text
from system import Client, for_both


def at_once(*steps):
    """Do all of them at the same moment; what each gave, in their order."""
    start, results = threading.Barrier(len(steps)), [None] * len(steps)

    def one(i, step):
        start.wait()
        try:
            results[i] = step()
        except Exception as why:  # pylint: disable=broad-except
            results[i] = why
    threads = [threading.Thread(target=one, args=(i, step)) for i, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def tab(client):
    """Another tab of the same browser: the same cookies."""
    other = Client(client.system)
    other.cookies = client.cookies
    return other


def customer(system, slug='starter', who=None):
    """Somebody who has ordered and not paid: the client, their data, and the pro forma's address."""
    client, who = Client(system), who or person()
    choose(client, slug)
    page = place(client, who)
    assert page.status == 200 and '/checkout' not in page.url, f'order not placed: {page.status} {page.url} {page.text[:600]}'
    return client, who, client.get('/invoices').link('/invoices/')


def staff_of(system):
    staff, page = sign_in(system, *system.staff, path='/staff/login')
    assert page.status == 200 and '/staff' in page.url, page.text[:300]
    return staff


def grant(staff, system, who, amount, **values):
    """Staff give the newest customer credit, through the pages."""
    page = staff.get('/staff/customers')
    page = staff.get(staff.submit(page.form('/staff/customers'), q=who['email']).link('/staff/customers/'))
    page = staff.get(next(h for h, _ in page.links if h.startswith('/staff/customers/') and h.endswith('/credit')))
    return staff.submit(page.form('/credit'), **{'act': 'add', 'currency': 'GBP', 'amount': amount, 'reason': 'goodwill', **values})


def balances(system):
    """No balance differs from its movements or from the books."""
    wrong = system.sql("""SELECT b.id FROM credit_balance b WHERE b.balance <> (SELECT coalesce(sum(e.amount), 0) FROM credit_entry e
        WHERE e.person_id = b.person_id AND e.currency = b.currency) OR b.balance <> (SELECT coalesce(-sum(l.amount), 0) FROM ledger l
        WHERE l.person_id = b.person_id AND l.currency = b.currency AND l.account = 'credit')""")
    assert not wrong, wrong
    assert not system.sql('SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0'), 'the books do not balance'


def credit(system):
    """account credit is given by staff, seen by the customer, and spent once although two tabs spend it"""
    system.init().start()
    client, who, invoice = customer(system)
    staff = staff_of(system)
    page = grant(staff, system, who, '-1')
    assert page.status == 422, 'less than nothing was granted'
    page = grant(staff, system, who, '2.00')
    assert '£2.00' in page.text and 'As a kindness' in page.text, page.text[:600]
    assert '£2.00' in client.get('/account/credit').text
    one, two = tab(client), tab(client)
    forms = [c.get(invoice).form('/credit') for c in (one, two)]
    pages = at_once(lambda: one.submit(forms[0]), lambda: two.submit(forms[1]))
    assert sorted(p.status for p in pages) == [200, 409], [p.status for p in pages]
    page = client.get(invoice)
    assert '£1.00' in page.text and 'Still to pay' in page.text, page.text[:900]
    assert '£0.00' in client.get('/account/credit').text
    grant(staff, system, who, '5.00')
    client.submit(client.get(invoice).form('/credit'))
    wait_paid(client, invoice)
    assert '£4.00' in client.get('/account/credit').text
    page = grant(staff, system, who, '4.01', act='take', reason='correction')
    assert page.status == 422 and 'not that much' in page.text, page.text[:600]
    balances(system)


def new_coupon(staff, **values):
    page = staff.get('/staff/coupons/new')
    page = staff.submit(page.form('/staff/coupons'), **values)
    assert page.status == 200 and '/staff/coupons/' in page.url, f'no coupon: {page.status} {page.text[:600]}'
    return page


def enter(client, code):
    return client.submit(client.get('/basket').form('/basket/coupon'), code=code)


def refused(page, *words):
    assert page.status in (409, 410), f'{page.status} {page.url} {page.text[:400]}'
    for word in words:
        assert word in page.text, f'{word!r} is not said: {page.text[:900]}'


def coupon(system):
    """two people want the last use of a code: one order has it, the other is told, and keeps the basket at the full price"""
    system.init().start()
    staff = staff_of(system)
    made = new_coupon(staff, code='last-one', label='Half of it', kind='percent', percent='50', max_uses='1')
    page = staff.submit(staff.get('/staff/coupons/new').form('/staff/coupons'), code='lastone', label='x', kind='percent', percent='101')
    assert page.status == 422 and 'from 0.01 to 100' in page.text, page.text[:600]
    people = [(Client(system), person()) for _ in range(2)]
    for client, _ in people:
        choose(client, 'starter')
        assert 'We do not know this code' in enter(client, 'lost one').text
        assert '£1.25' in enter(client, 'LAST one').text
    forms = [checkout_form(client) for client, _ in people]
    pages = at_once(*[lambda c=c, f=f, w=w: c.submit(f, **fill(f, w)) for (c, w), f in zip(people, forms)])
    late = [i for i, page in enumerate(pages) if page.status != 200]
    assert len(late) == 1, [p.status for p in pages]
    refused(pages[late[0]], 'can no longer be used', 'used as often as it may be', '£2.50')
    assert system.sql("SELECT used FROM coupon WHERE code = 'LASTONE'") == [['1']] and len(system.sql('SELECT id FROM coupon_use')) == 1
    client, who = people[late[0]]
    page = place(client, who)
    assert page.status == 200 and '/orders/' in page.url, 'the order goes through at the price that is shown now'
    winner = people[1 - late[0]][0]
    assert '£1.25' in winner.get(winner.get('/invoices').link('/invoices/')).text
    page = staff.get(made.url)
    assert '1 of 1' in page.text, page.text[:600]
    page = staff.submit(page.form('/stop'))
    assert 'Stopped' in page.text
    assert 'has ended' in enter_new(system, 'lastone').text


def stock(system):
    """two people want the last one: one has it, the other is told, and gets it when the first order ends unpaid"""
    system.init().start()
    staff = staff_of(system)
    page = staff.get('/staff/products')
    page = staff.get(next(h for h, _ in page.links if h.startswith('/staff/products/') and 'Workshop' in staff.get(h).text))
    assert page.form('/terms').fields['stock'] == '3', page.form('/terms').fields
    page = staff.submit(page.form('/terms'), stock='1')
    people = [(Client(system), person()) for _ in range(2)]
    for client, _ in people:
        assert 'Only 1 left' in client.get('/products/workshop').text
        choose(client, 'workshop')
    forms = [checkout_form(client) for client, _ in people]
    pages = at_once(*[lambda c=c, f=f, w=w: c.submit(f, **fill(f, w)) for (c, w), f in zip(people, forms)])
    late = [i for i, page in enumerate(pages) if page.status != 200]
    assert len(late) == 1, [p.status for p in pages]
    refused(pages[late[0]], 'sold out in the meantime', 'Please remove it')
    assert system.sql("SELECT stock FROM product WHERE slug = 'workshop'") == [['0']] and len(system.sql('SELECT id FROM orders')) == 1
    assert 'Sold out' in Client(system).get('/products/workshop').text and 'Sold out' in Client(system).get('/').text
    winner, loser = people[1 - late[0]][0], people[late[0]]
    page = winner.get(winner.get('/orders').link('/orders/'))
    winner.submit(page.form('/cancel'))
    assert system.sql("SELECT stock FROM product WHERE slug = 'workshop'") == [['1']]
    assert '/orders/' in place(*loser).url


def two_tabs(system):
    """the same basket is ordered in two tabs at once: one order, one invoice"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'starter')
    forms = [checkout_form(client) for _ in range(2)]
    pages = at_once(*[lambda c=tab(client), f=f: c.submit(f, **fill(f, who)) for f in forms])
    assert sorted(p.status for p in pages)[0] == 200, [p.status for p in pages]
    assert len(system.sql('SELECT id FROM orders')) == 1 and len(system.sql('SELECT id FROM invoice')) == 1


def moving_shop(system):
    """a product is withdrawn, or its price changes, while somebody orders it or is at the payment page"""
    system.init().start()
    staff = staff_of(system)
    page = staff.get('/staff/products')
    product = next(h for h, _ in page.links if h.startswith('/staff/products/') and 'Starter' in staff.get(h).text)

    def status(word):
        return staff.submit(staff.get(product).form(product), status=word)

    client, who = Client(system), person()
    choose(client, 'starter')
    form = checkout_form(client)
    status('withdrawn')
    refused(client.submit(form, **fill(form, who)), 'no longer offered')
    assert client.get('/products/starter').status == 410
    status('active')
    page = place(client, who)
    assert '/orders/' in page.url, page.text[:400]
    invoice = client.get('/invoices').link('/invoices/')
    page = client.submit(client.get(invoice).form('/pay'))
    pay = page.form('/sandbox/pay/')
    prices = staff.get(product).form('/prices')
    changed = prices.fields['prices'].replace('GBP monthly 2.50', 'GBP monthly 9.99')
    at_once(lambda: status('withdrawn'), lambda: client.submit(pay, outcome='pay', card_country='GB'))
    staff.submit(staff.get(product).form('/prices'), prices=changed)
    assert '£3.00' in wait_paid(client, invoice).text, 'the price that was confirmed is the price that is paid'
    wait_text(client, client.get('/services').link('/services/'), 'Active')


def free_trial(system):
    """a free trial costs nothing now, says what it costs later and when, and is had once by whoever lives there"""
    system.init().start()
    client, who = Client(system), person()
    assert '14 days free' in client.get('/products/club').text
    page = choose(client, 'club')
    assert 'Free until' in page.text and '£2.40 a month' in page.text, page.text[:900]
    page = client.submit(page.form('/basket/trial'))
    assert 'Free until' not in page.text and '£2.00' in page.text
    page = client.submit(page.form('/basket/trial'))
    assert 'Free until' in page.text
    page = place(client, who)
    assert '/orders/' in page.url and '14 days free' in page.text, page.text[:600]
    system.mail('confirmed', who['email'])
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    other = Client(system)
    choose(other, 'club')
    page = place(other, person(address1='12, Quillfeather lane'))
    assert page.status == 422 and 'has had the free trial already' in page.text, page.text[:600]
    page = other.submit(other.get('/basket').form('/basket/trial'))
    assert '/orders/' in place(other, person()).url


def enter_new(system, code):
    client = Client(system)
    choose(client, 'starter')
    return enter(client, code)


if __name__ == '__main__':
    for_both(credit, coupon, stock, two_tabs, moving_shop, free_trial)
