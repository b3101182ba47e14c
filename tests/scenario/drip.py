#!/usr/bin/env python3
"""3,000 connections that send a byte now and then, for ever: all are gone by their absolute deadline, and people are served.

Against the whole program with the limits it ships with. A third speaks plain HTTP and never finishes a head, a third never finishes
a TLS greeting, a third says nothing at all. They come from many loopback addresses, because one address may not have so many."""
import errno
import resource
import selectors
import socket
import threading
import time

from system import Client, System, Tap

DRIPS = 3000
PER_ADDRESS = 300   # the front lets one address have 512
DEADLINE = 15       # seconds: ten for a head, and five for a busy machine
EVERY = 0.5         # seconds between two bytes of one connection
HELLO = b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'  # the beginning of a TLS greeting of 512 bytes
KINDS = (('plain', b'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: '), ('tls', HELLO), ('plain', b''))


class Visitor(threading.Thread):
    """Somebody who looks at pages all the while, on a new connection each time."""

    def __init__(self, system):
        super().__init__(daemon=True)
        self.system, self.ending, self.served, self.trouble, self.slowest = system, False, 0, [], 0

    def run(self):
        while not self.ending:
            start = time.monotonic()
            try:
                status = Client(self.system).get('/products/starter').status
                self.served += status == 200
                if status != 200:
                    self.trouble.append(f'status {status}')
            except OSError as why:
                self.trouble.append(repr(why))
            self.slowest = max(self.slowest, time.monotonic() - start)
            time.sleep(0.05)


class Drip:
    def __init__(self, system, n):
        where, self.first = KINDS[n % len(KINDS)]
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((f'127.0.0.{2 + n // PER_ADDRESS}', 0))
        self.socket.settimeout(20)
        self.socket.connect(('127.0.0.1', system.tls if where == 'tls' else system.plain))
        self.socket.setblocking(False)
        self.say(self.first)

    def say(self, data):
        try:
            self.socket.send(data)
        except OSError:
            pass  # what became of it, reading tells

    def ended(self):
        try:
            while self.socket.recv(4096):
                pass
            return True
        except OSError as why:
            return why.errno not in (errno.EAGAIN, errno.EINTR)


def drip(drips):
    """A byte for each, again and again, until the server has ended them all. How long each lived, and how long this test itself
    did not get to run, which is no fault of the server's."""
    watch, lived, stalls, next_round = selectors.DefaultSelector(), [], 0.0, time.monotonic()
    for d in drips:
        watch.register(d.socket, selectors.EVENT_READ, d)
    end = time.monotonic() + 4 * DEADLINE
    while watch.get_map() and time.monotonic() < end:
        stalls += max(0.0, time.monotonic() - next_round - EVERY)
        next_round = time.monotonic() + EVERY
        for key in list(watch.get_map().values()):
            if key.data.first:
                key.data.say(b'x')
        while (left := next_round - time.monotonic()) > 0 and watch.get_map():
            for key, _ in watch.select(left):
                if key.data.ended():
                    watch.unregister(key.fileobj)
                    key.data.socket.close()
                    lived.append(time.monotonic() - key.data.begun)
    return lived, stalls


def story(tap, system):
    visitor = Visitor(system)
    visitor.start()
    drips = []
    for n in range(DRIPS):
        drips.append(Drip(system, n))
        drips[-1].begun = time.monotonic()
    front = system.roles()['front']
    lived, stalls = drip(drips)
    visitor.ending = True
    visitor.join(30)
    print(f'# lived {min(lived, default=0):.1f} to {max(lived, default=0):.1f} s, stalls {stalls:.1f} s; '
          f'{visitor.served} pages meanwhile, the slowest in {visitor.slowest:.2f} s', flush=True)
    tap.point(len(lived) == DRIPS, f'{DRIPS} drip-fed connections are gone')
    tap.point(sum(t >= 9 for t in lived) == DRIPS, 'none before its time: all were there at once')
    tap.point(max(lived, default=99) <= DEADLINE + stalls, f'each within {DEADLINE} s, although bytes kept coming')
    tap.point(not visitor.trouble and visitor.served > 20, f'people were served all the while {visitor.trouble[:3]}')
    tap.point(system.roles()['front'] == front, 'by the same front')
    tap.point(system.stop() == 0, 'which ended in order')


def main():
    tap, need = Tap(), DRIPS + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * need:
        print(f'1..0 # SKIP {hard} descriptors for one process are too few here')
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, need), hard))
    system = System()
    try:
        story(tap, system.init().start())
    finally:
        system.close()
    tap.done()


main()
