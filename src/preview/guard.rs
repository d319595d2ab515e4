//! Who may ask: the page itself, from this machine, with the token that was printed. Everybody else learns nothing.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::diag::Diagnostic;

/// Bytes of chance in a token.
const TOKEN_BYTES: usize = 16;

/// What the page may do: run and show what this server sends, and ask this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
                      connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The one path that takes orders: see [`super::rendering`].
pub(super) const ORDERS: &str = "/render";
/// Bytes of an order at most.
pub(super) const ORDER_BYTES: usize = 1 << 10;

/// Sent with every answer.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Knows the server's own names and its token.
pub(super) struct Guard {
    port: u16,
    token: String,
}

/// A new token, of chance from the system.
pub(super) fn token() -> Result<String, Diagnostic> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| super::failed(&error))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Guard {
    pub(super) fn new(port: u16, token: String) -> Self {
        Self { port, token }
    }

    /// Where the page is. The token stands behind `#`, which browsers keep to themselves.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/#{}", self.port, self.token)
    }

    /// Is this the token? Takes the same time whatever is right about it.
    pub(super) fn knows(&self, token: &str) -> bool {
        blake3::hash(token.as_bytes()) == blake3::hash(self.token.as_bytes())
    }

    /// The server's own names: a page of another site that leads its name here has another one.
    fn is_host(&self, name: &str) -> bool {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name == format!("{own}:{}", self.port))
    }

    fn refusal(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<StatusCode> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        if !host.is_some_and(|host| self.is_host(host)) || hosts.next().is_some() {
            return Some(StatusCode::FORBIDDEN);
        }
        let own = |origin: &HeaderValue| {
            origin
                .to_str()
                .ok()
                .and_then(|origin| origin.strip_prefix("http://"))
                .is_some_and(|name| self.is_host(name))
        };
        // `none`: typed, or opened by another program.
        let same = |site: &HeaderValue| site == "same-origin" || site == "none";
        let foreign =
            !headers.get_all(header::ORIGIN).iter().all(own) || !headers.get_all("sec-fetch-site").iter().all(same);
        if foreign {
            return Some(StatusCode::FORBIDDEN);
        }
        if path == ORDERS {
            return order_refusal(method, headers);
        }
        (method != Method::GET && method != Method::HEAD).then_some(StatusCode::METHOD_NOT_ALLOWED)
    }
}

/// Why an order is not even read. It says where it comes from, which browsers do with every order, and is a short piece of JSON:
/// a kind of body that no form of another page can send.
fn order_refusal(method: &Method, headers: &HeaderMap) -> Option<StatusCode> {
    if method != Method::POST {
        return Some(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !headers.contains_key(header::ORIGIN) {
        return Some(StatusCode::FORBIDDEN);
    }
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/json") {
        return Some(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        None => Some(StatusCode::LENGTH_REQUIRED),
        Some(length) if length > ORDER_BYTES as u64 => Some(StatusCode::PAYLOAD_TOO_LARGE),
        Some(_) => None,
    }
}

/// Lets through what may pass, and says with every answer what browsers may do with it.
pub(super) async fn guarded(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let allowed = if path == ORDERS { "POST" } else { "GET, HEAD" };
    let mut response = match guard.refusal(request.method(), path, request.headers()) {
        Some(status) => {
            let mut refused = status.into_response();
            // A body that may follow is not read.
            refused.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            if status == StatusCode::METHOD_NOT_ALLOWED {
                refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            refused
        }
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(method: Method, headers: &[(&'static str, &str)]) -> Option<u16> {
        refused(method, "/frame", headers)
    }

    fn refused(method: Method, path: &str, headers: &[(&'static str, &str)]) -> Option<u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Guard::new(3000, "t".into()).refusal(&method, path, &map).map(|status| status.as_u16())
    }

    #[test]
    fn only_the_page_itself_may_ask() {
        let host = ("host", "127.0.0.1:3000");
        for name in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            assert_eq!(refusal(Method::GET, &[("host", name)]), None, "{name}");
        }
        for name in
            ["", "evil.example", "evil.example:3000", "localhost", "localhost.:3000", "127.0.0.1:3001", "[::1%1]:3000"]
        {
            assert_eq!(refusal(Method::GET, &[("host", name)]), Some(403), "{name}");
        }
        assert_eq!(refusal(Method::GET, &[]), Some(403));
        assert_eq!(refusal(Method::GET, &[host, host]), Some(403));
        for origin in [
            "http://evil.example",
            "null",
            "https://127.0.0.1:3000",
            "http://127.0.0.1",
            "http://127.0.0.1:3000.evil.example",
        ] {
            assert_eq!(refusal(Method::GET, &[host, ("origin", origin)]), Some(403), "{origin}");
        }
        assert_eq!(refusal(Method::GET, &[host, ("origin", "http://localhost:3000")]), None);
        for site in ["cross-site", "same-site"] {
            assert_eq!(refusal(Method::GET, &[host, ("sec-fetch-site", site)]), Some(403), "{site}");
        }
        assert_eq!(refusal(Method::POST, &[host]), Some(405));
    }

    #[test]
    fn orders_come_from_the_page_and_are_short() {
        let (host, own) = (("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:3000"));
        let (kind, length) = (("content-type", "application/json"), ("content-length", "20"));
        let post = |headers: &[(&'static str, &str)]| refused(Method::POST, ORDERS, headers);
        assert_eq!(post(&[host, own, kind, length]), None);
        assert_eq!(post(&[host, kind, length]), Some(403));
        assert_eq!(post(&[host, ("origin", "http://evil.example"), kind, length]), Some(403));
        assert_eq!(post(&[host, own, ("content-type", "text/plain"), length]), Some(415));
        assert_eq!(post(&[host, own, length]), Some(415));
        assert_eq!(post(&[host, own, kind]), Some(411));
        assert_eq!(post(&[host, own, kind, ("content-length", "1025")]), Some(413));
        assert_eq!(refused(Method::GET, ORDERS, &[host, own, kind, length]), Some(405));
        assert_eq!(refused(Method::POST, "/render/", &[host, own, kind, length]), Some(405));
    }

    #[test]
    fn tokens_are_of_chance() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert!(one.len() == 32 && one != other);
        let guard = Guard::new(1, one.clone());
        assert!(guard.knows(&one) && !guard.knows(&other) && !guard.knows(""));
    }
}
