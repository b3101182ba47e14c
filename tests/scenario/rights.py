#!/usr/bin/env python3
"""Requests about people's own data, with the whole program and a clock that is moved: by telephone, by form and from the account."""
import datetime
import re

from journeys import buy, person, sign_in
from system import Client, Clock, for_both, wait_for

DAY = 86400


def today(clock, days=0):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=clock.offset, days=days)).date().isoformat()


def body_of(mail):
    """The plain part of a message."""
    return mail.get_body(('plain',)).get_content()


def desk(system):
    client, page = sign_in(system, *system.staff, path='/staff/login')
    assert page.status == 200, page.text[:300]
    return client


def deadline(system, rule, since, *pauses):
    words = ['deadline', '--rule', rule, '--from', since, '--data', system.data]
    for pause in pauses:
        words += ['--pause', pause]
    return dict(line.split() for line in system.run(*words).stdout.splitlines())


def dates(system):
    return system.sql('SELECT state, due_on, strict_on, clock_from FROM rights_request ORDER BY id DESC')[0]


def counted(system, rule, since, *pauses):
    """What is stored is what the command line says of the same days."""
    want, have = deadline(system, rule, since, *pauses), dates(system)
    assert have[1:3] == [want['due'], want['strict']], f'{have} and not {want}'


def telephone(system):
    """a copy is asked for by telephone: identity, a pause, an extension, the answer, and dates that are those of avow deadline"""
    clock = Clock(system)
    system.init().start()
    staff = desk(system)
    page = staff.submit(staff.get('/staff/rights/new').form('/staff/rights'), kind='access', channel='telephone',
                        received=today(clock, 2), full_name='Tess Caller', email='tess@example.test', said='Everything you hold about me.')
    assert page.status == 422 and 'still to come' in page.text and 'Tess Caller' in page.raw.decode(), 'a wrong attempt loses nothing'
    received = today(clock, -3)
    page = staff.submit(page.form('/staff/rights'), received=received)
    assert page.status == 200 and '/staff/rights/' in page.url, f'{page.status} {page.text[:500]}'
    case = page.url
    counted(system, 'sar', received)
    system.mail('We have received your request', 'tess@example.test')

    page = staff.submit(staff.get(case).form('/act'), act='resume', words='She wrote back.')
    assert page.status == 422 and 'She wrote back.' in page.raw.decode() and 'not possible at this point' in page.text, page.text[:500]
    page = staff.submit(staff.get(case).form('/act'), act='identify', words='Please tell us your customer number.')
    assert 'we asked who you are' in page.text and dates(system)[:3] == ['id_wanted', '', ''], dates(system)
    system.mail('Please show that it is you', 'tess@example.test')
    clock.move(2 * DAY)
    staff = desk(system)
    staff.submit(staff.get(case).form('/act'), act='identified', words='Knew the number, rang from the known telephone.')
    shown = today(clock)
    counted(system, 'sar', shown)

    staff.submit(staff.get(case).form('/act'), act='pause', words='Do you also want the messages of 2019?')
    asked = today(clock)
    assert dates(system)[0] == 'paused'
    told = body_of(system.mail('We have a question about your request', 'tess@example.test'))
    assert '2019' not in told, 'what is asked stands on the page, not in the message'
    link = re.search(r'/rights/enter/([\w-]+)', told)[0]
    clock.move(5 * DAY)
    tess = Client(system)
    page = tess.submit(tess.get(link).form('/rights/enter'))
    assert 'Do you also want the messages of 2019?' in page.text, page.text[:600]
    page = tess.submit(page.form('/say'), said='Yes, those too.')
    assert dates(system)[0] == 'running', 'her answer lets the clock go on'
    pause = f'{asked}..{today(clock)}'
    counted(system, 'sar', shown, pause)

    staff = desk(system)
    page = staff.get(case)
    assert 'Yes, those too.' in page.text and 'rang from the known telephone' in page.text
    staff.submit(page.form('/extend'), reasons='There are several thousand messages to look at.')
    counted(system, 'sar-extended', shown, pause)
    system.mail('Your request takes longer', 'tess@example.test')
    assert not [f for f in staff.get(case).forms if f.action.endswith('/extend')], 'once only'
    page = staff.get(case)
    assert '"Your data"' in page.form('/answer').fields['answer'], 'the answer begins with words'
    page = staff.submit(page.form('/answer'), outcome='granted', answer='Here is everything we hold about you: nothing but this request.')
    assert page.status == 200 and dates(system)[0] == 'answered', f'{page.status} {page.text[:500]}'
    told = body_of(system.mail('We have answered your request', 'tess@example.test'))
    page = tess.submit(tess.get(re.search(r'/rights/enter/([\w-]+)', told)[0]).form('/rights/enter'))
    assert 'nothing but this request' in page.text and 'do not see' not in page.text
    assert 'rang from the known telephone' not in page.text, 'notes are for colleagues'
    numbers = staff.get('/staff/rights/counts').text
    assert 'extended' in numbers and 'done as asked' in numbers, numbers[:500]


def complaint(system):
    """a complaint from the account is acknowledged at once; one that nobody answers is urged, and late"""
    clock = Clock(system)
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    page = client.submit(client.get('/account/rights/new?kind=complaint').form('/account/rights'), kind='complaint',
                         said='You sent my invoice to somebody else.')
    assert '/rights/' in page.url and 'We have your complaint' in page.text, f'{page.status} {page.text[:500]}'
    told = body_of(system.mail('We have received your complaint', who['email']))
    assert 'Information Commissioner' in told and 'somebody else' not in told, told
    mine = page.url
    other, _ = buy(system, person())
    assert other.get(mine).status == 404, 'nobody else sees it'
    assert 'somebody else' not in Client(system).get(mine).text, 'nor anybody who is not signed in'
    clock.move(54 * DAY)
    system.mail('A request is due', system.staff[0], timeout=60)
    clock.move(5 * DAY)
    system.mail('Urgent: a request is due', system.staff[0], timeout=60)
    staff = desk(system)
    assert 'due within a week, or late' in staff.get('/staff').text
    assert '/staff' + mine in staff.get('/staff/rights').raw.decode()
    case = '/staff' + mine
    page = staff.submit(staff.get(case).form('/answer'), outcome='upheld', answer='You are right. We have changed how addresses are checked.')
    assert 'answered' in page.text, page.text[:500]
    client, _ = sign_in(system, who['email'], who['password'])
    assert 'We have changed how addresses are checked.' in client.get(mine).text


def correction(system):
    """a correction is asked for, decided with a reason and made; erasing without an account begins with a link, whoever asks"""
    system.init().start()
    who = person()
    client, _ = buy(system, who)
    page = client.submit(client.get('/account/rights/new').form('/account/rights'), kind='rectify', said='', field='full_name', wanted='')
    assert page.status == 422 and 'Please fill this in' in page.text, page.text[:400]
    page = client.submit(page.form('/account/rights'), field='full_name', wanted='Alicia Marlowe')
    assert 'Alicia Marlowe' in page.text, f'{page.status} {page.text[:500]}'
    mine = page.url
    staff = desk(system)
    case = '/staff' + mine
    page = staff.get(case)
    assert '/credit' in page.raw.decode(), 'an invoice that was issued begins with a credit note'
    page = staff.submit(page.form('/change'), decision='accept', because='As on the letter.')
    assert 'corrected' in page.text, page.text[:500]
    assert client.get('/account/profile').form('/account/profile').fields['full_name'] == 'Alicia Marlowe'
    assert 'a request about your data' in client.get('/account/data').text, 'it came by the request'
    assert 'As on the letter.' in client.get(mine).text

    for address in (who['email'], 'nobody.at.all@example.test'):
        page = Client(system).get('/rights')
        page = Client(system).submit(page.form('/rights'), kind='erase', full_name='Some Body', email=address, said='Everything, please.')
        assert page.status == 200 and 'We have sent a message' in page.text, page.text[:400]
        told = body_of(system.mail('Please confirm your request', address))
        assert staff.get('/staff/rights').text.count('Some Body') == (address != who['email']), 'nothing happens before'
        visitor = Client(system)
        page = visitor.submit(visitor.get(re.search(r'/rights/enter/([\w-]+)', told)[0]).form('/rights/enter'))
        assert 'Everything, please.' in page.text, page.text[:400]
        system.mail('We have received your request', address)
    page = visitor.submit(page.form('/withdraw'))
    assert 'You took this request back' in page.text, page.text[:400]
    late = staff.get('/staff/rights?status=closed').link('/staff/rights/' + page.url.split('/')[-1])
    page = staff.submit(staff.get(late).form('/act'), act='pause', words='What do you mean?')
    assert page.status == 422 and 'What do you mean?' in page.raw.decode(), page.text[:400]
    assert system.sql('SELECT count(*) FROM rights_request') == [['3']]
    wait_for(lambda: not system.sql("SELECT 1 FROM job WHERE state = 'dead'"), 5, 'no job to have failed', system)


if __name__ == '__main__':
    for_both(telephone, complaint, correction)
