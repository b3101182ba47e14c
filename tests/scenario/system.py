"""A whole avow, started for a test on loopback, and a client that uses it as a person without scripts would.

Every scenario runs on SQLite and on PostgreSQL: `for_both(scenario)` starts a fresh system for each and prints TAP.
Standard library only."""
import contextlib
import glob
import html.parser
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
AVOW = os.environ.get('AVOW_BINARY') or os.path.join(ROOT, 'build-test', 'src', 'cmd', 'avow')


_ports = iter(())


def free_port():
    """A port that nothing uses, from a hundred that belong to this process: scenarios that run beside each other take no port that
    another has just looked at, and neither does the kernel, which hands out ports from 32768 on."""
    global _ports
    while True:
        for port in _ports:
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(('127.0.0.1', port))
                except OSError:
                    continue
                return port
        first = 12000 + os.getpid() % 200 * 100
        _ports = iter(range(first, first + 100))


def url_of(database, server=None):
    """The address of a database of a server, made of that server's address: AVOW_TEST_PG unless another is given."""
    return re.sub(r'^postgresql:///[^?]*', f'postgresql:///{database}', server or os.environ['AVOW_TEST_PG'])


class System:
    """One running avow with its own data, database and ports."""

    def __init__(self, database='sqlite', config=None, statement=None, tls_only=False, server=None):
        self.dir = tempfile.mkdtemp(prefix='avow-')
        os.chmod(self.dir, 0o755)
        self.data = os.path.join(self.dir, 'data')
        self.tls, self.plain, self.site = free_port(), free_port(), free_port()
        self.tls_only, self.server = tls_only, server
        self.environment = {}  # beside this process's own
        self.database, self.pg_name, self.process, self.staff = database, None, None, None
        self.log_path = os.path.join(self.dir, 'log')
        self.settings = {'trial.listen': f'127.0.0.1:{self.site}', 'password.cost': 'test', **(config or {})}
        if statement:
            self.settings['data.statement'] = statement
        if database == 'postgres':
            self.settings['data.database'] = self._create_database()

    def _create_database(self):
        self.pg_name = 'avow_' + secrets.token_hex(6)
        self.sql(f'CREATE DATABASE {self.pg_name}', name='postgres')
        return url_of(self.pg_name, self.server)

    def sql(self, statement, name=None):
        """Run SQL behind the program's back; rows come as lists of text."""
        if self.database == 'postgres':
            url = url_of(name or self.pg_name, self.server)
            command = ['psql', '-X', '-A', '-t', '-q', '-F', '\t', '-v', 'ON_ERROR_STOP=1', url, '-c', statement]
        else:
            command = ['sqlite3', '-cmd', '.timeout 20000', '-separator', '\t', os.path.join(self.data, 'avow.db'), statement]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [line.split('\t') for line in out.splitlines()]

    def run(self, *args, check=True, stdin=None):
        result = subprocess.run([AVOW, *args], capture_output=True, text=True, input=stdin, timeout=60)
        if check and result.returncode != 0:
            raise AssertionError(f'avow {" ".join(args)} -> {result.returncode}: {result.stderr.strip()}')
        return result

    def init(self):
        settings = [a for name, value in self.settings.items() for a in ('--set', f'{name}={value}')]
        out = self.run('trial', 'init', '--data', self.data, *settings).stdout
        self.staff = (re.search(r'^\s*staff sign-in:\s*(\S+)', out, re.M).group(1),
                      re.search(r'^\s*password:\s*(\S+)', out, re.M).group(1))
        return self

    def start(self, expect_ready=True):
        log = open(self.log_path, 'ab')
        plain = [] if self.tls_only else ['--plain', f'127.0.0.1:{self.plain}']
        self.process = subprocess.Popen(
            [AVOW, 'serve', '--data', self.data, '--listen', f'127.0.0.1:{self.tls}', *plain], stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **self.environment})
        log.close()
        if expect_ready:
            wait_for(self.ready, 60, 'the system to be ready', self)
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError('avow ended at start:\n' + self.log()[-3000:])
        try:
            return Client(self).get('/login').status == 200
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
                raise AssertionError('avow did not stop within 30 s of SIGTERM') from None
        return self.process.returncode if self.process else 0

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            self.stop()
        if self.pg_name:
            self.sql(f'DROP DATABASE IF EXISTS {self.pg_name} WITH (FORCE)', name='postgres')
        shutil.rmtree(self.dir, ignore_errors=True)

    def log(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as f:
            return f.read()

    def roles(self):
        """{role name: [pid, …]} of the running system."""
        found = {}
        for path in glob.glob('/proc/[0-9]*/cmdline'):
            with contextlib.suppress(OSError):
                with open(path, 'rb') as f:
                    args = f.read().split(b'\0')
                with open(os.path.join(os.path.dirname(path), 'stat'), encoding='utf-8', errors='replace') as f:
                    parent = int(f.read().rpartition(')')[2].split()[1])
                if b'--role' in args and parent == self.process.pid:
                    found.setdefault(args[args.index(b'--role') + 1].decode(), []).append(int(path.split('/')[2]))
        return found

    def mails(self):
        """Messages delivered to the maildir, oldest first, as parsed messages."""
        import email
        import email.policy
        messages = []
        for path in sorted(glob.glob(os.path.join(self.data, 'mail', 'new', '*')), key=os.path.getmtime):
            with open(path, 'rb') as f:
                messages.append(email.message_from_binary_file(f, policy=email.policy.default))
        return messages

    def mail(self, subject, to=None, timeout=20):
        """The newest message whose subject holds `subject`, waited for."""
        def find():
            return [m for m in self.mails() if subject.lower() in m['subject'].lower() and (not to or to in m['to'])]
        wait_for(find, timeout, f'a message about “{subject}”', self)
        return find()[-1]


def wait_for(condition, seconds, what, system=None):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    telling = [line for line in system.log().splitlines() if 'event=request' not in line][-15:] if system else []
    raise AssertionError('\n'.join([f'waited {seconds} s for {what}', *telling]))


class Page(html.parser.HTMLParser):
    """What a person without scripts has before them: status, text, links, and forms with their values."""
    VOID = {'input', 'br', 'img', 'meta', 'link', 'hr', 'col', 'wbr', 'source', 'use'}

    def __init__(self, status, headers, body, url):
        super().__init__(convert_charrefs=True)
        self.status, self.headers, self.url, self.raw = status, headers, url, body
        self.forms, self.links, self._text, self._form, self._select, self._area, self._mute = [], [], [], None, None, None, 0
        if 'html' in headers.get('content-type', ''):
            self.feed(body.decode('utf-8'))
        self.text = re.sub(r'\s+', ' ', ' '.join(self._text)).strip()

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in ('script', 'style'):
            self._mute += 1
        elif tag == 'a' and a.get('href'):
            self.links.append((a['href'], len(self._text)))
        elif tag == 'form':
            self._form = Form(a.get('action') or self.url, a.get('method', 'get').lower(), a.get('id', ''), a.get('enctype', ''))
            self.forms.append(self._form)
        elif self._form is not None and tag in ('input', 'button') and a.get('name'):
            self._form.add_input(tag, a)
        elif self._form is not None and tag == 'select':
            self._select = a.get('name')
            self._form.fields.setdefault(self._select, '')
        elif self._form is not None and tag == 'option' and self._select:
            self._form.choices.setdefault(self._select, []).append(a.get('value', ''))
            if 'selected' in a or not self._form.fields[self._select]:
                self._form.fields[self._select] = a.get('value', '')
        elif self._form is not None and tag == 'textarea':
            self._area = a.get('name')
            self._form.fields[self._area] = ''

    def handle_endtag(self, tag):
        if tag in ('script', 'style'):
            self._mute = max(0, self._mute - 1)
        elif tag == 'form':
            self._form = None
        elif tag == 'select':
            self._select = None
        elif tag == 'textarea':
            self._area = None

    def handle_data(self, data):
        if self._area and self._form is not None:
            self._form.fields[self._area] += data
        if not self._mute:
            self._text.append(data)

    def form(self, action):
        """The first form whose action contains `action`."""
        for form in self.forms:
            if action in form.action:
                return form
        raise AssertionError(f'no form to {action} on {self.url}; there are {[f.action for f in self.forms]}')

    def link(self, part):
        for href, _ in self.links:
            if part in href:
                return href
        raise AssertionError(f'no link with {part} on {self.url}')


class Form:
    def __init__(self, action, method, ident, enctype=''):
        self.action, self.method, self.id, self.fields, self.choices = action, method, ident, {}, {}
        self.enctype, self.files = enctype, []

    def add_input(self, tag, a):
        kind = a.get('type', 'submit' if tag == 'button' else 'text')
        if kind in ('checkbox', 'radio'):
            self.choices.setdefault(a['name'], []).append(a.get('value', 'on'))
            if 'checked' in a:
                self.fields[a['name']] = a.get('value', 'on')
        elif kind == 'file':
            self.files.append(a['name'])
        elif kind != 'submit':
            self.fields[a['name']] = a.get('value', '')

    def filled(self, **values):
        fields = {**self.fields, **values}
        return {k: v for k, v in fields.items() if v is not None}


def multipart(form, files, values):
    """What a browser sends for a form with files: the content type, and the body."""
    boundary = '----' + secrets.token_hex(12)
    parts = [(f'name="{name}"', value.encode()) for name, value in form.filled(**values).items()]
    for name in form.files:
        filename, content = files.get(name, ('', b''))
        parts.append((f'name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream', content))
    body = b''.join(f'--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n'.encode() + content + b'\r\n'
                    for head, content in parts)
    return f'multipart/form-data; boundary={boundary}', body + f'--{boundary}--\r\n'.encode()


class Client:
    """A browser without scripts: cookies, redirects, forms."""

    def __init__(self, system):
        self.system, self.tls, self.cookies = system, system.tls_only, {}

    def request(self, method, path, body=None, headers=None, follow=True):
        parts = urllib.parse.urlsplit(path)
        path = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
        port = self.system.tls if self.tls else self.system.plain
        if self.tls:
            connection = http.client.HTTPSConnection('127.0.0.1', port, timeout=30, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        send = {'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())} if self.cookies else {}
        if method == 'POST':
            scheme = 'https' if self.tls else 'http'
            send |= {'Content-Type': 'application/x-www-form-urlencoded', 'Origin': f'{scheme}://127.0.0.1:{port}',
                     'Sec-Fetch-Site': 'same-origin'}
        try:
            connection.request(method, path, body, {**send, **(headers or {})})
            answer = connection.getresponse()
            data = answer.read()
            for line in answer.headers.get_all('Set-Cookie') or []:
                name, _, rest = line.partition('=')
                if 'max-age=0' in rest.lower():
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = rest.split(';')[0]
            page = Page(answer.status, {k.lower(): v for k, v in answer.getheaders()}, data, path)
        finally:
            connection.close()
        if follow and page.status in (302, 303):
            return self.request('GET', urllib.parse.urljoin(path, page.headers['location']))
        return page

    def get(self, path, **kw):
        return self.request('GET', path, **kw)

    def submit(self, form, follow=True, files=None, **values):
        """Send a form; `files` is {field: (name, bytes)}, and what is left out was not chosen."""
        if form.enctype == 'multipart/form-data':
            kind, body = multipart(form, files or {}, values)
            return self.request('POST', form.action, body, {'Content-Type': kind}, follow=follow)
        body = urllib.parse.urlencode(form.filled(**values))
        if form.method == 'get':
            return self.request('GET', form.action.split('?')[0] + '?' + body, follow=follow)
        return self.request('POST', form.action, body, follow=follow)


class Clock:
    """Wall time of a system under test: an offset in seconds, in a file that every role maps. Made before the system starts."""

    def __init__(self, system):
        self.offset, self.path = 0, os.path.join(system.dir, 'clock')
        with open(self.path, 'wb') as f:
            f.write(struct.pack('q', 0))
        system.environment['AVOW_CLOCK_FILE'] = self.path

    def move(self, seconds):
        """Forward by so many seconds."""
        self.offset += seconds
        with open(self.path, 'r+b', buffering=0) as f:
            f.write(struct.pack('q', self.offset))


class Skip(Exception):
    """A scenario cannot run here; why."""


class Tap:
    def __init__(self):
        self.n, self.failed = 0, 0

    def point(self, ok, label):
        self.n += 1
        self.failed += not ok
        print(f'{"" if ok else "not "}ok {self.n} - {label}', flush=True)
        return ok

    def done(self):
        print(f'1..{self.n}', flush=True)
        sys.exit(1 if self.failed else 0)


def for_both(*scenarios, tap=None):
    """Run each scenario (a function of a fresh System) on SQLite and on PostgreSQL, and print TAP."""
    tap = tap or Tap()
    for scenario in scenarios:
        for database in getattr(scenario, 'databases', ('sqlite', 'postgres')):
            label = f'{scenario.__doc__.splitlines()[0]} [{database}]'
            if database == 'postgres' and not os.environ.get('AVOW_TEST_PG'):
                tap.n += 1
                print(f'ok {tap.n} - {label} # SKIP no PostgreSQL (AVOW_TEST_PG is not set; ./test sets it)', flush=True)
                continue
            system = None
            try:
                system = System(database, **getattr(scenario, 'settings', {}))
                scenario(system)
                tap.point(True, label)
            except Skip as why:
                tap.point(True, f'{label} # SKIP {why}')
            except Exception:  # pylint: disable=broad-except
                tap.point(False, label)
                for line in traceback.format_exc().splitlines():
                    print('# ' + line, flush=True)
            finally:
                if system:
                    system.close()
    tap.done()
