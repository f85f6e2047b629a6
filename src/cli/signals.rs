//! The signals that ask a node to stop. The first is heeded in order; a second ends the process at once.

use actix_web::rt;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// SIGTERM: to finish what is in hand.
    Finish,
    /// SIGINT, Ctrl-C: not to wait for anything.
    EndNow,
}

/// Hears both from when it is made.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on neither ends the process by itself.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Finish,
            _ = self.interrupt.recv() => Asked::EndNow,
        }
    }

    /// Whoever asks again does not want to wait: the process ends with code 1, whatever is in hand.
    pub(super) fn exit_at_the_next(mut self) {
        rt::spawn(async move {
            self.next().await;
            log::warn!("a second signal: ending at once");
            std::process::exit(1);
        });
    }
}
