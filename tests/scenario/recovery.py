#!/usr/bin/env python3
"""A reload while people are served. (What happens when roles are killed: kills.py.)"""
import os
import signal
import time

from system import Client, for_both


def reload(system):
    """SIGHUP brings in a changed configuration while people are served"""
    system.init().start()
    assert 'Renamed Hosting' not in Client(system).get('/').text
    with open(os.path.join(system.data, 'avow.conf'), 'a', encoding='utf-8') as f:
        f.write('\ncompany.name = Renamed Hosting Ltd\n')
    system.process.send_signal(signal.SIGHUP)
    refused = []
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page = Client(system).get('/')
        if page.status != 200:
            refused.append(page.status)
        if 'Renamed Hosting' in page.text:
            break
        time.sleep(0.1)
    else:
        raise AssertionError('the new name never came')
    assert not refused, f'people were refused meanwhile: {refused}'


if __name__ == '__main__':
    for_both(reload)
