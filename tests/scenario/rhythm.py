#!/usr/bin/env python3
"""Months in the life of a service, with the whole program and a clock that is moved: renewed, reminded of, suspended, back, cancelled."""
import datetime
import json
import os
import struct

from journeys import buy, person, sandbox, sign_in, wait_paid, wait_text
from system import for_both, wait_for

DAY = 86400


class Clock:
    """Wall time of the system, moved by days. Every role follows the file."""

    def __init__(self, system):
        self.system, self.offset, self.path = system, 0, os.path.join(system.dir, 'clock')
        self.write()
        os.environ['AVOW_CLOCK_FILE'] = self.path

    def write(self):
        with open(self.path, 'r+b' if os.path.exists(self.path) else 'wb') as f:
            f.write(struct.pack('<q', self.offset))

    def today(self):
        # Far from midnight on both clocks there are, so that a scenario's day is the program's.
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.offset)).date()

    def go(self, days, one_by_one=False):
        """Move on, and wait until the program has seen the day and done what it brought."""
        for _ in range(days if one_by_one else 1):
            self.offset += DAY if one_by_one else days * DAY
            self.write()
            wait_for(self.settled, 30, f'the day {self.today()} to be done', self.system)

    def settled(self):
        last = self.system.sql("SELECT value FROM setting WHERE name = 'rhythm.last_run'")
        seen = last and abs((datetime.date.fromisoformat(last[0][0]) - self.today()).days) <= 1 and last != self.before
        if seen and not self.due() and not self.queued():
            self.before = last
            return True
        return False

    before = None

    def due(self):
        return self.system.sql(f"SELECT 1 FROM rhythm WHERE next_act_on < '{self.today()}'")

    def queued(self):
        now = int(datetime.datetime.now().timestamp()) + self.offset
        return self.system.sql(f"SELECT 1 FROM job WHERE state IN ('queued', 'leased') AND next_at <= {now} AND kind NOT LIKE 'payment.fetch'")


def service_of(system):
    return system.sql('SELECT id, status, next_due_on FROM service ORDER BY id DESC')[0]


def due_on(system):
    return datetime.date.fromisoformat(service_of(system)[2])


def in_time(system, who):
    """a period is invoiced, paid on the page, and the service goes on"""
    client, _ = sign_in(system, who['email'], who['password'])
    invoice = client.get('/invoices').link('/invoices/')
    page = client.get(client.get('/services').link('/services/'))
    assert 'See the open invoice' in page.text and 'What happens next' in page.text, page.text[:800]
    sandbox(client, 'pay', invoice=invoice)
    wait_paid(client, invoice)
    return client


def bigger(client, system):
    """the plan is changed: the sum is shown, paid, and the plan is another"""
    service = client.get('/services').link('/services/')
    page = client.get(client.get(service).link('/change'))
    plan = next(h for h, _ in page.links if 'plan=' in h)
    page = client.get(plan)
    assert 'What the change to Business web space costs' in page.text and 'To pay now' in page.text, page.text[:900]
    form = page.form('/change')
    assert client.submit(form, now='1').status == 409, 'another sum than was shown'
    page = client.submit(client.get(plan).form('/change'))
    assert '/invoices/' in page.url, f'{page.status} {page.url} {page.text[:500]}'
    invoice = page.url
    assert 'A change of plan waits for its payment' in client.get(service).text
    sandbox(client, 'pay', invoice=invoice)
    wait_paid(client, invoice)
    wait_text(client, service, 'Business web space')
    wait_for(lambda: system.sql("SELECT 1 FROM job WHERE kind = 'service.change_package' AND state = 'done'"), 30, 'the platform', system)


def months(system):
    """a service is renewed and paid, is suspended when nobody pays, comes back when somebody does, and is cancelled"""
    system.settings.update({'billing.reminders': '1', 'billing.suspend_days': '2', 'billing.warn_days': '5',
                            'shop.due_days': '3'})
    clock = Clock(system)
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    page = wait_text(client, client.get('/services').link('/services/'), 'Active')
    assert 'The pro forma for the next period is made and sent' in page.text, page.text[:800]
    clock.before = None
    first = due_on(system)

    later = (clock.today() + datetime.timedelta(days=25)).isoformat()
    told = system.run('rhythm', 'plan', '--data', system.data, '--as-of', later, '--json').stdout
    assert [s['act'] for s in json.loads(told)] == ['renew'], told
    assert system.run('rhythm', 'plan', '--data', system.data).stdout == '', 'nothing is due today'

    clock.go(20)
    system.mail('Your next invoice', who['email'])
    client = in_time(system, who)
    wait_for(lambda: 28 <= (due_on(system) - first).days <= 31, 20, 'the next period', system)
    system.mail('your services go on', who['email'])
    assert len(system.sql('SELECT id FROM invoice')) == 2, 'one period, one invoice'
    assert 'looked at' in system.run('rhythm', 'run', '--data', system.data).stdout
    assert len(system.sql('SELECT id FROM invoice')) == 2, 'and run again, still'

    bigger(client, system)
    clock.go(40)
    assert len(system.sql('SELECT id FROM invoice')) == 4
    assert system.sql('SELECT net FROM invoice ORDER BY id DESC')[0] == ['666'], 'the next period costs what the new plan costs'
    assert service_of(system)[1] == 'active', 'after a jump nobody is suspended at once'
    clock.go(8, one_by_one=True)
    assert service_of(system)[1] == 'suspended', f'{service_of(system)} on {clock.today()}'
    system.mail('Overdue', who['email'])
    system.mail('was suspended', who['email'])

    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert staff.get('/staff/rhythm').status == 200
    page = staff.get(next(h for h, _ in staff.get('/staff/products').links if h.startswith('/staff/products/') and not h.endswith('/new')))
    assert page.form('/ways').fields['slugs'] == 'business\nstudio', page.form('/ways').fields
    assert staff.submit(page.form('/ways')).status == 200 and staff.submit(page.form('/announce')).status == 200
    page = staff.get(staff.get('/staff/services').link('/staff/services/'))
    for words in ('Suspended: the invoice was overdue', 'The service ends, and what is stored on it is deleted'):
        assert words in page.text, f'{words!r} is not on the page of the service'
    until = (clock.today() + datetime.timedelta(days=30)).isoformat()
    page = staff.submit(page.form('/hold'), until=until, reason='They rang and will pay.')
    assert 'No suspension and no end until' in page.text, page.text[:800]

    client = in_time(system, who)
    wait_for(lambda: service_of(system)[1] == 'active', 30, 'the service to be back', system)
    system.mail('is back', who['email'])

    service = client.get('/services').link('/services/')
    page = client.get(client.get(service).link('/cancel'))
    page = client.submit(page.form('/cancel'), when='end', reason='Too dear for me.')
    assert 'This service ends on' in page.text, page.text[:800]
    assert 'Too dear for me.' in client.get('/account/data').text, 'the reason is among what is held'
    page = client.submit(page.form('/keep'))
    assert 'This service ends on' not in page.text
    page = client.get(client.get(service).link('/cancel'))
    client.submit(page.form('/cancel'), when='now')
    wait_for(lambda: service_of(system)[1] == 'terminated', 60, 'the end', system)
    system.mail('has ended', who['email'])
    assert system.sql('SELECT DISTINCT CAST(sum(amount) AS BIGINT) FROM ledger GROUP BY txn, currency') == [['0']]


if __name__ == '__main__':
    for_both(months)
