//! Reading the little that is needed of a function or a type.

use std::iter::Peekable;

use proc_macro::token_stream::IntoIter;
use proc_macro::{Delimiter, Span, TokenStream, TokenTree};

use crate::Problem;

/// A function below an attribute.
pub struct Function {
    pub name: String,
    pub span: Span,
    pub is_async: bool,
    /// The first line of its documentation.
    pub doc: String,
    /// Whether its first parameter is a reference: the context.
    pub has_context: bool,
    /// The types of its other parameters, as they stand.
    pub arguments: Vec<String>,
}

impl Function {
    pub fn parse(item: TokenStream) -> Result<Function, Problem> {
        let mut tokens = item.into_iter().peekable();
        let doc = skip_attributes(&mut tokens);
        let mut is_async = false;
        let name = loop {
            match tokens.next() {
                Some(TokenTree::Ident(word)) if word.to_string() == "fn" => break tokens.next(),
                Some(TokenTree::Ident(word)) => is_async |= word.to_string() == "async",
                Some(TokenTree::Group(_) | TokenTree::Literal(_)) => {} // pub(crate), extern "C"
                _ => return Err(no_function(Span::call_site())),
            }
        };
        let Some(TokenTree::Ident(name)) = name else {
            return Err(no_function(Span::call_site()));
        };
        let Some(TokenTree::Group(parameters)) = tokens.next() else {
            return Err(Problem::new(
                "a function with type parameters cannot be a step or a hook",
                name.span(),
            ));
        };
        let mut types = parameter_types(parameters.stream(), name.span())?;
        let has_context = types.first().is_some_and(|first| first.starts_with('&'));
        if has_context {
            types.remove(0);
        }
        Ok(Function {
            span: name.span(),
            name: name.to_string(),
            is_async,
            doc,
            has_context,
            arguments: types,
        })
    }
}

fn no_function(span: Span) -> Problem {
    Problem::new("this attribute stands above a function", span)
}

/// A struct or an enum below an attribute.
pub struct Named {
    pub name: String,
}

impl Named {
    pub fn parse(item: TokenStream) -> Result<Named, Problem> {
        let mut tokens = item.into_iter().peekable();
        skip_attributes(&mut tokens);
        while let Some(token) = tokens.next() {
            let TokenTree::Ident(word) = token else {
                continue;
            };
            if !["struct", "enum", "type"].contains(&word.to_string().as_str()) {
                continue;
            }
            if let Some(TokenTree::Ident(name)) = tokens.next() {
                return Ok(Named {
                    name: name.to_string(),
                });
            }
        }
        Err(Problem::new(
            "this attribute stands above a struct, an enum or a type",
            Span::call_site(),
        ))
    }
}

/// Skips `#[...]`; the first line of what is a documentation among them.
fn skip_attributes(tokens: &mut Peekable<IntoIter>) -> String {
    let mut doc = String::new();
    while matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '#') {
        tokens.next();
        if let Some(TokenTree::Group(group)) = tokens.next() {
            if doc.is_empty() && group.delimiter() == Delimiter::Bracket {
                doc = doc_line(group.stream()).unwrap_or_default();
            }
        }
    }
    doc
}

/// The text of `doc = "text"`, which is what a `///` comment comes to.
fn doc_line(attribute: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.into_iter().collect();
    let [TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Literal(text)] = &tokens[..]
    else {
        return None;
    };
    let text = text.to_string();
    let bare = text.trim_start_matches('r').trim_matches('"');
    (word.to_string() == "doc").then(|| bare.replace("\\\"", "\"").trim().to_owned())
}

/// `a: &Context, b: HashMap<K, V>` as the texts of the types.
fn parameter_types(tokens: TokenStream, span: Span) -> Result<Vec<String>, Problem> {
    let mut types = Vec::new();
    let mut current: Vec<TokenTree> = Vec::new();
    let mut depth = 0;
    let mut before = ' ';
    for token in tokens {
        let mark = match &token {
            TokenTree::Punct(mark) => mark.as_char(),
            _ => ' ',
        };
        match mark {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = mark;
        if mark == ',' && depth == 0 {
            types.push(type_of(&current, span)?);
            current.clear();
        } else {
            current.push(token);
        }
    }
    if !current.is_empty() {
        types.push(type_of(&current, span)?);
    }
    Ok(types)
}

/// What stands behind the colon of a parameter; that of a path is `::`.
fn type_of(parameter: &[TokenTree], span: Span) -> Result<String, Problem> {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
    let mut at = None;
    for (index, token) in parameter.iter().enumerate() {
        let doubled = parameter.get(index + 1).is_some_and(is_colon)
            || (index > 0 && is_colon(&parameter[index - 1]));
        if is_colon(token) && !doubled {
            at = Some(index);
            break;
        }
    }
    match at {
        Some(at) => Ok(parameter[at + 1..]
            .iter()
            .cloned()
            .collect::<TokenStream>()
            .to_string()),
        None => Err(Problem::new(
            "a step or a hook is a function of its own, no method",
            span,
        )),
    }
}
