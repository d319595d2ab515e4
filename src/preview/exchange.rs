//! The server without sockets and without a studio: what it reads from a connection in, what it writes to it out. For tests that
//! have many thousands of connections.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;

use super::guard::Guard;
use super::renderer::Renderer;
use super::rendering::Rendering;
use super::{failed, routes, server};
use crate::diag::Diagnostic;

/// A preview whose studio and renders cannot be started: who may ask hears so.
pub struct Exchange {
    routes: Router,
    runtime: tokio::runtime::Runtime,
}

impl Exchange {
    /// A server that takes itself to be at a port, with a token.
    ///
    /// # Errors
    /// `preview` if the system has no timer for it.
    pub fn new(port: u16, token: &str) -> Result<Self, Diagnostic> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        // Nobody has more to say, neither of the script nor of renders: events end after the first of either.
        let [news, told] = ["{}", "null"].map(|state| watch::channel(Arc::from(state)).1);
        let guard = Arc::new(Guard::new(port, token.to_owned()));
        let (rendering, _) = Rendering::new(&[], "film.mp4".into());
        Ok(Self { routes: routes::routes(guard, Arc::new(Renderer::new(&[])), news, (rendering, told)), runtime })
    }

    /// All that the server writes to a connection that sends these bytes, so many at a time, and then no more.
    ///
    /// ```
    /// let server = surprisal::preview::Exchange::new(3000, "secret").unwrap();
    /// let answer = server.answers(b"GET /film HTTP/1.1\r\nHost: localhost:3000\r\n\r\n", 4096);
    /// assert!(answer.starts_with(b"HTTP/1.1 403 Forbidden\r\n"));
    /// assert!(server.answers(b"no request at all", 1).is_empty());
    /// ```
    pub fn answers(&self, bytes: &[u8], at_a_time: usize) -> Vec<u8> {
        let mut written = Vec::new();
        let wire = Wire { rest: bytes, at_a_time: at_a_time.max(1), written: &mut written };
        let service = TowerToHyperService::new(self.routes.clone());
        // Answers to what came before the end are still written.
        let served = async { server::http().half_close(true).serve_connection(wire, service).await };
        // A connection that ends in a mistake has ended.
        self.runtime.block_on(served).ok();
        written
    }
}

/// A connection in memory.
struct Wire<'w> {
    rest: &'w [u8],
    at_a_time: usize,
    written: &'w mut Vec<u8>,
}

impl Read for Wire<'_> {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, mut to: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let count = wire.rest.len().min(wire.at_a_time).min(to.remaining());
        if let Some((now, later)) = wire.rest.split_at_checked(count) {
            to.put_slice(now);
            wire.rest = later;
        }
        Poll::Ready(Ok(()))
    }
}

impl Write for Wire<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
