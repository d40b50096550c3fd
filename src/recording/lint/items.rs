//! Items: their beginnings and ends, and what is said of them in between and afterwards.

use super::findings::{At, Findings};
use super::output;
use super::rule::LintRule;
use super::texts::Texts;
use crate::wire::event_schema::{Place, event_type};
use serde_json::Value;
use std::collections::BTreeMap;

/// The items so far.
#[derive(Default)]
pub(super) struct Items {
    items: Vec<Item>,
    /// Where the last item of an id, the last at an index, and the last that has neither are.
    by_id: BTreeMap<String, usize>,
    by_index: BTreeMap<u64, usize>,
    nameless: Option<usize>,
    texts: Texts,
}

/// An item, as far as it is known.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: Option<String>,
    pub(super) index: Option<u64>,
    pub(super) kind: String,
    /// The whole of it, once it has ended.
    pub(super) done: Option<Value>,
}

impl Item {
    fn of(value: &Value) -> Item {
        let string = |member: &str| value["item"][member].as_str().map(str::to_owned);
        Item {
            id: string("id"),
            index: value["output_index"].as_u64(),
            kind: string("type").unwrap_or_default(),
            done: None,
        }
    }

    fn name(&self) -> String {
        let kind = if self.kind.is_empty() { "item" } else { &self.kind };
        match &self.id {
            Some(id) => format!("the {kind} {id:?}"),
            None => format!("the {kind} without an id"),
        }
    }
}

impl Items {
    pub(super) fn event(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        match at.event.kind.name() {
            "response.output_item.added" => self.added(at, value, found),
            "response.output_item.done" => self.done(at, value, found),
            "response.completed" => output::check(at, value, &self.items, true, found),
            "response.incomplete" | "response.failed" => output::check(at, value, &self.items, false, found),
            kind => {
                let place = event_type(kind).map(|known| known.place);
                let of_an_item =
                    [Place::Item, Place::Content, Place::Summary, Place::Command, Place::CommandOutput];
                if place.is_some_and(|place| of_an_item.contains(&place)) {
                    self.within(at, value, found);
                }
            }
        }
    }

    pub(super) fn end(self, completed: bool, found: &mut Findings<'_>) {
        for item in self.items.iter().filter(|item| completed && item.done.is_none()) {
            found.of_all(LintRule::UnfinishedItem, format!("{} never ends", item.name()));
        }
    }

    fn added(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        let item = Item::of(value);
        let known = item.id.as_ref().and_then(|id| self.by_id.get(id));
        let taken = item.index.as_ref().and_then(|index| self.by_index.get(index));
        if let Some(known) = known {
            found.at(at, LintRule::NoItem, format!("{} began already", self.items[*known].name()));
        } else if let Some(other) = taken {
            let index = item.index.unwrap_or_default();
            let problem = format!("{} has the output_index {index} already", self.items[*other].name());
            found.at(at, LintRule::OutputIndex, problem);
        }
        self.put(self.items.len(), item);
    }

    /// Puts an item where it belongs: at the end, or in the place of its beginning.
    fn put(&mut self, slot: usize, item: Item) {
        if let Some(id) = &item.id {
            self.by_id.insert(id.clone(), slot);
        }
        if let Some(index) = item.index {
            self.by_index.insert(index, slot);
        }
        if item.id.is_none() && item.index.is_none() {
            self.nameless = Some(slot);
        }
        match self.items.get_mut(slot) {
            Some(begun) => *begun = item,
            None => self.items.push(item),
        }
    }

    fn done(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        let mut item = Item::of(value);
        item.done = Some(value["item"].clone());
        let Some(slot) = self.slot(item.id.as_deref(), item.index) else {
            found.at(at, LintRule::NoItem, format!("{} never began", item.name()));
            return self.put(self.items.len(), item);
        };
        let known = &self.items[slot];
        if known.id != item.id {
            let problem = format!("{} began at this output_index, and not {}", known.name(), item.name());
            found.at(at, LintRule::NoItem, problem);
        } else if known.done.is_some() {
            found.at(at, LintRule::NoItem, format!("{} ended already", known.name()));
        }
        if known.index != item.index {
            found.at(at, LintRule::OutputIndex, other_index(known, item.index));
        }
        self.texts.item_done(at, slot, &value["item"], found);
        self.put(slot, item);
    }

    /// An event about an item that has begun and not ended.
    fn within(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        let (id, index) = (value["item_id"].as_str(), value["output_index"].as_u64());
        let Some(slot) = self.slot(id, index) else {
            let what = id.map_or_else(|| "its item".to_owned(), |id| format!("the item {id:?}"));
            return found.at(at, LintRule::NoItem, format!("{what} never began"));
        };
        let known = &self.items[slot];
        if id.is_some() && known.id.as_deref() != id {
            let problem =
                format!("is about {:?}, but {} has that output_index", id.unwrap_or_default(), known.name());
            found.at(at, LintRule::NoItem, problem);
        } else if known.done.is_some() {
            found.at(at, LintRule::NoItem, format!("{} ended already", known.name()));
        }
        if index.is_some() && known.index != index {
            found.at(at, LintRule::OutputIndex, other_index(known, index));
        }
        self.texts.event(at, slot, value, found);
    }

    /// The last item of that id; where there is none, the last at that index. What says neither is about the last one
    /// that says neither.
    fn slot(&self, id: Option<&str>, index: Option<u64>) -> Option<usize> {
        if id.is_none() && index.is_none() {
            return self.nameless;
        }
        let by_id = id.and_then(|id| self.by_id.get(id));
        by_id.or_else(|| index.and_then(|index| self.by_index.get(&index))).copied()
    }
}

fn other_index(known: &Item, index: Option<u64>) -> String {
    let shown = |index: Option<u64>| index.map_or_else(|| "none".to_owned(), |index| index.to_string());
    format!("the output_index is {}; {} began at {}", shown(index), known.name(), shown(known.index))
}
