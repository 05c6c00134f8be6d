//! `termios`: control of terminals. Attributes are a list of seven: four words of flags, two speeds,
//! and the list of control characters.

use crate::errors::{self, R, Raised, type_error};
use crate::modules::posix::args::{descriptor, errno};
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::object::{Ref, Type, call};
use crate::ops::{self, numbers};
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::os_error::strerror;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The class `termios.error`; 0 until the module is made.
static ERROR: AtomicU64 = AtomicU64::new(0);

/// As the kernel's and the C library's headers have them, among others those that few programs know.
static NUMBERS: &[(&str, i64)] = &[
    ("B0", 0),
    ("B1000000", 1000000),
    ("B110", 110),
    ("B115200", 115200),
    ("B1152000", 1152000),
    ("B1200", 1200),
    ("B134", 134),
    ("B14400", 14400),
    ("B150", 150),
    ("B1500000", 1500000),
    ("B1800", 1800),
    ("B19200", 19200),
    ("B200", 200),
    ("B2000000", 2000000),
    ("B230400", 230400),
    ("B2400", 2400),
    ("B2500000", 2500000),
    ("B28800", 28800),
    ("B300", 300),
    ("B3000000", 3000000),
    ("B3500000", 3500000),
    ("B38400", 38400),
    ("B4000000", 4000000),
    ("B460800", 460800),
    ("B4800", 4800),
    ("B50", 50),
    ("B500000", 500000),
    ("B57600", 57600),
    ("B576000", 576000),
    ("B600", 600),
    ("B7200", 7200),
    ("B75", 75),
    ("B76800", 76800),
    ("B921600", 921600),
    ("B9600", 9600),
    ("BRKINT", 2),
    ("BS0", 0),
    ("BS1", 8192),
    ("BSDLY", 8192),
    ("CBAUD", 4111),
    ("CBAUDEX", 4096),
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CIBAUD", 269418496),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CLOCAL", 2048),
    ("CQUIT", 28),
    ("CR0", 0),
    ("CR1", 512),
    ("CR2", 1024),
    ("CR3", 1536),
    ("CRDLY", 1536),
    ("CREAD", 128),
    ("CRPRNT", 18),
    ("CRTSCTS", 2147483648),
    ("CS5", 0),
    ("CS6", 16),
    ("CS7", 32),
    ("CS8", 48),
    ("CSIZE", 48),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSTOPB", 64),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("ECHO", 8),
    ("ECHOCTL", 512),
    ("ECHOE", 16),
    ("ECHOK", 32),
    ("ECHOKE", 2048),
    ("ECHONL", 64),
    ("ECHOPRT", 1024),
    ("EXTA", 19200),
    ("EXTB", 38400),
    ("EXTPROC", 65536),
    ("FF0", 0),
    ("FF1", 32768),
    ("FFDLY", 32768),
    ("FIOASYNC", 21586),
    ("FIOCLEX", 21585),
    ("FIONBIO", 21537),
    ("FIONCLEX", 21584),
    ("FIONREAD", 21531),
    ("FLUSHO", 4096),
    ("HUPCL", 1024),
    ("IBSHIFT", 16),
    ("ICANON", 2),
    ("ICRNL", 256),
    ("IEXTEN", 32768),
    ("IGNBRK", 1),
    ("IGNCR", 128),
    ("IGNPAR", 4),
    ("IMAXBEL", 8192),
    ("INLCR", 64),
    ("INPCK", 16),
    ("IOCSIZE_MASK", 1073676288),
    ("IOCSIZE_SHIFT", 16),
    ("ISIG", 1),
    ("ISTRIP", 32),
    ("IUCLC", 512),
    ("IUTF8", 16384),
    ("IXANY", 2048),
    ("IXOFF", 4096),
    ("IXON", 1024),
    ("NCCS", 32),
    ("NL0", 0),
    ("NL1", 256),
    ("NLDLY", 256),
    ("NOFLSH", 128),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("OCRNL", 8),
    ("OFDEL", 128),
    ("OFILL", 64),
    ("OLCUC", 2),
    ("ONLCR", 4),
    ("ONLRET", 32),
    ("ONOCR", 16),
    ("OPOST", 1),
    ("PARENB", 256),
    ("PARMRK", 8),
    ("PARODD", 512),
    ("PENDIN", 16384),
    ("TAB0", 0),
    ("TAB1", 2048),
    ("TAB2", 4096),
    ("TAB3", 6144),
    ("TABDLY", 6144),
    ("TCFLSH", 21515),
    ("TCGETS", 21505),
    ("TCIFLUSH", 0),
    ("TCIOFF", 2),
    ("TCIOFLUSH", 2),
    ("TCION", 3),
    ("TCOFLUSH", 1),
    ("TCOOFF", 0),
    ("TCOON", 1),
    ("TCSADRAIN", 1),
    ("TCSAFLUSH", 2),
    ("TCSANOW", 0),
    ("TCSBRK", 21513),
    ("TCSBRKP", 21541),
    ("TCSETS", 21506),
    ("TCSETSF", 21508),
    ("TCSETSW", 21507),
    ("TCXONC", 21514),
    ("TIOCCONS", 21533),
    ("TIOCEXCL", 21516),
    ("TIOCGETD", 21540),
    ("TIOCGICOUNT", 21597),
    ("TIOCGLCKTRMIOS", 21590),
    ("TIOCGPGRP", 21519),
    ("TIOCGSERIAL", 21534),
    ("TIOCGSOFTCAR", 21529),
    ("TIOCGWINSZ", 21523),
    ("TIOCINQ", 21531),
    ("TIOCLINUX", 21532),
    ("TIOCMBIC", 21527),
    ("TIOCMBIS", 21526),
    ("TIOCMGET", 21525),
    ("TIOCMIWAIT", 21596),
    ("TIOCMSET", 21528),
    ("TIOCM_CAR", 64),
    ("TIOCM_CD", 64),
    ("TIOCM_CTS", 32),
    ("TIOCM_DSR", 256),
    ("TIOCM_DTR", 2),
    ("TIOCM_LE", 1),
    ("TIOCM_RI", 128),
    ("TIOCM_RNG", 128),
    ("TIOCM_RTS", 4),
    ("TIOCM_SR", 16),
    ("TIOCM_ST", 8),
    ("TIOCNOTTY", 21538),
    ("TIOCNXCL", 21517),
    ("TIOCOUTQ", 21521),
    ("TIOCPKT", 21536),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("TIOCSCTTY", 21518),
    ("TIOCSERCONFIG", 21587),
    ("TIOCSERGETLSR", 21593),
    ("TIOCSERGETMULTI", 21594),
    ("TIOCSERGSTRUCT", 21592),
    ("TIOCSERGWILD", 21588),
    ("TIOCSERSETMULTI", 21595),
    ("TIOCSERSWILD", 21589),
    ("TIOCSER_TEMT", 1),
    ("TIOCSETD", 21539),
    ("TIOCSLCKTRMIOS", 21591),
    ("TIOCSPGRP", 21520),
    ("TIOCSSERIAL", 21535),
    ("TIOCSSOFTCAR", 21530),
    ("TIOCSTI", 21522),
    ("TIOCSWINSZ", 21524),
    ("TOSTOP", 256),
    ("VDISCARD", 13),
    ("VEOF", 4),
    ("VEOL", 11),
    ("VEOL2", 16),
    ("VERASE", 2),
    ("VINTR", 0),
    ("VKILL", 3),
    ("VLNEXT", 15),
    ("VMIN", 6),
    ("VQUIT", 1),
    ("VREPRINT", 12),
    ("VSTART", 8),
    ("VSTOP", 9),
    ("VSUSP", 10),
    ("VSWTC", 7),
    ("VSWTCH", 7),
    ("VT0", 0),
    ("VT1", 16384),
    ("VTDLY", 16384),
    ("VTIME", 5),
    ("VWERASE", 14),
    ("XCASE", 4),
    ("XTABS", 6144),
    ("_POSIX_VDISABLE", 0),
];

/// Places in the list of attributes.
const SPEEDS: [usize; 2] = [4, 5];
const CHARACTERS: usize = 6;

fn error_class() -> R<Ref<Type>> {
    let bases = Tuple::new(&[exc::EXCEPTION.class().value()]);
    let namespace = Dict::new();
    namespace.set_str(Str::intern("__module__"), Str::intern("termios").value());
    let metaclass = exc::EXCEPTION.class().value().class().value();
    let class = call::call(metaclass, &[Str::intern("error").value(), bases.value(), namespace.value()])?;
    class.exact_type().ok_or_else(|| type_error("a class is not a type"))
}

/// `termios.error(errno, text)`, raised.
fn failure() -> Raised {
    let errno = errno();
    let args = [Value::small(errno as i64), Str::from_string(strerror(errno))];
    // SAFETY: a class, kept alive as a root; set before these functions exist.
    match unsafe { Value::from_slot(ERROR.load(Relaxed)) }.and_then(|class| class.exact_type()) {
        Some(class) => errors::raise(exc::new(class, &args)),
        None => errors::raise_args(&exc::OS_ERROR, &args),
    }
}

/// Calls the system without the interpreter lock.
fn checked(call: impl FnOnce() -> i32) -> R {
    match ops::poll::blocking(|| if call() < 0 { Err(errno()) } else { Ok(()) }) {
        Ok(()) => Ok(none()),
        Err(errno) => {
            // SAFETY: this thread's own; other code may have run since the call.
            unsafe { *libc::__errno_location() = errno };
            Err(failure())
        }
    }
}

fn attributes(fd: i32) -> R<libc::termios> {
    // SAFETY: the call fills the struct.
    unsafe {
        let mut mode: libc::termios = std::mem::zeroed();
        if libc::tcgetattr(fd, &mut mode) < 0 { Err(failure()) } else { Ok(mode) }
    }
}

fn tcgetattr(_: Value, fd: Value) -> R {
    let mode = attributes(descriptor(fd)?)?;
    let characters = List::new(&[]);
    for (i, c) in mode.c_cc.iter().enumerate() {
        // Without lines these two are numbers: how many bytes and how long to wait for.
        let count = mode.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME);
        characters.push(if count { Value::small(*c as i64) } else { Bytes::new(&[*c]).value() });
    }
    // SAFETY: reads of the struct.
    let speeds = unsafe { [libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)] };
    let mut all = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag].map(|n| Value::small(n as i64)).to_vec();
    all.extend(speeds.map(|speed| Value::small(number_of_speed(speed))));
    all.push(characters.value());
    Ok(List::new(&all).value())
}

macro_rules! speeds {
    ($($name:ident $baud:literal)*) => { &[$((libc::$name, $baud)),*] };
}

/// Older C libraries have codes for speeds; newer ones, and programs, have the speed itself.
static SPEED_CODES: &[(libc::speed_t, i64)] = speeds! {
    B0 0 B50 50 B75 75 B110 110 B134 134 B150 150 B200 200 B300 300 B600 600 B1200 1200 B1800 1800 B2400 2400
    B4800 4800 B9600 9600 B19200 19200 B38400 38400 B57600 57600 B115200 115200 B230400 230400 B460800 460800
    B500000 500000 B576000 576000 B921600 921600 B1000000 1000000 B1152000 1152000 B1500000 1500000 B2000000 2000000
    B2500000 2500000 B3000000 3000000 B3500000 3500000 B4000000 4000000
};

fn number_of_speed(speed: libc::speed_t) -> i64 {
    SPEED_CODES.iter().find(|(code, _)| *code == speed).map_or(speed as i64, |(_, baud)| *baud)
}

/// Sets both speeds: by code, or as they are where the C library knows no codes.
fn set_speeds(mode: &mut libc::termios, [input, output]: [i64; 2]) -> bool {
    let code = |baud: i64| SPEED_CODES.iter().find(|(_, known)| *known == baud).map(|(code, _)| *code);
    // SAFETY: the struct is the caller's.
    unsafe {
        libc::cfsetispeed(mode, code(input).unwrap_or(input as libc::speed_t)) == 0
            && libc::cfsetospeed(mode, code(output).unwrap_or(output as libc::speed_t)) == 0
            && number_of_speed(libc::cfgetospeed(mode)) == output
            || libc::cfsetispeed(mode, input as libc::speed_t) == 0
                && libc::cfsetospeed(mode, output as libc::speed_t) == 0
    }
}

fn tcsetattr(_: Value, args: &[Value]) -> R {
    let (fd, when) = (descriptor(args[0])?, numbers::as_i32(args[1])?);
    let Some(given) = args[2].cast::<List>().filter(|list| list.len() == 7) else {
        return Err(type_error("tcsetattr, arg 3: must be 7 element list"));
    };
    let given = given.as_slice().to_vec();
    let mut mode = attributes(fd)?;
    let flags = [&mut mode.c_iflag, &mut mode.c_oflag, &mut mode.c_cflag, &mut mode.c_lflag];
    for (flag, v) in flags.into_iter().zip(&given) {
        *flag = ops::as_i64(*v)? as libc::tcflag_t;
    }
    let speeds = [ops::as_i64(given[SPEEDS[0]])?, ops::as_i64(given[SPEEDS[1]])?];
    let Some(characters) = given[CHARACTERS].cast::<List>().filter(|list| list.len() == mode.c_cc.len()) else {
        return Err(type_error(format_args!("tcsetattr: attributes[6] must be {} element list", mode.c_cc.len())));
    };
    for (i, v) in characters.as_slice().to_vec().into_iter().enumerate() {
        mode.c_cc[i] = match v.cast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => bytes.as_slice()[0],
            None if ops::is_int(v) => int::as_int(v).and_then(|n| n.to_i64()).unwrap_or(0) as u8,
            _ => {
                return Err(type_error(
                    "tcsetattr: elements of attributes must be bytes objects of length 1 or integers",
                ));
            }
        };
    }
    if !set_speeds(&mut mode, speeds) {
        return Err(failure());
    }
    // SAFETY: the struct is a local.
    checked(|| unsafe { libc::tcsetattr(fd, when, &mode) })
}

fn tcgetwinsize(_: Value, fd: Value) -> R {
    let fd = descriptor(fd)?;
    // SAFETY: the call fills the struct.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        if libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) < 0 {
            return Err(failure());
        }
        Ok(Tuple::new(&[Value::small(size.ws_row as i64), Value::small(size.ws_col as i64)]).value())
    }
}

fn tcsetwinsize(_: Value, args: &[Value]) -> R {
    let fd = descriptor(args[0])?;
    let message = "tcsetwinsize, arg 2: must be a two-item sequence";
    if args[1].class().slots().getitem.is_none() {
        return Err(type_error(message));
    }
    let [rows, columns] = *ops::iter::to_vec(args[1])? else { return Err(type_error(message)) };
    let number = |v: Value| -> R<u16> {
        u16::try_from(ops::as_i64(v)?).map_err(|_| errors::overflow_error("winsize value(s) out of range"))
    };
    let (rows, columns) = (number(rows)?, number(columns)?);
    // SAFETY: the call fills the struct, whose other fields stay.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        if libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) < 0 {
            return Err(failure());
        }
        (size.ws_row, size.ws_col) = (rows, columns);
        if libc::ioctl(fd, libc::TIOCSWINSZ, &size) < 0 {
            return Err(failure());
        }
    }
    Ok(none())
}

/// A function of a descriptor and a number.
macro_rules! on_terminal {
    ($name:literal $call:path) => {
        Method::pos(
            $name,
            |_, args| {
                let (fd, how) = (descriptor(args[0])?, numbers::as_i32(args[1])?);
                // SAFETY: a plain system call.
                checked(|| unsafe { $call(fd, how) })
            },
            2,
            2,
        )
    };
}

pub static MODULE: NativeModule = NativeModule {
    name: "termios",
    functions: &[
        Method::one("tcdrain", |_, fd| {
            let fd = descriptor(fd)?;
            // SAFETY: a plain system call.
            checked(|| unsafe { libc::tcdrain(fd) })
        }),
        on_terminal!("tcflow" libc::tcflow),
        on_terminal!("tcflush" libc::tcflush),
        on_terminal!("tcsendbreak" libc::tcsendbreak),
        Method::one("tcgetattr", tcgetattr),
        Method::pos("tcsetattr", tcsetattr, 3, 3),
        Method::one("tcgetwinsize", tcgetwinsize),
        Method::pos("tcsetwinsize", tcsetwinsize, 2, 2),
    ],
    init: |module| {
        for (name, number) in NUMBERS {
            module.set(name, int::from_i64(*number));
        }
        let class = error_class()?;
        crate::gc::add_root_range(ERROR.as_ptr(), 1);
        ERROR.store(class.value().bits(), Relaxed);
        module.set("error", class.value());
        Ok(())
    },
};
