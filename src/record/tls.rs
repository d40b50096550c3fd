//! TLS to the upstream: rustls, with the roots of the platform.
//!
//! The roots are those of `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set, as OpenSSL reads them, else the
//! system's; where it has none, Mozilla's as they were when this program was built. The crate's other HTTP clients are
//! left without TLS on purpose: each would load the system's roots, and fail where there are none, only to speak to
//! this machine.

use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

/// Connects with TLS, HTTP/1.1 on top.
pub(super) fn connector() -> Result<TlsConnector, Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots())
        .with_no_client_auth();
    // Nothing is said of HTTP/2, so that no server chooses it.
    Ok(TlsConnector::from(Arc::new(config)))
}

fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // What cannot be read is left out: a server that needs it is refused with words of its own.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}
