#!/usr/bin/env python3
"""Mail through a relay: what is sent, who is told, and a relay that says “later” for a while."""
import email
import email.policy
import socketserver
import threading

from journeys import buy, person
from system import for_both, wait_for


class Relay(socketserver.ThreadingTCPServer):
    """Enough of RFC 5321 to take mail, or to refuse it for now."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.taken, self.refusing, self.refused = [], False, 0
        self.senders, self.unknown, self.disliked, self.hostile = [], set(), set(), None  # envelopes; no such mailbox; not for us; takes nothing
        super().__init__(('127.0.0.1', 0), Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b'\r\n')

    def handle(self):
        self.say('220 relay.test')
        recipients = []
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in (b'EHLO', b'HELO'):
                self.say('250 relay.test')
            elif word == b'MAIL' and self.server.refusing:
                self.server.refused += 1
                self.say('451 4.3.0 come back later')
            elif word == b'MAIL' and self.server.hostile:
                self.say(self.server.hostile)
            elif word == b'MAIL':
                self.server.senders.append(line.split(b':', 1)[1].split()[0].decode())
                self.say('250 ok')
            elif word == b'RCPT' and line.split(b':', 1)[1].strip().decode() in self.server.unknown:
                self.say('550 5.1.1 no such mailbox')
            elif word == b'RCPT' and line.split(b':', 1)[1].strip().decode() in self.server.disliked:
                self.say('550 5.7.1 not from you')
            elif word == b'RCPT':
                recipients.append(line.split(b':', 1)[1].strip().decode())
                self.say('250 ok')
            elif word == b'DATA':
                self.say('354 go on')
                self.server.taken.append((recipients, self.message()))
                self.say('250 taken')
            elif word == b'QUIT':
                self.say('221 bye')
                return
            else:
                self.say('250 ok')

    def message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b'.\r\n', b''):
            lines.append(line[1:] if line.startswith(b'..') else line)
        return email.message_from_bytes(b''.join(lines), policy=email.policy.default)


def through_a_relay(system):
    """messages go to the relay, each once, after a time in which it refused, and the ledger says who was told"""
    relay = Relay()
    try:
        relay.refusing = True
        system.settings['mail.relay'] = f'smtp://127.0.0.1:{relay.server_address[1]}'
        system.init().start()
        who = person(full_name='Zoë Ørsted')
        client, _ = buy(system, who)
        wait_for(lambda: relay.refused >= 2, 30, 'the relay to have refused', system)
        assert not relay.taken and not system.mails()
        relay.refusing = False
        wait_for(lambda: len(relay.taken) >= 4, 120, 'confirm, received, paid and ready', system)
        subjects = [m['subject'] for _, m in relay.taken]
        assert len(subjects) == len(set(subjects)), f'a message came twice: {subjects}'
        for recipients, message in relay.taken:
            assert recipients == [f'<{who["email"]}>'], recipients
            assert message['to'].addresses[0].display_name == 'Zoë Ørsted', message['to']
            assert message['x-message-class'] == 'service'
            assert message.get_body(('plain',)) and message.get_body(('html',))
        assert len({m['message-id'] for _, m in relay.taken}) == len(relay.taken)
        told = system.sql("SELECT count(*) FROM disclosure WHERE recipient = 'mail_relay'")
        assert int(told[0][0]) >= len(relay.taken), f'{told} disclosures for {len(relay.taken)} messages: something left unrecorded'
        assert 'mail service' in client.get('/account/data').text
    finally:
        relay.shutdown()
        relay.server_close()


if __name__ == '__main__':
    for_both(through_a_relay)
