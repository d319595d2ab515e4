//! Sockets: loopback only, few connections at a time, and none that takes its time.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

use super::failed;
use crate::diag::Diagnostic;

/// Ports tried from the first on, before any free one is taken.
const PORTS: u16 = 20;
/// Connections at a time; a page has about six.
const CONNECTIONS: usize = 64;
/// What a client gets to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(5);
/// Rest after a connection could not be taken.
const REST: Duration = Duration::from_millis(50);
/// Bytes of the head of a request.
const HEAD_BYTES: usize = 16 << 10;
/// Lines of the head of a request.
const HEAD_LINES: usize = 64;

/// A socket on loopback.
pub(super) fn listen(port: Option<u16>) -> Result<TcpListener, Diagnostic> {
    let bind = |port: u16| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(port) = port {
        return bind(port).map_err(|error| {
            Diagnostic::environment("port-taken", format!("the port {port} cannot be had: {error}"))
                .hint("without `--port` the next free one is taken")
        });
    }
    let ports = (super::FIRST_PORT..super::FIRST_PORT + PORTS).chain([0]);
    let mut last = None;
    for port in ports {
        match bind(port) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| failed(&"no port"), |error| failed(&error)))
}

/// The port that it has.
pub(super) fn port(listener: &TcpListener) -> Result<u16, Diagnostic> {
    listener.local_addr().map(|address| address.port()).map_err(|error| failed(&error))
}

/// Answers until the process ends.
pub(super) fn run(listener: TcpListener, routes: Router) -> Result<(), Diagnostic> {
    listener.set_nonblocking(true).map_err(|error| failed(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|error| failed(&error))?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| failed(&error))?;
        match accept(&listener, routes).await {}
    })
}

async fn accept(listener: &tokio::net::TcpListener, routes: Router) -> Infallible {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&free).acquire_owned().await else { continue };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        stream.set_nodelay(true).ok();
        let service = TowerToHyperService::new(routes.clone());
        tokio::spawn(async move {
            // A connection that ends in a mistake has ended.
            http().serve_connection(TokioIo::new(stream), service).await.ok();
            drop(place);
        });
    }
}

/// What all connections are read with.
pub(super) fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES);
    http
}
