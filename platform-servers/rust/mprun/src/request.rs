//! Requests of the runner, and the errors that answer some of them.

use serde_json::{json, Value};

pub const PARSE_ERROR: i32 = -32700;
pub const INVALID_REQUEST: i32 = -32600;
pub const METHOD_NOT_FOUND: i32 = -32601;
pub const INVALID_PARAMS: i32 = -32602;
pub const INTERNAL_ERROR: i32 = -32603;
pub const UNSUPPORTED_VERSION: i32 = 1002;
pub const CANCELLED: i32 = 1003;
pub const SHUTTING_DOWN: i32 = 1005;
pub const WRONG_PROCESS: i32 = 1006;
pub const MESSAGE_TOO_LARGE: i32 = 1007;

/// The `error` of an answer.
#[derive(Debug)]
pub struct RpcError {
    pub code: i32,
    pub message: String,
    pub data: Option<Value>,
}

impl RpcError {
    pub fn new(code: i32, message: impl Into<String>) -> RpcError {
        RpcError {
            code,
            message: message.into(),
            data: None,
        }
    }

    pub fn as_json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        error
    }
}

/// The text by which requests with the same id are the same.
pub fn key(id: &Value) -> String {
    id.to_string()
}

/// The id and the reason of a cancel, if the message is one.
pub fn cancel(message: &Value) -> Option<Option<(String, String)>> {
    let is_cancel = message.get("id").is_none() && message["method"] == "$/cancelRequest";
    is_cancel.then(|| {
        let params = message.get("params")?;
        let reason = params.get("reason").and_then(Value::as_str);
        Some((
            key(params.get("id")?),
            reason.unwrap_or("by the runner").to_owned(),
        ))
    })
}

/// The method and the params, an object, of a request.
pub fn envelope(message: &Value) -> Result<(&str, Value), RpcError> {
    if message.is_array() {
        return Err(RpcError::new(INVALID_REQUEST, "batches are not supported"));
    }
    let Some(method) = message.get("method").and_then(Value::as_str) else {
        return Err(RpcError::new(INVALID_REQUEST, "a request has a method"));
    };
    match message.get("params") {
        None | Some(Value::Null) => Ok((method, json!({}))),
        Some(params) if params.is_object() => Ok((method, params.clone())),
        Some(_) => Err(RpcError::new(INVALID_PARAMS, "params must be an object")),
    }
}

/// Fails unless these members are texts or not there, and the context an
/// object or not there.
pub fn check_members(params: &Value, texts: &[&str]) -> Result<(), RpcError> {
    let missing = |member: &str| params.get(member).map_or(true, Value::is_null);
    for member in texts {
        if !missing(member) && !params[*member].is_string() {
            return Err(RpcError::new(
                INVALID_PARAMS,
                format!("params.{member} must be a string"),
            ));
        }
    }
    if !missing("context") && !params["context"].is_object() {
        return Err(RpcError::new(
            INVALID_PARAMS,
            "params.context must be an object",
        ));
    }
    Ok(())
}
