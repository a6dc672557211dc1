//! Matching the text of a step: Cucumber Expressions and regular expressions.

use std::collections::HashMap;

use cucumber_expressions::{Expression, SingleExpression};
use regex::Regex;

/// Names of parameters and their regular expressions without groups.
#[derive(Debug, Clone)]
pub struct Types {
    regexps: HashMap<String, String>,
}

const INTEGER: &str = r"-?\d+";
const FLOAT: &str = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:E[+-]?\d+)?";
/// One group for either kind of quotes; the crate's own has two.
const STRING: &str = r#""(?:[^"\\]*(?:\\.[^"\\]*)*)"|'(?:[^'\\]*(?:\\.[^'\\]*)*)'"#;

const BUILT_IN: &[(&str, &str)] = &[
    ("int", INTEGER),
    ("byte", INTEGER),
    ("short", INTEGER),
    ("long", INTEGER),
    ("biginteger", INTEGER),
    ("float", FLOAT),
    ("double", FLOAT),
    ("bigdecimal", FLOAT),
    ("word", r"[^\s]+"),
    ("string", STRING),
    ("", ".*"),
];

impl Default for Types {
    fn default() -> Types {
        let pairs = BUILT_IN.iter();
        Types {
            regexps: pairs
                .map(|(name, regexp)| ((*name).to_owned(), (*regexp).to_owned()))
                .collect(),
        }
    }
}

impl Types {
    /// The error says what is wrong.
    pub fn add(&mut self, name: &str, regexp: &str) -> Result<(), String> {
        if self.regexps.contains_key(name) {
            return Err("there is a type of this name already".to_owned());
        }
        if name.is_empty() || name.contains(|letter| r"{}()[]\/|^$*+?.".contains(letter)) {
            return Err(r"a name has none of the letters {}()[]\/|^$*+?.".to_owned());
        }
        Regex::new(regexp).map_err(|error| error.to_string())?;
        self.regexps.insert(name.to_owned(), without_groups(regexp));
        Ok(())
    }
}

/// The expression with each group that captures as one that does not.
fn without_groups(regexp: &str) -> String {
    let letters: Vec<char> = regexp.chars().collect();
    let mut result = String::new();
    let mut in_class = 0;
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        match rest {
            ['\\', next, ..] => {
                result.extend(['\\', *next]);
                at += 1;
            }
            ['[', ..] => {
                in_class += 1;
                result.push('[');
            }
            [']', ..] if in_class > 0 => {
                in_class -= 1;
                result.push(']');
            }
            ['(', '?', 'P', '<', ..] | ['(', '?', '<', ..] if in_class == 0 => {
                result += "(?:";
                at += rest.iter().take_while(|letter| **letter != '>').count();
            }
            ['(', '?', ..] if in_class == 0 => result.push('('),
            ['(', ..] if in_class == 0 => result += "(?:",
            [other, ..] => result.push(*other),
            [] => {}
        }
        at += 1;
    }
    result
}

/// A pattern of a step definition, compiled.
#[derive(Debug)]
pub struct Matcher {
    regex: Regex,
    /// Of each group the name of its type; none in a regular expression.
    types: Vec<Option<String>>,
}

/// What one group of a pattern found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As it stands in the step; None: the group took no part.
    pub text: Option<String>,
    /// What the function gets: a string without its quotes.
    pub value: Option<String>,
    /// In bytes.
    pub span: Option<(usize, usize)>,
    pub type_name: Option<String>,
}

impl Matcher {
    pub fn of_expression(source: &str, types: &Types) -> Result<Matcher, String> {
        let parsed = Expression::parse(source).map_err(|error| error.to_string())?;
        let names: Vec<String> = (parsed.0.iter())
            .filter_map(|part| match part {
                SingleExpression::Parameter(parameter) => Some(parameter.input.to_string()),
                _ => None,
            })
            .collect();
        for name in &names {
            if !types.regexps.contains_key(name) {
                return Err(format!(
                    "there is no parameter type {{{name}}}: define it with \
                     #[parameter_type], or write \\{{ for the letter"
                ));
            }
        }
        let regex = Expression::regex_with_parameters(source, &types.regexps);
        Ok(Matcher {
            regex: regex.map_err(|error| error.to_string())?,
            types: names.into_iter().map(Some).collect(),
        })
    }

    pub fn of_regex(source: &str) -> Result<Matcher, String> {
        let regex = Regex::new(source).map_err(|error| error.to_string())?;
        let types = vec![None; regex.captures_len() - 1];
        Ok(Matcher { regex, types })
    }

    /// How many values the function gets.
    pub fn count(&self) -> usize {
        self.types.len()
    }

    pub fn find(&self, text: &str) -> Option<Vec<Found>> {
        let captures = self.regex.captures(text)?;
        let found = self.types.iter().enumerate().map(|(index, name)| {
            let group = captures.get(index + 1);
            let text = group.map(|group| group.as_str().to_owned());
            let is_string = name.as_deref() == Some("string");
            Found {
                value: match (&text, is_string) {
                    (Some(text), true) => Some(unquoted(text)),
                    _ => text.clone(),
                },
                text,
                span: group.map(|group| (group.start(), group.end())),
                type_name: name.clone(),
            }
        });
        Some(found.collect())
    }
}

/// A string without its quotes, and without the backslashes before quotes.
fn unquoted(text: &str) -> String {
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    inner.replace("\\\"", "\"").replace("\\'", "'")
}

#[cfg(test)]
mod tests;
