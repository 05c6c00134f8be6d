name = "package"
from . import sub
from .sub import deep as _deep
