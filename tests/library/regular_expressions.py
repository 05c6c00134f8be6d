# re over _sre: matching, groups, substitution, splitting, scanning, errors.
import copy
import re


def show(label, thunk):
    try:
        print(label, repr(thunk()))
    except Exception as error:
        print(label, type(error).__name__, error)


p = re.compile(r'(?P<word>[a-z]+)-(\d+)?', re.I | re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern)
m = p.search('..Abc-12 x')
print(m, m.group(), m.group(1, 'word', 2), m[0], m['word'], m[2])
print(m.span(), m.span(1), m.start('word'), m.end(2), m.regs, m.lastindex, m.lastgroup, m.pos, m.endpos)
print(m.groups(), m.groupdict(), m.re is p, m.string, m.expand(r'<\g<word>|\2>'))
m = p.search('q-')
print(m.groups(), m.groups('?'), m.group(2), m.span(2), m.expand(r'[\2]'))
show('no such group', lambda: m.group(3))
show('no such name', lambda: m['nope'])
show('unhashable', lambda: m[[]])
show('int', lambda: p.match(1))
show('bytes', lambda: p.match(b'x'))
show('str', lambda: re.compile(b'x').match('x'))
show('pos', lambda: p.match())

print(re.sub(r'(\w+) (\w+)', r'\2 \1', 'hello world foo bar'))
print(re.sub('x', 'y', 'abc'), re.subn('b', lambda m: m.group().upper(), 'abcb', count=1))
print(re.sub('x*', '-', 'abxd'), re.sub(b'[ab]', b'<\\g<0>>', b'cab'), re.sub('(a)|b', r'[\1]', 'ab'))
print(re.sub('é|日', lambda m: None, 'aéb日c'), re.sub('o', 'ö', 'foo'), re.sub('.', '😀', 'ab'))
show('item', lambda: re.sub('a', lambda m: 1, 'xax'))
show('template', lambda: re.sub('a', r'\2', 'a'))
print(re.split(r'[,;]', 'a,b;c'), re.split('(,)|;', 'a,b;c', maxsplit=1), re.split('x*', 'axbc'))
print(re.findall(r'\d+', 'a1b22'), re.findall('(a)(b)?', 'aba'), re.findall('(a)', 'aa'), re.findall(b'.', b'ab'))
print([m.span() for m in re.finditer('a|', 'baa')])
scanner = re.compile('[ab]').scanner('abc', 0, 2)
print(scanner.match(), scanner.match(), scanner.match(), scanner.match())
print(scanner.pattern)

s = 'aaa'
print(re.sub('b', '', s) is s, copy.copy(p) is p, copy.deepcopy(p) is p, p == re.compile(p.pattern, p.flags))
print(re.compile('a') == re.compile(b'a'), hash(re.compile('a')) == hash(re.compile('a')))
print(re.fullmatch('a|ab', 'ab'), re.match('b', 'ab'), re.compile('b').match('ab', 1), re.compile('^b').match('ab', 1))
print(re.compile('a$').search('ba\n'), re.compile(r'a\Z').search('ba\n'))
print(re.match(r'(?i:STRASSE)', 'strasse'), re.match('(?i)ß', 'ẞ'), re.match(r'\w+', 'naïve日本'), re.match(r'(?a)\w+', 'naïve'))
print(re.search(r'(?<=a)b(?!c)', 'abcab'), re.search(r'(?<!x)y', 'xyy'), re.match(r'(a)?(?(1)b|c)', 'c'))
print(re.match(r'(?>a+)ab', 'aaab'), re.match(r'a++b', 'aaab'), re.match(r'(a|b)*?c', 'ababc'), re.match(r'(.)\1', 'aa'))
print(re.search('needle', 'hay' * 5 + 'needle'), re.search('[xyz]+q', 'axxyzq'), re.search('ab+', 'aabbb', re.A))
print(re.compile('a', re.X | re.S), re.compile('a', re.A), re.compile(b'a', re.L), re.compile('x' * 300).__repr__()[-5:])
print(re.Pattern[str], re.Match, type(re.compile('a').scanner('')), re.purge())
for bad in ['(', '[a', '*a', 'a**', r'\q', '(?P<1>a)', '(?P=x)', 'a{2,1}', '(?<=a*)b']:
    show(bad, lambda: re.compile(bad))
print(re.match("(?P<q>)(?(q))", ""), re.match("(a)?(?(1)b)", "ab"))
show("code", lambda: __import__('_sre').compile('', 0, [99], 0, {}, ()))
show('type', lambda: re.Pattern())


class Text(str):
    pass


print(type(re.match('a', Text('abc')).string), type(re.match('a', Text('abc')).group()), re.sub('a', 'b', bytearray(b'cat').decode()))
print(re.match(b'a', bytearray(b'abc')), re.findall(b'b', memoryview(b'abcb')), re.escape('a.b*c'))
match re.match(r'(\d+)', '42'):
    case re.Match(string=text):
        print(text)
