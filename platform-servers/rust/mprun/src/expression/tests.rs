use std::path::PathBuf;

use super::{without_groups, Matcher, Types};

fn values(source: &str, text: &str) -> Option<Vec<String>> {
    let matcher = Matcher::of_expression(source, &Types::default()).unwrap();
    let found = matcher.find(text)?;
    Some(found.into_iter().filter_map(|found| found.value).collect())
}

#[test]
fn finds_values() {
    let found = values(
        "{word} has {int} frame(s) of {float}, {string}",
        "x has -3 frame of .5, \"it's\"",
    );
    assert_eq!(found.unwrap(), ["x", "-3", ".5", "it's"]);
    assert_eq!(
        values("echoes {string}", r"echoes 'a \'b\''").unwrap(),
        ["a 'b'"]
    );
    assert_eq!(values("has {int}", "has 1.5"), None);
}

#[test]
fn own_types_give_one_value_whatever_their_groups() {
    let mut types = Types::default();
    types.add("size", r"(\d+) (?P<unit>bytes|KiB)[(]?").unwrap();
    let matcher = Matcher::of_expression("of {size} and {int}", &types).unwrap();
    let found = matcher.find("of 3 KiB and 4").unwrap();
    assert_eq!(found[0].value.as_deref(), Some("3 KiB"));
    assert_eq!(found[0].span, Some((3, 8)));
    assert_eq!(found[1].value.as_deref(), Some("4"));
    assert!(types.add("size", "x").unwrap_err().contains("already"));
    assert!(types.add("a{b", "x").is_err());
    assert!(types.add("b", "(").is_err());
    assert_eq!(
        without_groups(r"\((a)[(](?i:b)(?<n>c)"),
        r"\((?:a)[(](?i:b)(?:c)"
    );
}

#[test]
fn groups_of_a_regular_expression_may_take_no_part() {
    let matcher = Matcher::of_regex(r"^reads (\d+)?( twice)?$").unwrap();
    let found = matcher.find("reads 3").unwrap();
    assert_eq!(found[0].value.as_deref(), Some("3"));
    assert_eq!(found[1].value, None);
    assert!(matcher.find("writes").is_none());
}

#[test]
fn what_is_wrong_is_said() {
    let types = Types::default();
    let error = Matcher::of_expression("a {shape}", &types).unwrap_err();
    assert!(error.contains("no parameter type {shape}"), "{error}");
    assert!(Matcher::of_expression("a ()", &types).is_err());
    assert!(Matcher::of_regex("(").is_err());
}

/// A scalar of the suite's files, which hold no more than these forms.
fn scalar(text: &str) -> String {
    let text = text.trim();
    if let Some(bare) = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        return bare.replace("''", "'");
    }
    if text.len() > 1 && text.starts_with('"') {
        return serde_json::from_str(text).expect("a quoted scalar");
    }
    text.to_owned()
}

#[test]
fn agrees_with_the_official_matches() {
    let Some(shared) = std::env::var_os("MPRUN_SHARED") else {
        eprintln!("skipped: MPRUN_SHARED is not set");
        return;
    };
    let folder =
        PathBuf::from(shared).join("conformance/cucumber-expressions/cucumber-expression/matching");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the suite") {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = std::fs::read_to_string(&path).unwrap();
        let member = |name: &str| {
            let line = file.lines().find_map(|line| line.strip_prefix(name));
            line.map(scalar)
        };
        if file.contains("|-") {
            continue; // several lines, in tests of messages
        }
        let expression = member("expression:").unwrap();
        let matcher = Matcher::of_expression(&expression, &Types::default());
        if file.contains("exception:") {
            assert!(matcher.is_err(), "{name}: {expression}");
        } else {
            let found = matcher.unwrap().find(&member("text:").unwrap());
            let lines = file
                .lines()
                .filter_map(|line| line.trim().strip_prefix("- "));
            let arguments: Vec<String> = lines.map(scalar).collect();
            let matches = !arguments.is_empty() || file.contains("expected_args: []");
            let wanted = matches.then_some(arguments);
            let got = found.map(|found| {
                found
                    .into_iter()
                    .filter_map(|f| f.value)
                    .collect::<Vec<_>>()
            });
            compare(&name, got, wanted);
        }
        seen += 1;
    }
    assert!(seen > 40, "only {seen} files were found");
}

/// Numbers may be written in more than one way.
fn compare(name: &str, got: Option<Vec<String>>, wanted: Option<Vec<String>>) {
    let numbers = |texts: &Vec<String>| {
        let numbers = texts.iter().map(|text| text.parse::<f64>());
        numbers.collect::<Result<Vec<_>, _>>().ok()
    };
    let same = got == wanted
        || got
            .as_ref()
            .and_then(numbers)
            .is_some_and(|got| Some(got) == wanted.as_ref().and_then(numbers));
    assert!(same, "{name}: got {got:?}, wanted {wanted:?}");
}
