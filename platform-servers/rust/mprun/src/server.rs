//! The protocol: requests in, answers out.
//!
//! Two threads. The reader takes lines from the runner: requests go into a
//! queue, a cancel acts at once. The thread that began takes requests from the
//! queue one after the other. The end of standard input, and SIGTERM, end the
//! server in every state.

use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::time::Duration;
use std::{io, process, thread};

use serde_json::{json, Value};

use crate::argument::Arguments;
use crate::cancel::Gate;
use crate::channel::{Input, Line, Output, MAX_MESSAGE_BYTES};
use crate::process::{Process, Sink};
use crate::registry::{Problem, Registry};
use crate::request::{self, RpcError};
use crate::{catalog, execute, panics, terminate, Context};

const PROTOCOL_VERSION: u64 = 1;
const END_GRACE: Duration = Duration::from_secs(1);

enum Message {
    Request(Value),
    Refused(RpcError),
    End,
    Terminated,
}

/// One connection to the runner.
pub struct Server {
    registry: Registry,
    process: Rc<Process>,
    sink: Rc<Sink>,
    gate: Arc<Gate>,
    initialized: bool,
    closing: bool,
}

impl Server {
    pub fn new(registry: Registry, output: Output) -> io::Result<Server> {
        Ok(Server {
            registry,
            process: Rc::default(),
            sink: Sink::new(output),
            gate: Arc::new(Gate::new()?),
            initialized: false,
            closing: false,
        })
    }

    /// Answers requests until the input ends.
    pub fn serve(mut self, input: Input) -> io::Result<()> {
        panics::install();
        let signal = terminate::watch()?;
        let (sender, messages) = channel();
        let gate = self.gate.clone();
        thread::Builder::new()
            .name("mprun-reader".to_owned())
            .spawn(move || {
                Reader {
                    input,
                    signal,
                    sender,
                    gate,
                }
                .run()
            })?;
        let terminated = self.answer_all(&messages);
        for problem in self.run_clean_ups() {
            eprintln!("mprun: clean-up failed: {problem}");
        }
        self.gate.finish();
        if terminated {
            terminate::by_signal();
        }
        Ok(())
    }

    /// True if SIGTERM ended it.
    fn answer_all(&mut self, messages: &Receiver<Message>) -> bool {
        while !self.sink.is_broken() {
            match messages.recv() {
                Ok(Message::Request(message)) => self.answer(&message),
                Ok(Message::Refused(error)) => self.send_error(&Value::Null, &error),
                Ok(Message::Terminated) => return true,
                Ok(Message::End) | Err(_) => return false,
            }
        }
        false
    }

    fn answer(&mut self, message: &Value) {
        let id = message.get("id");
        let result = request::envelope(message);
        let Some(id) = id else {
            if let (Err(error), false) = (result, message.get("method").is_some()) {
                self.send_error(&Value::Null, &error);
            }
            return; // else a notification, which has no answer
        };
        let cancelled = self.gate.begin(&request::key(id));
        self.sink.set_current(id.clone());
        let result = result.and_then(|(method, params)| match cancelled {
            Some(reason) => Err(RpcError::new(
                request::CANCELLED,
                format!("cancelled: {reason}"),
            )),
            None => self.run(method, params),
        });
        // After its answer nothing may speak of the request any more.
        self.gate.over();
        self.sink.set_current(Value::Null);
        match result {
            Ok(result) => {
                self.sink
                    .send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
            }
            Err(error) => self.send_error(id, &error),
        }
    }

    fn send_error(&self, id: &Value, error: &RpcError) {
        self.sink
            .send(&json!({"jsonrpc": "2.0", "id": id, "error": error.as_json()}));
    }

    fn run(&mut self, method: &str, params: Value) -> Result<Value, RpcError> {
        type Method = fn(&mut Server, Value) -> Result<Value, RpcError>;
        let function: Method = match method {
            "initialize" => Server::initialize,
            "health" | "ping" => Server::health,
            "executeStep" => Server::execute_step,
            "executeHook" => Server::execute_hook,
            "matchSteps" => Server::match_steps,
            "listStepDefinitions" => Server::list_step_definitions,
            "scenarioStarted" => Server::scenario_started,
            "scenarioFinished" => Server::scenario_finished,
            "shutdown" => Server::shutdown,
            _ => {
                return Err(RpcError::new(
                    request::METHOD_NOT_FOUND,
                    format!("unknown method: {method}"),
                ))
            }
        };
        if self.closing {
            return Err(RpcError::new(
                request::SHUTTING_DOWN,
                "the server is shutting down",
            ));
        }
        function(self, params)
    }

    fn initialize(&mut self, params: Value) -> Result<Value, RpcError> {
        if self.initialized {
            return Err(RpcError::new(
                request::INVALID_REQUEST,
                "initialize was called before",
            ));
        }
        let Some(versions) = params["protocolVersions"].as_array() else {
            return Err(RpcError::new(
                request::INVALID_PARAMS,
                "params.protocolVersions must be an array",
            ));
        };
        if !versions
            .iter()
            .any(|version| version.as_u64() == Some(PROTOCOL_VERSION))
        {
            return Err(RpcError {
                data: Some(json!({"supported": [PROTOCOL_VERSION], "requested": versions})),
                ..RpcError::new(request::UNSUPPORTED_VERSION, "Unsupported protocol version")
            });
        }
        self.refuse_broken_steps()?;
        self.initialized = true;
        self.sink
            .set_live_logs(params["capabilities"]["log"] == true);
        self.process.initialize(params);
        Ok(self.introduction())
    }

    fn introduction(&self) -> Value {
        let version = env!("CARGO_PKG_VERSION");
        // A server without hooks is not asked for them.
        let hooks = !self.registry.hooks.is_empty();
        json!({
            "protocolVersion": PROTOCOL_VERSION,
            "server": {"name": "mprun-server-rust", "version": version,
                "pid": process::id(), "language": "rust",
                "sdk": format!("mprun-rs {version}")},
            "capabilities": {"matchSteps": true, "listStepDefinitions": true,
                "snippets": true, "scenarios": true, "hooks": hooks,
                "cancel": true, "log": true},
            "limits": {"maxMessageBytes": MAX_MESSAGE_BYTES},
        })
    }

    fn refuse_broken_steps(&self) -> Result<(), RpcError> {
        if self.registry.problems.is_empty() {
            return Ok(());
        }
        let errors = self.registry.problems.iter().map(|problem| {
            json!({"file": problem.file, "line": problem.line, "message": problem.message})
        });
        Err(RpcError {
            data: Some(json!({"errors": errors.collect::<Vec<_>>()})),
            ..RpcError::new(
                request::INTERNAL_ERROR,
                problem_text(&self.registry.problems),
            )
        })
    }

    fn health(&mut self, _params: Value) -> Result<Value, RpcError> {
        if self.registry.problems.is_empty() {
            return Ok(json!({"status": "ok"}));
        }
        let message = problem_text(&self.registry.problems);
        Ok(json!({"status": "error", "message": message}))
    }

    fn execute_step(&mut self, params: Value) -> Result<Value, RpcError> {
        self.refuse_broken_steps()?;
        if !params["step"].is_string() {
            return Err(RpcError::new(
                request::INVALID_PARAMS,
                "params.step must be a string",
            ));
        }
        request::check_members(&params, &["process", "stepType"])?;
        let arguments = Arguments::parse(params.get("argument"))
            .map_err(|error| RpcError::new(request::INVALID_PARAMS, error))?;
        self.check_process(&params)?;
        let ctx = self.context(params);
        Ok(execute::step(&self.registry, &ctx, arguments))
    }

    fn execute_hook(&mut self, params: Value) -> Result<Value, RpcError> {
        self.refuse_broken_steps()?;
        let hooks = &self.registry.hooks;
        let Some((_, hook)) = hooks.iter().find(|(id, _)| params["hook"] == id.as_str()) else {
            return Err(RpcError::new(
                request::INVALID_PARAMS,
                format!("there is no hook {}", params["hook"]),
            ));
        };
        request::check_members(&params, &["process", "status", "stepType", "step"])?;
        self.check_process(&params)?;
        let ctx = self.context(params);
        Ok(execute::hook(&self.registry, &ctx, hook))
    }

    fn context(&self, params: Value) -> Context {
        Context::new(
            self.process.clone(),
            self.sink.clone(),
            self.gate.clone(),
            params,
        )
    }

    fn check_process(&self, params: &Value) -> Result<(), RpcError> {
        let own = &self.process.params()["process"];
        let name = &params["process"];
        if name.is_null() || !own["name"].is_string() {
            return Ok(());
        }
        if *name == own["name"] || (own["group"].is_string() && *name == own["group"]) {
            return Ok(());
        }
        Err(RpcError::new(
            request::WRONG_PROCESS,
            format!("this is the process {}, not {name}", own["name"]),
        ))
    }

    fn match_steps(&mut self, params: Value) -> Result<Value, RpcError> {
        self.refuse_broken_steps()?;
        catalog::match_steps(&self.registry, &params["steps"]).ok_or_else(|| {
            RpcError::new(
                request::INVALID_PARAMS,
                "params.steps must be an array of {step: string}",
            )
        })
    }

    fn list_step_definitions(&mut self, _params: Value) -> Result<Value, RpcError> {
        self.refuse_broken_steps()?;
        Ok(catalog::list(&self.registry))
    }

    fn scenario_started(&mut self, params: Value) -> Result<Value, RpcError> {
        let result = self.release();
        self.process.enter(params.get("run"));
        Ok(result)
    }

    fn scenario_finished(&mut self, _params: Value) -> Result<Value, RpcError> {
        Ok(self.release())
    }

    fn shutdown(&mut self, _params: Value) -> Result<Value, RpcError> {
        self.closing = true;
        Ok(self.release())
    }

    /// The end of what the steps of a case hold.
    fn release(&self) -> Value {
        let count = self.process.clean_ups.borrow().len();
        let problems = self.run_clean_ups();
        let logs = match count {
            0 => json!([]),
            _ => json!([format!("[INFO] {count} clean-ups done")]),
        };
        if problems.is_empty() {
            return json!({"success": true, "logs": logs});
        }
        json!({"success": false, "status": "failed", "logs": logs,
            "failure": {"kind": "resource", "message": problems.join("; ")}})
    }

    /// Runs and forgets the clean-ups, last first, then drops the state; what
    /// went wrong.
    fn run_clean_ups(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let ctx = self.context(json!({}));
        loop {
            let next = self.process.clean_ups.borrow_mut().pop();
            let Some(clean_up) = next else {
                break;
            };
            if let Err(failure) = panics::catch(|| clean_up(&ctx)) {
                problems.push(failure.to_string());
            }
        }
        while let Some(value) = self.process.states.pop() {
            let dropped = panics::catch(|| {
                drop(value);
                Ok(())
            });
            problems.extend(dropped.err().map(|failure| failure.to_string()));
        }
        problems
    }
}

/// All problems of the steps, one a line.
pub fn problem_text(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    match lines.len() {
        1 => lines.concat(),
        count => format!("{count} errors in the steps:\n{}", lines.join("\n")),
    }
}

/// The thread that reads.
struct Reader {
    input: Input,
    signal: OwnedFd,
    sender: Sender<Message>,
    gate: Arc<Gate>,
}

impl Reader {
    fn run(mut self) {
        loop {
            let ready = terminate::wait_readable([&self.input, &self.signal]);
            if matches!(ready, Ok([_, true])) {
                self.gate.end("the server was asked to end by SIGTERM");
                return self.finish(Message::Terminated);
            }
            let more = ready.and_then(|_| self.input.read());
            let more = more.unwrap_or_else(|error| {
                eprintln!("mprun: reading requests: {error}");
                false
            });
            while let Some(line) = self.input.line(!more) {
                self.take(line);
            }
            if !more {
                return self.finish(Message::End);
            }
        }
    }

    fn take(&self, line: Line) {
        let message = match line {
            Line::TooLong => Message::Refused(RpcError::new(
                request::MESSAGE_TOO_LARGE,
                format!("the message is longer than {MAX_MESSAGE_BYTES} bytes"),
            )),
            Line::Text(text) => match serde_json::from_slice(&text) {
                Ok(message) => Message::Request(message),
                Err(error) => Message::Refused(RpcError::new(
                    request::PARSE_ERROR,
                    format!("no JSON: {error}"),
                )),
            },
        };
        if let Message::Request(message) = &message {
            if let Some(cancel) = request::cancel(message) {
                if let Some((key, reason)) = cancel {
                    self.gate.cancel(&key, &reason);
                }
                return;
            }
            if let Some(id) = message.get("id") {
                self.gate.enqueue(request::key(id));
            }
        }
        // It is gone only when everything ends.
        let _ = self.sender.send(message);
    }

    /// What was asked is still answered, soon; then the process ends in any
    /// case, whatever a step or a clean-up waits for.
    fn finish(self, last: Message) {
        let terminated = matches!(last, Message::Terminated);
        let _ = self.sender.send(last);
        let mut finished = self.gate.wait_finished(END_GRACE);
        if !finished && !terminated {
            self.gate.end("the runner has closed stdin");
            finished = self.gate.wait_finished(END_GRACE);
        }
        if !finished {
            eprintln!("mprun: a step or a clean-up does not end");
            terminate::by_signal();
        }
    }
}
