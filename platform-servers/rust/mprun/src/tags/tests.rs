use std::path::PathBuf;

use super::TagExpression;

fn holds(expression: &str, tags: &[&str]) -> bool {
    TagExpression::parse(expression).unwrap().matches(tags)
}

#[test]
fn evaluates() {
    assert!(holds("", &[]));
    assert!(holds("@a and not @b", &["@a"]));
    assert!(!holds("@a and not @b", &["@a", "@b"]));
    assert!(holds("not (@a or @b) or @c and @d", &["@a", "@c", "@d"]));
    assert!(holds("not not @a", &["@a"]));
    assert!(holds(r"a\(b\) or x", &["a(b)"]));
}

#[test]
fn refuses_with_the_reason() {
    for (expression, reason) in [
        ("@a @b", "operator"),
        ("@a and", "operand"),
        ("not", "operand"),
        ("( @a", ") is missing"),
        ("@a )", "too many"),
        ("()", "operand"),
        (r"\y", "backslash"),
    ] {
        let error = TagExpression::parse(expression).unwrap_err();
        assert!(error.contains(reason), "{expression}: {error}");
    }
}

/// The quoted text behind a colon of the files of the suite.
fn unquote(text: &str) -> String {
    let text = text.trim();
    if let Some(bare) = text.strip_prefix('\'') {
        return bare.trim_end_matches('\'').replace("''", "'");
    }
    let bare = text.trim_matches('"');
    bare.replace("\\\\", "\\").replace("\\\"", "\"")
}

/// The file of the official suite; none without MPRUN_SHARED.
fn suite(name: &str) -> Option<String> {
    let shared = PathBuf::from(std::env::var_os("MPRUN_SHARED")?);
    let path = shared.join("conformance/tag-expressions").join(name);
    Some(std::fs::read_to_string(path).expect("the suite"))
}

#[test]
fn agrees_with_the_official_evaluations() {
    let Some(text) = suite("evaluations.yml") else {
        eprintln!("skipped: MPRUN_SHARED is not set");
        return;
    };
    let mut expression = String::new();
    let mut tags: Vec<String> = Vec::new();
    let mut seen = 0;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("- expression:") {
            expression = unquote(rest);
        } else if let Some(rest) = line.strip_prefix("- variables:") {
            let list = rest.trim().trim_matches(['[', ']'].as_slice());
            tags = list
                .split(',')
                .map(unquote)
                .filter(|tag| !tag.is_empty())
                .collect();
        } else if let Some(rest) = line.strip_prefix("result:") {
            let parsed = TagExpression::parse(&expression).unwrap();
            assert_eq!(
                parsed.matches(&tags).to_string(),
                rest.trim(),
                "{expression} for {tags:?}"
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} evaluations were found");
}

#[test]
fn agrees_with_the_official_errors_and_parses() {
    for (name, good, least) in [("errors.yml", false, 10), ("parsing.yml", true, 10)] {
        let Some(text) = suite(name) else {
            eprintln!("skipped: MPRUN_SHARED is not set");
            return;
        };
        let mut seen = 0;
        for line in text.lines() {
            let Some(rest) = line.strip_prefix("- expression:") else {
                continue;
            };
            let expression = unquote(rest);
            let parsed = TagExpression::parse(&expression);
            assert_eq!(parsed.is_ok(), good, "{name}: {expression}: {parsed:?}");
            seen += 1;
        }
        assert!(seen >= least, "{name}: only {seen} expressions were found");
    }
}
