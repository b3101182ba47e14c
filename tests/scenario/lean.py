"""A client for runs of thousands of requests: one kept connection, forms read with as little work as possible, and patience with
a system whose parts are being killed."""
import html
import http.client
import re
import time
import urllib.parse

from system import Page

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
PATIENCE = 90  # seconds in which the same thing is tried again


class Answer:
    def __init__(self, status, location, text):
        self.status, self.location, self.text = status, location, text


class Lean:
    """A browser as it looks from the wire. `address` is where it says it comes from, as a listed proxy would say."""
    shapes = {}  # of forms: what fields each has, read once by the real parser

    def __init__(self, system, address):
        self.port, self.address, self.cookie, self.connection = system.plain, address, None, None
        self.repeated = 0

    def ask(self, method, path, body=None):
        """One try; OSError when it was not answered."""
        headers = {'X-Forwarded-For': self.address, 'Origin': f'http://127.0.0.1:{self.port}'}
        if self.cookie:
            headers['Cookie'] = self.cookie
        if body is not None:
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        if not self.connection:
            self.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as why:
            self.drop()
            raise OSError(str(why)) from None
        for line in answer.headers.get_all('Set-Cookie') or []:
            if line.startswith('__Host-avow='):
                self.cookie = line.split(';')[0]
        if answer.headers.get('Connection') == 'close':
            self.drop()
        return Answer(answer.status, answer.headers.get('Location', ''), text)

    def drop(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def patiently(self, method, path, body=None):
        """The very same request again until it is answered by more than “come again”."""
        end = time.monotonic() + PATIENCE
        said = None
        while time.monotonic() < end:
            try:
                answer = self.ask(method, path, body)
                if answer.status < 500 and answer.status != 429:
                    return answer
                said = answer.status
            except OSError as why:
                said = why
            self.repeated += 1
            time.sleep(0.1)
        raise AssertionError(f'{method} {path} was not answered in {PATIENCE} s but with: {said}')

    def get(self, path):
        return self.patiently('GET', path)

    def submit(self, form, **values):
        action, fields = form
        return self.patiently('POST', action, urllib.parse.urlencode({**fields, **values}))


def form_of(answer, part):
    """(action, fields) of the first form whose action contains `part`; None when there is none."""
    for piece in answer.text.split('<form')[1:]:
        action = html.unescape(re.search(r'action="([^"]*)"', piece).group(1))
        if part not in action:
            continue
        text = piece.split('</form>')[0]
        kind = (part, 'type="password"' in text)
        if kind not in Lean.shapes:
            page = Page(200, {'content-type': 'text/html'}, f'<form{text}</form>'.encode(), '')
            Lean.shapes[kind] = dict(page.forms[0].fields)
        hidden = {NAME.search(i).group(1): html.unescape(VALUE.search(i).group(1)) for i in HIDDEN.findall(text)}
        return action, {**Lean.shapes[kind], **hidden}
    return None


def link_of(answer, part):
    """Every link with `part`, in order, each once."""
    return list(dict.fromkeys(html.unescape(h) for h in re.findall(r'href="([^"]*)"', answer.text) if part in h))
