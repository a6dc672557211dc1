use serde::de::{Deserialize, Deserializer};
use serde_json::{json, Value};

use super::{Arguments, DataTable, DocString, FromArgument, Json, Kind, Optional, Rows};

fn arguments(argument: Value) -> Arguments {
    Arguments::parse(Some(&argument)).unwrap()
}

fn sizes() -> Arguments {
    arguments(json!({"dataTable": {"rows": [["id", "size"], ["1", "1024"], ["2", ""]]}}))
}

#[test]
fn a_table_has_many_forms() {
    let table = DataTable::take(&mut sizes()).unwrap();
    assert_eq!(table.header(), ["id", "size"]);
    assert_eq!(table.rows().len(), 3);
    assert_eq!(table.hashes()[0]["size"], "1024");
    assert_eq!(table.columns()[0], ["id", "1", "2"]);
    assert_eq!(table.rows_hash().unwrap()["1"], "1024");
}

/// Read as `#[derive(Deserialize)]` reads it, which would be another crate.
#[derive(Debug, PartialEq)]
struct Frame {
    id: u32,
    size: Option<u64>,
}

impl<'de> Deserialize<'de> for Frame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Frame, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Frame;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a frame")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Frame, A::Error> {
                let mut frame = Frame { id: 0, size: None };
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "id" => frame.id = map.next_value()?,
                        _ => frame.size = map.next_value()?,
                    }
                }
                Ok(frame)
            }
        }
        deserializer.deserialize_struct("Frame", &["id", "size"], Visitor)
    }
}

#[test]
fn rows_become_values() {
    let rows = Rows::<Frame>::take(&mut sizes()).unwrap();
    assert_eq!(
        rows.0,
        [
            Frame {
                id: 1,
                size: Some(1024)
            },
            Frame { id: 2, size: None }
        ]
    );
    let mut wrong = arguments(json!({"dataTable": {"rows": [["id"], ["x"]]}}));
    let failure = Rows::<Frame>::take(&mut wrong).unwrap_err();
    assert!(failure
        .to_string()
        .starts_with("row 1 of the table: \"x\" in the column \"id\""));
}

#[test]
fn a_doc_string_knows_its_media_type() {
    let argument = json!({"docString": {"content": "[1]", "mediaType": "application/json"}});
    let text = DocString::take(&mut arguments(argument.clone())).unwrap();
    assert_eq!(
        (text.len(), text.media_type.as_deref()),
        (3, Some("application/json"))
    );
    let numbers = Json::<Vec<i32>>::take(&mut arguments(argument)).unwrap();
    assert_eq!(numbers.0, [1]);
}

#[test]
fn values_are_read_as_what_the_function_takes() {
    let mut values = Arguments::default();
    values
        .values
        .extend([Some("12".to_owned()), None, Some("x".to_owned())]);
    assert_eq!(i64::take(&mut values).unwrap(), 12);
    assert_eq!(Optional::<i64>::take(&mut values).unwrap().0, None);
    let failure = i64::take(&mut values).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "\"x\" is no i64: invalid digit found in string"
    );
}

#[test]
fn what_is_left_over_is_told() {
    assert!(sizes().check_taken(&[Kind::Value]).is_err());
    assert!(sizes().check_taken(&[Kind::OptionalTable]).is_ok());
    assert!(DocString::take(&mut sizes()).is_err());
    assert_eq!(Optional::<DocString>::take(&mut sizes()).unwrap().0, None);
}

#[test]
fn wrong_arguments_are_refused() {
    for wrong in [
        json!([]),
        json!({"dataTable": {"rows": [["x"], 5]}}),
        json!({"dataTable": {"rows": [["x"], ["a", "b"]]}}),
        json!({"docString": {}}),
        json!({"docString": {"content": "", "mediaType": 1}}),
    ] {
        assert!(Arguments::parse(Some(&wrong)).is_err(), "{wrong}");
    }
    assert!(Arguments::parse(Some(&Value::Null)).is_ok());
}
