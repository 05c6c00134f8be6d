"""json through its native half: values, layouts, error messages."""
import json, _json
def t(f,*a,**k):
    n=getattr(f,'__name__',type(f).__name__)
    try: print(n, '' if 'object at' in str(a) else str(a)[:60], '->', repr(f(*a, **k)))
    except BaseException as e: print(n, '' if 'object at' in str(a) else str(a)[:60], '->', type(e).__name__, e)
c=json.JSONEncoder()
x=json.encoder.c_make_encoder({}, c.default, json.encoder.encode_basestring_ascii, '  ', ': ', ',', True, True, False)
print(x({'b':1,'a':[1,{}, [], [2]]},0), x([1,[2]],3)); t(x,[float('nan')],0); t(x,{(1,):1,'x':1},0);  t(x,{1:1,'x':1},0)
t(x); t(x,1); t(x,1,'a'); t(x,obj=1,_current_indent_level=0)
l=[];l.append(l)
t(json.dumps,l); d={};d['x']=d; t(json.dumps,d); t(json.dumps,{'a':[1,{'b':object()}]}); t(json.dumps,[1,{'b':float('nan')}],allow_nan=False); t(json.dumps,{1:object()},indent=1)
t(json.dumps, {(1,2):3}); t(json.dumps,float('inf'),allow_nan=False)
for o,k in (([1,object()],{}),({'a':{'b':object()}},{}),({'a':{1:object()}},{}),((1,(2,[object()])),{'indent':1}),({(1,):2},{})):
    try: json.dumps(o,**k)
    except TypeError as e: print(getattr(e,'__notes__',None))
class I(int): 
  def __repr__(s): return 'I'
class F(float):
  def __repr__(s): return 'F'
class S(str): pass
print(json.dumps([I(3),F(2.5),S('x'),{I(4):1,F(1.5):2,S('k'):3}]))
print(json.dumps({'é':['ü\u2028😀']}), json.dumps({'é':['ü\u2028😀']},ensure_ascii=False))
print(json.dumps({3:1,1:2,2:{}},sort_keys=True,indent='\t'))
t(json.dumps,{'a':1,2:3},sort_keys=True)
print(json.dumps([1,2,{'a':()}],indent=0), json.dumps([[],{}],indent=4))
print(json.dumps(object(),default=lambda o:[1,2]), json.dumps({'k':{1,2}},default=sorted,indent=2))
t(json.dumps,object(),default=lambda o:o)
deep=[]
for i in range(100000): deep=[deep]
try: json.dumps(deep)
except RecursionError as e: print('RecursionError')
try: json.loads('['*100000)
except RecursionError as e: print('RecursionError')
try: json.loads('{"a":'*100000)
except RecursionError as e: print('RecursionError')
t(json.loads,'[1, 2, {"a": null, "b": [true, false, -1.5e3, 1E2, 12345678901234567890123, NaN, -Infinity, "x\\n\\u00e9\\ud83d\\ude00"]}]  ')
t(json.loads,'{"a":1,"a":2}'); t(json.loads,'{"a":1,"b":[{"c":2}]}',object_hook=lambda d: sorted(d.items())); t(json.loads,'{"a":1,"b":[{"c":2}]}',object_pairs_hook=list)
t(json.loads,'{}',object_pairs_hook=list); t(json.loads,'{}',object_hook=lambda d:5)
t(json.loads,'[1.5,2,NaN]',parse_float=str,parse_int=repr,parse_constant=lambda s:s*2)
for s in ['','[','{','[1,]','{"a":1,}','nul','1 2','"abc','"\x01"','"\\q"','"\\u12"','[1 2]','{"a" 1}','{1:2}','-','[1,','\ufeff1','9'*5000]: t(json.loads,s)
t(json.loads,b'[1]'); t(json.loads,bytearray(b'"\xc3\xa9"')); t(json.loads,1); t(json.loads,'"\x01"',strict=False)

t(_json.scanstring); t(_json.scanstring,'abc'); t(_json.scanstring,1,1); t(_json.scanstring,'a"',0,True); t(_json.scanstring,'a"',0,True,3); t(_json.scanstring,'a',5); t(_json.scanstring,'a',-1)
t(_json.scanstring,'a\n"',0,False)
t(_json.scanstring,'\\ud83d\\ude00"',0);t(_json.scanstring,'\\ud83d"',0);t(_json.scanstring,'\\ud83d\\u0041"',0)
t(_json.encode_basestring,1); t(_json.encode_basestring_ascii,1); t(_json.encode_basestring,'é"\\\n\x00\x7f'); t(_json.encode_basestring_ascii,'é"\\\n\x00\x7f\U0001f600\ud800'); t(_json.encode_basestring,'é"\\\n\x00\x7f\U0001f600\ud800')
t(_json.make_encoder); t(_json.make_encoder,1,2,3,4,5,6,7,8,9); t(_json.make_scanner,1); t(_json.make_scanner)
