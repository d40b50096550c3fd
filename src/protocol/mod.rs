//! The protocol of the bundled app-server, told to other languages: TypeScript and JSON Schema.
//!
//! Both are made of the types that the server itself reads and writes, by [`ts_rs`] and [`schemars`].

mod json_schema;
mod messages;
mod shape;
mod typescript;

pub use json_schema::json_schema;
pub use typescript::typescript;
