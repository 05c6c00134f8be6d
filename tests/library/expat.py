"""Events and errors of the XML parser."""
import xml.parsers.expat as ex
def run(doc, ns=None, chunks=None, **attrs):
    p = ex.ParserCreate(namespace_separator=ns)
    for k,v in attrs.items(): setattr(p,k,v)
    out=[]
    for h in [x for x in dir(p) if x.endswith('Handler') and x not in ('DefaultHandler','DefaultHandlerExpand','UnparsedEntityDeclHandler','NotStandaloneHandler')]:
        setattr(p,h,(lambda h: lambda *a: out.append((h,)+a) or 1)(h))
    try:
        if chunks: 
            for c in doc: p.Parse(c)
            p.Parse("",True)
        else: p.Parse(doc, True)
    except ex.ExpatError as e: out.append(('ERR',str(e),e.code,e.lineno,e.offset,p.ErrorCode,p.ErrorLineNumber))
    except Exception as e: out.append(repr(e))
    for o in out: print(o)
    print('--')
run('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<!-- c --><a x="1" y=\'&lt;&#65;\n\'>t&amp;<b/>line\nline2<![CDATA[<x>\n]]><?pi data?></a>\n<!-- e -->')
run('<a xmlns="u" xmlns:p="v" p:q="1" r="2"><p:b/><c xmlns=""/></a>', ns='}')
run('<a xmlns="u" xmlns:p="v" p:q="1" r="2"><p:b/></a>', ns=' ', namespace_prefixes=True)
run('<!DOCTYPE a [<!ELEMENT a (b|c)*><!ELEMENT b (#PCDATA|x)*><!ELEMENT c (x,(y|z)+,w?)><!ELEMENT e EMPTY><!ELEMENT f ANY><!ATTLIST a x CDATA "def" y (p|q) #REQUIRED z NMTOKENS #IMPLIED w CDATA #FIXED "f"><!ENTITY e "val&#65;<b>in</b>"><!ENTITY % pe "x"><!ENTITY ext SYSTEM "e.xml"><!ENTITY un PUBLIC "p  p" "s" NDATA n><!NOTATION n SYSTEM "ns"><!NOTATION m PUBLIC "mp">]><a y="  p ">&e;&ext;</a>')
for d in ["<a><b></a>","<a","","  ","<a>&x;</a>","<a/><b/>","<a b></a>","<a b=1/>","<a b='1' b='2'/>","junk","<a>]]></a>","<a>\x01</a>","<a b='<'/>","<a>&#0;</a>","<a>&#xFFFFFFF;</a>","<a>& b</a>","<1/>","<a></a","</a>","<a><!-- -- --></a>","<a><![CDATA[x","<a><?xml version='1.0'?></a>","<?xml version='1.0'?","<?xml encoding='x'?><a/>","<a x='&y;'/>","<a>&lt</a>","<a>\ufffe</a>","<a b='1'c='2'/>","&amp;","<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>","<!DOCTYPE a SYSTEM 'x'><a>&u;</a>","<a/>text","<a/>&","<a:b:c/>","<a / >","< a/>","<a>\n\n  <b>\n</a>","<!DOCTYPE a [<!ENTITY x '<b>'>]><a>&x;</b></a>","<!FOO>", "<?xml version='1.0' encoding='nope'?><a/>", "<a>é</a>", "<a>\r\nx\ry</a>"]:
    print(repr(d)); run(d)
for d in ["<p:a/>","<a xmlns:p=''/>","<a xmlns:xml='x'/>","<a xmlns:xmlns='x'/>","<:a/>","<a:/>", "<a xml:lang='en'/>"]:
    print(repr(d)); run(d, ns='}')
run('<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'.encode('latin-1')); run('<?xml version="1.0" encoding="cp1252"?><a>\x80</a>'.encode('latin-1')); run('<a>é</a>'.encode('utf-16')); run(b'\xef\xbb\xbf<a>x</a>'); run(b'<a>\xff</a>'); run(b'<a>\xc3')
run('<a>one\r\ntwo]]&gt;<b x="1 &amp; 2"/><!-- c --><![CDATA[a]]b]]></a>', chunks=True, buffer_text=True)
print(ex.ErrorString(4), ex.errors.XML_ERROR_SYNTAX, ex.errors.codes[ex.errors.XML_ERROR_SYNTAX])
