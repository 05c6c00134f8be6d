//! Damaged `.pyc` files are refused or accepted, but never bring the reader down.

use taipan_frontend::{Mode, Options, Wtf8, compile, dis, pyc};

/// A generator of pseudo-random numbers, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn a_thousand_mutations_do_no_harm() {
    let source = include_bytes!("qualname_cases.py");
    let more = b"
async def f(x, *, y=(1, 2.5, 3j, b'x', 10**30, None), **k):
    async with x as z, y:
        try:
            return [i async for i in z if i in {1, 2}] + x[1:2]
        except* E as e:
            raise
        finally:
            match x:
                case {'a': [b, *c], **d}: print(f'{b!r:>{c}}')
";
    let mut random = Random(1);
    let (mut refused, mut accepted) = (0, 0);
    for source in [&source[..], &more[..]] {
        let code = compile(source, Wtf8::new("m.py"), Mode::Exec, &Options::default()).unwrap();
        let good = pyc::write(&code, pyc::Validity::Timestamp { mtime: 1, size: 2 });
        assert_eq!(pyc::read(&good, "m").unwrap().1, code);
        for _ in 0..1500 {
            let mut bytes = good.clone();
            for _ in 0..1 + random.below(3) {
                let at = 16 + random.below(bytes.len() - 16);
                match random.below(5) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes[at] = random.below(256) as u8,
                    2 => bytes.truncate(at.max(17)),
                    3 => bytes.insert(at, random.below(256) as u8),
                    _ => {
                        let from = 16 + random.below(bytes.len() - 16);
                        bytes[at] = bytes[from];
                    }
                }
            }
            match pyc::read(&bytes, "m") {
                Ok((_, code)) => {
                    accepted += 1;
                    assert!(!dis::dis(&code).is_empty());
                    let _ = (code.positions().count(), code.lines().count());
                }
                Err(error) => {
                    refused += 1;
                    assert!(!error.to_string().is_empty());
                }
            }
        }
    }
    println!("{refused} refused, {accepted} accepted");
}

#[test]
fn deep_and_self_referring_data_are_refused() {
    let mut deep = pyc::MAGIC.to_vec();
    deep.extend([0; 12]);
    let header = deep.clone();
    deep.extend([b')', 1].repeat(5000));
    assert_eq!(pyc::read(&deep, "m").unwrap_err().to_string(), "bad marshal data (recursion limit exceeded)");
    let mut circle = header.clone();
    circle.extend([b')' | 0x80, 1, b'r', 0, 0, 0, 0]);
    assert_eq!(pyc::read(&circle, "m").unwrap_err().to_string(), "bad marshal data (invalid reference)");
    // Each tuple holds the one before it 255 times.
    let mut bomb = header;
    bomb.extend([b')', 9, b')' | 0x80, 0]);
    for level in 0..8u8 {
        bomb.extend([b')' | 0x80, 255]);
        bomb.extend([b'r', level, 0, 0, 0].repeat(255));
    }
    assert_eq!(pyc::read(&bomb, "m").unwrap_err().to_string(), "bad marshal data (too many objects)");
}
