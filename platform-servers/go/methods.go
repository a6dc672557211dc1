package mprun

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// methods are what a runner can ask for. The members of params are as
// strictjson.Decode gives them.
var methods = map[string]func(*server, map[string]any) (result, *rpcError){
	"initialize":          (*server).initialize,
	"health":              (*server).health,
	"ping":                (*server).health,
	"executeStep":         (*server).executeStep,
	"executeHook":         (*server).executeHook,
	"matchSteps":          (*server).matchSteps,
	"listStepDefinitions": (*server).listStepDefinitions,
	"scenarioStarted":     (*server).scenarioStarted,
	"scenarioFinished":    (*server).scenarioFinished,
	"shutdown":            (*server).shutdown,
}

func wrong(format string, words ...any) *rpcError {
	return &rpcError{code: invalidParams, message: fmt.Sprintf(format, words...)}
}

func (s *server) initialize(params map[string]any) (result, *rpcError) {
	if s.initialized {
		return nil, &rpcError{code: invalidRequest, message: "initialize was called before"}
	}
	requested, ok := params["protocolVersions"].([]any)
	if !ok {
		return nil, wrong("params.protocolVersions must be an array")
	}
	known := false
	for _, version := range requested {
		known = known || version == json.Number("1")
	}
	if !known {
		return nil, &rpcError{unsupportedVersion, "Unsupported protocol version",
			result{"supported": []any{protocolVersion}, "requested": requested}}
	}
	if err := s.refuseProblems(); err != nil {
		return nil, err
	}
	s.initialized = true
	s.process.mutex.Lock()
	s.process.initialize = params
	s.process.mutex.Unlock()
	s.mutex.Lock()
	s.liveLogs = object(params["capabilities"])["log"] == true
	s.mutex.Unlock()
	return s.introduction(), nil
}

func (s *server) introduction() result {
	return result{
		"protocolVersion": protocolVersion,
		"server": result{"name": s.suite.name, "version": s.suite.version, "pid": os.Getpid(),
			"language": "go", "languageVersion": strings.TrimPrefix(runtime.Version(), "go"),
			"sdk": "mprun-go " + Version},
		"capabilities": result{"matchSteps": true, "listStepDefinitions": true,
			"snippets": true, "scenarios": true, "hooks": len(s.suite.hooks) > 0,
			"cancel": true, "log": true},
		"limits": result{"maxMessageBytes": maxMessageBytes},
	}
}

func (s *server) refuseProblems() *rpcError {
	if len(s.suite.problems) == 0 {
		return nil
	}
	return &rpcError{internalError, problemText(s.suite.problems),
		result{"errors": s.suite.problems}}
}

func (s *server) health(map[string]any) (result, *rpcError) {
	if len(s.suite.problems) > 0 {
		return result{"status": "error", "message": problemText(s.suite.problems)}, nil
	}
	return result{"status": "ok"}, nil
}

func (s *server) executeStep(params map[string]any) (result, *rpcError) {
	if err := s.refuseProblems(); err != nil {
		return nil, err
	}
	if _, ok := params["step"].(string); !ok {
		return nil, wrong("params.step must be a string")
	}
	arguments, err := parseArguments(params["argument"])
	if err != nil {
		return nil, wrong("%v", err)
	}
	ctx, fault := s.newContext(params)
	if fault != nil {
		return nil, fault
	}
	ctx.arguments = arguments
	return s.suite.executeStep(ctx), nil
}

func (s *server) executeHook(params map[string]any) (result, *rpcError) {
	if err := s.refuseProblems(); err != nil {
		return nil, err
	}
	for _, one := range s.suite.hooks {
		if one.id == params["hook"] {
			ctx, err := s.newContext(params)
			if err != nil {
				return nil, err
			}
			return ctx.perform(one.signature.place, one.call), nil
		}
	}
	return nil, wrong("there is no hook %s", keyOf(params["hook"]))
}

// newContext begins a step or a hook.
func (s *server) newContext(params map[string]any) (*Context, *rpcError) {
	for _, name := range []string{"step", "stepType", "status"} {
		if _, ok := params[name].(string); !ok && params[name] != nil {
			return nil, wrong("params.%s must be a string", name)
		}
	}
	if err := s.checkProcess(params["process"]); err != nil {
		return nil, err
	}
	scenario, ok := params["context"].(map[string]any)
	if !ok && params["context"] != nil {
		return nil, wrong("params.context must be an object")
	}
	begun := s.begin()
	return &Context{Context: begun.context, process: s.process, run: begun, send: s.sendLog,
		params: params, scenario: scenario}, nil
}

func (s *server) checkProcess(given any) *rpcError {
	if given == nil {
		return nil
	}
	name, ok := given.(string)
	if !ok {
		return wrong("params.process must be a string")
	}
	own := object(s.process.initialize["process"])
	if own["name"] == nil || name == own["name"] || name == own["group"] {
		return nil
	}
	return &rpcError{code: wrongProcess,
		message: fmt.Sprintf("this is the process '%s', not '%s'", text(own["name"]), name)}
}

func (s *server) matchSteps(params map[string]any) (result, *rpcError) {
	if err := s.refuseProblems(); err != nil {
		return nil, err
	}
	found, ok := s.suite.matchSteps(params)
	if !ok {
		return nil, wrong("params.steps must be an array of {step: string}")
	}
	return found, nil
}

func (s *server) listStepDefinitions(map[string]any) (result, *rpcError) {
	if err := s.refuseProblems(); err != nil {
		return nil, err
	}
	return s.suite.list(), nil
}

func (s *server) scenarioStarted(params map[string]any) (result, *rpcError) {
	found := s.release()
	s.process.enter(object(params["run"]))
	return found, nil
}

func (s *server) scenarioFinished(map[string]any) (result, *rpcError) {
	return s.release(), nil
}

func (s *server) shutdown(map[string]any) (result, *rpcError) {
	found := s.release()
	s.closing = true
	return found, nil
}

// release is the end of what the steps of a case hold.
func (s *server) release() result {
	count, problems := s.process.cleanUp()
	logs := s.process.left()
	if count > 0 {
		logs = append(logs, fmt.Sprintf("[INFO] %d clean-ups done", count))
	}
	if len(problems) == 0 {
		return result{"success": true, "logs": logs}
	}
	return result{"success": false, "status": "failed", "logs": logs, "failure": result{
		"kind": "resource", "message": strings.Join(problems, "; ")}}
}
