"""What bench/run measures on: this machine's cores, filled trials, a running avow, a PostgreSQL. Loopback only."""
import glob
import hashlib
import html
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TERMS = ('Marlowe', 'Patel', 'Singh', 'Alice', 'James', 'Müller', 'Παπαδόπουλος', 'Zoë Evans', 'customer7@example.test', 'Okafor')
READY_S = 60
QUIET_S = 120


def cores():
    return sorted(os.sched_getaffinity(0))


def pinned(which, *command):
    """The command on the first core (0: what measures) or the last (1: what is measured)."""
    return ['taskset', '-c', str(cores()[-1 if which else 0]), *command]


def cpu_model():
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as f:
            return re.search(r'^model name\s*:\s*(.*)$', f.read(), re.M).group(1)
    except (OSError, AttributeError):
        return 'unknown processor'


def process_ns(pid):
    """Processor time of all threads of a process so far."""
    total = 0
    for path in glob.glob(f'/proc/{pid}/task/*/schedstat'):
        try:
            with open(path, encoding='ascii') as f:
                total += int(f.read().split()[0])
        except (OSError, ValueError, IndexError):
            pass
    return total


def made_by():
    """The schema and the statement that a kept trial was filled under; another one wants another trial."""
    h = hashlib.sha256()
    for path in sorted(glob.glob(os.path.join(ROOT, 'schema', '*.sql')) + glob.glob(os.path.join(ROOT, 'statement', '*.*'))):
        with open(path, 'rb') as f:
            h.update(f.read())
    return h.hexdigest()


class Trial:
    """A filled trial in a folder of its own; made when it is not there yet."""

    def __init__(self, avow, keep, database, customers, invoices):
        self.avow, self.customers, self.invoices = avow, customers, invoices
        self.postgres = database if isinstance(database, Postgres) else None
        self.database = 'postgres' if self.postgres else 'sqlite'
        self.data = os.path.join(keep, f'{self.database}-{customers}-{invoices}')
        self.sqlite = None if self.postgres else os.path.join(self.data, 'avow.db')
        self.url = self.postgres.create() if self.postgres else f'sqlite:{self.sqlite}'

    def have(self):
        """Fill it, or take what is kept. What avow trial said, or nothing."""
        words = os.path.join(self.data, 'bench.json')
        if os.path.exists(words) and not self.postgres:
            with open(words, encoding='utf-8') as f:
                kept = json.load(f)
            if kept['made_by'] == made_by():
                self.signs = kept
                return None
        shutil.rmtree(self.data, ignore_errors=True)
        settings = {'password.cost': 'test', 'web.proxies': '127.0.0.1', 'web.connections': '2048'}
        if self.postgres:
            settings['data.database'] = self.url
        done = subprocess.run(pinned(1, self.avow, 'trial', '--customers', str(self.customers), '--invoices', str(self.invoices),
                                     '--data', self.data, *(a for k, v in settings.items() for a in ('--set', f'{k}={v}'))),
                              capture_output=True, text=True, timeout=7200)
        if done.returncode:
            raise RuntimeError(f'avow trial: {done.stderr.strip()[-400:]}')
        self.signs = {who: re.search(rf'{who} sign-in:\s*(\S+).*\n\s*password:\s*(\S+)', done.stdout).groups()
                      for who in ('customer', 'staff')}
        self.signs['made_by'] = made_by()
        with open(words, 'w', encoding='utf-8') as f:
            json.dump(self.signs, f)
        return done.stderr


class Server:
    """A running avow on the server's core, and people who are signed in."""

    def __init__(self, bench, trial, environment=None):
        self.trial, self.port, self.environment = trial, self.free_port(), {**os.environ, **(environment or {})}
        self.log = open(os.path.join(bench.work, 'server.log'), 'ab')

    def __enter__(self):
        arguments = ['serve', '--data', self.trial.data, '--listen', '127.0.0.1:0', '--plain', f'127.0.0.1:{self.port}',
                     '--set', f'trial.listen=127.0.0.1:{self.free_port()}']
        self.process = subprocess.Popen(pinned(1, self.trial.avow, *arguments), stdout=self.log, stderr=self.log, env=self.environment)
        try:
            self.wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    @staticmethod
    def free_port():
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            return s.getsockname()[1]

    @staticmethod
    def wait_port(port):
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            try:
                socket.create_connection(('127.0.0.1', port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError('nothing listens')

    def wait_ready(self):
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                if self.ask('GET', '/login')[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.005)
        raise RuntimeError(f'avow is not ready; see {self.log.name}')

    def quiet(self):
        """Wait until the processes have nothing of their own to do: a filled trial begins with years of disposals that are due.
        Seconds that it took; they are not for ever."""
        start, before = time.monotonic(), self.cpu_ns()
        while time.monotonic() - start < QUIET_S:
            time.sleep(1)
            now = self.cpu_ns()
            if now - before < 10_000_000:
                break
            before = now
        return time.monotonic() - start

    # ---- people

    def ask(self, method, path, body=None, cookie='', address='10.0.0.1'):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        headers = {'Cookie': cookie, 'X-Forwarded-For': address}
        if method == 'POST':
            headers |= {'Content-Type': 'application/x-www-form-urlencoded', 'Origin': f'http://127.0.0.1:{self.port}',
                        'Sec-Fetch-Site': 'same-origin'}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            cookies = [v.split(';')[0] for v in answer.headers.get_all('Set-Cookie') or []]
            return answer.status, answer.read().decode(), '; '.join(cookies)
        finally:
            connection.close()

    def sign_in(self, path, email, password, address):
        _, page, cookie = self.ask('GET', path, address=address)
        form = page[page.index(f'action="{path}"'):]
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        fields |= {'email': email, 'password': password}
        status, _, cookie = self.ask('POST', path, urllib.parse.urlencode(fields), cookie, address)
        if status not in (302, 303):
            raise RuntimeError(f'signing in as {email} -> {status}')
        return cookie

    def plans(self, people):
        """What is asked for each page: (cookie, paths) for each person who asks."""
        password = self.trial.signs['customer'][1]
        customers = [self.sign_in('/login', f'customer{i + 1}@example.test', password, f'10.1.{i // 200}.{i % 200}')
                     for i in range(people)]
        staff = [self.sign_in('/staff/login', *self.trial.signs['staff'], f'10.2.0.{i}') for i in range(4)]
        _, shop, _ = self.ask('GET', '/')
        product = html.unescape(re.search(r'href="(/products/[^"]+)"', shop).group(1))
        invoices = [(c, re.findall(r'href="(/invoices/[0-9a-z]{26})"', self.ask('GET', '/invoices', cookie=c)[1])) for c in customers]
        search = ['/staff/customers?' + urllib.parse.urlencode({'q': t}) for t in TERMS]
        return {
            'product': [('', [product])],
            'login': [('', ['/login'])],
            'invoice list': [(c, ['/invoices']) for c in customers],
            'invoice': [(c, paths) for c, paths in invoices if paths],
            'staff list': [(c, ['/staff/customers']) for c in staff],
            'staff search': [(c, search) for c in staff],
        }

    # ---- the processes

    def pids(self):
        """{pid: role} of the roles, and the supervisor."""
        found = {self.process.pid: 'supervisor'}
        for path in glob.glob('/proc/[0-9]*/stat'):
            try:
                with open(path, encoding='utf-8', errors='replace') as f:
                    name, rest = re.match(r'\d+ \((.*)\) \S+ (.*)', f.read(), re.S).groups()
            except (OSError, AttributeError):
                continue
            if int(rest.split()[0]) == self.process.pid:
                found[int(path.split('/')[2])] = name.replace('avow-', '')
        return found

    def cpu_ns(self):
        """Processor time of all of them so far."""
        return sum(map(process_ns, self.pids()))

    def memory_mb(self):
        """Resident memory by role. Pages that several processes share count once (PSS) where the system tells."""
        found = {}
        for pid, role in self.pids().items():
            try:
                with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
                    kib = int(re.search(r'^Pss:\s+(\d+)', f.read(), re.M).group(1))
            except (OSError, AttributeError):
                with open(f'/proc/{pid}/statm', encoding='ascii') as f:
                    kib = (int(f.read().split()[1])) * os.sysconf('SC_PAGE_SIZE') // 1024
            found[role] = found.get(role, 0) + kib / 1024
        return found


class Postgres:
    """A server to make databases in: that of AVOW_TEST_PG, or one of tools/pg for this run."""

    def __init__(self, address, folder=None):
        self.address, self.folder, self.made = address, folder, []

    @classmethod
    def find(cls, work):
        if not shutil.which('psql'):
            return None
        if os.environ.get('AVOW_TEST_PG'):
            return cls(os.environ['AVOW_TEST_PG'])
        folder = os.path.join(work, 'pg')
        done = subprocess.run([os.path.join(ROOT, 'tools', 'pg'), 'start', folder], capture_output=True, text=True, timeout=120)
        return cls(done.stdout.strip(), folder) if done.returncode == 0 else None

    def sql(self, text):
        subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', self.address, '-c', text], check=True, capture_output=True, timeout=60)

    def create(self):
        name = 'avow_bench_' + secrets.token_hex(6)
        self.sql(f'CREATE DATABASE {name}')
        self.made.append(name)
        return re.sub(r'^postgresql:///[^?]*', f'postgresql:///{name}', self.address)

    def drop(self, url):
        """One that was made, before the end."""
        name = re.match(r'postgresql:///([^?]*)', url).group(1)
        self.sql(f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')
        self.made.remove(name)

    def close(self):
        for name in self.made:
            self.sql(f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')
        if self.folder:
            subprocess.run([os.path.join(ROOT, 'tools', 'pg'), 'stop', self.folder], check=False, capture_output=True, timeout=60)
