//! What stands in the brackets of an attribute: `"text"`, `name = "text"`,
//! `order = -1`, with commas between.

use proc_macro::{Span, TokenStream, TokenTree};

use crate::Problem;

struct Entry {
    name: String,
    value: String,
    span: Span,
}

/// The options of one attribute; a text without a name is `expression`.
pub struct Options {
    entries: Vec<Entry>,
}

impl Options {
    pub fn parse(tokens: TokenStream) -> Result<Options, Problem> {
        let mut entries = Vec::new();
        let mut entry: Vec<TokenTree> = Vec::new();
        for token in tokens {
            if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
                entries.push(parse_entry(&entry, token.span())?);
                entry.clear();
            } else {
                entry.push(token);
            }
        }
        if !entry.is_empty() {
            let span = entry[0].span();
            entries.push(parse_entry(&entry, span)?);
        }
        Ok(Options { entries })
    }

    /// The literal of a text option as it stands in the source.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(entry) if entry.value.starts_with(['"', 'r']) => Ok(Some(entry.value)),
            Some(entry) => Err(Problem::new(format!("{name} is a string"), entry.span)),
        }
    }

    pub fn number(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(entry) if entry.value.replace('_', "").parse::<i32>().is_ok() => {
                Ok(Some(entry.value))
            }
            Some(entry) => Err(Problem::new(
                format!("{name} is a whole number"),
                entry.span,
            )),
        }
    }

    /// Fails if an option is left that nobody asked for.
    pub fn finish(&self) -> Result<(), Problem> {
        match self.entries.first() {
            None => Ok(()),
            Some(entry) if entry.name == "expression" => Err(Problem::new(
                "a text more than this attribute takes",
                entry.span,
            )),
            Some(entry) => Err(Problem::new(
                format!(
                    "this attribute has no option {:?}, or it is here twice",
                    entry.name
                ),
                entry.span,
            )),
        }
    }

    fn take(&mut self, name: &str) -> Option<Entry> {
        let index = self.entries.iter().position(|entry| entry.name == name)?;
        Some(self.entries.remove(index))
    }
}

fn parse_entry(tokens: &[TokenTree], span: Span) -> Result<Entry, Problem> {
    let (name, value) = match tokens {
        [TokenTree::Ident(name), TokenTree::Punct(equals), value @ ..]
            if equals.as_char() == '=' =>
        {
            (name.to_string(), value)
        }
        value => ("expression".to_owned(), value),
    };
    let value = match value {
        [TokenTree::Literal(literal)] => literal.to_string(),
        [TokenTree::Punct(minus), TokenTree::Literal(literal)] if minus.as_char() == '-' => {
            format!("-{literal}")
        }
        _ => return Err(Problem::new("a literal is needed here", span)),
    };
    Ok(Entry { name, value, span })
}
