//! The bundled app-server, seen from its client and from its upstream.

mod client;
mod delegated;
mod direct;
mod interrupts;
mod process;
mod protocol;
mod settings;
mod sse;
mod turns;
mod upstream;
