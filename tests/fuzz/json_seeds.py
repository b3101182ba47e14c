#!/usr/bin/env python3
"""Writes what fuzzing JSON and VAT numbers starts from: json_seeds.py JSON_FOLDER VAT_FOLDER"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

PROGRAM, SERVICE, GATEWAY = b'\0', b'\1', b'\2'
JSON = [
    (PROGRAM, '{"ok":true,"username":"w1","password":"a b","address":"https://a.test/","remote_ref":"r","usage_bytes":12}'),
    (PROGRAM, '{"ok":false,"problem":"no_room_left"}'), (PROGRAM, '{"ok":true,"address":"javascript:1"}'),
    (PROGRAM, '{"ok":true,"usage_bytes":-1}'), (PROGRAM, '{"ok":false}'), (PROGRAM, '[true]'), (PROGRAM, '{"ok":true,"ok":false}'),
    (PROGRAM, '{"ok":true,"username":"\\u00e9\\ud83d\\ude00\\u0007"}'),
    (SERVICE, '{"countryCode":"DE","vatNumber":"100","valid":true,"requestIdentifier":"WAPI","name":"FIG GMBH","address":"x"}'),
    (SERVICE, '{"valid":false,"name":"---"}'), (SERVICE, '{"valid":false,"userError":"TIMEOUT"}'),
    (SERVICE, '{"actionSucceed":false,"errorWrappers":[{"error":"MS_UNAVAILABLE"}]}'),
    (SERVICE, '{"actionSucceed":false,"errorWrappers":[{"error":"INVALID_INPUT"}]}'), (SERVICE, '{"valid":true,"name":"é ø 日本 Ltd"}'),
    (GATEWAY, '{"event":"1","kind":"succeeded","payment":"00000000000000000000000001","reference":"r","currency":"GBP",'
              '"amount":300,"card_country":"GB","customer":"","method":"","card":"","dispute":"","reason":"","due":0}'),
    (GATEWAY, '{"event":"1","kind":"refunded","amount":9223372036854775807}'),
]


def save(folder, name, data):
    with open(os.path.join(folder, name), 'wb') as f:
        f.write(data)


def numbers():
    """Those of the unit test."""
    with open(os.path.join(ROOT, 'src', 'app', 'vat', 'number_test.c'), encoding='utf-8') as f:
        return sorted(set(re.findall(r'"([A-Za-z]{0,3}[0-9][0-9A-Z .+*-]{3,20})"', f.read())))


def main():
    for n, (who, words) in enumerate(JSON):
        save(sys.argv[1], f'seed-{n:02}', who + words.encode())
    for n, number in enumerate(numbers()):
        save(sys.argv[2], f'seed-{n:03}', number.encode())


main()
