//! A local page that shows any instant of a film at once, follows the script as it is edited, and tells what is on stage.
//!
//! ```text
//! browser -> guard -> routes -> renderer -> studio
//!            who       what     a child     reads, compiles, draws
//!            asks               process
//!                      watch -> the script changes: load, later review; the page is told
//!                      rendering -> a child that renders the film, when the page orders it
//! ```
//!
//! Enters: a script. Leaves: pages over loopback. The server draws nothing and reads no script: whatever a script does to the
//! studio, the server lives and says so. How a film is looked at is part of what is
//! asked: no request changes anything, but for the one that orders a render.

mod exchange;
mod guard;
mod page;
mod renderer;
mod rendering;
mod routes;
mod runs;
mod server;
mod studio;
mod watch;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::Diagnostic;
pub use exchange::Exchange;
use renderer::Renderer;
pub use studio::Studio;

/// What to show, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The script. It need not be there yet.
    pub script: PathBuf,
    /// The port; if none is given, a free one from [`FIRST_PORT`] on.
    pub port: Option<u16>,
    /// This program, and the arguments with which it is a studio for the script: [`work`] is what it then does.
    pub studio: Vec<std::ffi::OsString>,
    /// This program, and the arguments with which it renders the script; it gets others behind them.
    pub render: Vec<std::ffi::OsString>,
    /// Where a rendered film goes.
    pub output: PathBuf,
}

/// The port that is tried first.
pub const FIRST_PORT: u16 = 3000;

/// Serves the page until the process ends. `ready` gets the address to open, with the token that it needs.
///
/// # Errors
/// `port-taken` if the port that was asked for cannot be had, `preview` if sockets, threads or chance cannot.
pub fn serve(options: &Options, ready: &mut dyn FnMut(&str)) -> Result<(), Diagnostic> {
    let listener = server::listen(options.port)?;
    let guard = guard::Guard::new(server::port(&listener)?, guard::token()?);
    let renderer = Arc::new(Renderer::new(&options.studio));
    let news = watch::start(&options.script, &renderer)?;
    ready(&guard.address());
    let rendering = rendering::Rendering::new(&options.render, options.output.clone());
    server::run(listener, routes::routes(Arc::new(guard), renderer, news, rendering))
}

/// The studio of a server: reads asks and answers them until the standard input ends.
pub fn work(options: &Studio) {
    studio::work(options);
}

fn failed(error: &impl std::fmt::Display) -> Diagnostic {
    Diagnostic::environment("preview", format!("the preview cannot be served: {error}"))
}
