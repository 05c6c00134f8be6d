"""_csv: dialects, reading, writing, messages."""
import _csv as csv
import io


def w(rows, **k):
    f = io.StringIO(newline="")
    csv.writer(f, **k).writerows(rows)
    return f.getvalue()


def r(text, **k):
    return list(csv.reader(text if isinstance(text, list) else [text], **k))


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


for text in r'''csv.reader()
csv.reader(5)
csv.reader([], foo=1)
csv.reader([], 'nope')
csv.register_dialect(1)
csv.register_dialect('x', delimiter=';')
csv.Dialect(delimiter=';;')
csv.Dialect(delimiter=1)
csv.Dialect(delimiter='\n')
csv.Dialect(quotechar='')
csv.Dialect(quotechar=None).quoting
csv.Dialect(quotechar=None, quoting=0)
csv.Dialect(quoting=9)
csv.Dialect(quoting='a')
csv.Dialect(lineterminator=None)
csv.Dialect(escapechar='ab')
csv.Dialect(delimiter=',', quotechar=',')
csv.Dialect(delimiter=',', escapechar=',')
csv.Dialect(quotechar='a', escapechar='a')
csv.Dialect(lineterminator=',', delimiter=',')
csv.Dialect(foo=1)
csv.Dialect('x').delimiter
csv.Dialect('x', quotechar="'").quotechar
csv.get_dialect('zz')
csv.unregister_dialect('zz')
csv.list_dialects()
csv.field_size_limit()
csv.field_size_limit('a')
csv.field_size_limit(5)
r('abcdefghi')
csv.field_size_limit(131072)
r('a,b,"c,d"')
r('a;b', dialect='x')
r('a,"b""c",d')
r('a,"b""c"x,d', strict=True)
r('a,"b"x,d')
r('"abc', strict=True)
r('"abc')
r(['"abc\n', 'def"'])
r('a\\,b', escapechar='\\')
r('a\\', escapechar='\\')
r('a\nb')
r(['a\r\n', 'b\n', '', 'c'])
r([b'a'])
r('1,2.5,"3",abc', quoting=csv.QUOTE_NONNUMERIC)
r('1,2.5,"3",', quoting=csv.QUOTE_NONNUMERIC)
r('1,2.5,"3",', quoting=csv.QUOTE_STRINGS)
r('1,,"",x', quoting=csv.QUOTE_NOTNULL)
r('a, b, "c"', skipinitialspace=True)
r('a "b" c;d', delimiter=' ')
r('"a"b"c",d', quoting=csv.QUOTE_NONE)
r('a""b')
r('"",""')
w([[1, 'a', None, 2.5, 'x,y', 'q"r', 'n\nl']])
w([[1, 'a', None]], quoting=csv.QUOTE_ALL)
w([[1, 'a', None, 2.5]], quoting=csv.QUOTE_NONNUMERIC)
w([[1, 'a', None, 2.5]], quoting=csv.QUOTE_STRINGS)
w([[1, 'a', None, 2.5]], quoting=csv.QUOTE_NOTNULL)
w([['a,b']], quoting=csv.QUOTE_NONE)
w([['a,b', 'c"d', 'e\\f', 'g\n']], quoting=csv.QUOTE_NONE, escapechar='\\')
w([['a"b']], doublequote=False)
w([['a"b', 'c\\d']], doublequote=False, escapechar='\\')
w([['a"b', 'c\\d']], escapechar='\\')
w([[]])
w([['']])
w([[None]])
w([[None]], quoting=csv.QUOTE_NONE)
w([['', '']])
w([[' a', 'b ']], delimiter=' ')
w([[' a', '']], delimiter=' ', skipinitialspace=True)
w([[' a', '']], delimiter=' ', skipinitialspace=True, quoting=csv.QUOTE_NONE)
w([5])
w(5)
w(['ab', {1: 2}])
w([['a!', 'b']], lineterminator='!')
csv.writer(5)
csv.writer(io.StringIO(), foo=1)
csv.writer(io.StringIO()).writerow(['a'])
csv.Error.__mro__
type(csv.reader([])), type(csv.writer(io.StringIO()))'''.splitlines():
    show(text)

reader = csv.reader(iter(["a,b\n", '"x\n', 'y",z\n']))
for row in reader:
    print(row, reader.line_num, reader.dialect.delimiter)
