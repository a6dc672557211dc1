//! What lasts from one step of a process to the next.

use std::cell::{Cell, Ref, RefCell};
use std::env;
use std::io;
use std::rc::Rc;

use serde_json::{json, Value};

use crate::channel::Output;
use crate::failure::Outcome;
use crate::state::States;
use crate::Context;

/// Called when the process ends, or the case of one that is kept.
pub type CleanUp = Box<dyn FnOnce(&Context) -> Outcome>;

#[derive(Default)]
pub struct Process {
    pub states: States,
    pub clean_ups: RefCell<Vec<CleanUp>>,
    /// Those of `initialize`; null at the bare level.
    params: RefCell<Value>,
}

impl Process {
    pub fn initialize(&self, params: Value) {
        *self.params.borrow_mut() = params;
    }

    pub fn is_bare(&self) -> bool {
        self.params.borrow().is_null()
    }

    pub fn params(&self) -> Ref<'_, Value> {
        self.params.borrow()
    }

    /// The values of `run` are those of another case now.
    pub fn enter(&self, run: Option<&Value>) {
        let mut params = self.params.borrow_mut();
        if let (Some(Value::Object(run)), true) = (run, params.is_object()) {
            if !params["run"].is_object() {
                params["run"] = json!({});
            }
            for (name, value) in run {
                params["run"][name] = value.clone();
            }
        }
    }

    /// A value of `initialize.run`, else of the environment.
    pub fn setting(&self, member: &str, variable: &str) -> Option<String> {
        let given = match &self.params.borrow()["run"][member] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let given = given.filter(|text| !text.is_empty());
        given.or_else(|| env::var(variable).ok().filter(|text| !text.is_empty()))
    }

    pub fn limit(&self, member: &str, otherwise: usize) -> usize {
        let value = self.params.borrow()["limits"][member].as_u64();
        value.map_or(otherwise, |value| value as usize)
    }
}

/// The way to the runner: answers, and log lines as they come.
pub struct Sink {
    output: RefCell<Output>,
    /// Whether the runner takes log notifications.
    live_logs: Cell<bool>,
    current: RefCell<Value>,
    broken: Cell<bool>,
}

impl Sink {
    pub fn new(output: Output) -> Rc<Sink> {
        Rc::new(Sink {
            output: RefCell::new(output),
            live_logs: Cell::new(false),
            current: RefCell::new(Value::Null),
            broken: Cell::new(false),
        })
    }

    pub fn set_live_logs(&self, live: bool) {
        self.live_logs.set(live);
    }

    pub fn set_current(&self, id: Value) {
        *self.current.borrow_mut() = id;
    }

    /// Nobody reads any more.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    pub fn send(&self, message: &Value) {
        if let Err(error) = self.output.borrow_mut().write(message) {
            if error.kind() != io::ErrorKind::BrokenPipe {
                eprintln!("mprun: writing an answer: {error}");
            }
            self.broken.set(true);
        }
    }

    /// Sends a log line now; false if the runner takes none.
    pub fn send_log(&self, entry: &Value) -> bool {
        if self.live_logs.get() {
            let mut params = entry.clone();
            params["id"] = self.current.borrow().clone();
            self.send(&json!({"jsonrpc": "2.0", "method": "log", "params": params}));
        }
        self.live_logs.get()
    }
}
