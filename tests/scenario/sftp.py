#!/usr/bin/env python3
"""SFTP web spaces with Debian's OpenSSH and nginx: made, filled, locked in, suspended, measured and gone. Needs root."""
import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from journeys import buy, sign_in, wait_text
from system import for_both, free_port, wait_for

DIR = tempfile.mkdtemp(prefix='avow-sftp-', dir='/srv') if os.geteuid() == 0 else ''
if DIR:
    os.chmod(DIR, 0o755)
MISSING = ('making accounts needs root' if os.geteuid() != 0 else
           'openssh-server is not installed' if not os.path.exists('/usr/sbin/sshd') else
           'nginx is not installed' if not os.path.exists('/usr/sbin/nginx') else
           'there is no sftp client' if not shutil.which('sftp') else '')


class Space:
    """One service of the module, reached as its customer reaches it."""

    def __init__(self, system, client):
        self.system, self.client = system, client
        self.ssh, self.web = int(system.settings['sftp.listen'].split(':')[1]), system.settings['sftp.web']
        self.path = client.get('/services').link('/services/')
        wait_text(client, self.path, 'Active', 60)
        self.read_page()

    def read_page(self):
        page = self.client.get(self.path)
        words = page.text.split()
        self.name = next(w for w in words if w.startswith('sftp://')).split('//')[1].split('@')[0]
        self.password = words[words.index('password', words.index('Show')) + 1]
        return page

    def sftp(self, commands, password=None, extra=()):
        """Run commands of the sftp program; what it printed. No password on a command line."""
        with tempfile.TemporaryDirectory() as tmp:
            ask = os.path.join(tmp, 'ask')
            with open(ask, 'w', encoding='ascii') as f:
                f.write('#!/bin/sh\nprintf "%s\\n" "$AVOW_PASSWORD"\n')
            os.chmod(ask, 0o700)
            env = {'PATH': os.environ['PATH'], 'SSH_ASKPASS': ask, 'SSH_ASKPASS_REQUIRE': 'force', 'HOME': tmp,
                   'AVOW_PASSWORD': password or self.password}
            options = ['-oStrictHostKeyChecking=no', f'-oUserKnownHostsFile={tmp}/hosts', '-oNumberOfPasswordPrompts=1',
                       '-oPreferredAuthentications=password', '-F', '/dev/null']
            command = ['sftp', '-P', str(self.ssh), *options, *extra, f'{self.name}@127.0.0.1']
            run = subprocess.run(command, input=commands, capture_output=True, text=True, env=env, timeout=60, check=False)
        return run

    def upload(self, name, text, password=None):
        with tempfile.NamedTemporaryFile('w', suffix='.html') as f:
            f.write(text)
            f.flush()
            os.chmod(f.name, 0o644)
            return self.sftp(f'put {f.name} {name}\n', password).returncode == 0

    def get(self, rest=''):
        try:
            with urllib.request.urlopen(f'http://{self.web}/{self.name}/{rest}', timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors='replace')

    def user(self):
        try:
            return pwd.getpwnam(self.name)
        except KeyError:
            return None


def staff_act(system, staff, verb):
    page = staff.get(staff.get('/staff/services').link('/staff/services/'))
    form = next(f for f in page.forms if f.fields.get('verb') == verb or verb in f.choices.get('verb', ()))
    page = staff.submit(form, verb=verb)
    assert page.status == 200, f'{verb}: {page.status} {page.text[:300]}'
    wait_for(lambda: system.sql("SELECT count(*) FROM job WHERE kind LIKE 'service.%' AND state IN ('queued', 'leased')") == [['0']],
             60, f'{verb} to be done', system)


def life(system):
    """an SFTP web space is ordered, filled, measured, suspended, put back and ended; its user can leave neither the folder nor SFTP"""
    system.init().start()
    client, _ = buy(system, slug='sftp-space')
    space = Space(system, client)
    status, text = space.get()
    assert status == 200 and 'shop.quillfeather.test is ready' in text, text[:300]
    assert space.upload('index.html', '<h1>Quillfeather</h1>'), 'an upload'
    assert space.get() == (200, '<h1>Quillfeather</h1>')

    listing = space.sftp('cd /\nls -a\ncd /etc\nget /etc/passwd /dev/null\nmkdir /outside\n')
    assert 'public' in listing.stdout and '"/etc/passwd" not found' in listing.stderr, listing.stdout + listing.stderr
    assert not os.path.exists(f'{DIR}/{space.name}/outside'), 'nothing is written beside the folder of one’s own'
    shell = subprocess.run(['ssh', '-p', str(space.ssh), '-oBatchMode=yes', '-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null',
                            f'{space.name}@127.0.0.1', 'id'], capture_output=True, text=True, check=False, timeout=30)
    assert shell.returncode != 0 and 'uid=' not in shell.stdout, 'no command is run'
    space.sftp('symlink /etc/passwd leak.txt\nsymlink ../../../../etc/passwd leak2.txt\n')
    assert space.get('leak.txt')[0] in (403, 404) and space.get('leak2.txt')[0] in (403, 404), 'links are not followed out'
    assert space.user().pw_uid >= 1000 and space.user().pw_shell == '/usr/sbin/nologin'

    before = space.password
    page = client.get(space.path)
    client.submit(next(f for f in page.forms if f.fields.get('verb') == 'change_password'))
    wait_for(lambda: space.read_page() and space.password != before, 60, 'a new password', system)
    assert not space.upload('old.html', 'old', before), 'the old password is refused'
    assert space.upload('big.html', 'x' * 300000), 'the new one works'
    page = client.get(space.path)
    client.submit(next(f for f in page.forms if f.fields.get('verb') == 'usage'))
    wait_for(lambda: int(system.sql('SELECT coalesce(usage_bytes, 0) FROM service')[0][0]) >= 300000, 60, 'a measure', system)

    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    staff_act(system, staff, 'suspend')
    assert not space.upload('while.html', 'suspended'), 'no sign-in while suspended'
    assert space.get()[0] == 503
    staff_act(system, staff, 'unsuspend')
    assert space.get()[0] == 200 and space.upload('again.html', 'back'), 'everything is back'
    staff_act(system, staff, 'terminate')
    assert space.user() is None and not os.path.exists(f'{DIR}/{space.name}') and space.get()[0] == 404
    for name in (space.name, space.password):
        assert name not in system.log(), 'neither names nor passwords are logged'


def comes_back(system):
    """the host role is killed: OpenSSH and nginx end with it and come back, and what was half made is finished once"""
    system.init().start()
    client, _ = buy(system, slug='sftp-space')
    for _ in range(4):
        for pid in system.roles().get('host', []):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.4)
    space = Space(system, client)
    wait_for(lambda: space.upload('index.html', '<p>up</p>'), 60, 'OpenSSH to be back', system)
    wait_for(lambda: space.get() == (200, '<p>up</p>'), 60, 'nginx to be back', system)
    assert system.sql("SELECT count(*) FROM service WHERE status = 'active'") == [['1']]
    staff, _ = sign_in(system, *system.staff, path='/staff/login')
    staff_act(system, staff, 'terminate')
    assert space.user() is None
    assert system.stop() == 0
    assert not listens(space.ssh), 'nothing listens after the end'


def listens(port):
    with open('/proc/net/tcp', encoding='ascii') as f:
        return any(line.split()[1].endswith(f':{port:04X}') and line.split()[3] == '0A' for line in f.readlines()[1:])


def have_group():
    return any(g.gr_name == 'avow-sftp' for g in grp.getgrall())


def settings():
    return {'sftp.listen': f'127.0.0.1:{free_port()}', 'sftp.web': f'127.0.0.1:{free_port()}', 'sftp.dir': DIR}


if __name__ == '__main__':
    if MISSING:
        print(f'ok 1 - SFTP web spaces # SKIP {MISSING}\n1..1')
    else:
        had_group = have_group()
        try:
            for scenario in (life, comes_back):
                scenario.settings = {'config': settings()}
            for_both(life, comes_back)
        finally:
            for entry in os.listdir(DIR):  # of a scenario that failed
                subprocess.run(['userdel', entry], check=False, capture_output=True)
            shutil.rmtree(DIR, ignore_errors=True)
            if not had_group and have_group():
                subprocess.run(['groupdel', 'avow-sftp'], check=False, capture_output=True)
