"""The register of sys.monitoring."""
import sys
m=sys.monitoring
print(m, type(m), sorted(dir(m)))
print(m.events, type(m.DISABLE), m.DISABLE is not m.MISSING)
def t(f,*a):
    try: print(f.__name__, a[:1], '->', f(*a))
    except Exception as e: print(f.__name__, a[:1], type(e).__name__, e)
t(m.use_tool_id,0,'x'); t(m.use_tool_id,0,'x');t(m.use_tool_id,0,'y'); t(m.use_tool_id,6,'x');t(m.use_tool_id,8,'x');t(m.use_tool_id,1,5);t(m.use_tool_id,-1,'x')
t(m.use_tool_id,'a','x');t(m.use_tool_id,1)
t(m.get_tool,0);t(m.get_tool,1);t(m.get_tool,9)
E=m.events
t(m.register_callback,0,E.LINE,print);t(m.register_callback,0,E.LINE,len);t(m.register_callback,0,E.LINE,None);t(m.register_callback,0,3,None);t(m.register_callback,0,0,None);t(m.register_callback,1,1,print);t(m.register_callback,0,1<<19,print)
t(m.register_callback,0,E.BRANCH,print)
t(m.get_events,0);t(m.get_events,1);t(m.set_events,1,1);t(m.set_events,0,1<<19);t(m.set_events,0,E.C_RETURN);t(m.set_events,0,E.C_RETURN|E.CALL);t(m.get_events,0);t(m.set_events,0,0)
t(m.set_events,0,E.C_RAISE|E.C_RETURN|E.CALL)
t(m.get_events,0)
t(m.set_events,0,-1)
c=t.__code__
t(m.set_local_events,0,c,E.LINE);t(m.get_local_events,0,c);t(m.set_local_events,0,c,E.RAISE);t(m.set_local_events,0,5,E.LINE);t(m.set_local_events,1,c,E.LINE)
t(m.get_local_events,1,c);t(m.get_local_events,0,1)
t(m.restart_events);t(m._all_events);t(m.clear_tool_id,0);t(m.get_local_events,0,c);t(m.clear_tool_id,9);t(m.clear_tool_id,3);t(m.free_tool_id,0);t(m.get_tool,0)
