# _ast: the node classes: making, defaults, repr, copying.
import copy, _ast as ast, warnings
for t in ['ast.Name(1,2,3,4)','ast.Name(1,id=2)','ast.Name()','ast.Name("x",foo=1).foo','ast.Constant(1).kind','ast.arguments().args','ast.Name("x").lineno','ast.Name("x").end_lineno','ast.Name("x").__reduce__()','ast.Name("x").__reduce_ex__(2)', 'ast.AST(1)','ast.AST(x=1).x', 'ast.Name("x") == ast.Name("x")','copy.replace(ast.Name("x"),id="y").id','copy.replace(ast.Name("x"),foo="y").id', 'ast.Name("x").__replace__(1)', 'copy.replace(ast.AST(), x=1)','ast.Name._fields','ast.List([1,2,3,4,5])','ast.Tuple([ast.Name("a"),ast.List([ast.Name("b")])])', 'ast.stmt.__doc__', 'ast.arg.__doc__', 'ast.Name', 'ast.ImportFrom._field_types', 'copy.deepcopy(ast.Name("z", lineno=3)).lineno', 'ast.Name.__mro__','ast.expr._attributes, ast.mod._attributes, ast.Name.__match_args__']:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: print(t, repr(eval(t)), [str(x.message) for x in w])
        except Exception as e: print(t, type(e).__name__, e, [str(x.message) for x in w])
