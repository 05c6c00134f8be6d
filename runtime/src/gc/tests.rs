//! Tests of the collector. Counts of dead objects are approximate wherever a stale stack word may keep
//! a few alive. Run them also under TAIPAN_GC_STRESS=3, TAIPAN_GC_VERIFY=1 and TAIPAN_GC_GENERATIONAL=1.

use super::*;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use taipan_abi::header::{Kind, pack};
use taipan_abi::heap::{BLOCK_SIZE, CELL_SIZES, POLL_CALLBACKS, POLL_FINALIZERS, POLL_MEMORY, class_of};

/// Runs a test as an attached thread; the lock makes tests take turns.
fn with_heap(test: fn()) {
    static START: Once = Once::new();
    let base = 0u64;
    START.call_once(|| {
        init((&raw const base).cast());
        detach_thread();
    });
    struct Attached;
    impl Drop for Attached {
        fn drop(&mut self) {
            detach_thread();
        }
    }
    attach_thread((&raw const base).cast(), std::ptr::null_mut());
    let _attached = Attached;
    std::hint::black_box(test)();
}

fn values(n: u16) -> *mut Header {
    alloc(8 + 8 * n as usize, pack(1, Kind::Values, 0, n))
}

fn set(p: *mut Header, field: usize, value: *mut Header) {
    // SAFETY: tests stay within their objects.
    unsafe {
        let slot = (p as *mut u64).add(1 + field);
        *slot = value as u64;
        write_barrier(p, slot);
    }
}

fn raw(p: *const Header, word: usize) -> u64 {
    // SAFETY: as above.
    unsafe { *(p as *const u64).add(word) }
}

fn set_raw(p: *mut Header, word: usize, value: u64) {
    // SAFETY: as above.
    unsafe { *(p as *mut u64).add(word) = value };
}

fn field(p: *const Header, at: usize) -> *mut Header {
    raw(p, 1 + at) as *mut Header
}

/// {header, left, right, raw depth}
fn tree(depth: u64) -> *mut Header {
    let p = alloc(32, pack(2, Kind::Values, 0, 2));
    set_raw(p, 3, depth);
    if depth > 0 {
        set(p, 0, tree(depth - 1));
        set(p, 1, tree(depth - 1));
    }
    p
}

fn check_tree(p: *const Header) -> usize {
    // SAFETY: an object.
    assert_eq!(unsafe { (*p).word() } & !(0xff << 40), pack(2, Kind::Values, 0, 2));
    let depth = raw(p, 3);
    if depth == 0 {
        return 1;
    }
    assert_eq!(raw(field(p, 0), 3), depth - 1);
    1 + check_tree(field(p, 0)) + check_tree(field(p, 1))
}

fn array(n: usize) -> *mut Header {
    let p = try_alloc(16 + 8 * n, pack(3, Kind::Array, 0, 0)).expect("memory").as_ptr();
    set_raw(p, 1, n as u64);
    p
}

fn leaf(size: usize, seed: u64) -> *mut Header {
    let p = alloc(size, pack(4, Kind::Leaf, 0, 0));
    set_raw(p, 1, seed);
    p
}

/// Runs `f` in a frame of its own and wipes the stack below.
#[inline(never)]
fn apart<R>(f: impl FnOnce() -> R) -> R {
    let result = std::hint::black_box(f)();
    threads::scrub_stack();
    result
}

#[test]
fn classes_cover_all_sizes() {
    for size in 1..=16384 {
        let class = classes::class_for(size);
        assert_eq!(class, class_of(size));
        assert!(CELL_SIZES[class] as usize >= size);
    }
    for (class, &cell) in CELL_SIZES.iter().enumerate() {
        for offset in 0..BLOCK_SIZE as u64 {
            let index = (offset * classes::reciprocal(class) as u64) >> 32;
            assert_eq!(index, offset / cell as u64);
        }
    }
}

#[test]
fn trees_survive() {
    with_heap(|| {
        let kept = tree(12);
        for _ in 0..10 {
            assert_eq!(check_tree(tree(10)), 2047);
        }
        collect();
        for _ in 0..10 {
            tree(10);
        }
        assert_eq!(check_tree(kept), 8191);
    });
}

#[test]
fn garbage_is_reused() {
    with_heap(|| {
        apart(|| (0..200).for_each(|_| _ = tree(10)));
        collect();
        let before = stats();
        apart(|| (0..400).for_each(|_| _ = tree(10)));
        collect();
        let after = stats();
        assert!(after.heap_bytes < before.heap_bytes + (12 << 20), "{before:?} {after:?}");
    });
}

#[test]
fn graph_with_random_writes() {
    with_heap(|| {
        const N: usize = 5000;
        let all = array(N);
        let mut seed = 1u64;
        let mut random = |n: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % n
        };
        for at in 0..N {
            let node = alloc(40, pack(5, Kind::Values, 0, 3));
            set_raw(node, 4, at as u64);
            set(all, 1 + at, node);
        }
        for round in 0..30_000 {
            let node = field(all, 1 + random(N));
            set(node, random(3), field(all, 1 + random(N)));
            if round % 3 == 0 {
                let at = random(N);
                let fresh = alloc(40, pack(5, Kind::Values, 0, 3));
                set_raw(fresh, 4, at as u64);
                set(fresh, 0, field(all, 1 + at));
                set(all, 1 + at, fresh);
                leaf(16 + random(600), 7);
            }
        }
        collect();
        for at in 0..N {
            let node = field(all, 1 + at);
            assert_eq!(raw(node, 4), at as u64);
            for link in 0..3 {
                let other = field(node, link);
                assert!(other.is_null() || raw(other, 4) < N as u64);
            }
        }
    });
}

#[test]
fn malloced_values_are_roots() {
    with_heap(|| {
        let list: Vec<*mut Header> = (0..1000).map(|n| leaf(24, n)).collect();
        let boxed: Box<dyn Fn() -> u64> = {
            let p = leaf(24, 42);
            Box::new(move || raw(p, 1))
        };
        let mut map = std::collections::HashMap::new();
        for n in 0..1000u64 {
            map.insert(n, leaf(32, n));
        }
        collect();
        apart(|| (0..20_000).for_each(|n| _ = leaf(24, n + 77_777)));
        collect();
        for (n, &p) in list.iter().enumerate() {
            assert_eq!(raw(p, 1), n as u64);
        }
        assert_eq!(boxed(), 42);
        for (n, &p) in &map {
            assert_eq!(raw(p, 1), *n);
        }
    });
}

#[test]
fn interior_pointers_keep_objects() {
    with_heap(|| {
        let inside: Vec<u64> = (0..100).map(|n| leaf(200, n) as u64 + 101).collect();
        let large = array(10_000) as u64 + 70_000;
        collect();
        for (n, &word) in inside.iter().enumerate() {
            let p = resolve(word).expect("alive");
            assert_eq!(p as u64, word - 101);
            assert_eq!(raw(p, 1), n as u64);
        }
        assert_eq!(resolve(large).map(|p| p as u64), Some(large - 70_000));
        assert!(resolve(8).is_none());
    });
}

#[test]
fn large_objects() {
    with_heap(|| {
        let kept: Vec<*mut Header> = (1..20).map(|n| array(n * 3000)).collect();
        for (n, &p) in kept.iter().enumerate() {
            set(p, 1 + n * 100, leaf(24, n as u64));
            assert!(size_of(p) >= (n + 1) * 24_000);
        }
        apart(|| {
            for n in 0..200 {
                let p = array(5000 + n * 10);
                for at in 0..5000 {
                    assert_eq!(raw(p, 2 + at), 0);
                    set_raw(p, 2 + at, 1);
                }
            }
        });
        collect();
        for (n, &p) in kept.iter().enumerate() {
            assert_eq!(raw(p, 1), (n as u64 + 1) * 3000);
            assert_eq!(raw(field(p, 1 + n * 100), 1), n as u64);
        }
        assert!(stats().heap_bytes < 200 << 20);
    });
}

#[test]
fn fragments_are_filled() {
    with_heap(|| {
        let all = array(20_000);
        for round in 0..6 {
            for at in 0..20_000 {
                if (at * 7 + round) % 3 == 0 {
                    let size = 16 + (at * 37 + round * 11) % 500;
                    set(all, 1 + at, leaf(size, at as u64));
                }
            }
        }
        collect();
        for at in 0..20_000 {
            let p = field(all, 1 + at);
            assert!(p.is_null() || raw(p, 1) == at as u64);
        }
    });
}

/// {header | target untraced}
fn weakref(target: *mut Header, callback: bool) -> *mut Header {
    let p = alloc(16, pack(6, Kind::Values, 0, 0));
    set_raw(p, 1, target as u64);
    weak::register(target, p, 8, callback);
    p
}

#[test]
fn weak_references_clear() {
    with_heap(|| {
        let kept = values(1);
        let refs = apart(|| {
            let refs: Vec<_> = (0..100).map(|n| weakref(leaf(24, n), n % 2 == 0)).collect();
            refs
        });
        let alive = weakref(kept, true);
        let second = weakref(kept, false);
        let mut seen = Vec::new();
        weak::for_each(kept, |p| {
            seen.push(p);
            true
        });
        assert_eq!(seen, [second, alive]);
        collect();
        assert_eq!(raw(alive, 1), kept as u64);
        let cleared = refs.iter().filter(|&&p| raw(p, 1) == 0).count();
        assert!(cleared >= 95, "{cleared}");
        assert!(poll_bits() & POLL_CALLBACKS != 0);
        let called = weak::take_pending_callbacks().iter().filter(|p| refs.contains(p)).count();
        assert!((45..=50).contains(&called), "{called}");
        assert!(poll_bits() & POLL_CALLBACKS == 0);
        std::hint::black_box(kept);
    });
}

#[test]
fn finalizers_run_owner_first_and_once() {
    with_heap(|| {
        // 100 chains a -> b -> c of finalizable objects, linked through plain ones; children are made first.
        let refs = apart(|| {
            let mut refs = Vec::new();
            for n in 0..100u64 {
                let mut below = std::ptr::null_mut();
                for place in (0..3).rev() {
                    let p = alloc(32, pack(7, Kind::Values, 0, 1));
                    let link = values(1);
                    set(link, 0, below);
                    set(p, 0, link);
                    set_raw(p, 2, n);
                    set_raw(p, 3, place);
                    register_finalizable(p);
                    below = p;
                }
                refs.push(weakref(below, true));
            }
            refs
        });
        collect();
        assert!(poll_bits() & POLL_FINALIZERS != 0);
        // Other tests leave finalizable objects of another shape.
        let mut pending = apart(take_pending_finalizers);
        // SAFETY: queued objects are valid.
        pending.retain(|&p| unsafe { (*p).shape() == 7 });
        let all = pending.len();
        // A collection amid the construction may find a chain's head dead while a stale word holds the rest.
        // SAFETY: the lock is held.
        if unsafe { collect::GC.get() }.stress != 0 {
            return assert!(all > 90, "{all}");
        }
        assert!(all > 280, "{all}");
        let mut places = [0u64; 100];
        for &p in &pending {
            let (n, place) = (raw(p, 2) as usize, raw(p, 3));
            // A chain held by a stale word starts in the middle at worst.
            assert!(place >= places[n]);
            places[n] = place + 1;
        }
        // Alive for their finalizers: not yet cleared.
        assert!(refs.iter().filter(|&&p| raw(p, 1) != 0).count() == 100);
        drop(pending);
        threads::scrub_stack();
        collect();
        assert!(apart(take_pending_finalizers).len() < 20);
        let cleared = refs.iter().filter(|&&p| raw(p, 1) == 0).count();
        assert!(cleared > 90, "{cleared}");
    });
}

#[test]
fn finalizer_cycles_are_queued() {
    with_heap(|| {
        apart(|| {
            for _ in 0..50 {
                let (a, b) = (values(1), values(1));
                set(a, 0, b);
                set(b, 0, a);
                register_finalizable(a);
                register_finalizable(b);
            }
        });
        collect();
        assert!(take_pending_finalizers().len() > 90);
    });
}

#[test]
fn destructors_run() {
    static DESTROYED: AtomicUsize = AtomicUsize::new(0);
    unsafe fn destroy(p: *mut Header) {
        assert_eq!(raw(p, 2), 99);
        // SAFETY: the box was made by the test.
        drop(unsafe { Box::from_raw(raw(p, 3) as *mut [u64; 4]) });
        DESTROYED.fetch_add(1, Ordering::Relaxed);
    }
    with_heap(|| {
        set_destroy_fn(20, destroy);
        apart(|| {
            for _ in 0..100 {
                let p = alloc(32, pack(20, Kind::Native, 0, 1));
                set_raw(p, 2, 99);
                set_raw(p, 3, Box::into_raw(Box::new([1u64; 4])) as u64);
            }
        });
        collect();
        assert!(DESTROYED.load(Ordering::Relaxed) > 90);
    });
}

#[test]
fn custom_and_conservative_objects() {
    unsafe fn trace(p: *const Header, tracer: &mut Tracer) {
        // The reference is stored with its bits inverted.
        tracer.value(!raw(p, 2));
    }
    with_heap(|| {
        set_trace_fn(30, trace);
        let custom = alloc(24, pack(30, Kind::Custom, 0, 0));
        set_raw(custom, 2, !(leaf(48, 5) as u64));
        let buffer = alloc(64, pack(31, Kind::Conservative, 0, 0));
        set_raw(buffer, 5, leaf(48, 6) as u64 + 9);
        let tuple = alloc(40, pack(32, Kind::Tuple, 0, 0));
        set_raw(tuple, 1, 3 << 1 | 1);
        set_raw(tuple, 4, leaf(48, 8) as u64);
        collect();
        apart(|| (0..5000).for_each(|_| _ = leaf(48, 1000)));
        collect();
        assert_eq!(raw(!raw(custom, 2) as *const Header, 1), 5);
        assert_eq!(raw((raw(buffer, 5) - 9) as *const Header, 1), 6);
        assert_eq!(raw(raw(tuple, 4) as *const Header, 1), 8);
    });
}

#[test]
fn other_threads_stacks_are_roots() {
    with_heap(|| {
        let workers: Vec<_> = (0..3u64)
            .map(|id| {
                std::thread::spawn(move || {
                    let base = 0u64;
                    attach_thread((&raw const base).cast(), std::ptr::null_mut());
                    apart(|| {
                        for round in 0..20 {
                            let mine = tree(6);
                            let p = leaf(32, id * 1000 + round);
                            without_lock(std::thread::yield_now);
                            let garbage: Vec<_> = (0..500).map(|n| leaf(64, n)).collect();
                            if round % 5 == 0 {
                                collect();
                            }
                            if poll_bits() & taipan_abi::heap::POLL_LOCK != 0 {
                                yield_lock();
                            }
                            assert_eq!(check_tree(mine), 127);
                            assert_eq!(raw(p, 1), id * 1000 + round);
                            assert_eq!(raw(garbage[499], 1), 499);
                        }
                    });
                    detach_thread();
                })
            })
            .collect();
        let mine = tree(8);
        without_lock(|| workers.into_iter().for_each(|worker| worker.join().expect("worker")));
        assert_eq!(check_tree(mine), 511);
    });
}

#[test]
fn root_ranges_and_regions() {
    static mut GLOBALS: [u64; 4] = [0; 4];
    static mut STACK: [u64; 4] = [0; 4];
    with_heap(|| {
        add_root_range((&raw const GLOBALS).cast(), 4);
        add_region(|visit| {
            let start = (&raw const STACK).cast::<u64>();
            visit(start, start.wrapping_add(4));
        });
        // SAFETY: only this test uses the two statics.
        let (a, b) = apart(|| unsafe {
            GLOBALS[1] = leaf(24, 11) as u64;
            STACK[3] = leaf(24, 12) as u64;
            (GLOBALS[1], STACK[3])
        });
        collect();
        apart(|| (0..5000).for_each(|_| _ = leaf(24, 9999)));
        collect();
        assert_eq!((raw(a as *const Header, 1), raw(b as *const Header, 1)), (11, 12));
    });
}

#[test]
fn memory_limit() {
    with_heap(|| {
        collect();
        let used = stats().heap_bytes + stats().malloc_bytes;
        memory::set_limit(used + (16 << 20));
        assert!(try_alloc(1 << 40, pack(4, Kind::Leaf, 0, 0)).is_none());
        assert!(try_alloc(40 << 20, pack(4, Kind::Leaf, 0, 0)).is_none());
        assert!(try_alloc(4 << 20, pack(4, Kind::Leaf, 0, 0)).is_some());
        let mut kept = std::ptr::null_mut();
        let mut count = 0usize;
        while poll_bits() & POLL_MEMORY == 0 {
            let p = values(2);
            set(p, 0, kept);
            kept = p;
            count += 1;
            assert!(count < 10_000_000);
        }
        memory::set_limit(usize::MAX);
        clear_poll(POLL_MEMORY);
        assert!(count > 100_000);
        let mut length = 0;
        while !kept.is_null() {
            kept = field(kept, 0);
            length += 1;
        }
        assert_eq!(length, count);
    });
}

#[test]
fn heap_walk_sees_live_objects() {
    with_heap(|| {
        let kept: Vec<_> = (0..500).map(|_| alloc(24, pack(777, Kind::Values, 0, 2))).collect();
        collect();
        let mut seen = 0;
        // SAFETY: visited objects are valid.
        for_each_object(|p| seen += unsafe { (*p).shape() == 777 } as usize);
        assert_eq!(seen, kept.len());
        assert!(kept.iter().all(|&p| is_marked(p)));
    });
}

#[test]
fn allocator_layouts() {
    with_heap(|| {
        use std::alloc::{Layout, alloc as allocate, dealloc, realloc};
        // SAFETY: blocks are used within their layouts.
        unsafe {
            for align in [8usize, 16, 32, 64, 128, 4096, 32768, 65536] {
                for size in [1usize, 24, 40, 100, 10_900, 16_384, 16_385, 100_000] {
                    let layout = Layout::from_size_align(size, align).expect("layout");
                    let p = allocate(layout);
                    assert!(!p.is_null() && (p as usize).is_multiple_of(align), "{size} {align}");
                    p.write_bytes(7, size);
                    let q = realloc(p, layout, size * 3);
                    assert!((q as usize).is_multiple_of(align));
                    assert!((0..size).all(|at| *q.add(at) == 7));
                    dealloc(q, Layout::from_size_align(size * 3, align).expect("layout"));
                }
            }
        }
    });
}

#[test]
fn fork_child_collects() {
    with_heap(|| {
        let kept = tree(8);
        // SAFETY: the child only uses the heap and exits.
        unsafe {
            let pid = libc::fork();
            if pid == 0 {
                after_fork_child();
                for _ in 0..20 {
                    tree(10);
                }
                collect();
                libc::_exit(if check_tree(kept) == 511 { 0 } else { 1 });
            }
            let mut status = 0;
            libc::waitpid(pid, &mut status, 0);
            assert_eq!(status, 0);
        }
    });
}

/// Not a test of behaviour: `cargo test --release -- --ignored --nocapture speed`.
#[test]
#[ignore]
fn speed() {
    with_heap(|| {
        let time = |name: &str, ops: usize, f: &mut dyn FnMut()| {
            let start = std::time::Instant::now();
            f();
            eprintln!("{name}: {:.1} ns per operation", start.elapsed().as_nanos() as f64 / ops as f64);
        };
        time("trees", 500 << 13, &mut || (0..500).for_each(|_| _ = std::hint::black_box(tree(12))));
        time("boxes", 50_000_000, &mut || (0..50_000_000).for_each(|n| _ = std::hint::black_box(leaf(16, n))));
        time("Vec of 4", 10_000_000, &mut || {
            (0..10_000_000u64).for_each(|n| _ = std::hint::black_box(vec![n; 4]));
        });
        malloc::without_scanning(|| {
            time("Vec of 4, C library", 10_000_000, &mut || {
                (0..10_000_000u64).for_each(|n| _ = std::hint::black_box(vec![n; 4]));
            });
        });
        let kept = tree(20);
        time("full collection, 2M objects", 2 << 20, &mut collect);
        std::hint::black_box(kept);
        eprintln!("{:?}", stats());
    });
}
