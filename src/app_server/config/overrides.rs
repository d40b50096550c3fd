//! Overrides of `config.toml`: dotted keys with values.

use crate::app_server::Options;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The overrides of the command line, in the order in which they apply.
///
/// # Errors
/// An argument without `=`.
pub(super) fn of_options(options: &Options) -> Result<Vec<(String, Value)>, String> {
    let switched = |names: &[String], on: bool| -> Vec<(String, Value)> {
        names.iter().map(|name| (format!("features.{name}"), Value::Boolean(on))).collect()
    };
    let mut overrides =
        options.config.iter().map(|argument| of_argument(argument)).collect::<Result<Vec<_>, _>>()?;
    overrides.extend(switched(&options.enable, true));
    overrides.extend(switched(&options.disable, false));
    Ok(overrides)
}

/// The overrides of `newConversation`. A `null` overrides nothing.
pub(super) fn of_request(config: &BTreeMap<String, Json>) -> Vec<(String, Value)> {
    config.iter().filter_map(|(key, value)| Some((key.clone(), to_toml(value)?))).collect()
}

/// Sets a dotted key, making the tables on the way to it.
///
/// # Errors
/// The key has more parts than any setting.
pub(super) fn apply(table: &mut Table, key: &str, value: Value) -> Result<(), String> {
    const MOST_DOTS: usize = 32;
    if key.matches('.').count() > MOST_DOTS {
        return Err(format!("the key {key:.40}… has more than {MOST_DOTS} dots"));
    }
    set(table, key, value);
    Ok(())
}

fn set(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
            if !inner.is_table() {
                *inner = Value::Table(Table::new());
            }
            if let Some(inner) = inner.as_table_mut() {
                set(inner, rest, value);
            }
        }
    }
}

/// `key=value`, the value as TOML, or as plain text where it is not.
fn of_argument(argument: &str) -> Result<(String, Value), String> {
    let (key, value) =
        argument.split_once('=').ok_or_else(|| format!("the override {argument:?} has no `=`"))?;
    let value = value.trim();
    let parsed = format!("value = {value}")
        .parse::<Table>()
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"));
    let plain = || Value::String(value.trim_matches(['"', '\'']).to_owned());
    Ok((key.trim().to_owned(), parsed.unwrap_or_else(plain)))
}

fn to_toml(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::Bool(value) => Some(Value::Boolean(*value)),
        Json::Number(number) => Some(match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Float(number.as_f64()?),
        }),
        Json::String(text) => Some(Value::String(text.clone())),
        Json::Array(values) => Some(Value::Array(values.iter().filter_map(to_toml).collect())),
        Json::Object(members) => Some(Value::Table(
            members.iter().filter_map(|(key, value)| Some((key.clone(), to_toml(value)?))).collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_key_reaches_into_tables() {
        let mut table: Table = "[a.b]\nc = 1\nd = 2\n".parse().unwrap();
        apply(&mut table, "a.b.c", Value::Integer(3)).unwrap();
        apply(&mut table, "e.f", Value::Boolean(true)).unwrap();
        assert_eq!(table, "[a.b]\nc = 3\nd = 2\n[e]\nf = true\n".parse().unwrap());
    }

    #[test]
    fn a_key_has_an_end() {
        let key = "a.".repeat(100_000);
        assert!(apply(&mut Table::new(), &key, Value::Boolean(true)).is_err());
    }

    #[test]
    fn an_argument_is_toml_or_else_text() {
        let value = |argument| of_argument(argument).unwrap().1;
        assert_eq!(value("a=1"), Value::Integer(1));
        assert_eq!(value("a=\"x\""), Value::String("x".to_owned()));
        assert_eq!(value("a=gpt-5"), Value::String("gpt-5".to_owned()));
        assert_eq!(value("a=http://h/v1?x=1"), Value::String("http://h/v1?x=1".to_owned()));
        assert!(of_argument("a").is_err());
    }
}
