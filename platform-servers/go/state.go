package mprun

import (
	"fmt"
	"reflect"
	"sync"
)

// State is what the process remembers from step to step: one T for each case,
// zero at first. Every process of every case has its own; what others are to
// know is handed over with [Context.Export].
//
//	type counter struct{ value int }
//
//	mprun.State[counter](ctx).value++
func State[T any](ctx *Context) *T {
	key := reflect.TypeOf((*T)(nil))
	return ctx.process.remembered(key, func() any { return new(T) }).(*T)
}

// process is what lasts from one step to the next.
type process struct {
	mutex      sync.Mutex
	state      map[reflect.Type]any
	cleanups   []func() error
	initialize map[string]any
	// abandoned are functions that were answered for and still run.
	abandoned map[*run]Location
}

func (p *process) abandon(one *run, place Location) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.abandoned == nil {
		p.abandoned = map[*run]Location{}
	}
	p.abandoned[one] = place
}

func (p *process) forget(one *run) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.abandoned, one)
}

// left tells what a clean-up cannot end.
func (p *process) left() []any {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	found := []any{}
	for _, place := range p.abandoned {
		found = append(found, fmt.Sprintf("[WARN] what was cancelled still runs: the function at %s",
			place))
	}
	return found
}

func (p *process) remembered(key reflect.Type, create func() any) any {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.state == nil {
		p.state = map[reflect.Type]any{}
	}
	if p.state[key] == nil {
		p.state[key] = create()
	}
	return p.state[key]
}

// setting is a value of `initialize`, else of the environment, else nil.
func (p *process) setting(part, member, variable string) any {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	value := object(p.initialize[part])[member]
	if value == nil || value == "" {
		return environment(variable)
	}
	return value
}

// enter: the values of `run` are those of another case now.
func (p *process) enter(run map[string]any) {
	if run == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	own := map[string]any{}
	for name, value := range object(p.initialize["run"]) {
		own[name] = value
	}
	for name, value := range run {
		own[name] = value
	}
	all := map[string]any{}
	for name, value := range p.initialize {
		all[name] = value
	}
	all["run"] = own
	p.initialize = all
}

func (p *process) isInitialized() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.initialize != nil
}

func (p *process) deferred(cleanup func() error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.cleanups = append(p.cleanups, cleanup)
}

func (p *process) lastCleanup() func() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	last := len(p.cleanups) - 1
	if last < 0 {
		p.state = nil
		return nil
	}
	found := p.cleanups[last]
	p.cleanups = p.cleanups[:last]
	return found
}

// cleanUp runs and forgets the clean-ups, last first, and what was remembered:
// how many there were, and what went wrong.
func (p *process) cleanUp() (count int, problems []string) {
	for {
		cleanup := p.lastCleanup()
		if cleanup == nil {
			return count, problems
		}
		count++
		if err := runCleanup(cleanup); err != nil {
			problems = append(problems, err.Error())
		}
	}
}

func runCleanup(cleanup func() error) (err error) {
	returned := false
	done := make(chan error, 1)
	go func() {
		defer func() {
			if problem := recover(); problem != nil {
				done <- fmt.Errorf("panic: %v", problem)
			} else if !returned {
				done <- fmt.Errorf("the clean-up ended its goroutine")
			}
		}()
		err := cleanup()
		returned = true
		done <- err
	}()
	return <-done
}
