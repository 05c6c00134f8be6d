# unicodedata: properties, names, normal forms, the old database.
import unicodedata as u


def show(thunk):
    try:
        print(repr(thunk()))
    except Exception as error:
        print(type(error).__name__, error)


for c in 'aZ5 ½Ⅷ٣é日한\u0301\u200f(\U0001f600\ud800\x00²':
    print(ascii(c), u.category(c), u.bidirectional(c), u.combining(c), u.east_asian_width(c), u.mirrored(c),
          ascii(u.decomposition(c)), u.decimal(c, None), u.digit(c, -1), u.numeric(c, None), u.name(c, None))
for name in ['LATIN SMALL LETTER E WITH ACUTE', 'snowman', 'CJK UNIFIED IDEOGRAPH-4E00', 'HANGUL SYLLABLE GAG', 'LINE FEED',
             'LATIN SMALL LETTER R WITH TILDE', 'no such', '']:
    show(lambda: u.lookup(name))
for form in ('NFC', 'NFD', 'NFKC', 'NFKD', 'x'):
    show(lambda: ascii(u.normalize(form, 'é ﬁ 한 Å ½ e\u0301')))
    show(lambda: (u.is_normalized(form, 'é'), u.is_normalized(form, 'e\u0301'), u.is_normalized(form, 'abc')))
for thunk in [lambda: u.decimal('½'), lambda: u.digit('½'), lambda: u.numeric('a'), lambda: u.name('\x00'), lambda: u.category('ab'),
              lambda: u.category(1), lambda: u.decimal('ab'), lambda: u.decimal(1, 2), lambda: u.name(''), lambda: u.lookup(1),
              lambda: u.normalize('NFC'), lambda: u.normalize('NFC', 1), lambda: u.category(), lambda: u.numeric('½'), lambda: u.UCD()]:
    show(thunk)
print(u.unidata_version, u.ucd_3_2_0.unidata_version, type(u.ucd_3_2_0), u.ucd_3_2_0.category('\u0221'), u.category('\u0221'))
print(u.ucd_3_2_0.name('a'), u.ucd_3_2_0.bidirectional('a'), u.ucd_3_2_0.normalize('NFC', 'e\u0301'))
s = 'plain'
print(u.normalize('NFC', s) is s)
