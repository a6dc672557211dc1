//! What a step gets besides the context: values of its expression, a data
//! table, a doc string.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Deref;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cells;
use crate::failure::{fail, Failure, Result};

/// What a parameter of a step's function takes of the step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// The next value of the expression.
    Value,
    Table,
    DocString,
    /// One of these that need not be there.
    OptionalTable,
    OptionalDocString,
}

/// A type that a parameter of a step's function may have. Every type with
/// [`FromStr`] is one: numbers, `String`, `bool`, those of your own.
pub trait FromArgument: Sized {
    const KIND: Kind;

    #[doc(hidden)]
    fn take(arguments: &mut Arguments) -> Result<Self>;
}

/// What is left of the arguments of a step while its function is called.
#[derive(Debug, Default)]
pub struct Arguments {
    /// None: a group of a regular expression that took no part.
    pub(crate) values: std::collections::VecDeque<Option<String>>,
    pub(crate) table: Option<DataTable>,
    pub(crate) doc_string: Option<DocString>,
}

impl<T> FromArgument for T
where
    T: FromStr,
    T::Err: Display,
{
    const KIND: Kind = Kind::Value;

    fn take(arguments: &mut Arguments) -> Result<T> {
        let Some(text) = arguments.values.pop_front().flatten() else {
            return Err(fail("a group of the expression took no part in the match"));
        };
        text.parse().map_err(|error| {
            fail(format!(
                "\"{text}\" is no {}: {error}",
                type_name::<T>().rsplit("::").next().unwrap_or_default()
            ))
        })
    }
}

/// What may be missing: `Optional<DataTable>`, `Optional<DocString>`, or a
/// value of a group of a regular expression that took no part.
#[derive(Debug, Clone, PartialEq)]
pub struct Optional<T>(pub Option<T>);

impl<T: FromArgument> FromArgument for Optional<T> {
    const KIND: Kind = match T::KIND {
        Kind::Table => Kind::OptionalTable,
        Kind::DocString => Kind::OptionalDocString,
        kind => kind,
    };

    fn take(arguments: &mut Arguments) -> Result<Optional<T>> {
        let missing = match T::KIND {
            Kind::Table => arguments.table.is_none(),
            Kind::DocString => arguments.doc_string.is_none(),
            _ => matches!(arguments.values.front(), Some(None)),
        };
        if !missing {
            return T::take(arguments).map(|value| Optional(Some(value)));
        }
        if T::KIND == Kind::Value {
            arguments.values.pop_front();
        }
        Ok(Optional(None))
    }
}

/// The data table of a step: rows of the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    rows: Vec<Vec<String>>,
}

impl DataTable {
    /// All rows, the header among them.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// The first row.
    pub fn header(&self) -> &[String] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }

    /// The rows below the header, each by the names of the columns.
    pub fn hashes(&self) -> Vec<BTreeMap<&str, &str>> {
        let names = self.header().iter().map(String::as_str);
        let rows = self.rows.iter().skip(1);
        rows.map(|row| names.clone().zip(row.iter().map(String::as_str)).collect())
            .collect()
    }

    /// The rows below the header as values of a type that derives
    /// `serde::Deserialize`; the names of its fields are those of the columns.
    #[track_caller]
    pub fn records<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        let mut records = Vec::new();
        for (number, row) in self.rows.iter().enumerate().skip(1) {
            match cells::record(self.header(), row) {
                Ok(record) => records.push(record),
                Err(error) => return Err(fail(format!("row {number} of the table: {error}"))),
            }
        }
        Ok(records)
    }

    /// A table of two columns, the second by the first.
    #[track_caller]
    pub fn rows_hash(&self) -> Result<BTreeMap<&str, &str>> {
        let pairs = self.rows.iter().map(|row| match &row[..] {
            [name, value] => Ok((name.as_str(), value.as_str())),
            _ => Err(fail("rows_hash needs a table of two columns")),
        });
        pairs.collect()
    }

    /// The table turned round.
    pub fn columns(&self) -> Vec<Vec<&str>> {
        let width = self.header().len();
        let column = |index: usize| self.rows.iter().map(move |row| row[index].as_str());
        (0..width).map(|index| column(index).collect()).collect()
    }
}

impl FromArgument for DataTable {
    const KIND: Kind = Kind::Table;

    fn take(arguments: &mut Arguments) -> Result<DataTable> {
        let missing = || fail("the function takes a data table, and the step has none");
        arguments.table.take().ok_or_else(missing)
    }
}

/// The doc string of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct DocString {
    pub content: String,
    /// None if the feature gives none.
    pub media_type: Option<String>,
}

impl Deref for DocString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.content
    }
}

impl FromArgument for DocString {
    const KIND: Kind = Kind::DocString;

    fn take(arguments: &mut Arguments) -> Result<DocString> {
        let missing = || fail("the function takes a doc string, and the step has none");
        arguments.doc_string.take().ok_or_else(missing)
    }
}

/// The rows of a data table as values, as [`DataTable::records`] gives them.
#[derive(Debug, Clone)]
pub struct Rows<T>(pub Vec<T>);

impl<T: DeserializeOwned> FromArgument for Rows<T> {
    const KIND: Kind = Kind::Table;

    fn take(arguments: &mut Arguments) -> Result<Rows<T>> {
        DataTable::take(arguments)?.records().map(Rows)
    }
}

/// A doc string of JSON, read.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromArgument for Json<T> {
    const KIND: Kind = Kind::DocString;

    fn take(arguments: &mut Arguments) -> Result<Json<T>> {
        let text = DocString::take(arguments)?;
        let value = serde_json::from_str(&text);
        value
            .map(Json)
            .map_err(|error| fail(format!("the doc string as JSON: {error}")))
    }
}

impl Arguments {
    /// Of the `argument` of a request; the error says what is wrong with it.
    pub(crate) fn parse(argument: Option<&Value>) -> std::result::Result<Arguments, String> {
        let mut arguments = Arguments::default();
        let Some(argument) = argument.filter(|argument| !argument.is_null()) else {
            return Ok(arguments);
        };
        if !argument.is_object() {
            return Err("params.argument must be an object".to_owned());
        }
        let member = |name| argument.get(name).filter(|value: &&Value| !value.is_null());
        arguments.table = member("dataTable").map(table).transpose()?;
        arguments.doc_string = member("docString").map(doc_string).transpose()?;
        Ok(arguments)
    }

    /// What of the step these parameters leave out.
    pub(crate) fn check_taken(&self, kinds: &[Kind]) -> std::result::Result<(), Failure> {
        let takes = |one, other| kinds.iter().any(|kind| *kind == one || *kind == other);
        let what = if self.table.is_some() && !takes(Kind::Table, Kind::OptionalTable) {
            "data table"
        } else if self.doc_string.is_some() && !takes(Kind::DocString, Kind::OptionalDocString) {
            "doc string"
        } else {
            return Ok(());
        };
        Err(fail(format!(
            "the step has a {what}, and the function has no parameter for it"
        )))
    }
}

fn table(value: &Value) -> std::result::Result<DataTable, String> {
    let cell = |cell: &Value| cell.as_str().map(str::to_owned);
    let row = |row: &Value| row.as_array()?.iter().map(cell).collect::<Option<Vec<_>>>();
    let rows = (value.get("rows").and_then(Value::as_array))
        .and_then(|rows| rows.iter().map(row).collect::<Option<Vec<_>>>())
        .ok_or("params.argument.dataTable.rows must be an array of arrays of strings")?;
    if rows.iter().any(|row| row.len() != rows[0].len()) {
        return Err("the rows of params.argument.dataTable have several lengths".to_owned());
    }
    Ok(DataTable { rows })
}

fn doc_string(value: &Value) -> std::result::Result<DocString, String> {
    let Some(content) = value.get("content").and_then(Value::as_str) else {
        return Err("params.argument.docString.content must be a string".to_owned());
    };
    let media_type = match value.get("mediaType") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err("params.argument.docString.mediaType must be a string".to_owned()),
    };
    Ok(DocString {
        content: content.to_owned(),
        media_type,
    })
}

#[cfg(test)]
mod tests;
