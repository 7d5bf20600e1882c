//! How far the opening of layers has come: a line on stderr, for whoever waits at a terminal.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use layertrust::Progress;

use crate::args::ProgressWhen;

/// Short work needs no line.
const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(100);

/// A line that goes when this does.
pub(crate) struct Shown {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Shown {
    pub(crate) fn start(progress: &Arc<Progress>, when: ProgressWhen, is_terminal: bool) -> Self {
        let wanted = match when {
            ProgressWhen::Auto => is_terminal,
            ProgressWhen::Always => true,
            ProgressWhen::Never => false,
        };
        let running = wanted.then(|| {
            let (stop, stopped) = channel();
            let progress = progress.clone();
            let thread = std::thread::spawn(move || {
                let (mut wait, mut is_shown) = (FIRST, false);
                while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    wait = NEXT;
                    // Nothing was opened yet, or nothing will be.
                    if progress.layers() > 0 {
                        is_shown = true;
                        let _ = write!(std::io::stderr(), "\r\x1b[2K{}", line(&progress));
                    }
                }
                if is_shown {
                    let _ = write!(std::io::stderr(), "\r\x1b[2K");
                }
            });
            (stop, thread)
        });
        Shown { running }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // A line that could not be shown is no reason to fail.
            let _ = thread.join();
        }
    }
}

fn line(progress: &Progress) -> String {
    let mebibytes = |bytes: u64| bytes >> 20;
    format!(
        "opening layers: {} of {}, {} of {} MiB",
        progress.opened_layers(),
        progress.layers(),
        mebibytes(progress.read_bytes()),
        mebibytes(progress.bytes())
    )
}

/// As many layers at once as there are processors.
pub(crate) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
