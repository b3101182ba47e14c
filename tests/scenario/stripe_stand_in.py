"""A stand-in for Stripe that listens on loopback and is as strict as Stripe is: it checks method, path, key, version, parameters and
idempotency keys, answers with objects of the published shapes (stripe_shapes.json), and sends signed events. A test
says what people and banks do, and what goes wrong on the way.

Parameters are those of the published API (stripe/openapi, MIT), as far as a program like this one uses them; docs.stripe.com
says how keys are answered again."""
import copy
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import secrets
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, 'stripe_shapes.json'), encoding='utf-8') as shapes_file:
    SHAPES = json.load(shapes_file)['resources']

KEY, SECRET, VERSION = 'sk_test_standin', 'whsec_standin', '2024-06-20'
TEXT, NUMBER, TRUE = r'[^\x00-\x1f]{1,500}', r'[1-9][0-9]{0,11}', 'true'
PARAMETERS = {  # what may be sent where, and what it has to look like; those with ! must be there
    'POST checkout/sessions': {
        'mode!': 'payment', 'client_reference_id': r'[a-z0-9]{26}', 'metadata[payment]': r'[a-z0-9]{26}',
        'payment_intent_data[metadata][payment]': r'[a-z0-9]{26}', 'payment_intent_data[setup_future_usage]': 'off_session|on_session',
        'success_url!': r'https?://\S+', 'cancel_url': r'https?://\S+', 'customer_email': r'[^@\s]+@[^@\s]+', 'customer': r'cus_\w+',
        'customer_creation': 'always|if_required', 'line_items[0][quantity]!': NUMBER,
        'line_items[0][price_data][currency]!': '[a-z]{3}', 'line_items[0][price_data][unit_amount]!': NUMBER,
        'line_items[0][price_data][product_data][name]!': TEXT, 'expires_at': NUMBER, 'locale': '[a-z-]+', 'expand[]': TEXT},
    'POST payment_intents': {
        'amount!': NUMBER, 'currency!': '[a-z]{3}', 'customer': r'cus_\w+', 'payment_method': r'pm_\w+', 'off_session': TRUE, 'confirm': TRUE,
        'automatic_payment_methods[enabled]': TRUE, 'automatic_payment_methods[allow_redirects]': 'always|never', 'return_url': r'https?://\S+',
        'description': TEXT, 'metadata[payment]': r'[a-z0-9]{26}', 'expand[]': TEXT},
    'POST refunds': {
        'payment_intent!': r'pi_\w+', 'amount': NUMBER, 'metadata[refund]': r'[a-z0-9]{26}',
        'reason': 'duplicate|fraudulent|requested_by_customer'},
    'POST checkout/sessions/expire': {'expand[]': TEXT},
    'GET checkout/sessions': {'expand[]': TEXT}, 'GET payment_intents': {'expand[]': TEXT}, 'GET charges': {'expand[]': TEXT},
    'GET refunds': {}, 'GET disputes': {}, 'DELETE customers': {}, 'POST customers': {'email!': r'[^@\s]+@[^@\s]+'},
}
KINDS = {'checkout/sessions': 'checkout.session', 'payment_intents': 'payment_intent', 'charges': 'charge', 'refunds': 'refund',
         'disputes': 'dispute', 'customers': 'customer'}


class Refusal(Exception):
    def __init__(self, status, kind, code, more=None):
        super().__init__(f'{status} {code}')
        self.status, self.body = status, {'error': {'type': kind, 'code': code, 'message': code, **(more or {})}}


class StandIn:
    """Stripe, for one test."""

    def __init__(self, system):
        self.system, self.objects, self.keys, self.wrong, self.seen = system, {}, {}, [], []
        self.trouble = []   # what happens to the next requests that make something: 500, 'silence', 'lost' (done, but no answer)
        self.renewals = 'pay'  # or 'confirm', 'decline': what a saved card does with nobody at the screen
        self.lock = threading.RLock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *args):  # pylint: disable=arguments-differ
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
                with outer.lock:
                    status, reply = outer.handle(self.command, self.path, self.headers, body)
                if status is None:  # nothing is said: the line is cut
                    self.close_connection = True
                    return
                data = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            do_GET = do_POST = do_DELETE = answer  # pylint: disable=invalid-name

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        system.settings.update({
            'shop.gateways': 'sandbox, stripe', 'stripe.secret_key': KEY, 'stripe.webhook_secret': SECRET,
            'stripe.api': f'http://127.0.0.1:{self.server.server_address[1]}'})

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # ---- the API

    def handle(self, method, target, headers, body):
        path, _, query = target.partition('?')
        try:
            return 200, self.dispatch(method, path, query, headers, body)
        except Refusal as refusal:
            expected = refusal.body['error']['type'] == 'idempotency_error' or refusal.body['error']['code'] == 'session_not_open'
            if refusal.status in (400, 401) and not expected:
                self.wrong.append(f'{method} {target}: {refusal.body["error"]["code"]}')
            return refusal.status, refusal.body
        except ConnectionAbortedError:
            return None, None

    def dispatch(self, method, path, query, headers, body):
        m = re.fullmatch(r'/v1/(checkout/sessions|payment_intents|charges|refunds|disputes|customers)(?:/(\w+))?', path)
        if headers.get('Authorization') != f'Bearer {KEY}':
            raise Refusal(401, 'invalid_request_error', 'api_key_invalid')
        if headers.get('Stripe-Version') != VERSION:
            raise Refusal(400, 'invalid_request_error', 'no version is pinned')
        ending = re.fullmatch(r'/v1/checkout/sessions/(\w+)/expire', path)
        if ending and method == 'POST':
            self.parameters('POST checkout/sessions/expire', body)
            return self.once(headers.get('Idempotency-Key'), path, body, lambda: self.expire(ending[1]))
        update = method == 'POST' and m and m[1] == 'customers' and m[2]
        if not m or (bool(m[2]) != (method != 'POST') and not update):
            raise Refusal(404, 'invalid_request_error', 'url_invalid')
        sent = self.parameters(f'{method} {m[1]}', body if method == 'POST' else query)
        self.seen.append((method, m[1], sent))
        if method == 'GET':
            return self.expanded(self.find(KINDS[m[1]], m[2]), sent)
        if method == 'DELETE':
            self.find('customer', m[2])['deleted'] = True
            return {'id': m[2], 'object': 'customer', 'deleted': True}
        if update:
            return self.once(headers.get('Idempotency-Key'), path, body, lambda: self.update(m[2], sent))
        return self.once(headers.get('Idempotency-Key'), path, body, lambda: self.make(m[1], sent))

    def parameters(self, what, encoded):
        allowed = PARAMETERS[what]
        pairs = urllib.parse.parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(encoded))
        sent = dict(pairs)
        if len(sent) != len(pairs):
            raise Refusal(400, 'invalid_request_error', 'parameter twice')
        for name, value in pairs:
            shape = allowed.get(name, allowed.get(name + '!'))
            if shape is None:
                raise Refusal(400, 'invalid_request_error', f'parameter_unknown: {name}')
            if not re.fullmatch(shape, value):
                raise Refusal(400, 'invalid_request_error', f'parameter_invalid: {name}')
        for name in allowed:
            if name.endswith('!') and name[:-1] not in sent:
                raise Refusal(400, 'invalid_request_error', f'parameter_missing: {name[:-1]}')
        return sent

    def once(self, key, path, body, make):
        """The first answer to a key is the answer to that key, an error of Stripe's own included."""
        if not key or len(key) > 255:
            raise Refusal(400, 'invalid_request_error', 'no idempotency key')
        if key in self.keys:
            same, status, reply = self.keys[key]
            if same != (path, body):
                raise Refusal(400, 'idempotency_error', 'idempotency_key_in_use')
        else:
            trouble = self.trouble.pop(0) if self.trouble else None
            if trouble == 'silence':
                raise ConnectionAbortedError
            try:
                status, reply = (500, {'error': {'type': 'api_error'}}) if trouble == 500 else (200, make())
            except Refusal as refusal:
                status, reply = refusal.status, refusal.body
                if refusal.status == 400:
                    raise
            self.keys[key] = ((path, body), status, copy.deepcopy(reply))
            if trouble == 'lost':
                raise ConnectionAbortedError
        if status != 200:
            raise_with = Refusal(status, 'api_error', 'stored')
            raise_with.body = reply
            raise raise_with
        return reply

    # ---- objects

    def find(self, kind, name):
        found = self.objects.get(name)
        if not found or found['object'] != kind:
            raise Refusal(404, 'invalid_request_error', 'resource_missing')
        return found

    def new(self, kind, prefix, **members):
        made = copy.deepcopy(SHAPES[kind])
        for name in members:
            assert name in made, f'{kind} has no {name}'
        made.update(members, id=f'{prefix}_{secrets.token_hex(12)}', created=int(time.time()))
        self.objects[made['id']] = made
        return made

    def expanded(self, found, sent):
        """A copy with the members that were asked for at once in place of their names."""
        found = copy.deepcopy(found)
        at = found
        for name in sent.get('expand[]', '').split('.') if sent.get('expand[]') else []:
            if not isinstance(at.get(name), str):
                break
            at[name] = copy.deepcopy(self.objects[at[name]])
            at = at[name]
        return found

    def make(self, kind, sent):
        return {'checkout/sessions': self.make_session, 'payment_intents': self.make_intent, 'refunds': self.make_refund}[kind](sent)

    def update(self, name, sent):
        """A customer's address was corrected."""
        customer = self.find('customer', name)
        customer['email'] = sent['email']
        return copy.deepcopy(customer)

    def make_session(self, sent):
        seconds = int(sent['expires_at']) - int(time.time())
        if not 1800 <= seconds <= 86400:
            raise Refusal(400, 'invalid_request_error', f'expires_at in {seconds} s')
        session = self.new(
            'checkout.session', 'cs_test', mode='payment', status='open', payment_status='unpaid', payment_intent=None,
            amount_total=int(sent['line_items[0][price_data][unit_amount]']), currency=sent['line_items[0][price_data][currency]'],
            client_reference_id=sent.get('client_reference_id'), customer_email=sent.get('customer_email'),
            success_url=sent['success_url'], cancel_url=sent.get('cancel_url'), expires_at=int(sent['expires_at']),
            metadata={'payment': sent['metadata[payment]']})
        session['url'] = f'https://checkout.stripe.com/c/pay/{session["id"]}'
        session['intent'] = {'metadata': {'payment': sent['payment_intent_data[metadata][payment]']},
                             'setup_future_usage': sent.get('payment_intent_data[setup_future_usage]')}
        return {k: v for k, v in session.items() if k != 'intent'}

    def expire(self, name):
        session = self.find('checkout.session', name)
        if session['status'] != 'open':
            raise Refusal(400, 'invalid_request_error', 'session_not_open')
        session.update(status='expired', url=None)
        return {k: v for k, v in session.items() if k != 'intent'}

    def charge(self, intent, country='GB'):
        charge = self.new('charge', 'ch', amount=intent['amount'], amount_captured=intent['amount'], currency=intent['currency'],
                          captured=True, payment_intent=intent['id'], metadata=intent['metadata'], amount_refunded=0)
        charge['payment_method_details']['card'].update(country=country, brand='visa', last4='4242')
        intent.update(status='succeeded', amount_received=intent['amount'], latest_charge=charge['id'], last_payment_error=None)
        return charge

    def make_intent(self, sent):
        intent = self.new('payment_intent', 'pi', amount=int(sent['amount']), currency=sent['currency'], customer=sent.get('customer'),
                          payment_method=sent.get('payment_method'), metadata={'payment': sent['metadata[payment]']}, latest_charge=None,
                          amount_received=0, last_payment_error=None, next_action=None)
        if self.objects.get(sent.get('customer'), {'deleted': True}).get('deleted'):
            raise Refusal(400, 'invalid_request_error', 'customer unknown')
        if sent.get('automatic_payment_methods[allow_redirects]') != 'never' and 'return_url' not in sent:
            raise Refusal(400, 'invalid_request_error', 'a way to pay may lead elsewhere, and there is no return_url')
        if self.renewals == 'pay':
            self.charge(intent)
            return self.expanded(intent, sent)
        code = 'authentication_required' if self.renewals == 'confirm' else 'card_declined'
        intent.update(status='requires_payment_method', last_payment_error={'type': 'card_error', 'code': code})
        raise Refusal(402, 'card_error', code, {'payment_intent': copy.deepcopy(intent)})

    def make_refund(self, sent):
        intent = self.find('payment_intent', sent['payment_intent'])
        charge = self.find('charge', intent['latest_charge'])
        amount = int(sent.get('amount', charge['amount'] - charge['amount_refunded']))
        if amount > charge['amount'] - charge['amount_refunded']:
            raise Refusal(400, 'invalid_request_error', 'charge_already_refunded')
        charge['amount_refunded'] += amount
        charge['refunded'] = charge['amount_refunded'] == charge['amount']
        refund = self.new('refund', 're', amount=amount, currency=charge['currency'], charge=charge['id'], payment_intent=intent['id'],
                          status='succeeded', reason=sent.get('reason'), metadata={'refund': sent['metadata[refund]']})
        return copy.deepcopy(refund)

    # ---- what people and banks do

    def session_of(self, page):
        """The session behind the address that a customer was sent to."""
        return self.objects[page.rsplit('/', 1)[1]]

    def pay(self, session, *, later=False, amount=None, country='GB'):
        """Somebody pays on the hosted page; `later`: with something that takes days."""
        with self.lock:
            inside = session['intent']
            intent = self.new('payment_intent', 'pi', amount=amount or session['amount_total'], currency=session['currency'],
                              metadata=inside['metadata'], setup_future_usage=inside['setup_future_usage'], status='processing',
                              latest_charge=None, amount_received=0, last_payment_error=None)
            if inside['setup_future_usage']:
                intent.update(customer=self.new('customer', 'cus')['id'], payment_method=f'pm_{secrets.token_hex(12)}')
            session.update(status='complete', payment_intent=intent['id'])
            if not later:
                self.charge(intent, country)
                session['payment_status'] = 'paid'
            return intent

    def fail(self, refund):
        """A refund does not arrive: the money is back in the account, and the charge says so."""
        with self.lock:
            refund = self.objects[refund['id']]
            refund['status'] = 'failed'
            charge = self.objects[refund['charge']]
            charge['amount_refunded'] -= refund['amount']
            charge['refunded'] = False
            return refund

    def dispute(self, intent, amount=None):
        with self.lock:
            dispute = self.new('dispute', 'dp', amount=amount or intent['amount'], currency=intent['currency'], reason='fraudulent',
                               charge=intent['latest_charge'], payment_intent=intent['id'], status='needs_response')
            dispute['evidence_details']['due_by'] = int(time.time()) + 7 * 86400
            return dispute

    # ---- events

    def event(self, kind, about):
        event = copy.deepcopy(SHAPES['event'])
        event.update(id=f'evt_{secrets.token_hex(12)}', type=kind, created=int(time.time()), api_version=VERSION)
        event['data'] = {'object': {k: v for k, v in copy.deepcopy(about).items() if k != 'intent'}}
        return event

    def send(self, kind, about, *, event=None, secret=SECRET, age=0, body=None, header=None):
        """Tell the program; gives the status of its answer."""
        body = body if body is not None else json.dumps(event or self.event(kind, about), indent=2).encode()
        stamp = str(int(time.time()) - age)
        mac = hmac.new(secret.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()
        old = hmac.new(b'whsec_the_one_before', stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()
        header = header if header is not None else f't={stamp},v1={old},v1={mac},v0={"0" * 64}'
        connection = http.client.HTTPConnection('127.0.0.1', self.system.plain, timeout=30)
        try:
            connection.request('POST', '/callback/stripe', body, {'Content-Type': 'application/json', 'Stripe-Signature': header})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()
