#!/usr/bin/env python3
"""When something the program depends on fails: everybody is told clearly, pages that only read stay up, it goes on by itself when
the fault is over, and nothing is lost or done twice.

Elsewhere: roles that are killed (kills.py), a server that crashes, a role that stands still (tests/proc), syncs that fail
(tests/conformance), what is wrong with a message of the gateway (bad_input.py)."""
import contextlib
import os
import signal
import sqlite3
import subprocess
import time

from journeys import buy, checkout_form, choose, fill, person, place, sandbox, sign_in, wait_paid, wait_text
from relay import Relay
from system import Client, Clock, Skip, for_both, url_of, wait_for

BALANCE = 'SELECT count(*) FROM (SELECT txn FROM ledger GROUP BY txn, currency HAVING sum(amount) <> 0) AS odd'


def count(system, what):
    return int(system.sql(f'SELECT count(*) FROM {what}')[0][0])


def pages_are_up(client, invoice):
    """What only reads is served: to strangers and to those signed in."""
    for path in ('/', '/products/starter', '/basket', '/privacy', '/orders', '/invoices', '/services', '/account', invoice):
        page = client.get(path)
        assert page.status == 200, f'{path} -> {page.status} while nothing can be written'


def refused(page, words):
    assert page.status == 503, f'{page.status} {page.text[:300]}'
    assert words in page.text and '</html>' in page.raw.decode(), f'not told clearly: {page.text[:400]}'


def ready_visitor(system):
    """A visitor with the order form before them, filled in."""
    visitor = Client(system)
    choose(visitor, 'starter')
    form = checkout_form(visitor)
    return visitor, form, fill(form, person())


def goes_on(system, visitor, form, values, before):
    """The very form that was refused is taken now, once; by the same processes, and to the end."""
    def taken():
        page = visitor.submit(form, **values)
        return page.status == 200 and '/checkout' not in page.url
    wait_for(taken, 30, 'the order to be taken', system)
    assert count(system, 'orders') == 2, 'one order of each'
    assert system.roles() == before, 'nobody had to be restarted'
    invoice = visitor.get('/invoices').link('/invoices/')
    sandbox(visitor, 'pay', invoice=invoice)
    wait_paid(visitor, invoice)
    wait_text(visitor, visitor.get('/services').link('/services/'), 'Active')
    assert system.sql(BALANCE) == [['0']]


@contextlib.contextmanager
def small_disk(system, megabytes):
    """The data folder on a file system of its own, with little room."""
    disk = os.path.join(system.dir, 'disk')
    os.mkdir(disk)
    options = f'size={megabytes}m,mode=0755'
    if os.geteuid() != 0 or subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', disk], capture_output=True).returncode:
        raise Skip('no file system of its own can be mounted here')
    try:
        system.data = os.path.join(disk, 'data')
        yield disk
    finally:
        with contextlib.suppress(ProcessLookupError, AssertionError):
            system.stop()
        subprocess.run(['umount', '-l', disk], check=True)


def fill_up(path):
    """Until not another byte fits."""
    with open(path, 'ab', buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while f.write(b'x' * size) == size:
                    pass


def disk_full(system):
    """the disk is full: who writes is told so, who reads is served, and with room again everything goes on"""
    with small_disk(system, 48) as disk:
        system.init().start()
        client, invoice = buy(system)
        wait_text(client, client.get('/services').link('/services/'), 'Active')
        wait_for(lambda: len(system.mails()) >= 4, 30, 'the first customer to have all mail', system)
        visitor, form, values = ready_visitor(system)
        before, filler = system.roles(), os.path.join(disk, 'filler')
        for _ in range(40):  # there is room left inside the files that there are
            fill_up(filler)
            page = visitor.submit(form, **values) if count(system, 'orders') == 1 else None
            if page is None or page.status != 200:
                break
        refused(page, 'cannot store anything more')
        assert count(system, 'orders') == 1, 'half an order'
        pages_are_up(client, invoice)
        refused(visitor.submit(form, **values), 'cannot store anything more')
        os.unlink(filler)
        goes_on(system, visitor, form, values, before)
        assert 'status=full' in system.log() and 'writing-works-again' in system.log(), 'the log says what was wrong, and since when not'


disk_full.databases = ('sqlite',)


def cannot_start(system):
    """a folder that cannot be written to is named at the start, and why; then it starts"""
    with small_disk(system, 48) as disk:
        system.init()
        for say, options in (('Read-only file system', 'remount,ro'), ('role-failed status=full', 'remount,rw')):
            subprocess.run(['mount', '-o', options, disk], check=True)
            if options == 'remount,rw':
                fill_up(os.path.join(disk, 'filler'))
            system.start(expect_ready=False)
            assert system.process.wait(60) != 0, f'it started ({say})'
            assert say in system.log(), f'not told: {system.log()[-1000:]}'
        os.unlink(os.path.join(disk, 'filler'))
        system.start()
        buy(system)


cannot_start.databases = ('sqlite',)


def held(system):
    """somebody else holds the database for a while: who writes is told to come again, who reads is served"""
    system.init().start()
    client, invoice = buy(system)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    visitor, form, values = ready_visitor(system)
    before = system.roles()
    if system.database == 'sqlite':
        other = sqlite3.connect(os.path.join(system.data, 'avow.db'), isolation_level=None)
        other.execute('BEGIN IMMEDIATE')
        release = other.rollback
    else:
        psql = subprocess.Popen(['psql', '-X', '-q', '-A', '-t', url_of(system.pg_name)], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        psql.stdin.write('BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE; SELECT 1;\n')
        psql.stdin.flush()
        assert psql.stdout.readline().strip() == '1'
        release = psql.communicate
    try:
        refused(visitor.submit(form, **values), 'Nothing was lost; please try again')
        pages_are_up(client, invoice)
    finally:
        release()
    goes_on(system, visitor, form, values, before)


@contextlib.contextmanager
def immutable(system):
    """The file system takes no writing to the database's files, not even from who has them open: as after an error of the disk."""
    def chattr(flag):
        files = [os.path.join(system.data, 'avow.db' + end) for end in ('', '-wal')]
        return subprocess.run(['chattr', flag, *files], capture_output=True).returncode == 0
    if not chattr('+i'):
        chattr('-i')
        raise Skip('files cannot be made immutable here (not root, or not a file system that knows it)')
    try:
        yield
    finally:
        assert chattr('-i')


@contextlib.contextmanager
def ordered_read_only(system):
    """An administrator ordered that nobody writes to the database, and ended the sessions that might."""
    def order(what):
        system.sql(f'ALTER DATABASE {system.pg_name} {what}', name='postgres')
        system.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{system.pg_name}'", name='postgres')
    order('SET default_transaction_read_only = on')
    try:
        yield
    finally:
        order('RESET default_transaction_read_only')


def read_only(system):
    """the database lets nobody write: readers are served, writers and staff are told so, and it heals by itself with nothing lost"""
    system.init().start()
    client, invoice = buy(system)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    wait_for(lambda: len(system.mails()) >= 4, 30, 'the first customer to have all mail', system)
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    visitor, form, values = ready_visitor(system)
    before = system.roles()
    with immutable(system) if system.database == 'sqlite' else ordered_read_only(system):
        wait_for(lambda: client.get('/orders').status == 200, 30, 'readers to have connected again', system)
        refused(visitor.submit(form, **values), 'Nothing was lost; please try again')
        for _ in range(2):
            time.sleep(1.2)  # longer than the writer waits before it tries again
            refused(visitor.submit(form, **values), 'store nothing just now. Nothing was lost; please try again')
            pages_are_up(client, invoice)
        for path in ('/staff', '/staff/orders'):
            page = staff.get(path)
            assert page.status == 200 and 'The database may not be written to' in page.text, f'{path}: staff are not told: {page.text[:300]}'
        assert 'may not be written to' not in client.get('/orders').text, 'that is for staff'
        assert count(system, 'orders') == 1, 'half an order'
        assert 'event=bug' not in system.log(), 'a database that may not be written to is no mistake of ours'
        assert 'status=READ_ONLY' in system.log() or 'status=read_only' in system.log(), 'the log says what is wrong'
    goes_on(system, visitor, form, values, before)
    wait_for(lambda: 'may not be written to' not in staff.get('/staff').text, 60, 'staff to see that it is over', system)
    assert 'writing-works-again' in system.log(), 'and the log, since when not'


def guess(system):
    """Somebody who tries to sign in without an account: the vault is asked all the same."""
    client = Client(system)
    return client.submit(client.get('/login').form('/login'), email='a@example.test', password='something long')


def basket_holds(system):
    """Somebody new can put something into a basket, which takes a key of their own."""
    with contextlib.suppress(AssertionError):
        return choose(Client(system), 'starter') is not None
    return False


def vault_away(system):
    """the vault does not answer: pages without personal data are served, the others say so in time, and all come back"""
    system.init().start()
    client, invoice = buy(system)
    before, vault = system.roles(), system.roles()['vault'][0]
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    os.kill(vault, signal.SIGSTOP)
    try:
        assert Client(system).get('/').status == 200, 'the shop needs nobody\'s key'
        assert Client(system).get('/products/starter').status == 200
        start = time.monotonic()
        page = guess(system)
        assert page.status in (503, 504), f'sign-in without a vault: {page.status} {page.text[:200]}'
        assert '</html>' in page.raw.decode() and time.monotonic() - start < 40, 'told clearly, and in time'
    finally:
        os.kill(vault, signal.SIGCONT)
    wait_for(lambda: guess(system).status < 500, 30, 'an answer to who signs in', system)
    wait_for(lambda: client.get(invoice).status == 200, 30, 'the invoice', system)
    wait_for(lambda: basket_holds(system), 30, 'a basket', system)
    client, _ = buy(system)
    wait_text(client, client.get('/services').link('/services/'), 'Active')
    assert system.roles() == before, 'nobody had to be restarted'


vault_away.databases = ('sqlite',)


# ---- the gateway ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def standing(system, role):
    """That role stands still meanwhile."""
    pid = system.roles()[role][0]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def order(system):
    client = Client(system)
    choose(client, 'starter')
    page = place(client, person())
    assert page.status == 200 and '/checkout' not in page.url, f'{page.status} {page.url}'
    return client, client.get('/invoices').link('/invoices/')


def paid_once(system, client, invoice):
    wait_paid(client, invoice, 60)
    wait_text(client, client.get('/services').link('/services/'), 'Active', 60)
    assert count(system, "payment WHERE status = 'succeeded'") == count(system, "sandbox_charge WHERE state = 'paid'") == 1
    assert count(system, "ledger WHERE account = 'gateway'") == 1 and system.sql(BALANCE) == [['0']]


def message_lost(system):
    """the gateway's message never comes: the customer is told to wait, and after a while the gateway is asked"""
    clock = Clock(system)
    system.init().start()
    client, invoice = order(system)
    with standing(system, 'courier'):
        page = sandbox(client, 'pay', invoice=invoice)
        assert page.status == 200 and 'have not heard the result yet' in page.text, page.text[:300]
        system.sql("UPDATE job SET state = 'done', done_at = next_at WHERE kind = 'sandbox.send'")
    clock.move(899)
    assert count(system, "payment WHERE status = 'succeeded'") == 0, 'paid without a word from the gateway'
    clock.move(10)
    paid_once(system, client, invoice)


def out_of_order(system):
    """“pending” arrives after “succeeded”, and each of them twice: paid once, and it stays so"""
    clock = Clock(system)
    system.init().start()
    client, invoice = order(system)
    with standing(system, 'courier'):
        sandbox(client, 'delay', invoice=invoice)
        at = int(system.sql("SELECT min(next_at) FROM job WHERE kind = 'sandbox.send'")[0][0])
        kinds = "(SELECT id FROM sandbox_event WHERE kind = '{}')"
        system.sql(f"UPDATE job SET next_at = {at} WHERE kind = 'sandbox.send' AND object_id IN {kinds.format('succeeded')}")
        system.sql(f"UPDATE job SET next_at = {at + 500} WHERE kind = 'sandbox.send' AND object_id IN {kinds.format('pending')}")
    wait_paid(client, invoice)
    clock.move(501)
    wait_for(lambda: count(system, 'gateway_event') == 2, 30, 'the late message', system)
    assert system.sql("SELECT outcome, reason FROM gateway_event WHERE kind = 'pending'") == [['recorded', 'out_of_order']]
    system.sql("UPDATE job SET state = 'queued', done_at = NULL WHERE kind = 'sandbox.send'")
    wait_for(lambda: count(system, "job WHERE kind = 'sandbox.send' AND state = 'done'") == 2, 30, 'both once more', system)
    assert count(system, 'gateway_event') == 2, 'a message told twice is one message'
    paid_once(system, client, invoice)


def too_late(system):
    """money arrives for an order that was cancelled meanwhile: a person looks, the customer is told, and it can go back"""
    clock = Clock(system)
    system.init().start()
    client, invoice = order(system)
    sandbox(client, 'late', invoice=invoice)
    page = client.get(client.get('/orders').link('/orders/'))
    page = client.submit(page.form('/cancel'))
    assert page.status == 200 and count(system, "orders WHERE status = 'cancelled'") == 1, page.text[:300]
    clock.move(31)
    wait_for(lambda: count(system, "gateway_event WHERE outcome = 'review'") == 1, 30, 'review', system)
    assert count(system, "service") == 0 and count(system, "invoice WHERE status = 'paid'") == 0
    mail = system.mail('payment')
    assert mail['to'], 'the customer is told'
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    page = staff.get('/staff/reviews')
    page = staff.submit(page.form('/staff/reviews/'), resolution='refund', note='The order had been cancelled.')
    assert page.status == 200, page.text[:300]
    wait_for(lambda: count(system, "payment WHERE status = 'refunded'") == 1, 60, 'the money to go back', system)
    assert count(system, "sandbox_charge WHERE state = 'refunded'") == 1 and system.sql(BALANCE) == [['0']]
    assert system.sql("SELECT sum(amount) FROM ledger WHERE account = 'suspense'") == [['0']], 'nothing is left in suspense'


# ---- the platform --------------------------------------------------------------------------------------------------

PLATFORM = '''#!/bin/sh
# Makes the folder of a service, and then does not always get to say so.
read -r ask
service=${ask#*'"service":"'}; service=${service%%'"'*}
mkdir -p "$service" && echo . >> "$service/asked"
mood=$(sed -n "$(wc -l < "$service/asked")p" moods)
case "$mood" in
    fail) exit 1 ;;
    silent) exit 0 ;;
    hang) sleep 60 ;;
    nonsense) echo '{"ok":tru' ;;
    endless) yes ;;
    lie) echo '{"ok":true,"address":"javascript:alert(1)"}' ;;
    refuse) echo '{"ok":false,"problem":"no_room_left"}' ;;
    killed) kill -9 $$ ;;
    *) echo "{\\"ok\\":true,\\"username\\":\\"u\\",\\"address\\":\\"https://$service.example/\\",\\"remote_ref\\":\\"$service\\"}" ;;
esac
'''


def platform(system, moods):
    """A platform in these moods, one for each call about a service; fine after the last."""
    folder, program = os.path.join(system.dir, 'platform'), os.path.join(system.dir, 'provision')
    os.mkdir(folder)
    with open(os.path.join(folder, 'moods'), 'w', encoding='utf-8') as f:
        f.write(''.join(m + '\n' for m in moods))
    with open(program, 'w', encoding='utf-8') as f:
        f.write(PLATFORM)
    os.chmod(program, 0o755)
    system.settings |= {'module.exec': program, 'module.exec_dir': folder, 'module.exec_seconds': '2'}
    return folder


def asked(folder):
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            with open(os.path.join(folder, name, 'asked'), encoding='utf-8') as f:
                return len(f.read().splitlines())
    return 0


def tried(system, n):
    return int(system.sql("SELECT max(attempts) FROM job WHERE kind = 'service.create' AND state <> 'leased'")[0][0] or 0) >= n


def half_done(system):
    """the platform makes the account and fails to say so, in eight ways: the customer waits in peace, and gets one service"""
    moods = ['fail', 'silent', 'hang', 'nonsense', 'endless', 'lie', 'refuse', 'killed']
    clock, folder = Clock(system), platform(system, moods)
    system.init().start()
    client, invoice = buy(system)
    service = client.get('/services').link('/services/')
    for n in range(1, len(moods) + 1):
        wait_for(lambda n=n: tried(system, n), 60, f'the attempt that ends with “{moods[n - 1]}”', system)
        page = client.get(service)
        assert 'Pending' in page.text and 'you need not do anything' in page.text.lower(), page.text[:600]
        assert not [h for h, _ in page.links if h.startswith('javascript')], 'an address that is none'
        clock.move(1300)  # longer than it waits after the eighth failure
    wait_text(client, service, 'Active', 60)
    assert asked(folder) == len(moods) + 1, f'asked {asked(folder)} times'
    assert len(os.listdir(folder)) == 2, 'one folder, and the moods'
    assert count(system, "service WHERE status = 'active' AND problem = ''") == count(system, 'service') == 1
    system.mail('ready')
    assert count(system, "mail_sent WHERE template = 'service_ready'") == 1


def never_done(system):
    """the platform never works: after twelve tries staff see it, the customer knows, and staff can try again when it is mended"""
    clock, folder = Clock(system), platform(system, ['refuse'] * 12)
    system.init().start()
    client, _ = buy(system)
    service = client.get('/services').link('/services/')
    for n in range(1, 13):
        wait_for(lambda n=n: tried(system, n), 60, f'attempt {n}', system)
        clock.move(5200)  # longer than it waits after the eleventh failure
    wait_for(lambda: count(system, "job WHERE state = 'dead'") == 1, 30, 'the job to be given up', system)
    assert 'our staff have been told' in client.get(service).text.lower()
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    assert '/staff/jobs?status=dead' in [h for h, _ in staff.get('/staff').links], 'staff see it on their first page'
    page = staff.get('/staff/jobs?status=dead')
    assert 'no_room_left' in page.text, page.text[:400]
    page = staff.submit(page.form('/retry'))
    assert page.status == 200, page.text[:300]
    wait_text(client, service, 'Active')
    assert asked(folder) == 13, f'asked {asked(folder)} times'
    assert count(system, "service WHERE status = 'active'") == count(system, 'service') == 1


# ---- the mail relay ------------------------------------------------------------------------------------------------


def an_hour_without_mail(system):
    """the mail relay refuses for an hour: nothing is given up, and then each message goes out once"""
    clock, relay = Clock(system), Relay()
    try:
        relay.refusing = True
        system.settings['mail.relay'] = f'smtp://127.0.0.1:{relay.server_address[1]}'
        system.init().start()
        client, _ = buy(system)
        wait_text(client, client.get('/services').link('/services/'), 'Active')
        waiting = "job WHERE kind LIKE 'mail%' AND state IN ('queued', 'leased')"
        wait_for(lambda: count(system, waiting) >= 4, 30, 'the messages', system)
        for _ in range(12):
            refused_before = relay.refused
            clock.move(300)
            time.sleep(0.6)  # two looks of the courier at what is due
        assert relay.refused > 20 and refused_before, f'only {relay.refused} tries'
        messages = count(system, waiting)
        assert count(system, "job WHERE state = 'dead'") == 0 and not relay.taken, 'given up within the hour'
        relay.refusing = False
        for _ in range(60):
            if not count(system, waiting):
                break
            clock.move(300)
            time.sleep(0.6)
        subjects = [m['subject'] for _, m in relay.taken]
        assert len(subjects) == messages and len(set(subjects)) == messages, f'{messages} messages, sent: {subjects}'
    finally:
        relay.shutdown()
        relay.server_close()


if __name__ == '__main__':
    for_both(disk_full, cannot_start, held, read_only, vault_away, message_lost, out_of_order, too_late, half_done, never_done,
             an_hour_without_mail)
