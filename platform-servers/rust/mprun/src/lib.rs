//! Steps for mprun in Rust, and the platform server that executes them.
//!
//! ```no_run
//! use mprun::{given, then, Context};
//!
//! #[derive(Default)]
//! struct Counter(i64);
//!
//! #[given("has a counter at {int}")]
//! fn has_counter(ctx: &Context, value: i64) {
//!     ctx.state::<Counter>().0 = value;
//! }
//!
//! #[then("shows {int}")]
//! fn shows(ctx: &Context, expected: i64) {
//!     assert_eq!(ctx.state::<Counter>().0, expected);
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     mprun::main()
//! }
//! ```
//!
//! The README tells the rest. A function gets the [`Context`], then a value for
//! each parameter of the expression, then whatever else of the step it asks for
//! by type: [`DataTable`], [`DocString`], [`Rows`], [`Json`].

extern crate self as mprun;

mod argument;
mod asynchronous;
mod cancel;
mod catalog;
mod cells;
mod channel;
mod context;
mod diff;
mod execute;
mod expression;
mod failure;
mod json;
mod panics;
mod process;
mod program;
mod registry;
mod request;
mod server;
mod snippet;
mod state;
mod tags;
mod terminate;

pub use argument::{DataTable, DocString, FromArgument, Json, Kind, Optional, Rows};
pub use context::{Context, Level};
pub use failure::{expect_equal, fail, pending, skip, Cancelled, Failure, IntoFailure};
pub use failure::{IntoOutcome, Result};
pub use mprun_macros::{after_run, after_scenario, after_step};
pub use mprun_macros::{before_run, before_scenario, before_step};
pub use mprun_macros::{given, parameter_type, step, then, when};
pub use program::main;
pub use state::State;
pub use tags::TagExpression;

/// What the attributes expand to; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::argument::Arguments;
    pub use crate::asynchronous::block_on;
    pub use crate::failure::Outcome;
    pub use crate::registry::{Hook, ParameterType, Pattern, Place, StepDefinition};
    pub use inventory;
}
