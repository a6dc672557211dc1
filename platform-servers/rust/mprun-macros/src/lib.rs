//! The attributes of the crate `mprun`, which re-exports and documents them.
//!
//! An attribute leaves its item as it stands and adds a constant behind it,
//! which enters the item into the list that the server reads at its start.
//! What it needs of the item is little (the name of the function, the types of
//! its parameters), so it reads the tokens itself: no other crate is compiled
//! for that.

mod item;
mod options;

use item::{Function, Named};
use options::Options;
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span};
use proc_macro::{TokenStream, TokenTree};

/// What is wrong with the use of an attribute, and where.
struct Problem {
    message: String,
    span: Span,
}

impl Problem {
    fn new(message: impl Into<String>, span: Span) -> Problem {
        Problem {
            message: message.into(),
            span,
        }
    }

    /// `compile_error! { "message" }` at the place of the problem.
    fn into_tokens(self) -> TokenStream {
        let mut message = Literal::string(&self.message);
        message.set_span(self.span);
        let body = TokenTree::Literal(message).into();
        let mut tokens = [
            TokenTree::Ident(Ident::new("compile_error", self.span)),
            TokenTree::Punct(Punct::new('!', Spacing::Alone)),
            TokenTree::Group(Group::new(Delimiter::Brace, body)),
        ];
        for token in &mut tokens {
            token.set_span(self.span);
        }
        tokens.into_iter().collect()
    }
}

#[proc_macro_attribute]
pub fn given(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| definition("given", options, item))
}

#[proc_macro_attribute]
pub fn when(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| definition("when", options, item))
}

#[proc_macro_attribute]
pub fn then(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| definition("then", options, item))
}

#[proc_macro_attribute]
pub fn step(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| definition("step", options, item))
}

#[proc_macro_attribute]
pub fn before_scenario(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("beforeScenario", options, item))
}

#[proc_macro_attribute]
pub fn after_scenario(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("afterScenario", options, item))
}

#[proc_macro_attribute]
pub fn before_step(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("beforeStep", options, item))
}

#[proc_macro_attribute]
pub fn after_step(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("afterStep", options, item))
}

#[proc_macro_attribute]
pub fn before_run(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("beforeRun", options, item))
}

#[proc_macro_attribute]
pub fn after_run(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| hook("afterRun", options, item))
}

#[proc_macro_attribute]
pub fn parameter_type(options: TokenStream, item: TokenStream) -> TokenStream {
    with(item, |item| parameter(options, item))
}

/// The item, and behind it what the attribute adds or what is wrong.
fn with(
    item: TokenStream,
    expand: impl FnOnce(TokenStream) -> Result<TokenStream, Problem>,
) -> TokenStream {
    let mut tokens = item.clone();
    tokens.extend(expand(item).unwrap_or_else(Problem::into_tokens));
    tokens
}

fn definition(
    keyword: &str,
    options: TokenStream,
    item: TokenStream,
) -> Result<TokenStream, Problem> {
    let mut options = Options::parse(options)?;
    let expression = options.text("expression")?;
    let regex = options.text("regex")?;
    let pattern = match (expression, regex) {
        (Some(text), None) => format!("Expression({text})"),
        (None, Some(text)) => format!("Regex({text})"),
        _ => {
            return Err(Problem::new(
                "a step has one pattern: a Cucumber Expression, as in \
                 #[step(\"reads {int} bytes\")], or regex = r\"^...$\"",
                Span::call_site(),
            ))
        }
    };
    options.finish()?;
    let function = Function::parse(item)?;
    let kinds = function.arguments.iter().fold(String::new(), |kinds, of| {
        format!("{kinds}<{of} as ::mprun::FromArgument>::KIND, ")
    });
    Ok(registration(
        &call(&function),
        &format!(
            "StepDefinition {{
                pattern: ::mprun::__private::Pattern::{pattern},
                keyword: {keyword:?},
                arguments: &[{kinds}],
                {common}
            }}",
            common = common(&function),
        ),
    ))
}

fn hook(kind: &str, options: TokenStream, item: TokenStream) -> Result<TokenStream, Problem> {
    let mut options = Options::parse(options)?;
    let tags = match options.text("expression")? {
        Some(text) => Some(text),
        None => options.text("tags")?,
    };
    let name = options.text("name")?;
    let order = options.number("order")?;
    options.finish()?;
    if tags.is_some() && kind.ends_with("Run") {
        return Err(Problem::new(
            "a hook of the run has no tags",
            Span::call_site(),
        ));
    }
    let function = Function::parse(item)?;
    if !function.arguments.is_empty() {
        return Err(Problem::new(
            "a hook takes the context alone: fn(ctx: &Context)",
            function.span,
        ));
    }
    let optional = |text: Option<String>| match text {
        Some(text) => format!("::core::option::Option::Some({text})"),
        None => "::core::option::Option::None".to_owned(),
    };
    Ok(registration(
        &call(&function),
        &format!(
            "Hook {{ kind: {kind:?}, tags: {tags}, title: {name}, order: {order}, {common} }}",
            tags = optional(tags),
            name = optional(name),
            order = order.unwrap_or_else(|| "0".to_owned()),
            common = common(&function),
        ),
    ))
}

fn parameter(options: TokenStream, item: TokenStream) -> Result<TokenStream, Problem> {
    let mut options = Options::parse(options)?;
    let regexp = options.text("regexp")?.ok_or_else(|| {
        Problem::new(
            "a parameter type has a name and a regexp: \
             #[parameter_type(name = \"size\", regexp = r\"\\d+ KiB\")]",
            Span::call_site(),
        )
    })?;
    let named = Named::parse(item)?;
    let name = options
        .text("name")?
        .unwrap_or_else(|| format!("{:?}", named.name.to_lowercase()));
    options.finish()?;
    Ok(registration(
        "",
        &format!("ParameterType {{ name: {name}, regexp: {regexp}, {PLACE} }}"),
    ))
}

const PLACE: &str = "place: ::mprun::__private::Place {
    file: ::core::file!(),
    line: ::core::line!(),
    column: ::core::column!(),
    folder: ::core::env!(\"CARGO_MANIFEST_DIR\"),
}";

fn common(function: &Function) -> String {
    format!(
        "function: {:?}, doc: {:?}, call: __mprun_call, {PLACE}",
        function.name, function.doc
    )
}

/// The function of one form that calls the user's. Its name ends the stack of
/// a panic.
fn call(function: &Function) -> String {
    let name = &function.name;
    let mut takes = String::new();
    let mut passed = String::new();
    for (number, of) in function.arguments.iter().enumerate() {
        takes += &format!("let a{number} = <{of} as ::mprun::FromArgument>::take(values)?;\n");
        passed += &format!(", a{number}");
    }
    let context = if function.has_context { "ctx" } else { "" };
    let passed = if function.has_context {
        passed
    } else {
        passed.trim_start_matches(", ").to_owned()
    };
    let called = if function.is_async {
        format!("::mprun::__private::block_on(ctx, {name}({context}{passed}))?")
    } else {
        format!("{name}({context}{passed})")
    };
    format!(
        "#[inline(never)]
        fn __mprun_call(
            ctx: &::mprun::Context,
            values: &mut ::mprun::__private::Arguments,
        ) -> ::mprun::__private::Outcome {{
            let _ = (ctx, &values);
            {takes}
            ::mprun::IntoOutcome::into_outcome({called})
        }}"
    )
}

fn registration(functions: &str, entry: &str) -> TokenStream {
    let source = format!(
        "#[allow(clippy::all, clippy::pedantic, unused)]
        const _: () = {{
            {functions}
            ::mprun::__private::inventory::submit! {{
                ::mprun::__private::{entry}
            }}
        }};"
    );
    source.parse().expect("what is added is Rust")
}
