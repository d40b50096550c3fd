//! One client's connection.

use super::forward::Forwarder;
use super::outlet::{Breaker, Outlet};
use crate::wire::MAX_HEADER_FIELDS;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::TcpStream;

/// Serves a client, request after request, until either side ends the connection.
pub(super) async fn serve(client: TcpStream, forwarder: Arc<Forwarder>) {
    // Pieces must not wait for each other.
    if client.set_nodelay(true).is_err() {
        return;
    }
    let breaker = Breaker::default();
    let outlet = TokioIo::new(Outlet::new(client, breaker.clone()));
    let service = service_fn(|request| {
        let answer = Arc::clone(&forwarder).answer(request, breaker.clone());
        async { Ok::<_, Infallible>(answer.await) }
    });
    let mut http = http1::Builder::new();
    // Heads are passed on as they are.
    http.preserve_header_case(true).auto_date_header(false).max_headers(MAX_HEADER_FIELDS);
    let mut connection = http.serve_connection(outlet, service);
    tokio::select! {
        // A client that speaks no HTTP, or leaves: what was recorded of it knows.
        served = &mut connection => {
            if served.is_err_and(|error| error.is_parse_too_large()) {
                forwarder.tape.note_other(format!(
                    "a request with more than {MAX_HEADER_FIELDS} header fields, or very long ones (refused with 431)"
                ));
            }
        }
        () = breaker.broken() => {
            // Where this fails the client has left meanwhile.
            let _ = connection.into_parts().io.into_inner().end().await;
        }
    }
}
