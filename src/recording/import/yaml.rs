//! YAML, as nodes.
//!
//! Cassettes are written by libyaml, PyYAML and their kin, which know YAML 1.1. The parser knows 1.2. They differ in one
//! thing that would change a body: see [`Breaks`].

use super::encoding::decode_base64;
use super::node::{Damage, Kind, Node};
use super::yaml_breaks::Breaks;
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How deep lists and maps may be nested.
const MAX_DEPTH: usize = 64;
/// How many bytes all aliases together may stand for: 16 MiB. An alias is shared in memory, but becomes files on disk.
const MAX_ALIASED: usize = 16 << 20;

/// The one document of the text.
pub(super) fn parse_yaml(text: &str) -> Result<Rc<Node>, Damage> {
    let breaks = Breaks::of(text)?;
    let options = granit_parser::options! {
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut tree =
        Tree { breaks: &breaks, open: Vec::new(), anchored: BTreeMap::new(), aliased: 0, root: None };
    for event in Parser::new_from_str_with_options(&breaks.text, options) {
        let (event, span) = event.map_err(|error| damage(&error, &breaks))?;
        tree.take(event, &span)?;
    }
    tree.root.ok_or_else(|| Damage::new("is empty"))
}

fn damage(error: &ScanError, breaks: &Breaks<'_>) -> Damage {
    let line = breaks.line_of(error.marker().line(), error.marker().byte_offset());
    Damage::at(Some(line), format!("is no YAML: {} (column {})", error.info(), error.marker().col() + 1))
}

/// The tree so far.
struct Tree<'a> {
    breaks: &'a Breaks<'a>,
    open: Vec<Open>,
    /// By the number that the parser gives to an anchor.
    anchored: BTreeMap<usize, Measured>,
    /// How many bytes the aliases so far stand for.
    aliased: usize,
    root: Option<Rc<Node>>,
}

/// A node, and how many bytes it is with every alias in it written out. A part without text counts as one.
#[derive(Clone)]
struct Measured {
    node: Rc<Node>,
    size: usize,
}

/// A list or map that has not ended.
struct Open {
    line: usize,
    anchor: usize,
    foreign: Option<String>,
    children: Children,
    /// Of what it holds so far.
    size: usize,
}

enum Children {
    List(Vec<Rc<Node>>),
    /// The members, and the name of the one whose value comes next.
    Map(Vec<(String, Rc<Node>)>, Option<String>),
}

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Damage> {
        let line = self.breaks.line_of(span.start.line(), span.start.byte_offset());
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(Damage::at(Some(line), "a second document begins here, but a cassette is one"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let kind = self.scalar(&text, style, tag.as_deref(), line)?;
                let size = text.len() + 1;
                self.close(Node { line: Some(line), kind }, size, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(line, anchor, tag.as_deref(), Children::List(Vec::new()));
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(line, anchor, tag.as_deref(), Children::Map(Vec::new(), None));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, line),
            _ => Ok(()),
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, line: usize) -> Result<Kind, Damage> {
        if let Some(tag) = foreign(tag) {
            return Ok(Kind::Foreign(tag));
        }
        if tag.is_some_and(|tag| tag.suffix() == "binary") {
            let bytes = decode_base64(text);
            return bytes
                .map(Kind::Scalar)
                .map_err(|problem| Damage::at(Some(line), format!("a !!binary value {problem}")));
        }
        if style == ScalarStyle::Plain && tag.is_none() && ["", "~", "null", "Null", "NULL"].contains(&text) {
            return Ok(Kind::Null);
        }
        Ok(Kind::Scalar(self.breaks.restore(text, style).into_owned().into()))
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<(), Damage> {
        let Some(meant) = self.anchored.get(&anchor).cloned() else {
            return Err(Damage::at(Some(line), "an alias stands within what it is an alias of"));
        };
        self.aliased = self.aliased.saturating_add(meant.size);
        if self.aliased > MAX_ALIASED {
            let problem = format!(
                "the aliases up to here stand for more than {} MiB; write out those that are meant, and import the file in parts",
                MAX_ALIASED >> 20
            );
            return Err(Damage::at(Some(line), problem));
        }
        self.put(meant)
    }

    fn begin(&mut self, line: usize, anchor: usize, tag: Option<&Tag>, children: Children) {
        self.open.push(Open { line, anchor, foreign: foreign(tag), children, size: 1 });
    }

    fn end(&mut self) -> Result<(), Damage> {
        let Some(Open { line, anchor, foreign, children, size }) = self.open.pop() else { return Ok(()) };
        let kind = match (foreign, children) {
            (Some(tag), _) => Kind::Foreign(tag),
            (None, Children::List(entries)) => Kind::List(entries),
            (None, Children::Map(members, _)) => Kind::Map(members),
        };
        self.close(Node { line: Some(line), kind }, size, anchor)
    }

    /// A node that is whole. The parser numbers anchors from 1.
    fn close(&mut self, node: Node, size: usize, anchor: usize) -> Result<(), Damage> {
        let whole = Measured { node: Rc::new(node), size };
        if anchor > 0 {
            self.anchored.insert(anchor, whole.clone());
        }
        self.put(whole)
    }

    fn put(&mut self, Measured { node, size }: Measured) -> Result<(), Damage> {
        let open = self.open.last_mut().map(|open| {
            open.size = open.size.saturating_add(size);
            &mut open.children
        });
        match open {
            None => self.root = Some(node),
            Some(Children::List(entries)) => entries.push(node),
            Some(Children::Map(members, name)) => match name.take() {
                Some(name) => members.push((name, node)),
                None => *name = Some(node.text("the name of a member")?.to_owned()),
            },
        }
        Ok(())
    }
}

/// The tag, where a value of it is not simply what is written. Ruby and Python mark their strings, lists and maps too.
fn foreign(tag: Option<&Tag>) -> Option<String> {
    const PLAIN: [&str; 16] = [
        "binary",
        "bool",
        "float",
        "int",
        "map",
        "null",
        "seq",
        "str",
        "timestamp",
        "python/dict",
        "python/list",
        "python/str",
        "python/tuple",
        "python/unicode",
        "omap",
        "",
    ];
    const OF_RUBY: [&str; 3] = ["ruby/string", "ruby/hash", "ruby/array"];
    let tag = tag?;
    let suffix = tag.suffix();
    let plain = PLAIN.contains(&suffix) || OF_RUBY.iter().any(|ruby| suffix.starts_with(ruby));
    (!plain).then(|| tag.original())
}
