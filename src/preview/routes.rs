//! What may be asked: a fixed table of paths. Whatever changes how a film is looked at is part of the question.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;

use super::guard::{Guard, ORDER_BYTES, ORDERS, guarded};
use super::page::ASSETS;
use super::renderer::{Lost, Renderer};
use super::rendering::{Order, Refused, Rendering, Told};
use super::wire::{Answer, Ask, Kind, Look};

/// Pixels of a frame on the page, at most: more than most screens have for it.
const MOST_PIXELS: u32 = 2560 * 1440;

/// Time after which those who listen hear something, so that they know whether the server lives, and it whether they do.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// What a client gets to send an order.
const ORDER_PATIENCE: Duration = Duration::from_secs(5);

/// The newest state of the script, as JSON; a client that is slow misses what came between.
pub(super) type News = watch::Receiver<Arc<str>>;

/// What all answers are made from.
#[derive(Clone)]
struct Shared {
    guard: Arc<Guard>,
    renderer: Arc<Renderer>,
    news: News,
    rendering: Arc<Rendering>,
    renders: Told,
}

/// What an address may say behind its `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    token: String,
    /// The frame.
    at: u64,
    /// Size in pixels.
    width: u32,
    height: u32,
    /// A point in shares of the frame.
    x: f64,
    y: f64,
    /// Another theme.
    theme: Option<String>,
    /// Variables as `p:0.5,q:2`.
    vars: Option<String>,
    /// A figure, and what kind of file it is wanted as.
    name: String,
    kind: String,
    /// A piece of the sound.
    chunk: u64,
}

impl Wanted {
    fn look(&self) -> Look {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once(':')?;
            Some((name.to_owned(), value.parse::<f64>().ok().filter(|value| value.is_finite())?))
        };
        let variables: BTreeMap<String, f64> =
            self.vars.iter().flat_map(|all| all.split(',')).filter_map(pair).collect();
        Look { theme: self.theme.clone().filter(|name| !name.is_empty()), variables }
    }

    /// A size that can be drawn: even, not tiny, not larger than is ever needed.
    fn size(&self) -> (u32, u32) {
        let edge = |px: u32| px.clamp(16, crate::limits::FRAME_EDGE_PX) & !1;
        let (width, height) = (edge(self.width), edge(self.height));
        let fits = u64::from(width) * u64::from(height) <= u64::from(MOST_PIXELS);
        if fits { (width, height) } else { (2560, 1440) }
    }
}

/// All routes, behind the guard.
pub(super) fn routes(
    guard: Arc<Guard>,
    renderer: Arc<Renderer>,
    news: News,
    (rendering, renders): (Rendering, Told),
) -> Router {
    let mut router = Router::new();
    for asset in ASSETS {
        let answer = ([(header::CONTENT_TYPE, asset.kind)], asset.bytes);
        router = router.route(asset.path, get(async move || answer));
    }
    router
        .route("/events", get(events))
        .route("/film", get(async |shared, wanted| asked(shared, wanted, |_, look| Ask::Film { look }).await))
        .route("/frame", get(frame))
        .route("/frame.png", get(async |s, w| asked(s, w, |wanted, look| Ask::Png { at: wanted.at, look }).await))
        .route("/frame.svg", get(async |s, w| asked(s, w, |wanted, look| Ask::Svg { at: wanted.at, look }).await))
        .route("/figure", get(figure))
        .route("/sound", get(async |s, w| asked(s, w, |wanted, _| Ask::Sound { chunk: wanted.chunk }).await))
        .route("/peaks", get(async |s, w| asked(s, w, |_, _| Ask::Peaks).await))
        .route("/stage", get(async |s, w| asked(s, w, |wanted, look| Ask::Stage { at: wanted.at, look }).await))
        .route("/under", get(under))
        .route(ORDERS, post(order))
        .with_state(Shared { guard: Arc::clone(&guard), renderer, news, rendering: Arc::new(rendering), renders })
        .layer(middleware::from_fn_with_state(guard, guarded))
}

async fn frame(shared: State<Shared>, wanted: Query<Wanted>) -> Response {
    let ask = |wanted: &Wanted, look| {
        let (width, height) = wanted.size();
        Ask::Frame { at: wanted.at, width, height, look }
    };
    asked(shared, wanted, ask).await
}

async fn under(shared: State<Shared>, wanted: Query<Wanted>) -> Response {
    let ask = |wanted: &Wanted, look| {
        let [x, y] = [wanted.x, wanted.y].map(|share| if share.is_finite() { share } else { 0.0 });
        Ask::Under { at: wanted.at, x, y, look }
    };
    asked(shared, wanted, ask).await
}

async fn figure(shared: State<Shared>, wanted: Query<Wanted>) -> Response {
    asked(shared, wanted, |wanted, _| Ask::Figure { name: wanted.name.clone(), kind: wanted.kind.clone() }).await
}

/// Follows an order, if it has the token.
async fn order(State(shared): State<Shared>, Query(wanted): Query<Wanted>, body: Body) -> Response {
    if !shared.guard.knows(&wanted.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(Ok(bytes)) = tokio::time::timeout(ORDER_PATIENCE, axum::body::to_bytes(body, ORDER_BYTES)).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(order) = serde_json::from_slice::<Order>(&bytes) else { return StatusCode::BAD_REQUEST.into_response() };
    match shared.rendering.order(&order) {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(Refused::NotNow) => {
            (StatusCode::CONFLICT, "a render is under way, or none that could be ended").into_response()
        }
        Err(Refused::NoFrames) => (StatusCode::BAD_REQUEST, "there is nothing between these instants").into_response(),
        Err(Refused::NoChild) => (StatusCode::INTERNAL_SERVER_ERROR, "the render cannot be started").into_response(),
    }
}

/// Asks the studio what an address wants, if it has the token.
async fn asked(
    State(shared): State<Shared>,
    Query(wanted): Query<Wanted>,
    ask: impl FnOnce(&Wanted, Look) -> Ask,
) -> Response {
    if !shared.guard.knows(&wanted.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let look = wanted.look();
    match shared.renderer.answer(ask(&wanted, look)).await {
        Ok(answer) => sent(answer),
        Err(Lost::Ended) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the renderer crashed; it is started again").into_response()
        }
        Err(Lost::Busy) => (StatusCode::SERVICE_UNAVAILABLE, "there is too much to draw").into_response(),
    }
}

fn sent(answer: Answer) -> Response {
    let kind = match answer.kind {
        Kind::Json => "application/json",
        Kind::Runs | Kind::Samples => "application/octet-stream",
        Kind::Png => "image/png",
        Kind::Svg => "image/svg+xml",
        Kind::Pdf => "application/pdf",
        Kind::Failed => return (StatusCode::CONFLICT, answer.bytes).into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], answer.bytes).into_response()
}

/// The newest state of the script and of renders, now and whenever it changes.
async fn events(State(shared): State<Shared>, Query(wanted): Query<Wanted>) -> Response {
    if !shared.guard.knows(&wanted.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let all = stream::select(states(shared.news, ""), states(shared.renders, "event: render\n"));
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(all)).into_response()
}

/// Events of a kind, the newest at once.
fn states(mut news: News, kind: &'static str) -> impl Stream<Item = Result<String, Infallible>> {
    news.mark_changed();
    stream::unfold((news, kind), async |(mut news, kind)| {
        let event = match tokio::time::timeout(SIGN_OF_LIFE, news.changed()).await {
            // JSON has no line ends of its own.
            Ok(changed) => {
                changed.ok()?;
                format!("{kind}data: {}\n\n", *news.borrow_and_update())
            }
            Err(_) => ":\n\n".to_owned(),
        };
        Some((Ok(event), (news, kind)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_read_from_addresses() {
        let wanted = Wanted { vars: Some("p:0.5,q:-2,bad,r:nan,:1e3".into()), ..Wanted::default() };
        let expected = [(String::new(), 1000.0), ("p".into(), 0.5), ("q".into(), -2.0)];
        assert_eq!(wanted.look().variables, expected.into());
        for (width, height, size) in
            [(0, 0, (16, 16)), (961, 541, (960, 540)), (u32::MAX, u32::MAX, (2560, 1440)), (1280, 720, (1280, 720))]
        {
            assert_eq!(Wanted { width, height, ..Wanted::default() }.size(), size);
        }
    }
}
