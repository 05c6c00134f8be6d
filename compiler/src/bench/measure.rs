//! One run of one command and what it cost, as the kernel counted it.

use serde::Serialize;
use std::ffi::OsString;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use wait4::Wait4;

/// What one run cost.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    /// Seconds from before the start to after the end.
    pub wall: f64,
    /// Seconds of processor time, user and system, of the process and the children it waited for.
    pub cpu: f64,
    /// The largest resident set, in KiB.
    pub peak_kib: u64,
}

/// Runs `command` with `args` and returns its cost and standard output.
///
/// Fails when the program does, or when it takes longer than `limit`.
pub fn run(command: &[OsString], args: &[String], limit: Duration) -> Result<(Sample, Vec<u8>), String> {
    let (program, first) = command.split_first().ok_or("an empty command")?;
    let fault = |error: io::Error| format!("{}: {error}", program.display());
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(first)
        .args(args)
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let timer = Timer::start(child.id(), limit);
    let ended = child.wait4();
    // The clock stops with the process, not with the reading of what it left in the pipes.
    let wall = start.elapsed().as_secs_f64();
    let timed_out = timer.stop();
    let ended = ended.map_err(fault)?;
    let (stdout, stderr) = (stdout.join().unwrap_or_default(), stderr.join().unwrap_or_default());
    if timed_out {
        return Err(format!("still running after {} s", limit.as_secs()));
    }
    if !ended.status.success() {
        let text = String::from_utf8_lossy(&stderr);
        return Err(format!("{}: {}", ended.status, text.lines().last().unwrap_or_default()));
    }
    let cpu = (ended.rusage.utime + ended.rusage.stime).as_secs_f64();
    // wait4 gives bytes.
    Ok((Sample { wall, cpu, peak_kib: ended.rusage.maxrss / 1024 }, stdout))
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes).ok();
        }
        bytes
    })
}

/// Kills a process that outlives its time limit.
struct Timer {
    finished: mpsc::Sender<()>,
    thread: thread::JoinHandle<bool>,
}

impl Timer {
    fn start(pid: u32, limit: Duration) -> Timer {
        let (finished, wait) = mpsc::channel();
        let thread = thread::spawn(move || {
            let late = wait.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                Command::new("kill").arg("-KILL").arg(pid.to_string()).status().ok();
            }
            late
        });
        Timer { finished, thread }
    }

    /// Ends the timer and says whether it had to kill.
    fn stop(self) -> bool {
        self.finished.send(()).ok();
        self.thread.join().unwrap_or(false)
    }
}
