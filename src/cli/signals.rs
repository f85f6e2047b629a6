//! The signals that stop a node. The first one stops it gracefully; a second one ends the process at once.

use actix_web::rt;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

/// What the signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// SIGTERM: finish running work.
    Finish,
    /// SIGINT, Ctrl-C: do not wait.
    EndNow,
}

/// Receives both signals from its creation on.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts to receive the signals; they no longer end the process directly.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Finish,
            _ = self.interrupt.recv() => Asked::EndNow,
        }
    }

    /// Ends the process with code 1 at the next signal, whatever is running.
    pub(super) fn exit_at_the_next(mut self) {
        rt::spawn(async move {
            self.next().await;
            log::warn!("a second signal: exiting at once");
            std::process::exit(1);
        });
    }
}
