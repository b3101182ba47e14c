#!/usr/bin/env python3
"""Consent and announcements: a newsletter that wants two steps and ends with one click, an announcement to two hundred people with the
courier killed in the middle, what comes back, and that nobody gets a message twice or against their wish."""
import os
import re
import signal
import urllib.parse

from journeys import choose, fill, checkout_form, person, place, sign_in
from relay import Relay
from system import Client, Clock, for_both, wait_for

TEXT = 'From *today* there is more room.\n\n- for everybody\n- see [the shop](/products/starter)\n'
PEOPLE = 200


def path_of(url):
    return urllib.parse.urlsplit(url).path


def unsubscribe_url(message):
    header = message['list-unsubscribe']
    assert header and message['list-unsubscribe-post'] == 'List-Unsubscribe=One-Click', message.items()
    return re.fullmatch(r'<(https://\S+)>', str(header)).group(1)


def one_click(system, message):
    """What a mail program sends: no cookie, no token of ours in the body, nothing of a browser."""
    return Client(system).request('POST', path_of(unsubscribe_url(message)), 'List-Unsubscribe=One-Click',
                                  {'Origin': '', 'Sec-Fetch-Site': 'cross-site'}, follow=False)


def body(message, kind='plain'):
    return message.get_body((kind,)).get_content()


def to_of(message):
    return message['to'].addresses[0].addr_spec


def newsletter(system):
    """the newsletter begins with the second step, ends with one click, and nobody learns whether an address was known"""
    system.init().start()
    client = Client(system)
    page = client.get('/newsletter')
    assert 'never an address passed on' in page.text
    first = client.submit(page.form('/newsletter'), email='reader@example.test')
    confirm = system.mail('confirm the newsletter', to='reader@example.test')
    assert not confirm['list-unsubscribe'], 'there is nothing to stop yet'
    link = re.search(r'https://\S+/newsletter/[\w-]{43}', body(confirm)).group(0)
    assert 'reader' not in link and 'Hello,' in body(confirm), body(confirm)
    again = client.submit(client.get('/newsletter').form('/newsletter'), email='reader@example.test')
    other = client.submit(client.get('/newsletter').form('/newsletter'), email='somebody.else@example.test')
    assert first.text == again.text == other.text, 'the answer tells whether an address was known'
    assert system.sql("SELECT count(*) FROM consent WHERE state = 'given'") == [['0']]
    page = client.get(path_of(link))
    assert 'I can stop it at any time' in page.text and system.sql("SELECT count(*) FROM consent WHERE state = 'given'") == [['0']], \
        'looking at a link agrees to nothing'
    page = client.submit(page.form('/newsletter/confirm'))
    assert 'on the list' in page.text, page.text[:300]
    assert client.get(path_of(link)).status == 410, 'the link works once'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    announce(system, staff, topic='newsletter', audience='subscribers', title='The first issue')
    issue = system.mail('The first issue', to='reader@example.test')
    assert issue['x-message-class'] == 'marketing' and 'asked for it' in body(issue)
    page = client.get(path_of(unsubscribe_url(issue)))
    assert 'Stop it now' in page.text and 'News about our services' not in page.text and 'Always sent' not in page.text, 'there is only a newsletter'
    assert one_click(system, issue).status == 200
    assert one_click(system, issue).status == 200, 'twice is no mistake'
    assert system.sql('SELECT count(*) FROM suppression WHERE lifted_at IS NULL') == [['1']]
    announce(system, staff, topic='newsletter', audience='subscribers', title='The second issue', expect=0)
    assert not [m for m in system.mails() if 'second issue' in m['subject']]
    assert Client(system).request('POST', path_of(unsubscribe_url(issue)), 'anything', follow=False).status == 400


def announce(system, staff, expect=None, approve=True, **values):
    """Written, listed, looked at, sent. Gives the page's address."""
    form = staff.get('/staff/announcements/new').form('/staff/announcements')
    page = staff.submit(form, **{'product': '', 'title': 'Something new', 'body': TEXT, 'public': None, **values})
    assert page.status == 200, page.text[:500]
    address = page.url
    assert 'there is more room' in page.text and 'as plain text' in page.text.lower()
    page = staff.submit(page.form('/prepare'))
    wait_for(lambda: 'Ready' in staff.get(address).text, 60, 'the list', system)
    page = staff.get(address)
    gets = re.search(r'Get it (\d+)', page.text)
    assert gets, page.text[:1500]
    if expect is not None:
        assert int(gets.group(1)) == expect, page.text[:1500]
    if approve:
        page = staff.submit(page.form('/approve'), day='', time='')
        assert page.status == 200, page.text[:500]
        newest = 'SELECT state FROM announcement ORDER BY id DESC LIMIT 1'
        wait_for(lambda: system.sql(newest) == [['sent']], 120, 'it to be sent', system)
    return address


def choices(system):
    """what a customer chooses counts at once; the box at the order is not ticked, and is not shown again"""
    system.init().start()
    client, who = Client(system), person()
    choose(client, 'starter')
    form = checkout_form(client)
    assert 'no_deals' in form.choices and 'no_deals' not in form.fields, 'a box that refuses or agrees is never ticked beforehand'
    client.submit(form, **fill(form, who))
    choose(client, 'starter')
    assert 'no_deals' not in checkout_form(client).choices, 'asked once'
    page = client.get('/account/preferences')
    assert 'Always sent' in page.text and 'PECR' in page.text and 'Told, and not refused' in page.text, page.text[:800]
    deals = [f for f in page.forms if f.fields.get('topic') == 'deals'][0]
    assert deals.fields['on'] == 'no'
    page = client.submit(deals)
    assert 'counts from now on' in page.text and 'Not wanted' in page.text
    page = client.submit([f for f in page.forms if f.fields.get('topic') == 'newsletter'][0])
    assert 'follow the link' in page.text, 'the address is not confirmed: a message first'
    link = re.search(r'https://\S+/newsletter/[\w-]{43}', body(system.mail('confirm the newsletter', to=who['email']))).group(0)
    client.submit(client.get(path_of(link)).form('/newsletter/confirm'))
    page = client.get('/account/preferences')
    assert 'Agreed' in page.text and 'Yes, please send me the newsletter' in page.text
    page = client.submit(page.form('/object'))
    assert 'no more marketing' in page.text and page.text.count('You object to this') == 2, page.text[:900]
    assert 'You get this' in page.text, 'news about services are no marketing'
    held = client.get('/account/data').text
    assert 'what you chose about announcements' in held and 'what you agreed to' in held
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    customers = staff.get('/staff/customers')
    page = staff.get(customers.link('/staff/customers/') + '/preferences')
    assert 'Objected' in page.text and 'Agreed, and withdrawn' in page.text
    assert staff.get('/staff/customers').status == 200
    announce(system, staff, topic='deals', audience='customers', title='An offer', expect=0)


def in_the_middle(system):
    """two hundred people, the courier killed in the middle: everybody once; one stops it, one objects, one message comes back"""
    system.settings |= {'mail.per_minute': '600', 'mail.batch': '20', 'shop.currencies': 'GBP'}
    clock = Clock(system)
    system.init()
    system.run('trial', '--customers', str(PEOPLE), '--invoices', '0', '--data', system.data)
    system.start()
    system.sql("UPDATE person SET email_verified_at = created_at WHERE kind = 'customer'")
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    who = person()
    client = Client(system)
    choose(client, 'starter')
    place(client, who)
    system.sql("UPDATE person SET email_verified_at = created_at WHERE kind = 'customer'")
    address = announce(system, staff, approve=False, topic='news', audience='customers', title='More room', public='1')
    assert client.get('/announcements').text.count('More room') == 0, 'not before it is sent'
    listed = int(system.sql("SELECT count(*) FROM announcement_send")[0][0])
    assert listed > PEOPLE // 2, listed
    staff.submit(staff.get(address).form('/approve'), day='', time='')
    wait_for(lambda: len(news(system)) >= 30, 60, 'thirty messages', system)
    os.kill(system.roles()['courier'][0], signal.SIGKILL)
    some = news(system)
    assert len(some) < listed, 'the courier was too fast to be killed in the middle'
    page = client.get('/account/preferences')
    mine = [m for m in some if to_of(m) == who['email']]
    page = client.submit([f for f in page.forms if f.fields.get('topic') == 'news'][0])
    assert 'counts from now on' in page.text
    assert one_click(system, some[0]).status == 200
    clock.move(200)
    wait_for(lambda: system.sql('SELECT state FROM announcement') == [['sent']], 240, 'the rest', system)
    everybody_once(system, listed, 0 if mine else 1)
    came_back(system, staff, some[1])
    feed = client.get('/announcements/feed.atom')
    assert feed.status == 200 and b'More room' in feed.raw and b'<feed' in feed.raw and 'atom' in feed.headers['content-type']
    page = client.get([a for a, _ in client.get('/announcements').links if re.fullmatch(r'/announcements/\w{26}', a)][0])
    assert '<em>today</em>' in page.raw.decode()


def through_a_relay(system):
    """through a relay each message has a sender of its own; a mailbox that is refused is not written to again; a relay that refuses us pauses it"""
    relay = Relay()
    try:
        system.settings |= {'mail.relay': f'smtp://127.0.0.1:{relay.server_address[1]}', 'mail.bounces': 'bounces@example.test',
                            'mail.per_minute': '600'}
        system.init().start()
        people = [person() for _ in range(4)]
        for who in people:
            client = Client(system)
            choose(client, 'starter')
            place(client, who)
        system.sql("UPDATE person SET email_verified_at = created_at WHERE kind = 'customer'")
        wait_for(lambda: system.sql("SELECT count(*) FROM job WHERE state <> 'done'") == [['0']], 60, 'other mail', system)
        relay.senders.clear()
        relay.unknown.add(f'<{people[0]["email"]}>')
        staff, _ = sign_in(system, *system.staff, path='/staff/login')
        announce(system, staff, topic='news', audience='customers', title='More room', expect=4)
        got = [r for r, m in relay.taken if m['subject'] == 'More room']
        assert sorted(got) == sorted([f'<{p["email"]}>'] for p in people[1:]), got
        assert len(set(relay.senders)) == 4 and all(re.fullmatch(r'<bounces\+\w{26}@example\.test>', s) for s in relay.senders), relay.senders
        assert system.sql("SELECT topic, reason FROM suppression") == [['', 'bounced']]
        assert system.sql("SELECT state, count(*) FROM announcement_send GROUP BY state ORDER BY state") == [['bounced', '1'], ['sent', '3']]
        relay.disliked.add(f'<{people[1]["email"]}>')
        announce(system, staff, topic='news', audience='customers', title='For two', expect=3)
        assert len([1 for _, m in relay.taken if m['subject'] == 'For two']) == 2
        relay.disliked.clear()
        relay.hostile = '550 5.1.8 we do not know the sender'
        address = announce(system, staff, approve=False, topic='news', audience='customers', title='Again', expect=3)
        staff.submit(staff.get(address).form('/approve'), day='', time='')
        wait_for(lambda: 'It waits: relay_refused' in staff.get(address).text, 60, 'it to be paused', system)
        assert len(relay.taken) == len(set(m['message-id'] for _, m in relay.taken)), 'a message was handed over twice'
        relay.hostile = None
        staff.submit([f for f in staff.get(address).forms if f.fields.get('act') == 'resume'][0])
        wait_for(lambda: len([1 for _, m in relay.taken if m['subject'] == 'Again']) == 3, 60, 'the rest', system)
        assert system.sql('SELECT count(*) FROM suppression') == [['1']], 'trouble between us and the relay says nothing about a mailbox'
    finally:
        relay.shutdown()
        relay.server_close()


def news(system):
    return [m for m in system.mails() if m['subject'] == 'More room']


def everybody_once(system, listed, refused):
    got = [to_of(m) for m in news(system)]
    assert len(got) == len(set(got)), 'somebody got it twice'
    assert len(got) == listed - refused, f'{len(got)} of {listed}, {refused} refused'
    counts = dict(system.sql('SELECT state, count(*) FROM announcement_send GROUP BY state'))
    assert counts.get('sent') == str(len(got)) and int(counts.get('left_out', '0')) == refused, counts
    told = system.sql("SELECT count(*) FROM disclosure WHERE purpose = 'news' AND recipient = 'mail_relay'")
    assert int(told[0][0]) >= len(got), f'{told}: a message left without a row in the ledger'
    late = system.sql('''SELECT count(*) FROM announcement_send s JOIN suppression x ON x.code = s.code AND x.topic = s.topic
                         WHERE s.sent_at > x.added_at AND x.lifted_at IS NULL''')
    assert late == [['0']], 'somebody was written to after they stopped it'


def report(to, message_id, status, action='failed'):
    """A delivery report as mail servers write it."""
    return '\n'.join([
        'From: MAILER-DAEMON@relay.test', 'To: bounces@example.test', 'Subject: Undelivered', 'MIME-Version: 1.0',
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', '',
        '--b', 'Content-Type: text/plain', '', 'It could not be delivered.', '',
        '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; relay.test', '',
        f'Final-Recipient: rfc822; {to}', f'Action: {action}', f'Status: {status}', '',
        '--b', 'Content-Type: text/rfc822-headers', '', f'Message-ID: {message_id}', 'Subject: x', '', '--b--', '',
    ])


def came_back(system, staff, message):
    to, name = to_of(message), message['message-id']

    def read(text):
        return system.run('mail', 'bounces', '-', '--data', system.data, stdin=text).stdout

    def listed():
        return int(system.sql("SELECT count(*) FROM suppression WHERE reason = 'bounced'")[0][0])

    assert 'for now 1' in read(report(to, name, '4.2.2', 'delayed')) and listed() == 0
    assert 'for now 1' in read(report(to, name, '5.2.2')) and listed() == 0, 'a full mailbox is no reason for ever'
    assert 'for good 1' in read(report(to, name, '5.1.1')) and listed() == 1
    assert 'for good 1' in read(report(to, name, '5.1.1')) and listed() == 1
    assert 'no report 1' in read('Subject: hello\n\nhello\n')
    assert 'not about a message of ours 1' in read(report('x@example.test', f'<{"0" * 10 + "1" * 15 + "0"}@example.test>', '5.1.1'))
    announce(system, staff, topic='service', audience='customers', title='Maintenance', body='Hello: there is more room on Sunday.')
    maintenance = [m for m in system.mails() if m['subject'] == 'Maintenance']
    assert maintenance and to not in [to_of(m) for m in maintenance], 'written to a dead mailbox'
    assert not maintenance[0]['list-unsubscribe'] and maintenance[0]['x-message-class'] == 'service'


if __name__ == '__main__':
    for_both(newsletter, choices, through_a_relay, in_the_middle)
