//! Files that are not complete: where a signal ends the process, they go with it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use tempfile::{Builder, NamedTempFile};

use super::is_ignored;

static LEFTOVERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// The program that this one waits for, and that writes to such a file.
static HELPER: Mutex<Option<Pid>> = Mutex::new(None);
static WATCH: Once = Once::new();
/// Whether the command ends by itself at a signal, and removes its files.
static ENDS_ITSELF: AtomicBool = AtomicBool::new(false);

/// A file or directory that is removed if a signal ends the process before this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Leftover(PathBuf);

impl Leftover {
    /// Watches over a path. Where no thread can be started, a signal leaves the file.
    pub fn new(path: &Path) -> Self {
        LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        WATCH.call_once(|| drop(watch()));
        Self(path.to_owned())
    }
}

/// Creates a temporary file, which nobody else can read, in a directory. It is watched over before it exists.
///
/// # Errors
/// When it cannot be created.
pub fn temporary_file(names: &Builder<'_, '_>, directory: &Path) -> io::Result<(NamedTempFile, Leftover)> {
    let mut leftover = None;
    let file = names.make_in(directory, |path| {
        leftover = Some(Leftover::new(path));
        OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
    })?;
    let leftover = leftover.unwrap_or_else(|| Leftover::new(file.path()));
    Ok((file, leftover))
}

impl Drop for Leftover {
    fn drop(&mut self) {
        LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A program that is stopped if a signal ends this one before this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Helper;

impl Helper {
    /// Starts the only child. It is watched over before a signal can end this program, and not started any more after one.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        WATCH.call_once(|| drop(watch()));
        let mut helper = HELPER.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        *helper = Some(Pid::from_child(&child));
        Ok((child, Self))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        *HELPER.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Stops the program that this one waits for, and lets it end: it would write on.
fn stop(pid: Pid) {
    let _ = kill_process(pid, Signal::TERM);
    let stat = format!("/proc/{}/stat", pid.as_raw_pid());
    let is_running = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..200 {
        if !is_running() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The command handles signals from now on.
pub(super) fn leave_to_command() {
    ENDS_ITSELF.store(true, Ordering::Relaxed);
}

fn watch() -> io::Result<()> {
    let hangup = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hangup))?;
    thread::Builder::new().name("leftovers".to_owned()).spawn(move || {
        for signal in signals.forever() {
            if ENDS_ITSELF.load(Ordering::Relaxed) {
                continue;
            }
            // Held until the end, so that the command starts and creates nothing any more.
            let helper = HELPER.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(pid) = *helper {
                stop(pid);
            }
            let leftovers = LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner);
            for path in &*leftovers {
                remove(path);
            }
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Removes a file and the files that SQLite adds to one. The process ends: a failure is not reported.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    for companion in ["-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(companion);
        let _ = fs::remove_file(name);
    }
}
