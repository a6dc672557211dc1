package mprun

import "encoding/json"

const (
	parseError         = -32700
	invalidRequest     = -32600
	methodNotFound     = -32601
	invalidParams      = -32602
	internalError      = -32603
	unsupportedVersion = 1002
	cancelled          = 1003
	shuttingDown       = 1005
	wrongProcess       = 1006
	messageTooLarge    = 1007
)

// rpcError becomes the member `error` of an answer.
type rpcError struct {
	code    int
	message string
	data    any
}

func (e *rpcError) Error() string { return e.message }

func (e *rpcError) member() result {
	member := result{"code": e.code, "message": e.message}
	if e.data != nil {
		member["data"] = e.data
	}
	return member
}

// request is a line that came; err tells what is wrong with it.
type request struct {
	id        any
	key       string
	hasID     bool
	method    string
	params    map[string]any
	err       *rpcError
	cancelled string
	end       bool
}

// newRequest reads a message as far as it can be told without knowing the
// methods.
func newRequest(message any) *request {
	members, ok := message.(map[string]any)
	if !ok {
		return &request{hasID: true, err: &rpcError{code: invalidRequest,
			message: "a request is an object; batches are not supported"}}
	}
	r := &request{params: object(members["params"])}
	r.id, r.hasID = members["id"]
	r.key = keyOf(r.id)
	if r.method, ok = members["method"].(string); !ok {
		r.err, r.hasID = &rpcError{code: invalidRequest, message: "a request has a method"}, true
		return r
	}
	if members["params"] != nil && r.params == nil {
		r.err = &rpcError{code: invalidParams, message: "params must be an object"}
	}
	return r
}

func (r *request) isCancel() bool { return !r.hasID && r.method == "$/cancelRequest" }

// keyOf is an id as something to compare by type and value.
func keyOf(id any) string {
	key, err := json.Marshal(id)
	if err != nil {
		return ""
	}
	return string(key)
}
