// Who was synced, and how it ended: read from the controllers' own log, as Events say neither when a sync was without an
// error nor, once they repeat, how the last one ended.
package main

import (
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// The lines of pkg/utils/taskqueue.go runInternal and pkg/neg/controller.go processService.
const (
	syncStarts    = "Syncing"
	syncSucceeds  = "Finished syncing"
	syncFails     = "Requeuing due to error"
	serviceStarts = "Processing service"
	serviceEnds   = "Finished processing service"
)

type syncState struct {
	Started  int `json:"started"`
	Finished int `json:"finished"`
	// Of the last sync that has finished.
	Error string `json:"error"`
}

type syncLog struct {
	lock     sync.Mutex
	Ingress  map[string]*syncState `json:"ingresses"`
	Service  map[string]*syncState `json:"services"`
	Firewall map[string]*syncState `json:"firewall"`
}

func newSyncLog() *syncLog {
	return &syncLog{Ingress: map[string]*syncState{}, Service: map[string]*syncState{}, Firewall: map[string]*syncState{}}
}

func (s *syncLog) logger() klog.Logger { return logr.New(&sink{log: s}) }

// all is a copy, which nobody writes to any more.
func (s *syncLog) all() map[string]map[string]syncState {
	s.lock.Lock()
	defer s.lock.Unlock()
	result := map[string]map[string]syncState{}
	for kind, states := range map[string]map[string]*syncState{"ingresses": s.Ingress, "services": s.Service, "firewall": s.Firewall} {
		result[kind] = map[string]syncState{}
		for key, state := range states {
			result[kind][key] = *state
		}
	}
	return result
}

func (s *syncLog) saw(controller, message string, err error, values []any) {
	states, field := s.Ingress, "key"
	switch {
	case message == serviceStarts || message == serviceEnds:
		states, field = s.Service, "service"
	case message != syncStarts && message != syncSucceeds && message != syncFails:
		return
	case controller == "FirewallController":
		states = s.Firewall
	case controller != "IngressController":
		return
	}
	key := valueOf(values, field)
	s.lock.Lock()
	defer s.lock.Unlock()
	state := states[key]
	if state == nil {
		state = &syncState{}
		states[key] = state
	}
	if message == syncStarts || message == serviceStarts {
		state.Started++
		return
	}
	state.Finished++
	state.Error = ""
	if err != nil {
		state.Error = err.Error()
	}
}

func valueOf(values []any, name string) string {
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] == name {
			text, _ := values[i+1].(string)
			return text
		}
	}
	return ""
}

// sink is a logger that keeps the first name it was given: the controller's.
type sink struct {
	log  *syncLog
	name string
}

func (s *sink) Init(logr.RuntimeInfo)                 {}
func (s *sink) Enabled(int) bool                      { return true }
func (s *sink) Info(_ int, message string, kv ...any) { s.log.saw(s.name, message, nil, kv) }
func (s *sink) Error(err error, message string, kv ...any) {
	s.log.saw(s.name, message, err, kv)
}
func (s *sink) WithValues(...any) logr.LogSink { return s }
func (s *sink) WithName(name string) logr.LogSink {
	if s.name != "" {
		return s
	}
	return &sink{log: s.log, name: name}
}
