//! A type, as both generators see it.

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use ts_rs::{Config, TS, TypeVisitor};

/// A type of the wire.
pub(super) struct Shape {
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(super) name: fn(&Config) -> String,
    pub(super) declare: fn(&mut Declarations),
}

impl Shape {
    pub(super) const fn of<T: JsonSchema + TS + 'static>() -> Shape {
        Shape { schema: SchemaGenerator::subschema_for::<T>, name: T::name, declare: Declarations::add::<T> }
    }
}

/// TypeScript's declarations, each type after those it is made of.
pub(super) struct Declarations {
    config: Config,
    seen: Vec<String>,
    pub(super) text: Vec<String>,
}

impl Declarations {
    pub(super) fn new(config: Config) -> Declarations {
        Declarations { config, seen: Vec::new(), text: Vec::new() }
    }

    fn add<T: TS + 'static + ?Sized>(&mut self) {
        // What has no place to be exported to is no name but a shape of its own: a list, a number.
        if T::output_path().is_none() {
            T::visit_generics(self);
            return;
        }
        let name = T::ident(&self.config);
        if self.seen.contains(&name) {
            return;
        }
        self.seen.push(name);
        T::visit_dependencies(self);
        let docs = T::docs().unwrap_or_default();
        self.text.push(plain_docs(&format!("{docs}export {}", T::decl(&self.config))));
    }
}

/// Docs as they are read outside of Rust: without examples in Rust, and without links to Rust's names.
pub(super) fn plain_docs(text: &str) -> String {
    let mut in_example = false;
    let mut kept = Vec::new();
    for line in text.lines() {
        let is_fence = line.trim_start_matches([' ', '*']).starts_with("```");
        if is_fence {
            in_example = !in_example;
            // The empty line before it goes with it.
            while kept.last().is_some_and(|line: &String| line.trim_matches([' ', '*']).is_empty()) {
                kept.pop();
            }
        } else if !in_example {
            kept.push(line.replace("[`", "`").replace("`]", "`").replace("super::", "").replace("::", "."));
        }
    }
    kept.join("\n")
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}
